"""The APScheduler tick: it calls, it never decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = logging.getLogger(__name__)


class Ticking:
    """A schedule that runs until it is stopped. Made by `start_ticking`."""

    def __init__(self, scheduler: AsyncIOScheduler, job: Job, *, every: float) -> None:
        self._scheduler = scheduler
        self._job = job
        self._every = every
        self._watch = asyncio.create_task(self._watch_clock())

    def stop(self) -> None:
        """Call no more; a tick at work is cancelled."""
        self._watch.cancel()
        self._scheduler.shutdown(wait=False)

    async def _watch_clock(self) -> None:
        """Keep ticking when the machine's clock is set back: APScheduler waits for it to catch up.

        `asyncio.sleep` goes by a clock that nobody sets.
        """
        while True:
            await asyncio.sleep(self._every)
            now = datetime.now(UTC)  # noqa: TID251 - the clock that APScheduler itself goes by
            if self._job.next_run_time - now > timedelta(seconds=2 * self._every):
                _log.warning("The machine's clock was set back; the schedule goes on")
                self._job.modify(next_run_time=now)


def start_ticking(tick: Callable[[], Awaitable[None]], *, every: float) -> Ticking:
    """Call `tick` now and every `every` seconds until it is stopped.

    A tick that comes late is run all the same, once (APScheduler would drop it after a second).
    """

    async def run() -> None:
        try:
            await tick()
        except asyncio.CancelledError:
            _log.debug("The schedule is ending")  # APScheduler would log it as an error
        except Exception:  # noqa: BLE001 - a failed tick must not end the schedule
            _log.exception("The scheduler's tick failed; the next one tries again")

    scheduler = AsyncIOScheduler(timezone="UTC")
    job = scheduler.add_job(
        run, "interval", seconds=every, misfire_grace_time=None, coalesce=True, max_instances=1
    )
    scheduler.add_job(run, misfire_grace_time=None)
    scheduler.start()
    return Ticking(scheduler, job, every=every)
