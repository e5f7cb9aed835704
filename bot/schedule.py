"""What is due at `now`: pure, in any time zone, across DST gaps and overlaps; never sleeps.

A subscription's day opens at its local `at` and stays open until local midnight, with one delivery
per local day (docs/design.md, "What is due").
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.models import Start, Subscription

RECENT_DAYS = 7
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDelivery:
    """The delivery that comes next: its digests, oldest first, and its instant (UTC)."""

    at: datetime
    dates: tuple[date, ...]


def local_day(timezone: str, now: datetime) -> date:
    """Return the calendar date at `now` in `timezone`."""
    return now.astimezone(ZoneInfo(timezone)).date()


def opening(day: date, at: time, timezone: str) -> datetime:
    """Return the instant (UTC) at which `day` opens.

    A time that occurs twice (the clock goes back) means its first occurrence; one that is skipped
    (the clock goes forward) means the instant of the jump.
    """
    zone = ZoneInfo(timezone)
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _jump(wall)


def _jump(skipped: datetime) -> datetime:
    """Return the instant of the DST jump that skips this wall-clock time (PEP 495)."""
    early, late = (skipped.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    offset = early.astimezone(skipped.tzinfo).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(skipped.tzinfo).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def select_dates(
    subscription: Subscription, unposted: Collection[date], *, today: date
) -> tuple[date, ...]:
    """Return the digests that a delivery on `today` holds, oldest first.

    `unposted` are the dates that the subscription has not been sent and whose papers pass its
    filter. All of the last seven days; with `latest` only since the newest at the time of
    subscribing, which itself is posted however old it is; with `backlog`, one older digest when
    there is nothing recent.
    """
    known = sorted(day for day in unposted if day <= today)
    recent = tuple(day for day in known if today - day < RECENT_DAYS * _ONE_DAY)
    if subscription.start is Start.LATEST:
        since = subscription.since or date.min
        return tuple(day for day in known if day == since or (day > since and day in recent))
    return recent or tuple(known[:1])


def is_open(subscription: Subscription, *, now: datetime) -> bool:
    """Return whether the subscription's local day has opened."""
    day = local_day(subscription.timezone, now)
    return now >= opening(day, subscription.at, subscription.timezone)


def due_dates(
    subscription: Subscription,
    unposted: Collection[date],
    *,
    delivered_today: bool,
    now: datetime,
) -> tuple[date, ...]:
    """Return the digests to deliver now, oldest first; empty when nothing is due.

    `delivered_today`: whether the subscription has had its delivery on its local day of `now`.
    """
    if not subscription.active or subscription.parked or delivered_today:
        return ()
    if not is_open(subscription, now=now):
        return ()
    return select_dates(subscription, unposted, today=local_day(subscription.timezone, now))


def next_delivery(
    subscription: Subscription,
    unposted: Collection[date],
    *,
    delivered_today: bool,
    now: datetime,
) -> NextDelivery | None:
    """Return what is posted next and when, as far as today's store knows; None when nothing is."""
    today = local_day(subscription.timezone, now)
    horizon = max((today, *unposted)) + _ONE_DAY
    day = today + _ONE_DAY if delivered_today else today
    while day <= horizon:
        dates = select_dates(subscription, unposted, today=day)
        if dates:
            opens = opening(day, subscription.at, subscription.timezone)
            return NextDelivery(at=max(opens, now), dates=dates)
        day += _ONE_DAY
    return None
