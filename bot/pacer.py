"""The global budget: at most so many requests in any one second, never a burst past it."""

from __future__ import annotations

import asyncio


class Pacer:
    """Hands out send times that are at least 1/`per_second` apart.

    Discord counts requests over a second (docs: Rate Limits, "Global Rate Limit"); a token bucket
    that starts full lets through twice the budget in its first second, even spacing never does.
    """

    def __init__(self, per_second: int) -> None:
        self._interval = 1 / per_second
        self._next = 0.0

    async def wait(self) -> None:
        """Return when the next request may be sent."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        send_at = max(now, self._next)
        self._next = send_at + self._interval
        if send_at > now:
            await asyncio.sleep(send_at - now)
