"""Where an answer appears, and then changes: an interaction's response, a reply to a message."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self

import discord

from bot.outcomes import RefusedError, UnsureError
from bot.render.message import Message
from bot.render.plain import to_plain
from bot.replies import defer, end_promise, is_answered, is_promised, note_acknowledged, to_view
from bot.sender import Sender
from bot.wire import TOO_MANY

# Seconds before an answer is promised: Discord waits for three (docs: Receiving and Responding).
PATIENCE = 1.5
# Seconds that a reply waits where what stands before Discord holds it off and does not say for how
# long, and how long it waits in all: whoever asked will have stopped looking.
HELD_OFF, HELD_OFF_MOST = 5.0, 120.0


class Outlet(Protocol):
    """Shows one message, and what it changes into."""

    async def show(self, message: Message) -> int:
        """Send the message, or at later calls edit it into this one; return its id."""


class InteractionOutlet:
    """Answers an interaction in public, and promises to if that takes long.

    When the block ends with an error, nothing of the promise stays, so that the error can be told
    to the asker alone.
    """

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._message_id: int | None = None
        self._answering = asyncio.Lock()
        self._promising: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._promising = asyncio.create_task(self._promise())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        async with self._answering:  # a promise that is being made is not broken off
            if self._promising is not None:
                self._promising.cancel()
        if error is not None and is_promised(self._interaction):
            end_promise(self._interaction)
            with suppress(discord.HTTPException):
                await self._interaction.delete_original_response()

    async def show(self, message: Message) -> int:
        """See `Outlet`."""
        async with self._answering:
            arguments = _arguments(message)
            if is_answered(self._interaction):
                sent = await self._interaction.edit_original_response(**arguments)
                end_promise(self._interaction)
                self._message_id = sent.id
            else:
                self._message_id = await self._respond(arguments)
            return self._message_id or 0

    async def _respond(self, arguments: dict[str, Any]) -> int | None:
        try:
            response = await self._interaction.response.send_message(**_sendable(arguments))
        except discord.HTTPException as error:
            note_acknowledged(self._interaction, error)
            return (await self._interaction.original_response()).id
        return response.message_id

    async def _promise(self) -> None:
        await asyncio.sleep(PATIENCE)
        async with self._answering:
            if not is_answered(self._interaction):
                await defer(self._interaction)


class ReplyOutlet:
    """Answers a message with a reply that pings nobody."""

    def __init__(self, sender: Sender, message: discord.Message) -> None:
        self._sender = sender
        self._asked = message
        self._message_id: int | None = None

    async def show(self, message: Message) -> int:
        """See `Outlet`; plain text where the bot may not embed.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not shown.
        """
        ends_at = asyncio.get_running_loop().time() + HELD_OFF_MOST
        while True:
            try:
                return await self._show(message)
            except RefusedError as error:
                pause = error.retry_after or HELD_OFF
                is_late = asyncio.get_running_loop().time() + pause > ends_at
                if error.status != TOO_MANY or is_late:
                    raise
            await asyncio.sleep(pause)

    async def _show(self, message: Message) -> int:
        place_id = self._asked.channel.id
        payload = (message if _may_embed(self._asked) else to_plain(message)).to_payload()
        if self._message_id is not None:
            await self._sender.edit_message(place_id, self._message_id, payload)
            return self._message_id
        # Gone meanwhile, the question is answered all the same.
        reference = {"message_id": str(self._asked.id), "fail_if_not_exists": False}
        payload |= {"message_reference": reference}
        mark = f"reply:{self._asked.id}"
        try:
            self._message_id = await self._sender.create_message(place_id, payload, mark=mark)
        except UnsureError:  # Discord knows the nonce if it did arrive
            self._message_id = await self._sender.create_message(place_id, payload, mark=mark)
        return self._message_id


def _arguments(message: Message) -> dict[str, Any]:
    return {
        "content": message.content,
        "embeds": list(message.embeds),
        "view": to_view(message) if message.buttons or message.menus else None,
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def _sendable(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of an edit as those of a first message: without what it lacks."""
    return {name: value for name, value in arguments.items() if value is not None}


def _may_embed(message: discord.Message) -> bool:
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return True
    try:
        return message.channel.permissions_for(message.guild.me).embed_links
    except discord.ClientException:  # a thread whose channel is not known yet
        return True
