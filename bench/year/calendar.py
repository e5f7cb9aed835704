"""When a local day opens, by the plainest reckoning there is; the bot has one of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def local_date(instant: datetime, timezone: str) -> date:
    """Return the date that a wall calendar in the zone shows."""
    return instant.astimezone(ZoneInfo(timezone)).date()


@cache
def opening(day: date, at: time, timezone: str) -> datetime:
    """Return the first minute (UTC) whose local date and time are not before `day` and `at`.

    That is the first of two where the clock goes back, and the jump where it goes forward.
    """
    zone = ZoneInfo(timezone)
    wanted = datetime.combine(day, at)
    instant = datetime.combine(day, at, tzinfo=UTC) - timedelta(hours=15)
    offset = instant.astimezone(zone).utcoffset() or timedelta(0)
    instant = datetime.combine(day, at, tzinfo=UTC) - offset - timedelta(hours=3)
    while instant.astimezone(zone).replace(tzinfo=None) < wanted:
        instant += _MINUTE
    return instant
