"""Questions and answers: remembered for a while, rated, counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage.models import Language, Start, SubscriptionOptions, Threads
from storage.sqlite import SqliteStore
from storage.sqlite.exchanges import LIFETIME
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest

SECOND = timedelta(seconds=1)


async def add(store: SqliteStore, **changes: Any) -> int:
    values: dict[str, Any] = {
        "guild_id": 1,
        "channel_id": 2,
        "user_id": 3,
        "language": "ko",
        "question": "데이터는 얼마나 썼대?",
        "context": (7,),
        "cited": (7, 8),
        "now": NOW,
    }
    return await store.add_exchange(**values | changes)


async def test_an_exchange_comes_back_as_it_was(store: SqliteStore) -> None:
    exchange_id = await add(store)
    await store.set_exchange_message(exchange_id, 99)
    found = await store.get_exchange(exchange_id, now=NOW)
    assert found is not None
    assert (found.guild_id, found.channel_id, found.user_id, found.message_id) == (1, 2, 3, 99)
    assert (found.language, found.question) == ("ko", "데이터는 얼마나 썼대?")
    assert (found.context, found.cited, found.asked_at) == ((7,), (7, 8), NOW)
    assert await store.find_exchange(99, now=NOW) == found
    assert await store.find_exchange(98, now=NOW) is None


async def test_the_last_exchange_is_the_askers_own_in_that_place(store: SqliteStore) -> None:
    own = await add(store)
    await add(store, user_id=4)
    await add(store, channel_id=5)
    found = await store.get_last_exchange(2, 3, since=NOW)
    assert found is not None
    assert found.id == own
    assert await store.get_last_exchange(2, 3, since=NOW + SECOND) is None


async def test_exchanges_end_after_thirty_days_and_rated_ones_stay_for_evaluation(
    store: SqliteStore, path: Path
) -> None:
    unrated, rated = await add(store), await add(store)
    await store.rate_exchange(rated, user_id=3, helped=True)
    assert await store.get_exchange(unrated, now=NOW + LIFETIME) is not None
    late = NOW + LIFETIME + SECOND
    assert await store.get_exchange(unrated, now=late) is None
    assert await store.get_exchange(rated, now=late) is None
    newest = await add(store, now=late)
    with closing(sqlite3.connect(path)) as connection:
        kept = [row[0] for row in connection.execute("SELECT id FROM exchanges ORDER BY id")]
    assert kept == [rated, newest]


async def test_an_exchange_that_was_removed_is_gone_with_its_ratings(store: SqliteStore) -> None:
    exchange_id = await add(store)
    await store.rate_exchange(exchange_id, user_id=3, helped=True)
    await store.remove_exchange(exchange_id)
    assert await store.get_exchange(exchange_id, now=NOW) is None
    assert await store.count_ratings(exchange_id) == (0, 0)
    assert await add(store) > exchange_id  # a button's id never means another exchange


async def test_each_readers_last_word_counts(store: SqliteStore) -> None:
    exchange_id = await add(store)
    await store.rate_exchange(exchange_id, user_id=3, helped=True)
    await store.rate_exchange(exchange_id, user_id=4, helped=False)
    await store.rate_exchange(exchange_id, user_id=3, helped=False)
    assert await store.count_ratings(exchange_id) == (0, 2)


async def test_rating_what_is_gone_does_nothing(store: SqliteStore) -> None:
    await store.rate_exchange(12345, user_id=3, helped=True)
    assert await store.count_ratings(12345) == (0, 0)


async def admit(store: SqliteStore, **changes: Any) -> tuple[float, bool]:
    values: dict[str, Any] = {
        "scope": 1,
        "user_id": 3,
        "now": NOW,
        "window": timedelta(seconds=60),
        "per_window": 2,
        "day_began": NOW - timedelta(hours=9),
        "per_day": 100,
    }
    found = await store.admit_question(**values | changes)
    return found.wait.total_seconds() if found.wait else 0.0, found.exhausted


async def test_who_asks_too_fast_waits_until_the_window_has_room(store: SqliteStore) -> None:
    assert await admit(store) == (0, False)
    assert await admit(store, scope=2, now=NOW + 20 * SECOND) == (0, False)
    assert await admit(store, now=NOW + 30 * SECOND) == (30, False)
    assert await admit(store, now=NOW + 30 * SECOND, user_id=4) == (0, False)
    assert await admit(store, now=NOW + 60 * SECOND) == (0, False)
    assert await admit(store, now=NOW + 60 * SECOND) == (20, False)


async def test_a_server_has_so_many_questions_a_day(store: SqliteStore) -> None:
    for user in range(3):
        assert await admit(store, user_id=user, per_day=3) == (0, False)
    assert await admit(store, user_id=9, per_day=3) == (0, True)
    assert await admit(store, user_id=9, per_day=3, scope=2) == (0, False)
    tomorrow = NOW + timedelta(days=1)
    began = tomorrow - timedelta(hours=9)
    assert await admit(store, user_id=9, per_day=3, now=tomorrow, day_began=began) == (0, False)


async def test_a_clock_set_back_locks_nobody_out(store: SqliteStore) -> None:
    await admit(store, now=NOW + timedelta(days=1), per_window=1)
    assert await admit(store, per_window=1) == (0, False)


async def test_a_papers_post_and_thread_lead_to_its_entry(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry()))
    found = await store.get_digest(DAY)
    assert found is not None
    options = SubscriptionOptions(
        at=NOW.time(),
        timezone="UTC",
        language=Language.BOTH,
        threads=Threads.PAPER,
        tags=(),
        start=Start.BACKLOG,
    )
    subscription = await store.follow_environment(50, options, since=None, now=NOW)
    (delivery,) = await store.open_deliveries(
        subscription, [DAY], day=TODAY, anchor=1, now=NOW, scheduled=False
    )
    for entry_id, name, message_id in ((0, "header", 70), (found.entries[0].id, "paper", 71)):
        claim = await store.claim_step(
            delivery.id, entry_id, name, owner="a", lease=60 * SECOND, now=NOW
        )
        await store.mark_done(claim.step, channel_id=50, message_id=message_id, revision="r")
    assert await store.find_posted_entry(71) == found.entries[0].id
    assert await store.find_posted_entry(70) is None
    assert await store.find_posted_entry(50) is None


async def test_revisions_change_with_their_entries_and_hide_the_future(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("One"), entry("Two")))
    await ingest(digest(entry("Three"), day=TODAY + timedelta(days=1), source="b.txt"))
    before = await store.list_revisions(until=TODAY)
    assert len(before) == 2
    await ingest(digest(entry("One"), entry("Two", abstract="corrected")))
    after = await store.list_revisions(until=TODAY)
    assert sum(before[each] == after[each] for each in before) == 1
    assert len(await store.list_revisions(until=TODAY + timedelta(days=1))) == 3


async def test_entries_come_in_the_order_asked_for_without_what_is_gone_or_to_come(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("One"), entry("Two")))
    await ingest(digest(entry("Three"), day=TODAY + timedelta(days=1), source="b.txt"))
    ids = list(await store.list_revisions(until=TODAY + timedelta(days=1)))
    found = await store.list_entries([*reversed(ids), 999], until=TODAY)
    assert [each.paper.title for each in found] == ["Two", "One"]
