"""The global budget: at most so many requests in any one second, never a burst past it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import aiohttp

from bot.metrics import Metrics

# Seconds. Discord counts over one (docs: Rate Limits, "Global Rate Limit"), by when requests
# arrive: the rest is room for some taking longer on their way than others.
_WINDOW = 1.015
# Seconds that are made up for when the loop wakes us late; a longer stall is lost.
_LATENESS = 0.05


class Pacer:
    """Hands out send times 1/`per_second` apart, and never more than `per_second` in any second.

    A token bucket that starts full lets through twice the budget in its first second; so do
    evenly planned times, when a stalled event loop wakes all their waiters at once. What counts
    is therefore when a request was let go, not when it was planned.
    """

    def __init__(self, per_second: int) -> None:
        self._interval = _WINDOW / per_second
        self._planned = float("-inf")
        self._sent: deque[float] = deque([float("-inf")] * per_second, maxlen=per_second)
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Return when the next request may be sent; who waits first goes first."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            planned = self._planned + self._interval
            if loop.time() - planned > _LATENESS:
                planned = loop.time()
            send_at = max(planned, self._sent[0] + _WINDOW)
            if send_at > loop.time():
                await asyncio.sleep(send_at - loop.time())
            self._planned = planned
            self._sent.append(max(send_at, loop.time()))


# Answers to interactions do not count towards Discord's global limit, nor do downloads of what
# came with a command; nobody waits for them.
_FREE = ("/interactions/", "/webhooks/", "/attachments/", "/ephemeral-attachments/")
_TOO_MANY = 429
_SCOPES = ("user", "global", "shared")  # docs: Rate Limits, X-RateLimit-Scope


def pace_requests(pacer: Pacer, *, metrics: Metrics) -> aiohttp.TraceConfig:
    """Return what makes each request of a session take its turn, discord.py's own included."""

    async def take_turn(
        _session: aiohttp.ClientSession, _context: Any, start: aiohttp.TraceRequestStartParams
    ) -> None:
        if not any(part in start.url.path for part in _FREE):
            begun = asyncio.get_running_loop().time()
            await pacer.wait()
            metrics.budget_wait.inc(asyncio.get_running_loop().time() - begun)

    async def count_refusal(
        _session: aiohttp.ClientSession, _context: Any, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status == _TOO_MANY:
            scope = end.response.headers.get("X-RateLimit-Scope", "unknown")
            metrics.rate_limited.labels(scope if scope in _SCOPES else "unknown").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(take_turn)
    trace.on_request_end.append(count_refusal)
    return trace
