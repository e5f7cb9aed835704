"""One step of a delivery: claim it, look whether it was sent, send it, record it.

Whatever moment the process dies at, the ledger holds either no claim (nothing was sent), a claim
(perhaps it was: look for the mark first) or the result.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.destination import Destination
from bot.errors import UserError
from bot.marks import mark_for
from bot.render.message import Message
from bot.render.plain import to_plain
from bot.sender import RefusedError, Sender, UnsureError
from storage.base import LedgerStore
from storage.models import Claim, Delivery, Step, StepState

LEASE = timedelta(minutes=5)
# Invalid form body, empty message, blocked by the server's AutoMod: sending it again is no use.
UNPOSTABLE = frozenset({50035, 50006, 200000})
PAUSES = (0.5, 2.0, 5.0)  # seconds before a step of unknown outcome is tried again


_log = logging.getLogger(__name__)


class BusyError(Exception):
    """Another process holds the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRunner:
    """Carries out the steps of one delivery to one destination."""

    store: LedgerStore
    sender: Sender
    clock: Clock
    owner: str
    bot_id: int
    delivery: Delivery
    destination: Destination

    def mark(self, entry_id: int, name: str) -> str:
        """Return the step's mark."""
        return mark_for(self.delivery, entry_id, name)

    async def post(
        self, entry_id: int, name: str, message: Message, *, channel_id: int, revision: str
    ) -> Step:
        """Post a marked message into the channel or one of its threads."""
        mark = self.mark(entry_id, name)
        in_thread = channel_id != self.destination.channel_id
        after = channel_id if in_thread else self.delivery.anchor

        async def send() -> tuple[int, int]:
            payload = self._payload(message)
            return channel_id, await self.sender.create_message(channel_id, payload, mark=mark)

        async def find() -> tuple[int, int] | None:
            found = await self.sender.find_message(channel_id, mark, after=after)
            return (channel_id, found) if found else None

        return await self._run(entry_id, name, revision=revision, send=send, find=find)

    async def forum_post(
        self,
        entry_id: int,
        name: str,
        message: Message,
        *,
        title: str,
        tags: tuple[int, ...],
        revision: str,
    ) -> Step:
        """Create a marked forum post; the step's channel and message are the post's thread."""
        forum = self.destination
        mark = self.mark(entry_id, name)

        async def send() -> tuple[int, int]:
            post_id = await self.sender.create_forum_post(
                forum.channel_id, self._payload(message), name=title, tags=tags
            )
            return post_id, post_id

        async def find() -> tuple[int, int] | None:
            found = await self.sender.find_forum_post(
                forum.guild_id,
                forum.channel_id,
                mark,
                after=self.delivery.anchor,
                author_id=self.bot_id,
            )
            return (found, found) if found else None

        return await self._run(entry_id, name, revision=revision, send=send, find=find)

    async def thread(self, entry_id: int, message_id: int, *, title: str) -> Step:
        """Start a posted message's thread; it has the message's id, so asking twice is safe."""
        channel_id = self.destination.channel_id

        async def send() -> tuple[int, int]:
            thread_id = await self.sender.create_thread(channel_id, message_id, name=title)
            return channel_id, thread_id

        return await self._run(entry_id, "thread", revision="", send=send, find=None)

    async def edit(
        self, entry_id: int, name: str, message: Message, *, posted: Step, revision: str
    ) -> Step:
        """Edit a posted message; doing it twice changes nothing."""
        channel_id, message_id = posted.channel_id or 0, posted.message_id or 0

        async def send() -> tuple[int, int]:
            await self.sender.edit_message(channel_id, message_id, self._payload(message))
            return channel_id, message_id

        return await self._run(entry_id, name, revision=revision, send=send, find=None)

    def _payload(self, message: Message) -> dict[str, object]:
        return (message if self.destination.may_embed else to_plain(message)).to_payload()

    async def _claim(self, entry_id: int, name: str) -> Claim:
        claim = await self.store.claim_step(
            self.delivery.id, entry_id, name, owner=self.owner, lease=LEASE, now=self.clock()
        )
        if not claim.granted:
            raise BusyError(name)
        return claim

    async def _run(
        self,
        entry_id: int,
        name: str,
        *,
        revision: str,
        send: Callable[[], Awaitable[tuple[int, int]]],
        find: Callable[[], Awaitable[tuple[int, int] | None]] | None,
    ) -> Step:
        """Carry out a step once.

        Raises:
            BusyError: another process is at it.
            RefusedError: Discord refuses it; the claim is given back.
            UnsureError: the outcome is still unknown after the last try.
            UserError: it may have been sent, and the history cannot be read.
        """
        for pause in (*PAUSES, None):
            claim = await self._claim(entry_id, name)
            if claim.step.state is not StepState.CLAIMED:
                return claim.step
            try:
                found = await self._found(find) if find and not claim.fresh else None
                result = found or await self._send(claim, send)
            except UnsureError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                continue
            except RefusedError as error:
                if error.code not in UNPOSTABLE:
                    raise
                _log.error("Discord refuses %s: %s", self.mark(entry_id, name), error)
                return await self.store.mark_skipped(claim.step)
            return await self._record(claim.step, result, revision=revision)
        raise AssertionError("the last try returns or raises")

    async def _found(
        self, find: Callable[[], Awaitable[tuple[int, int] | None]]
    ) -> tuple[int, int] | None:
        if not self.destination.may_read_history:
            raise UserError("error.history_needed", channel=self.destination.channel_id)
        return await find()

    async def _send(
        self, claim: Claim, send: Callable[[], Awaitable[tuple[int, int]]]
    ) -> tuple[int, int]:
        try:
            return await send()
        except RefusedError:
            if claim.fresh:  # otherwise an earlier try may yet turn up: keep looking for it
                await self.store.release_step(claim.step)
            raise

    async def _record(self, step: Step, result: tuple[int, int], *, revision: str) -> Step:
        channel_id, message_id = result
        return await self.store.mark_done(
            step,
            channel_id=channel_id,
            message_id=message_id,
            revision=revision,
        )
