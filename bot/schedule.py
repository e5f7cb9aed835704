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
RECAP_DAYS = 3  # from Monday on: after Wednesday last week is no news
_ONE_DAY = timedelta(days=1)
# Behind it, an instant in UTC may lie outside of what `datetime` can say.
_LAST_DAY = date.max - 2 * _ONE_DAY


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
    (the clock goes forward) means the instant of the jump. Where the jump ends the day, it means
    as long before the jump as the clock would show it after, so that every day opens. A day that
    the zone leaves out altogether opens with the next one.
    """
    zone = ZoneInfo(timezone)
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # PEP 495: in a gap, fold=1 reckons with the offset behind the jump, fold=0 with the one before.
    early = wall.replace(fold=1).astimezone(UTC)
    jump = _find_jump(early, instant, zone)
    ends_day = local_day(timezone, jump) != day == local_day(timezone, early)
    return early if ends_day else jump


def _find_jump(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between two at which the zone's offset changes."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
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
    return has_opened(subscription.at, subscription.timezone, now=now)


def has_opened(at: time, timezone: str, *, now: datetime) -> bool:
    """Return whether the local day of `now` has opened."""
    return now >= opening(local_day(timezone, now), at, timezone)


def end_of_day(day: date, timezone: str) -> datetime:
    """Return the instant (UTC) at which a local day ends."""
    return opening(day + _ONE_DAY, time(0), timezone)


def recap_week(at: time, timezone: str, *, now: datetime) -> date | None:
    """Return the Monday of the week that a recap is due about, None when none is.

    It is the week before, from its following Monday's `at` to the end of Wednesday.
    """
    today = local_day(timezone, now)
    monday = today - today.weekday() * _ONE_DAY
    if today.weekday() >= RECAP_DAYS or now < opening(monday, at, timezone):
        return None
    return monday - 7 * _ONE_DAY


def recap_end(week: date, timezone: str) -> datetime:
    """Return the instant (UTC) after which the recap of a week is not posted any more."""
    return end_of_day(week + (7 + RECAP_DAYS - 1) * _ONE_DAY, timezone)


def is_recent(day: date, *, today: date) -> bool:
    """Return whether a digest is of the last seven days; a future one is not."""
    return day <= today and today - day < RECENT_DAYS * _ONE_DAY


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
    first = today + _ONE_DAY if delivered_today else today
    # Where nothing is due on a day, nothing is on the next, until another digest's date comes.
    for day in (first, *sorted(day for day in unposted if first < day <= _LAST_DAY)):
        dates = select_dates(subscription, unposted, today=day)
        if dates:
            opens = opening(day, subscription.at, subscription.timezone)
            return NextDelivery(at=max(opens, now), dates=dates)
    return None
