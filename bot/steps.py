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

from bot import attempts
from bot.attempts import LEASE, claim_settled, persist
from bot.clock import Clock
from bot.destination import Destination
from bot.errors import UserError
from bot.histories import Histories
from bot.logs import log_about
from bot.marks import mark_for
from bot.metrics import Metrics
from bot.outcomes import (
    CLOSED,
    GONE,
    INVALID_FORM,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    UNPOSTABLE,
    LimitedError,
    RefusedError,
    UnsureError,
)
from bot.render.message import Message
from bot.render.plain import to_plain
from bot.sender import Sender
from storage.base import LedgerStore
from storage.models import Claim, Delivery, Step, StepState

_log = logging.getLogger(__name__)

Result = tuple[int, int]  # channel id, message id


class _AbsentError(Exception):
    """What is looked for is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What a step does.

    `send` takes the event loop's time after which it must not send. `find` looks whether an
    earlier try was carried out; None where asking twice is safe. `refresh` edits what was sent
    before; None where nothing is ever edited. `pointless` are the error codes of `find` and `send`,
    `gone` those of `refresh`, after which the step is given up; `refresh` adds those of a message
    that is gone from where it stands. `settle` are the seconds after which a request that another
    process has begun shows where `find` looks.
    """

    entry_id: int
    name: str
    revision: str
    send: Callable[[float], Awaitable[Result]]
    find: Callable[[], Awaitable[Result | None]] | None = None
    refresh: Callable[[Step], Awaitable[None]] | None = None
    settle: float = 0.0
    pointless: frozenset[int] = UNPOSTABLE
    gone: frozenset[int] = frozenset()

    @property
    def kind(self) -> str:
        """The name without a part's number."""
        return self.name.rstrip("0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRunner:
    """Carries out the steps of one delivery to one destination.

    `look` returns the destination as it is at the moment, None where the gateway does not tell.
    Once `stopping` is set, no step is begun.

    Each method returns the step: DONE with where its result is, or SKIPPED.

    Raises (each method):
        BusyError: another process is at it.
        ClosedError: the delivery has ended with its subscription.
        RefusedError: Discord refuses it; a later try begins anew.
        StoppedError: the process is about to end.
        UnsureError: the outcome is still unknown after the last try.
        UserError: it may have been sent, and the history cannot be read to find out.
    """

    store: LedgerStore
    sender: Sender
    histories: Histories
    clock: Clock
    owner: str
    bot_id: int
    delivery: Delivery
    destination: Destination
    look: Callable[[], Destination | None]
    stopping: asyncio.Event
    metrics: Metrics

    @property
    def current(self) -> Destination:
        """The destination with what the bot may do there by now."""
        return self.look() or self.destination

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
        elsewhere: tuple[int, ...] = (),
        editable: bool = True,
        role_id: int | None = None,
    ) -> Step:
        """Post a marked message into the channel or one of its threads.

        `elsewhere` are other places where an earlier try may have put it; a thread that is gone, or
        never was, is none. `role_id` is the role that it notifies if its text names it, once.
        """
        mark = self.mark(entry_id, name)
        in_thread = channel_id != self.destination.channel_id

        async def send(deadline: float) -> Result:
            message_id = await self.sender.create_message(
                channel_id, self._payload(message, role_id), mark=mark, deadline=deadline
            )
            return channel_id, message_id

        async def find() -> Result | None:
            found = await self._find_in(channel_id, mark)
            for place in elsewhere:
                found = found or await self._find_if_there(place, mark)
            return found

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                find=find,
                settle=attempts.SETTLE_BY_NONCE,
                refresh=self._editing(message) if editable else None,
                pointless=UNPOSTABLE | GONE | CLOSED if in_thread else UNPOSTABLE,
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
        label: str,
        editable: bool = True,
        role_id: int | None = None,
    ) -> Step:
        """Create a marked forum post; the step's channel and message are the post's thread.

        `label` is the source of title and tags, as `revision` is the message's; `role_id` is as
        for `post`.
        """
        forum = self.destination

        async def send(deadline: float) -> Result:
            post_id = await self.sender.create_forum_post(
                forum.channel_id,
                self._payload(message, role_id),
                name=title,
                tags=tags,
                deadline=deadline,
            )
            return post_id, post_id

        async def find() -> Result | None:
            return await self._find_forum_post(self.mark(entry_id, name))

        async def refresh(step: Step) -> None:
            await self._editing(message)(step)
            if not (step.revision or "").endswith(f"/{label}"):
                changes = {"name": title, "applied_tags": [str(tag) for tag in tags]}
                await self.sender.edit_thread(step.channel_id or 0, changes)

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=f"{revision}/{label}",
                send=send,
                find=find,
                settle=attempts.SETTLE_LEFT,
                refresh=refresh if editable else None,
            )
        )

    async def thread(self, entry_id: int, message_id: int, *, title: str, source: str) -> Step:
        """Start a posted message's thread, or rename it; it has the message's id.

        `source` is the text that `title` was made of: only its change is worth a new name.
        """
        channel_id = self.destination.channel_id

        async def send(_: float) -> Result:
            thread_id = await self.sender.create_thread(channel_id, message_id, name=title)
            return channel_id, thread_id

        async def refresh(step: Step) -> None:
            await self.sender.edit_thread(step.message_id or 0, {"name": title})

        return await self._run(
            _Action(
                entry_id=entry_id,
                name="thread",
                revision=source,
                send=send,
                refresh=refresh,
                pointless=UNPOSTABLE | {UNKNOWN_MESSAGE},
                gone=GONE,
            )
        )

    async def edit(
        self, entry_id: int, name: str, message: Message, *, posted: Step, revision: str
    ) -> Step:
        """Edit a posted message, now and whenever its source changes."""

        async def send(_: float) -> Result:
            await self._editing(message)(posted)
            return posted.channel_id or 0, posted.message_id or 0

        return await self._run(
            _Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                refresh=self._editing(message),
                pointless=UNPOSTABLE | CLOSED | self._gone(posted.channel_id),
            )
        )

    async def find_out(self, step: Step, *, channel_id: int | None) -> None:
        """Record what a claim of a paper led to, or forget it where that is nothing; send nothing.

        `channel_id` is the channel or thread it would be in; None: it would be a forum's post.
        """

        async def find() -> Result | None:
            mark = self.mark(step.entry_id, step.name)
            if channel_id is None:
                return await self._find_forum_post(mark)
            return await self._find_if_there(channel_id, mark)

        async def forget(_: float) -> Result:
            raise _AbsentError

        action = _Action(
            entry_id=step.entry_id,
            name=step.name,
            revision=step.revision or "",
            send=forget,
            find=find,
            settle=attempts.SETTLE_LEFT if channel_id is None else attempts.SETTLE_BY_NONCE,
        )
        try:
            await self._run(action)
        except _AbsentError:
            await self.store.give_back(step)

    async def publish(self, posted: Step) -> Step:
        """Publish a posted message to the channels that follow this one, or give that up.

        Raises only BusyError, ClosedError, StoppedError: that it cannot be published stops nothing.
        """

        async def send(_: float) -> Result:
            channel_id, message_id = posted.channel_id or 0, posted.message_id or 0
            await self.sender.publish(channel_id, message_id)
            return channel_id, message_id

        action = _Action(entry_id=posted.entry_id, name="crosspost", revision="", send=send)
        try:
            return await self._run(action)
        except (LimitedError, RefusedError, UnsureError) as error:
            claim = await self._claim(action)
            return await self._give_up(action, claim.step, error)

    async def delete_parts(self, entry_id: int, name: str, *, kept: int) -> None:
        """Delete the messages of a text that takes fewer of them by now: `name` and a number."""
        for step in await self.store.list_steps(self.delivery.id):
            number = step.name.removeprefix(name)
            if step.entry_id != entry_id or not number.isdigit() or int(number) < kept:
                continue
            if step.state is StepState.DONE:
                await self.sender.delete_message(step.channel_id or 0, step.message_id or 0)
                await self.store.forget_step(step)

    async def _find_in(self, channel_id: int, mark: str) -> Result | None:
        in_thread = channel_id != self.destination.channel_id
        after = channel_id if in_thread else self.delivery.anchor
        found = await self.histories.find_message(channel_id, mark, after=after)
        return (channel_id, found) if found else None

    async def _find_if_there(self, channel_id: int, mark: str) -> Result | None:
        try:
            return await self._find_in(channel_id, mark)
        except RefusedError as error:
            if error.code not in self._gone(channel_id):
                raise
            return None

    async def _find_forum_post(self, mark: str) -> Result | None:
        found = await self.histories.find_forum_post(
            self.destination.guild_id,
            self.destination.channel_id,
            mark,
            after=self.delivery.anchor,
            author_id=self.bot_id,
        )
        return (found, found) if found else None

    def _gone(self, channel_id: int | None) -> frozenset[int]:
        """Return the codes that say a message is gone; a channel that is gone is another matter."""
        return GONE if channel_id != self.destination.channel_id else GONE - {UNKNOWN_CHANNEL}

    def _editing(self, message: Message) -> Callable[[Step], Awaitable[None]]:
        async def edit(step: Step) -> None:
            await self.sender.edit_message(
                step.channel_id or 0, step.message_id or 0, self._payload(message)
            )

        return edit

    def _payload(self, message: Message, role_id: int | None = None) -> dict[str, object]:
        payload = (message if self.current.may_embed else to_plain(message)).to_payload()
        if role_id is None:
            return payload
        return payload | {"allowed_mentions": {"parse": [], "roles": [str(role_id)]}}

    async def _run(self, action: _Action) -> Step:
        tries = 0

        async def attempt(deadline: float) -> Step:
            nonlocal tries
            tries += 1
            if tries > 1:
                self.metrics.retries.labels(action.kind).inc()
            claim = await self._claim(action)
            if claim.step.state is StepState.SKIPPED:
                return claim.step
            if claim.step.state is StepState.DONE:
                return await self._refresh(action, claim.step)
            return await self._carry_out(action, claim, deadline)

        with log_about(paper=action.entry_id or None, step=action.name):
            return await persist(attempt, stopping=self.stopping)

    async def _claim(self, action: _Action) -> Claim:
        async def ask(settle: timedelta) -> Claim:
            return await self.store.claim_step(
                self.delivery.id,
                action.entry_id,
                action.name,
                owner=self.owner,
                lease=LEASE,
                settle=settle,
                now=self.clock(),
                revision=action.revision,
            )

        mark = self.mark(action.entry_id, action.name)
        return await claim_settled(ask, mark, settle=action.settle, stopping=self.stopping)

    async def _carry_out(self, action: _Action, claim: Claim, deadline: float) -> Step:
        """Send what may have been sent before only if it cannot be found."""
        found, end = None, "found"
        try:
            if action.find and not claim.fresh:
                self._require_history()
                found = await action.find()
            if found is None:
                found, end = await action.send(deadline), "sent"
        except RefusedError as error:
            if _is_pointless(error, action):  # what was in a thread that is gone is gone with it
                return await self._give_up(action, claim.step, error)
            self._count(action, "refused")
            # Not after an earlier try: that one may yet turn up, so keep looking for it.
            if claim.fresh:
                await self.store.release_step(claim.step, owner=self.owner)
            raise
        if end == "found" and action.refresh is not None:
            # Sent by an earlier try: what it shows may have changed since.
            return await self._take_over(action, claim.step, *found)
        step = await self._mark_done(action, claim.step, *found)
        self._count(action, end)
        return step

    async def _take_over(
        self, action: _Action, step: Step, channel_id: int, message_id: int
    ) -> Step:
        """Record what an earlier try led to, and bring it up to date."""
        step = await self.store.mark_done(
            step, channel_id=channel_id, message_id=message_id, revision=step.revision or ""
        )
        self._count(action, "found")
        return await self._refresh(action, step)

    async def _refresh(self, action: _Action, step: Step) -> Step:
        """Edit what stands there if its source has changed since."""
        if action.refresh is None or step.revision == action.revision:
            return step
        try:
            await action.refresh(step)
            self._count(action, "edited")
        except RefusedError as error:
            if error.code in action.gone | self._gone(step.channel_id):
                return await self._give_up(action, step, error)
            if error.code not in UNPOSTABLE | CLOSED:
                raise
            _log.warning("Left as it is: %s: %s", self.mark(step.entry_id, step.name), error)
        return await self._mark_done(action, step, step.channel_id or 0, step.message_id or 0)

    async def _mark_done(
        self, action: _Action, step: Step, channel_id: int, message_id: int
    ) -> Step:
        return await self.store.mark_done(
            step, channel_id=channel_id, message_id=message_id, revision=action.revision
        )

    async def _give_up(self, action: _Action, step: Step, error: Exception) -> Step:
        _log.warning("Gave up %s: %s", self.mark(action.entry_id, action.name), error)
        self._count(action, "given_up")
        refused = error.code if isinstance(error, RefusedError) else None
        return await self.store.mark_skipped(step, owner=self.owner, refused=refused)

    def _count(self, action: _Action, end: str) -> None:
        self.metrics.steps.labels(action.kind, end).inc()
        if action.kind == "paper" and end in ("sent", "found"):
            self.metrics.posts.inc()

    def _require_history(self) -> None:
        if not self.current.may_read_history:
            raise UserError("error.history_needed", channel=self.destination.channel_id)


def _is_pointless(error: RefusedError, action: _Action) -> bool:
    """Return whether asking again would be refused as well."""
    if error.code == INVALID_FORM and "applied_tags" in error.text:
        return False  # a forum's tag has just been deleted or reserved: soon we know, too
    return error.code in action.pointless
