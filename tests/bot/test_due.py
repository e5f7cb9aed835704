"""What the schedule is told of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.due import find_next, list_unposted
from bot.schedule import NextDelivery
from storage.models import (
    DigestDraft,
    EntryDraft,
    Language,
    Start,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore, open_store

OLD, NEW = date(2025, 4, 25), date(2025, 7, 10)
FUTURE = date(2025, 7, 20)
ONE_DAY = timedelta(days=1)
SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2025, 7, 10, 12, 0, tzinfo=SEOUL).astimezone(UTC)
DEFAULTS = SubscriptionOptions(
    at=time(9, 0),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


def draft(day: date, *tag_lists: tuple[str, ...]) -> tuple[DigestDraft, str]:
    entries = tuple(
        EntryDraft(
            title=f"Paper {index} of {day}",
            authors=("A. Author",),
            abstract=f"Text {index} of {day}.",
            ko=(),
            en=(),
            tags=tags,
            url=None,
            links=(),
            line=index,
        )
        for index, tags in enumerate(tag_lists, start=2)
    )
    return DigestDraft(date=day, source=f"{day}.txt", entries=entries), str(day)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path / "digests.sqlite3") as opened:
        drafts = (draft(OLD, ("rl",), ("Vision",)), draft(NEW, ("추론",)), draft(FUTURE, ("rl",)))
        await opened.add_digests(drafts, now=NOON)
        yield opened


async def subscribe(store: SqliteStore, *tags: str) -> Subscription:
    return await store.set_subscription(
        100,
        SubscriptionOptions(tags=tags),
        defaults=DEFAULTS,
        guild_id=10,
        since=NEW,
        by=1,
        now=NOON,
    )


async def open_day(store: SqliteStore, subscription: Subscription, digest_date: date) -> None:
    opened = await store.open_deliveries(
        subscription, [digest_date], day=NEW, anchor=1, now=NOON, scheduled=True
    )
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((), (OLD, NEW)),
        (("rl",), (OLD,)),
        (("RL",), (OLD,)),
        (("vision",), (OLD,)),
        (("추론", "unheard-of"), (NEW,)),
        (("rl", "추론"), (OLD, NEW)),
        (("unheard-of",), ()),
        (("vis",), ()),
    ],
)
async def test_a_digest_passes_the_filter_if_one_of_its_papers_does(
    store: SqliteStore, tags: tuple[str, ...], expected: tuple[date, ...]
) -> None:
    subscription = await subscribe(store, *tags)
    assert await list_unposted(store, subscription, until=NEW) == expected


async def test_the_next_delivery_is_todays_until_it_is_opened(store: SqliteStore) -> None:
    subscription = await subscribe(store)
    assert await find_next(store, subscription, now=NOON) == NextDelivery(at=NOON, dates=(NEW,))
    await open_day(store, subscription, NEW)
    tomorrow = datetime(2025, 7, 11, 9, 0, tzinfo=SEOUL)
    assert await find_next(store, subscription, now=NOON) == NextDelivery(at=tomorrow, dates=(OLD,))


async def test_the_next_delivery_may_be_a_future_digest(store: SqliteStore) -> None:
    subscription = await subscribe(store)
    for digest_date in (OLD, NEW):
        await store.open_deliveries(
            subscription, [digest_date], day=NEW, anchor=1, now=NOON, scheduled=False
        )
    expected = NextDelivery(at=datetime(2025, 7, 20, 9, 0, tzinfo=SEOUL), dates=(FUTURE,))
    assert await find_next(store, subscription, now=NOON) == expected


async def test_nothing_is_next_when_the_filter_lets_nothing_through(store: SqliteStore) -> None:
    subscription = await subscribe(store, "unheard-of")
    assert await find_next(store, subscription, now=NOON) is None


async def test_another_channels_delivery_does_not_count(store: SqliteStore) -> None:
    subscription = await subscribe(store)
    other = await store.add_target(101, DEFAULTS, guild_id=10, by=1, now=NOON)
    await open_day(store, other, NEW)
    assert await find_next(store, subscription, now=NOON) == NextDelivery(at=NOON, dates=(NEW,))


async def test_today_is_the_subscriptions_and_not_utcs(store: SqliteStore) -> None:
    """At 20:00 UTC on the 9th it is the 10th in Seoul, but 09:00 is still to come."""
    subscription = await subscribe(store)
    evening = datetime(2025, 7, 9, 20, 0, tzinfo=UTC)
    opens = datetime(2025, 7, 10, 9, 0, tzinfo=SEOUL)
    assert await find_next(store, subscription, now=evening) == NextDelivery(at=opens, dates=(NEW,))
    assert opens - evening < ONE_DAY
