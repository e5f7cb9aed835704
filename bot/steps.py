"""One step of a delivery: claim it, look whether it was sent, send it, record it.

Whatever moment the process dies at, the ledger holds either no claim (nothing was sent), a claim
(perhaps it was: look for the mark first) or the result. A recorded step whose source has changed
is edited in place.
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
PAUSES = (0.5, 2.0, 5.0)  # seconds before a step of unknown outcome is tried again

# Discord's JSON error codes after which a step is given up, because trying again is no use:
# invalid form body, empty message, blocked by the server's AutoMod ...
UNPOSTABLE = frozenset({50035, 50006, 200000})
# ... somebody deleted the message or thread; the thread was archived or locked.
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, ARCHIVED, LOCKED = 10003, 10008, 50083, 160005

_log = logging.getLogger(__name__)

Result = tuple[int, int]  # channel id, message id


class BusyError(Exception):
    """Another process holds the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What a step does.

    `find` looks whether an earlier try was carried out; None where asking twice is safe.
    `refresh` edits what was sent before; None where nothing is ever edited. `hopeless` are the
    error codes after which the step is given up.
    """

    entry_id: int
    name: str
    revision: str
    send: Callable[[], Awaitable[Result]]
    find: Callable[[], Awaitable[Result | None]] | None = None
    refresh: Callable[[Step], Awaitable[None]] | None = None
    hopeless: frozenset[int] = UNPOSTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRunner:
    """Carries out the steps of one delivery to one destination.

    Each method returns the step: DONE with where its result is, or SKIPPED.

    Raises (each method):
        BusyError: another process is at it.
        RefusedError: Discord refuses it; a later try begins anew.
        UnsureError: the outcome is still unknown after the last try.
        UserError: it may have been sent, and the history cannot be read to find out.
    """

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
        self,
        entry_id: int,
        name: str,
        message: Message,
        *,
        channel_id: int,
        revision: str,
        editable: bool = True,
    ) -> Step:
        """Post a marked message into the channel or one of its threads."""
        mark = self.mark(entry_id, name)
        in_thread = channel_id != self.destination.channel_id
        after = channel_id if in_thread else self.delivery.anchor
        gone = {UNKNOWN_MESSAGE} | ({UNKNOWN_CHANNEL, ARCHIVED, LOCKED} if in_thread else set())

        async def send() -> Result:
            payload = self._payload(message)
            return channel_id, await self.sender.create_message(channel_id, payload, mark=mark)

        async def find() -> Result | None:
            found = await self.sender.find_message(channel_id, mark, after=after)
            return (channel_id, found) if found else None

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                find=find,
                refresh=self._editing(message) if editable else None,
                hopeless=UNPOSTABLE | gone,
            )
        )

    async def forum_post(
        self,
        entry_id: int,
        name: str,
        message: Message,
        *,
        title: str,
        tags: tuple[int, ...],
        revision: str,
        editable: bool = True,
    ) -> Step:
        """Create a marked forum post; the step's channel and message are the post's thread."""
        forum = self.destination
        mark = self.mark(entry_id, name)

        async def send() -> Result:
            post_id = await self.sender.create_forum_post(
                forum.channel_id, self._payload(message), name=title, tags=tags
            )
            return post_id, post_id

        async def find() -> Result | None:
            found = await self.sender.find_forum_post(
                forum.guild_id,
                forum.channel_id,
                mark,
                after=self.delivery.anchor,
                author_id=self.bot_id,
            )
            return (found, found) if found else None

        async def refresh(step: Step) -> None:
            await self._editing(message)(step)
            if not (step.revision or "").endswith(f"/{title}"):
                await self.sender.edit_thread(step.channel_id or 0, {"name": title})

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=f"{revision}/{title}",
                send=send,
                find=find,
                refresh=refresh if editable else None,
                hopeless=UNPOSTABLE | {UNKNOWN_MESSAGE},
            )
        )

    async def thread(self, entry_id: int, message_id: int, *, title: str) -> Step:
        """Start a posted message's thread, or rename it; it has the message's id."""
        channel_id = self.destination.channel_id

        async def send() -> Result:
            thread_id = await self.sender.create_thread(channel_id, message_id, name=title)
            return channel_id, thread_id

        async def refresh(step: Step) -> None:
            await self.sender.edit_thread(step.message_id or 0, {"name": title})

        return await self._run(
            _Action(
                entry_id=entry_id,
                name="thread",
                revision=title,
                send=send,
                refresh=refresh,
                hopeless=UNPOSTABLE | {UNKNOWN_MESSAGE},
            )
        )

    async def edit(
        self, entry_id: int, name: str, message: Message, *, posted: Step, revision: str
    ) -> Step:
        """Edit a posted message, now and whenever its source changes."""

        async def send() -> Result:
            await self._editing(message)(posted)
            return posted.channel_id or 0, posted.message_id or 0

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                refresh=self._editing(message),
                hopeless=UNPOSTABLE | {UNKNOWN_MESSAGE},
            )
        )

    def _editing(self, message: Message) -> Callable[[Step], Awaitable[None]]:
        async def edit(step: Step) -> None:
            await self.sender.edit_message(
                step.channel_id or 0, step.message_id or 0, self._payload(message)
            )

        return edit

    def _payload(self, message: Message) -> dict[str, object]:
        return (message if self.destination.may_embed else to_plain(message)).to_payload()

    async def _run(self, action: _Action) -> Step:
        for pause in (*PAUSES, None):
            claim = await self._claim(action)
            step = claim.step
            if step.state is StepState.SKIPPED:
                return step
            if step.state is StepState.DONE and (
                action.refresh is None or step.revision == action.revision
            ):
                return step
            try:
                channel_id, message_id = await self._carry_out(action, claim)
            except UnsureError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                continue
            except RefusedError as error:
                if error.code not in action.hopeless:
                    raise
                _log.warning("Gave up %s: %s", self.mark(action.entry_id, action.name), error)
                return await self.store.mark_skipped(step)
            return await self.store.mark_done(
                step, channel_id=channel_id, message_id=message_id, revision=action.revision
            )
        raise AssertionError("the last try returns or raises")

    async def _claim(self, action: _Action) -> Claim:
        claim = await self.store.claim_step(
            self.delivery.id,
            action.entry_id,
            action.name,
            owner=self.owner,
            lease=LEASE,
            now=self.clock(),
        )
        if not claim.granted:
            raise BusyError(action.name)
        return claim

    async def _carry_out(self, action: _Action, claim: Claim) -> Result:
        step = claim.step
        if step.state is StepState.DONE and action.refresh:
            await action.refresh(step)
            return step.channel_id or 0, step.message_id or 0
        if action.find and not claim.fresh:
            self._require_history()
            if found := await action.find():
                return found
        try:
            return await action.send()
        except RefusedError as error:
            # Not after an earlier try: that one may yet turn up, so keep looking for it.
            if claim.fresh and error.code not in action.hopeless:
                await self.store.release_step(step)
            raise

    def _require_history(self) -> None:
        if not self.destination.may_read_history:
            raise UserError("error.history_needed", channel=self.destination.channel_id)
