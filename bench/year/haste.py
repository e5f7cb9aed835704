"""Time that runs faster, for whole processes: their event loops, and APScheduler's clock.

Everything in the bot that waits (pauses before another try, rate limits, timeouts, leases) waits
by its event loop or by the clock that it is given. When both run at the same pace, a process does
in a second what it would do in twelve, in the same order and with the same proportions.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from apscheduler.executors import base as executors
from apscheduler.schedulers import base as schedulers

PACE = "YEAR_PACE"  # the environment variable that carries the pace to a child


class _Selector(selectors.DefaultSelector):
    """Waits for a fraction of what it is told."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait in real seconds for what is asked for in the loop's."""
        return super().select(timeout / self._pace if timeout else timeout)


class HastyLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock shows `pace` seconds a second."""

    def __init__(self, pace: float) -> None:
        super().__init__(_Selector(pace))
        self._pace = pace

    def time(self) -> float:
        """Return the loop's time in seconds."""
        return time.monotonic() * self._pace


class _HastyPolicy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return HastyLoop(read_pace())


def read_pace() -> float:
    """Return the pace that the parent asked for."""
    return float(os.environ[PACE])


def hasten() -> None:
    """Let event loops of this process, and APScheduler, run at the parent's pace."""
    asyncio.set_event_loop_policy(_HastyPolicy())
    schedulers.datetime = executors.datetime = _hasty_datetime(read_pace())


def _hasty_datetime(pace: float) -> Any:
    begun, began = time.monotonic(), datetime.now(UTC)  # noqa: TID251 - an entry point's clock

    class Hasty(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            """Return the time, running at the pace."""
            return (began + timedelta(seconds=(time.monotonic() - begun) * pace)).astimezone(tz)

    return Hasty
