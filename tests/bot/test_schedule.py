"""What is due at an instant, in any time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.schedule import (
    RECENT_DAYS,
    NextDelivery,
    due_dates,
    end_of_day,
    is_open,
    is_recent,
    local_day,
    next_delivery,
    opening,
    recap_end,
    recap_week,
    select_dates,
)
from storage.models import Language, Start, Subscription, Threads

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TODAY = date(2025, 7, 10)
ZONES = sorted(available_timezones() - {"localtime"})

SEOUL = Subscription(
    id=1,
    guild_id=10,
    channel_id=100,
    at=time(9, 0),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
    since=None,
    active=True,
    created_at=datetime(2025, 1, 1, tzinfo=UTC),
    created_by=None,
    parked=None,
    parked_at=None,
)


def days_ago(*ages: int) -> tuple[date, ...]:
    return tuple(TODAY - age * DAY for age in ages)


def seoul(hour: int, minute: int = 0, *, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo("Asia/Seoul"))


def minutes_of(day: date, timezone: str) -> Iterator[tuple[datetime, datetime]]:
    """Yield each minute of the local day as (UTC, wall clock), in the order they happen."""
    zone = ZoneInfo(timezone)
    instant = datetime.combine(day - DAY, time(6), tzinfo=UTC)
    for _ in range(60 * 60):
        wall = instant.astimezone(zone)
        if wall.date() == day:
            yield instant, wall
        instant += MINUTE


def first_minute(day: date, at: time, timezone: str) -> datetime | None:
    """Return when the clock first shows `at` or more on the day; None where it never does."""
    return next((utc for utc, wall in minutes_of(day, timezone) if wall.time() >= at), None)


# --- opening ---------------------------------------------------------------------------------

TRANSITIONS = [
    ("America/New_York", date(2025, 3, 9)),  # 02:00 -> 03:00
    ("America/New_York", date(2025, 11, 2)),  # 02:00 -> 01:00
    ("Europe/London", date(2025, 3, 30)),
    ("Europe/London", date(2025, 10, 26)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),  # half an hour back
    ("Australia/Lord_Howe", date(2025, 10, 5)),  # half an hour forward
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2011, 12, 31)),  # the day after the one that never was
    ("Africa/Cairo", date(2024, 4, 26)),  # 00:00 -> 01:00
    ("Africa/Cairo", date(2024, 10, 31)),  # 24:00 -> 23:00
    ("Africa/Cairo", date(2024, 11, 1)),
    ("Asia/Beirut", date(2025, 3, 30)),  # 00:00 -> 01:00
    ("Asia/Beirut", date(2025, 10, 25)),
    ("America/St_Johns", date(2006, 4, 2)),  # 00:01 -> 01:01
    ("America/St_Johns", date(2006, 10, 28)),  # the next day begins twice
    ("America/St_Johns", date(2006, 10, 29)),  # 00:01 -> 23:01 the day before
    ("America/Havana", date(2025, 3, 9)),
    ("Antarctica/Troll", date(2025, 3, 30)),  # two hours forward
    ("Asia/Seoul", date(2025, 7, 10)),
]
TIMES = [
    *(time(hour, minute) for hour in (0, 1, 2, 3) for minute in (0, 1, 15, 30, 59)),
    *(time(9, 0), time(12, 0), time(22, 59), time(23, 0), time(23, 1), time(23, 30), time(23, 59)),
]


@pytest.mark.parametrize(("timezone", "day"), TRANSITIONS)
def test_a_day_opens_when_the_clock_first_shows_its_time(timezone: str, day: date) -> None:
    """Minute by minute around every kind of jump."""
    walls = list(minutes_of(day, timezone))
    for at in TIMES:
        expected = next(utc for utc, wall in walls if wall.time() >= at)
        assert opening(day, at, timezone) == expected, at


@given(
    timezone=st.sampled_from(ZONES),
    day=st.dates(date(1972, 2, 1), date(2100, 1, 1)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@settings(max_examples=60, deadline=None)
@example(timezone="Africa/Cairo", day=date(2023, 4, 28), at=time(0, 0))
@example(timezone="Australia/Lord_Howe", day=date(2030, 10, 6), at=time(2, 15))
@example(timezone="Africa/Casablanca", day=date(2025, 2, 23), at=time(2, 30))
def test_a_day_opens_within_itself_in_every_zone(timezone: str, day: date, at: time) -> None:
    found = opening(day, at, timezone)
    expected = first_minute(day, at, timezone)
    assume(expected is not None)
    assert found.utcoffset() == timedelta(0)
    assert found == expected
    assert local_day(timezone, found) == day


@given(
    timezone=st.sampled_from(ZONES),
    day=st.dates(date(1880, 1, 1), date(9000, 1, 1)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@settings(max_examples=150, deadline=None)
@example(timezone="America/Nuuk", day=date(2025, 3, 29), at=time(23, 30))
@example(timezone="Africa/Monrovia", day=date(1972, 1, 7), at=time(0, 20))
def test_every_day_that_exists_opens_on_that_day(timezone: str, day: date, at: time) -> None:
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(timezone))
    assume(noon.astimezone(UTC).astimezone(noon.tzinfo).date() == day)
    assert local_day(timezone, opening(day, at, timezone)) == day


def test_a_jump_that_ends_the_day_lets_it_open_as_long_before() -> None:
    """23:00 to midnight is left out: nothing on that day's clock is as late as 23:30."""
    day = date(2025, 3, 29)
    assert first_minute(day, time(23, 30), "America/Nuuk") is None
    opens = opening(day, time(23, 30), "America/Nuuk")
    assert opens.astimezone(ZoneInfo("America/Nuuk")).time() == time(22, 30)
    nuuk = replace(SEOUL, timezone="America/Nuuk", at=time(23, 30))
    assert is_open(nuuk, now=opens)
    assert not is_open(nuuk, now=opens - MINUTE)


