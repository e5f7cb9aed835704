"""The APScheduler tick: it calls, it never decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = logging.getLogger(__name__)


def start_ticking(tick: Callable[[], Awaitable[None]], *, every: float) -> AsyncIOScheduler:
    """Call `tick` now and every `every` seconds until the returned scheduler is shut down.

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
    scheduler.add_job(
        run, "interval", seconds=every, misfire_grace_time=None, coalesce=True, max_instances=1
    )
    scheduler.add_job(run, misfire_grace_time=None)
    scheduler.start()
    return scheduler
