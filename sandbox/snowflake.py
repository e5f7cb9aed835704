"""Snowflakes: ids that carry their time (docs: Reference, Snowflakes)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_TIME_SHIFT = 22


class Clock(Protocol):
    """What gives the time."""

    def now(self) -> datetime:
        """Return an aware datetime."""


class Snowflakes:
    """Makes ids that strictly increase, even when the clock is moved back."""

    def __init__(self, clock: Clock, *, last: int = 0) -> None:
        self._clock = clock
        self.last = last

    def make(self) -> int:
        """Return a new id, larger than all before."""
        self.last = max(snowflake_at(self._clock.now()), self.last + 1)
        return self.last


def snowflake_at(instant: datetime) -> int:
    """Return the smallest id of an instant (millisecond precision)."""
    return ((instant - EPOCH) // timedelta(milliseconds=1)) << _TIME_SHIFT
