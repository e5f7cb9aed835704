"""The APScheduler tick: it calls, it never decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.reporting import in_words
from storage.base import StorageError

_log = logging.getLogger(__name__)


class _Every(IntervalTrigger):  # type: ignore[misc]  # APScheduler has no types
    """An interval whose missed ticks are one, however far the machine's clock has jumped ahead.

    APScheduler lists all of them to run the last one. At five seconds apart, a year of them (a
    machine that was asleep, or whose clock was wrong) blocks the loop for 7 s and takes 300 MB.
    """

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the tick that follows `previous`, none of those that `now` has left behind."""
        following: datetime = super().get_next_fire_time(previous, now)
        return max(following, now)


class Ticking:
    """Calls `tick` now and every `every` seconds until it is stopped.

    A tick that comes late is run all the same, once (APScheduler would drop it after a second).
    When the machine's clock is set back, APScheduler waits for it to catch up; a watch that goes
    by the event loop's clock, which nobody sets, brings the next tick back.
    """

    def __init__(self, tick: Callable[[], Awaitable[None]], *, every: float) -> None:
        self.every = every
        self.called_at = asyncio.get_running_loop().time()  # the last tick's beginning
        self.failing_since: float | None = None  # None: the last tick went well
        self._tick = tick
        self._trouble: str | None = None  # what the store refused at the last tick
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._job = self._scheduler.add_job(
            self._run,
            _Every(seconds=every, timezone="UTC"),
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
        self.called_at = asyncio.get_running_loop().time()
        try:
            await self._tick()
        except asyncio.CancelledError:
            _log.debug("The schedule is ending")  # APScheduler would log it as an error
        except StorageError as error:  # the disk's fault, and no use saying it at every tick
            self._note_failure()
            if error.key != self._trouble:
                _log.error("The schedule waits for the database: %s", in_words(error))
            self._trouble = error.key
        except Exception:  # noqa: BLE001 - a failed tick must not end the schedule
            self._note_failure()
            _log.exception("The scheduler's tick failed; the next one tries again")
        else:
            self._trouble = self.failing_since = None

    def _note_failure(self) -> None:
        if self.failing_since is None:
            self.failing_since = asyncio.get_running_loop().time()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.every)
            if loop.time() - self.called_at > 3 * self.every:
                self._job.reschedule(_Every(seconds=self.every, timezone="UTC"))
