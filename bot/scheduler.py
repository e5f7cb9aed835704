"""The APScheduler tick: it calls, it never decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = logging.getLogger(__name__)


class Ticking:
    """Calls `tick` now and every `every` seconds until it is stopped.

    A tick that comes late is run all the same, once (APScheduler would drop it after a second).
    When the machine's clock is set back, APScheduler waits for it to catch up; a watch that goes
    by the event loop's clock, which nobody sets, brings the next tick back.
    """

    def __init__(self, tick: Callable[[], Awaitable[None]], *, every: float) -> None:
        self._tick = tick
        self._every = every
        self._called_at = asyncio.get_running_loop().time()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._job = self._scheduler.add_job(
            self._run,
            "interval",
            seconds=every,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.add_job(self._run, misfire_grace_time=None)
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """Call no more; a tick at work is cancelled."""
        self._watching.cancel()
        self._scheduler.shutdown(wait=False)

    async def _run(self) -> None:
        self._called_at = asyncio.get_running_loop().time()
        try:
            await self._tick()
        except asyncio.CancelledError:
            _log.debug("The schedule is ending")  # APScheduler would log it as an error
        except Exception:  # noqa: BLE001 - a failed tick must not end the schedule
            _log.exception("The scheduler's tick failed; the next one tries again")

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._every)
            if loop.time() - self._called_at > 3 * self._every:
                self._job.reschedule("interval", seconds=self._every)