def test_a_day_that_never_was_opens_with_the_next() -> None:
    opens = opening(date(2011, 12, 30), time(9, 0), "Pacific/Apia")
    assert opens == opening(date(2011, 12, 31), time(0, 0), "Pacific/Apia")


def test_a_time_that_occurs_twice_means_its_first_occurrence() -> None:
    opens = opening(date(2025, 11, 2), time(1, 30), "America/New_York")
    assert opens == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)


def test_the_local_day_is_the_zones_and_not_the_machines() -> None:
    instant = datetime(2025, 7, 10, 12, 0, tzinfo=UTC)
    assert local_day("Pacific/Kiritimati", instant) == date(2025, 7, 11)
    assert local_day("Asia/Seoul", instant) == date(2025, 7, 10)
    assert local_day("Etc/GMT+12", instant) == date(2025, 7, 10)
    assert local_day("Etc/GMT+12", instant - timedelta(hours=1)) == date(2025, 7, 9)


def test_a_day_is_open_from_its_time_to_midnight() -> None:
    assert not is_open(SEOUL, now=seoul(8, 59))
    assert is_open(SEOUL, now=seoul(9, 0))
    assert is_open(SEOUL, now=seoul(23, 59))
    assert not is_open(SEOUL, now=seoul(0, 0, day=TODAY + DAY))


# --- which digests ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unposted", "backlog", "latest"),
    [
        ((), (), ()),
        ((0,), (0,), (0,)),
        ((3, 0, 6), (6, 3, 0), (6, 3, 0)),  # oldest first
        ((6,), (6,), (6,)),  # the last seven days are today and six before
        ((7,), (7,), ()),
        ((30, 20, 7), (30,), ()),  # one older digest
        ((30, 20, 6), (6,), (6,)),  # none of the older ones beside recent ones
        ((-1,), (), ()),  # not before its date
        ((-1, 30), (30,), ()),
        ((-1, 2), (2,), (2,)),
    ],
)
def test_a_delivery_holds_the_recent_digests_or_one_older(
    unposted: tuple[int, ...], backlog: tuple[int, ...], latest: tuple[int, ...]
) -> None:
    assert select_dates(SEOUL, days_ago(*unposted), today=TODAY) == days_ago(*backlog)
    newest_first = replace(SEOUL, start=Start.LATEST)
    assert select_dates(newest_first, days_ago(*unposted), today=TODAY) == days_ago(*latest)


