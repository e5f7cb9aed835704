"""How a rendered message answers an interaction."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.errors import UserError
from bot.messages import pick_locale
from bot.outcomes import UnsureError
from bot.render.message import ButtonStyle, Menu, Message

if TYPE_CHECKING:
    from bot.client import DigestBot

ACKNOWLEDGED = 40060  # docs: JSON Error Codes
# In an interaction's extras:
_ACKNOWLEDGED = "acknowledged"
_PROMISED = "promised"  # an answer, and nothing stands there yet

_log = logging.getLogger(__name__)


def answer_in(interaction: discord.Interaction[Any], language: str) -> str:
    """Settle on the language of the answer, whatever it turns out to be; return it."""
    interaction.extras["language"] = language
    return language


def answer_language(interaction: discord.Interaction[Any]) -> str:
    """Return the language that was settled on, or else the user's own."""
    return str(interaction.extras.get("language") or pick_locale(reader_locale(interaction)))


def reader_locale(interaction: discord.Interaction[Any]) -> str:
    """Return the locale to answer the user in: what they chose with /language, else Discord's."""
    bot: DigestBot = interaction.client
    return bot.readers.language(interaction.user.id) or str(interaction.locale)


async def defer(
    interaction: discord.Interaction[Any], *, ephemeral: bool = False, thinking: bool = True
) -> None:
    """Promise an answer; a promise that Discord has of a try whose own answer was lost is one too.

    Raises:
        aiohttp.ClientError, discord.HTTPException: none could be made.
    """
    for is_last in (False, True):
        try:
            await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
        except aiohttp.ClientError:
            if is_last:
                raise
            continue
        except discord.HTTPException as error:
            note_acknowledged(interaction, error)
        interaction.extras[_PROMISED] = thinking
        return


def is_answered(interaction: discord.Interaction[Any]) -> bool:
    """Return whether Discord has the first response, so that what comes next is a follow-up."""
    return interaction.response.is_done() or _ACKNOWLEDGED in interaction.extras


def is_promised(interaction: discord.Interaction[Any]) -> bool:
    """Return whether an answer is promised, and nothing stands there yet."""
    return bool(interaction.extras.get(_PROMISED))


def end_promise(interaction: discord.Interaction[Any]) -> None:
    """Note that something stands there, or that nothing will."""
    interaction.extras.pop(_PROMISED, None)


def note_acknowledged(interaction: discord.Interaction[Any], error: discord.HTTPException) -> None:
    """Note that an earlier try of the first response got through, or raise the error."""
    if error.code != ACKNOWLEDGED:
        raise error
    interaction.extras[_ACKNOWLEDGED] = True


async def reply(
    interaction: discord.Interaction[Any], message: Message, *, ephemeral: bool = False
) -> None:
    """Answer, as the first response, where one was promised, or as a follow-up."""
    if is_promised(interaction):
        await _keep_promise(interaction, message)
        return
    arguments: dict[str, Any] = {
        "content": message.content,
        "embeds": list(message.embeds),
        "allowed_mentions": discord.AllowedMentions.none(),
        "ephemeral": ephemeral,
    }
    if message.buttons or message.menus:
        arguments["view"] = to_view(message)
    if message.attachments:
        arguments["files"] = _to_files(message)
    if is_answered(interaction):
        await interaction.followup.send(**arguments)
        return
    try:
        await interaction.response.send_message(**arguments)
    except discord.HTTPException as error:
        note_acknowledged(interaction, error)  # it is shown


async def follow_up(interaction: discord.Interaction[Any], messages: Iterable[Message]) -> None:
    """Send these behind the answer, to who asked alone, and none of them twice.

    Raises:
        RefusedError: Discord refuses one; those behind it are not sent.
        UserError: of one it is not known whether it is there; all others are.
    """
    bot: DigestBot = interaction.client
    is_unsure = False
    for message in messages:
        try:
            await bot.sender.follow_up(
                interaction.application_id, interaction.token, message.to_payload()
            )
        except UnsureError as error:
            _log.info("A part of an answer may be missing: %s", error)
            is_unsure = True
    if is_unsure:
        raise UserError("error.unsure_of_parts")


async def replace(interaction: discord.Interaction[Any], message: Message) -> None:
    """Edit the message whose button was pressed, also after that was deferred."""
    if is_answered(interaction):
        await interaction.edit_original_response(**_edited(message))
        return
    try:
        await interaction.response.edit_message(**_edited(message))
    except discord.HTTPException as error:
        note_acknowledged(interaction, error)


async def _keep_promise(interaction: discord.Interaction[Any], message: Message) -> None:
    """Put the message where its promise stands: an edit, which does no harm when it is repeated.

    A follow-up would be there twice where Discord had it and its own answer was lost.
    """
    for is_last in (False, True):
        try:
            await interaction.edit_original_response(**_edited(message))
        except aiohttp.ClientError:
            if is_last:
                raise
        except discord.HTTPException:
            end_promise(interaction)  # what is said of it goes another way
            raise
        else:
            end_promise(interaction)
            return


def _edited(message: Message) -> dict[str, Any]:
    return {
        "content": message.content,
        "embeds": list(message.embeds),
        "view": to_view(message) if message.buttons or message.menus else None,
        "attachments": _to_files(message),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def to_view(message: Message) -> discord.ui.View:
    """Return the menus and buttons as a view that discord.py sends and forgets.

    Presses are answered by `bot.views`, by custom_id, so they work after a restart too.
    """
    view = discord.ui.View(timeout=None)
    for row, menu in enumerate(message.menus):
        view.add_item(_to_select(menu, row))
    for row, buttons in enumerate(message.buttons, start=len(message.menus)):
        for button in buttons:
            view.add_item(
                discord.ui.Button(
                    label=button.label,
                    custom_id=button.custom_id,
                    url=button.url,
                    style=discord.ButtonStyle(
                        int(ButtonStyle.LINK if button.url else button.style)
                    ),
                    disabled=button.disabled,
                    row=row,
                )
            )
    view.stop()
    return view


def _to_select(menu: Menu, row: int) -> discord.ui.Select[discord.ui.View]:
    return discord.ui.Select(
        custom_id=menu.custom_id,
        placeholder=menu.placeholder,
        max_values=menu.most,
        options=[
            discord.SelectOption(
                label=option.label, value=option.value, description=option.description or None
            )
            for option in menu.options
        ],
        row=row,
    )


def _to_files(message: Message) -> list[discord.File]:
    return [
        discord.File(
            io.BytesIO(attachment.content),
            filename=attachment.name,
            description=attachment.description or None,
        )
        for attachment in message.attachments
    ]
