"""The global budget: at most so many requests in any one second, never a burst past it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.metrics import Metrics
from bot.wire import TOO_MANY

# Seconds. Discord counts over one (docs: Rate Limits, "Global Rate Limit"); the rest is for timers.
_WINDOW = 1.002
# Seconds that are made up for when the loop wakes us late; a longer stall is lost.
_LATENESS = 0.05
# Seconds that a single request may have been under way for longer than usual; what takes longer yet
# is mostly the answer.
_DELAY = 0.1
# Answers that tell what is usual: more of them than can all be late, when the other side stops for
# a moment.
_TELLING, _REMEMBERED = 20, 100


@dataclass(slots=True)
class Turn:
    """A request that was let go, by the event loop's time; `took` is None until it is answered.

    `answers` is where it adds that.
    """

    sent: float
    answers: deque[float]
    took: float | None = None

    def end(self) -> None:
        """Note that it is answered, or has failed."""
        self.took = asyncio.get_running_loop().time() - self.sent
        self.answers.append(self.took)


class Pacer:
    """Hands out turns 1/`per_second` apart, and never more than `per_second` in any second.

    A token bucket that starts full lets through twice the budget in its first second; so do
    evenly planned times, when a stalled event loop wakes all their waiters at once. What counts
    is therefore when a request was let go, not when it was planned.

    Discord counts when it arrives. One that is late on its way opens Discord's second late, and the
    next ones, which are not, are too many for it. By how much it can have been late is what its
    answer took beyond the quickest's: the second behind it begins as much later. Where those
    behind it were answered no sooner, everything stood still, here or there, for as long as that.
    """

    def __init__(self, per_second: int) -> None:
        self._interval = _WINDOW / per_second
        self._planned = self._arrived = float("-inf")
        self._answers: deque[float] = deque(maxlen=_REMEMBERED)
        self._turns: deque[Turn] = deque(maxlen=per_second)
        self._turn = asyncio.Lock()

    async def wait(self) -> Turn:
        """Return when the next request may be sent; who waits first goes first."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            planned = self._planned + self._interval
            if loop.time() - planned > _LATENESS:
                planned = loop.time()
            # More answers may come meanwhile, and tell of more delay.
            while (send_at := max(planned, self._next_second())) > loop.time():  # noqa: ASYNC110 - for time
                await asyncio.sleep(send_at - loop.time())
            self._planned = planned
            turn = Turn(max(send_at, loop.time()), self._answers)
            self._turns.append(turn)
            return turn

    def _next_second(self) -> float:
        """Return when the first of a full second's turns has been counted, and a second more."""
        if len(self._turns) == self._turns.maxlen:
            self._arrived = max(self._arrived, self._turns[0].sent + self._delay())
        return self._arrived + _WINDOW

    def _delay(self) -> float:
        """Return how much longer than usual the first of the turns may have been on its way."""
        first = self._turns[0]
        usual = min(self._answers) if len(self._answers) >= _TELLING else 0.0
        alone = _DELAY if first.took is None else min(first.took - usual, _DELAY)
        ends = [each.sent + each.took for each in self._turns if each.took is not None]
        stood_still = min(ends) - usual - first.sent if ends else 0.0
        return max(alone, stood_still, 0.0)


# Answers to interactions do not count towards Discord's global limit, nor do downloads of what
# came with a command; nobody waits for them.
_FREE = ("/interactions/", "/webhooks/", "/attachments/", "/ephemeral-attachments/")

_SCOPES = ("user", "global", "shared")  # docs: Rate Limits, X-RateLimit-Scope


def pace_requests(pacer: Pacer, *, metrics: Metrics) -> aiohttp.TraceConfig:
    """Return what makes each request of a session take its turn, discord.py's own included."""

    async def take_turn(
        _session: aiohttp.ClientSession, context: Any, start: aiohttp.TraceRequestStartParams
    ) -> None:
        if not any(part in start.url.path for part in _FREE):
            begun = asyncio.get_running_loop().time()
            context.turn = await pacer.wait()
            metrics.budget_wait.inc(asyncio.get_running_loop().time() - begun)

    async def end_turn(_session: aiohttp.ClientSession, context: Any, _end: Any) -> None:
        if hasattr(context, "turn"):
            context.turn.end()

    async def count_refusal(
        _session: aiohttp.ClientSession, _context: Any, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status == TOO_MANY:
            scope = end.response.headers.get("X-RateLimit-Scope", "unknown")
            metrics.rate_limited.labels(scope if scope in _SCOPES else "unknown").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(take_turn)
    trace.on_request_end.append(end_turn)
    trace.on_request_exception.append(end_turn)
    trace.on_request_end.append(count_refusal)
    return trace