@pytest.mark.parametrize(
    ("since", "unposted", "expected"),
    [
        (3, (5, 4, 3, 1), (3, 1)),  # what was there when it subscribed stays out
        (3, (5, 4), ()),
        (30, (40, 30, 20), (30,)),  # the newest of then is posted however old it is
        (30, (40, 30, 2), (30, 2)),
        (30, (20, 2), (2,)),  # it has been posted: only what is recent arrives
        (-1, (3, 0), ()),
    ],
)
def test_latest_begins_with_the_newest_digest_of_its_day(
    since: int, unposted: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    latest = replace(SEOUL, start=Start.LATEST, since=TODAY - since * DAY)
    assert select_dates(latest, days_ago(*unposted), today=TODAY) == days_ago(*expected)


def test_the_order_of_what_is_unposted_does_not_matter() -> None:
    found = {
        select_dates(SEOUL, order, today=TODAY)
        for order in (days_ago(1, 2, 3), days_ago(3, 1, 2), frozenset(days_ago(2, 3, 1)))
    }
    assert found == {days_ago(3, 2, 1)}


# --- due now ---------------------------------------------------------------------------------


def test_nothing_is_due_before_the_day_opens() -> None:
    due = due_dates(SEOUL, days_ago(0), delivered_today=False, now=seoul(8, 59))
    assert due == ()


def test_a_late_digest_is_due_at_once_if_the_day_had_nothing() -> None:
    due = due_dates(SEOUL, days_ago(0), delivered_today=False, now=seoul(23, 59))
    assert due == days_ago(0)


def test_a_late_digest_waits_for_the_next_day_if_the_day_had_its_delivery() -> None:
    assert due_dates(SEOUL, days_ago(0), delivered_today=True, now=seoul(15)) == ()
    tomorrow = seoul(9, day=TODAY + DAY)
    assert due_dates(SEOUL, days_ago(0), delivered_today=False, now=tomorrow) == days_ago(0)


def test_a_subscription_made_after_its_time_is_due_at_once() -> None:
    made = replace(SEOUL, created_at=seoul(20).astimezone(UTC))
    assert due_dates(made, days_ago(0), delivered_today=False, now=seoul(20)) == days_ago(0)


def test_a_future_digest_is_due_on_its_local_date() -> None:
    kiritimati = replace(SEOUL, timezone="Pacific/Kiritimati", at=time(0, 0))
    now = datetime(2025, 7, 10, 10, 0, tzinfo=UTC)  # the 11th there, the 10th in Seoul
    tomorrow = (TODAY + DAY,)
    assert due_dates(kiritimati, tomorrow, delivered_today=False, now=now) == tomorrow
    assert due_dates(SEOUL, tomorrow, delivered_today=False, now=now) == ()


@pytest.mark.parametrize(
    "off", [replace(SEOUL, active=False), replace(SEOUL, parked="error.channel_gone")]
)
def test_nothing_is_due_for_a_channel_that_is_ended_or_parked(off: Subscription) -> None:
    assert due_dates(off, days_ago(0, 30), delivered_today=False, now=seoul(12)) == ()


# --- what comes next -------------------------------------------------------------------------


def coming(
    subscription: Subscription, *ages: int, now: datetime, delivered: bool = False
) -> NextDelivery | None:
    return next_delivery(subscription, days_ago(*ages), delivered_today=delivered, now=now)


def test_the_next_delivery_waits_for_the_days_opening() -> None:
    assert coming(SEOUL, 0, now=seoul(8)) == NextDelivery(at=seoul(9), dates=days_ago(0))


def test_the_next_delivery_is_now_when_the_day_is_open() -> None:
    assert coming(SEOUL, 0, now=seoul(12)) == NextDelivery(at=seoul(12), dates=days_ago(0))


def test_the_next_delivery_is_tomorrows_after_todays() -> None:
    expected = NextDelivery(at=seoul(9, day=TODAY + DAY), dates=days_ago(30))
    assert coming(SEOUL, 30, now=seoul(12), delivered=True) == expected


def test_the_next_delivery_of_a_future_digest_is_on_its_date() -> None:
    expected = NextDelivery(at=seoul(9, day=TODAY + 20 * DAY), dates=days_ago(-20))
    assert coming(SEOUL, -20, -30, now=seoul(12)) == expected


def test_nothing_comes_next_when_everything_was_posted() -> None:
    assert coming(SEOUL, now=seoul(8)) is None


def test_a_digest_that_leaves_the_window_overnight_is_not_announced() -> None:
    latest = replace(SEOUL, start=Start.LATEST)
    assert coming(latest, 6, now=seoul(12), delivered=True) is None


@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_digest_in_the_last_year_of_the_calendar_harms_nobody(timezone: str) -> None:
    far = replace(SEOUL, timezone=timezone, at=time(23, 59))
    for day in (date.max, date.max - 2 * DAY, date(9000, 1, 1)):
        found = next_delivery(far, (day,), delivered_today=True, now=seoul(12))
        assert found is None or found.dates == (day,)


@given(
    ages=st.frozensets(st.integers(-40, 40), max_size=6),
    since=st.none() | st.integers(-3, 20),
    start=st.sampled_from(Start),
    delivered=st.booleans(),
    hour=st.integers(0, 23),
)
@settings(max_examples=150, deadline=None)
def test_what_is_announced_is_what_becomes_due_first(
    ages: frozenset[int], since: int | None, start: Start, delivered: bool, hour: int
) -> None:
    """Hour by hour until something is due: the same digests, not later than announced."""
    subscription = replace(SEOUL, start=start, since=None if since is None else TODAY - since * DAY)
    unposted, now = days_ago(*ages), seoul(hour)
    announced = next_delivery(subscription, unposted, delivered_today=delivered, now=now)
    instants = (now + step * timedelta(hours=1) for step in range(45 * 24))
    first = next(
        (
            NextDelivery(at=instant, dates=dates)
            for instant in instants
            if (
                dates := due_dates(
                    subscription,
                    unposted,
                    delivered_today=delivered and local_day("Asia/Seoul", instant) == TODAY,
                    now=instant,
                )
            )
        ),
        None,
    )
    assert announced == first


# --- weeks of ticks --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Weeks in the life of one subscription; times count in hours from its beginning."""

    subscription: Subscription
    arrivals: dict[date, int]  # digest date -> hour at which its file is read
    outages: frozenset[int]  # hours in which the bot is down
    jumps: dict[int, int]  # hour -> by how many minutes the machine's clock is off in it


BEGIN = datetime(2025, 10, 20, 0, 0, tzinfo=UTC)  # DST ends in these weeks in many zones
HOURS = 21 * 24
FIRST = BEGIN.date()

worlds = st.builds(
    World,
    subscription=st.builds(
        lambda timezone, at, start, since: replace(
            SEOUL, timezone=timezone, at=at, start=start, since=since
        ),
        st.sampled_from(
            [
                "America/New_York",
                "Europe/London",
                "Australia/Lord_Howe",
                "Africa/Cairo",
                "Asia/Beirut",
                "America/Nuuk",
                "Asia/Seoul",
                "Pacific/Kiritimati",
            ]
        ),
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        st.sampled_from(Start),
        st.none() | st.integers(-20, 5).map(lambda age: FIRST + age * DAY),
    ),
    arrivals=st.dictionaries(
        st.integers(-20, 20).map(lambda age: FIRST + age * DAY),
        st.integers(0, HOURS),
        max_size=15,
    ),
    outages=st.frozensets(st.integers(0, 60), max_size=12).map(
        lambda blocks: frozenset(
            hour for block in blocks for hour in range(block * 8, block * 8 + 8)
        )
    ),
    jumps=st.dictionaries(st.integers(0, HOURS), st.integers(-36 * 60, 36 * 60), max_size=4),
)


@dataclass(slots=True)
class Ledger:
    """What was delivered: at which instant and local day, and what was waiting then."""

    deliveries: list[tuple[datetime, date, tuple[date, ...]]] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        """The local days that had a delivery."""
        return [day for _, day, _ in self.deliveries]

    @property
    def posted(self) -> list[date]:
        """Every digest, as often as it was delivered."""
        return [digest for _, _, digests in self.deliveries for digest in digests]


def live(world: World) -> Ledger:
    """Tick every half hour, as the scheduler does, and write down what is delivered."""
    ledger, subscription = Ledger(), world.subscription
    for half_hour in range(HOURS * 2):
        hour = half_hour // 2
        if hour in world.outages:
            continue
        now = BEGIN + half_hour * timedelta(minutes=30)
        now += timedelta(minutes=world.jumps.get(hour, 0))
        day = local_day(subscription.timezone, now)
        arrived = {digest for digest, at in world.arrivals.items() if at <= hour}
        unposted = arrived - set(ledger.posted)
        due = due_dates(subscription, unposted, delivered_today=day in ledger.days, now=now)
        if due:
            ledger.deliveries.append((now, day, due))
    return ledger


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_a_local_day_has_one_delivery_and_a_digest_is_delivered_once(world: World) -> None:
    ledger = live(world)
    assert len(ledger.days) == len(set(ledger.days))
    assert len(ledger.posted) == len(set(ledger.posted))
    for now, day, digests in ledger.deliveries:
        assert now >= opening(day, world.subscription.at, world.subscription.timezone)
        assert list(digests) == sorted(digests)
        assert max(digests) <= day


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_nothing_in_the_window_is_passed_over(world: World) -> None:
    """After a tick on an open day, what is recent has been delivered or waits for the next."""
    subscription = replace(world.subscription, start=Start.BACKLOG)
    steady = replace(world, subscription=subscription, jumps={})
    ledger = live(steady)
    posted_at = {digest: now for now, _, digests in ledger.deliveries for digest in digests}
    for half_hour in range(HOURS * 2):
        hour, now = half_hour // 2, BEGIN + half_hour * timedelta(minutes=30)
        day = local_day(subscription.timezone, now)
        if hour in world.outages or not is_open(subscription, now=now):
            continue
        before = {stamp for stamp, used, _ in ledger.deliveries if used == day and stamp < now}
        for digest, arrived in world.arrivals.items():
            recent = digest <= day < digest + RECENT_DAYS * DAY
            if arrived <= hour and recent and not before:
                assert posted_at.get(digest, now + DAY) <= now


@given(
    count=st.integers(1, 25),
    fresh=st.frozensets(st.integers(1, 19), max_size=5),
    at=st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30)),
)
@settings(max_examples=40, deadline=None)
def test_the_backlog_drains_one_a_day_and_yields_to_what_is_new(
    count: int, fresh: frozenset[int], at: time
) -> None:
    old = sorted(FIRST - (100 + index) * DAY for index in range(count))
    new = {FIRST + age * DAY for age in fresh}
    world = World(
        subscription=replace(SEOUL, timezone="Etc/UTC", at=at),
        arrivals=dict.fromkeys([*old, *new], 0),
        outages=frozenset(),
        jumps={},
    )
    expected, waiting = [], iter(old)
    for day in (FIRST + age * DAY for age in range(HOURS // 24)):
        digest = day if day in new else next(waiting, None)
        if digest:
            expected.append((opening(day, at, "Etc/UTC"), day, (digest,)))
    assert live(world).deliveries == expected


# --- recaps ----------------------------------------------------------------------------------

MONDAY = date(2025, 7, 7)


@pytest.mark.parametrize(
    ("day", "hour", "is_due"),
    [
        (MONDAY, 8, False),
        (MONDAY, 9, True),
        (MONDAY + DAY, 0, True),
        (MONDAY + 2 * DAY, 23, True),
        (MONDAY + 3 * DAY, 0, False),
        (MONDAY + 6 * DAY, 12, False),
    ],
)
def test_a_recap_is_due_from_mondays_hour_to_the_end_of_wednesday(
    day: date, hour: int, is_due: bool
) -> None:
    week = recap_week(time(9), "Asia/Seoul", now=seoul(hour, day=day))
    assert week == (MONDAY - 7 * DAY if is_due else None)


@given(
    timezone=st.sampled_from(ZONES),
    hours=st.integers(0, 24 * 365 * 8),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@settings(max_examples=60, deadline=None)
def test_a_recap_is_of_a_whole_week_that_is_over_and_ends_when_it_says(
    timezone: str, hours: int, at: time
) -> None:
    now = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    week = recap_week(at, timezone, now=now)
    assume(week is not None)
    assert week is not None
    assert week.weekday() == 0
    assert week + 6 * DAY < local_day(timezone, now)
    assert now < recap_end(week, timezone)
    assert recap_week(at, timezone, now=recap_end(week, timezone)) is None


def test_a_day_ends_where_the_next_begins_across_a_change_of_clocks() -> None:
    assert end_of_day(date(2025, 11, 2), "America/New_York") == datetime(2025, 11, 3, 5, tzinfo=UTC)
    assert end_of_day(date(2024, 4, 25), "Africa/Cairo") == datetime(2024, 4, 25, 22, tzinfo=UTC)


def test_seven_days_are_recent_and_none_of_the_future() -> None:
    recent = [age for age in range(-2, 10) if is_recent(TODAY - age * DAY, today=TODAY)]
    assert recent == list(range(RECENT_DAYS))
