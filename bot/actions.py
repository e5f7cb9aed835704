"""Carrying out a step of a delivery once: claim it, look whether it was sent, send it, record it.

Whatever moment the process dies at, the ledger holds either no claim (nothing was sent), a claim
(perhaps it was: look for the mark first) or the result. A recorded step whose source has changed
is edited in place.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.attempts import LEASE, claim_settled, persist
from bot.clock import Clock
from bot.destination import Destination
from bot.errors import UserError
from bot.logs import log_about
from bot.marks import mark_for
from bot.metrics import Metrics
from bot.outcomes import (
    BAD_REQUEST,
    CLOSED,
    GONE,
    INVALID_FORM,
    PASSING,
    UNKNOWN_CHANNEL,
    UNPOSTABLE,
    RefusedError,
)
from storage.base import LedgerStore
from storage.models import Claim, Delivery, Step, StepState

# A fault that Discord finds in a request, and that is none of those of which more is known, keeps
# the posts behind it waiting for so many tries: their pauses make a quarter of an hour.
REFUSALS = 8

_log = logging.getLogger(__name__)

Result = tuple[int, int]  # channel id, message id


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
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
class ActionRunner:
    """Carries out the actions of one delivery to one destination.

    `look` returns the destination as it is at the moment, None where the gateway does not tell.
    Once `stopping` is set, no action is begun. `refusals` counts, over all tries, how often Discord
    found fault with an action, by its mark.
    """

    store: LedgerStore
    clock: Clock
    owner: str
    delivery: Delivery
    destination: Destination
    look: Callable[[], Destination | None]
    stopping: asyncio.Event
    metrics: Metrics
    refusals: Counter[str]

    @property
    def current(self) -> Destination:
        """The destination with what the bot may do there by now."""
        return self.look() or self.destination

    def mark(self, entry_id: int, name: str) -> str:
        """Return the step's mark."""
        return mark_for(self.delivery, entry_id, name)

    async def run(self, action: Action) -> Step:
        """Carry the action out, unless it has been; return its step, DONE or SKIPPED."""
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

    async def give_up(self, action: Action, error: Exception) -> Step:
        """Give up an action that `run` failed at."""
        claim = await self._claim(action)
        return await self._give_up(action, claim.step, error)

    def gone(self, channel_id: int | None) -> frozenset[int]:
        """Return the codes that say a message is gone; a channel that is gone is another matter."""
        return GONE if channel_id != self.destination.channel_id else GONE - {UNKNOWN_CHANNEL}

    async def _claim(self, action: Action) -> Claim:
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

    async def _carry_out(self, action: Action, claim: Claim, deadline: float) -> Step:
        """Send what may have been sent before only if it cannot be found."""
        found, end = None, "found"
        try:
            if action.find and not claim.fresh:
                self._require_history()
                found = await action.find()
            if found is None:
                found, end = await action.send(deadline), "sent"
        except RefusedError as error:
            # What was in a thread that is gone is gone with it.
            if _is_pointless(error, action) or self._is_refused_for_good(error, action):
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
        self, action: Action, step: Step, channel_id: int, message_id: int
    ) -> Step:
        """Record what an earlier try led to, and bring it up to date."""
        step = await self.store.mark_done(
            step, channel_id=channel_id, message_id=message_id, revision=step.revision or ""
        )
        self._count(action, "found")
        return await self._refresh(action, step)

    async def _refresh(self, action: Action, step: Step) -> Step:
        """Edit what stands there if its source has changed since."""
        if action.refresh is None or step.revision == action.revision:
            return step
        try:
            await action.refresh(step)
            self._count(action, "edited")
        except RefusedError as error:
            if error.code in action.gone | self.gone(step.channel_id):
                return await self._give_up(action, step, error)
            if error.code not in UNPOSTABLE | CLOSED and not self._is_refused_for_good(
                error, action
            ):
                raise
            _log.warning("Left as it is: %s: %s", self.mark(step.entry_id, step.name), error)
        return await self._mark_done(action, step, step.channel_id or 0, step.message_id or 0)

    def _is_refused_for_good(self, error: RefusedError, action: Action) -> bool:
        """Count a fault that Discord found; return whether the posts behind have waited enough."""
        if error.status != BAD_REQUEST or error.code in PASSING:
            return False
        return self.has_waited_enough(action)

    def has_waited_enough(self, action: Action) -> bool:
        """Count a refusal of the action; return whether it is the last to be waited out."""
        mark = self.mark(action.entry_id, action.name)
        self.refusals[mark] += 1
        if self.refusals[mark] < REFUSALS:
            return False
        del self.refusals[mark]
        return True

    async def _mark_done(
        self, action: Action, step: Step, channel_id: int, message_id: int
    ) -> Step:
        return await self.store.mark_done(
            step, channel_id=channel_id, message_id=message_id, revision=action.revision
        )

    async def _give_up(self, action: Action, step: Step, error: Exception) -> Step:
        _log.warning("Gave up %s: %s", self.mark(action.entry_id, action.name), error)
        self._count(action, "given_up")
        refused = error.code if isinstance(error, RefusedError) else None
        return await self.store.mark_skipped(step, owner=self.owner, refused=refused)

    def _count(self, action: Action, end: str) -> None:
        self.metrics.steps.labels(action.kind, end).inc()
        if action.kind == "paper" and end in ("sent", "found"):
            self.metrics.posts.inc()

    def _require_history(self) -> None:
        if not self.current.may_read_history:
            raise UserError("error.history_needed", channel=self.destination.channel_id)


def _is_pointless(error: RefusedError, action: Action) -> bool:
    """Return whether asking again would be refused as well."""
    if error.code == INVALID_FORM and "applied_tags" in error.text:
        return False  # a forum's tag has just been deleted or reserved: soon we know, too
    return error.code in action.pointless
