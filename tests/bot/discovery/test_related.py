"""Which earlier papers a thread begins with: close ones, posted in this server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.discovery import related
from bot.discovery.related import find_earlier
from bot.discovery.relations import explain_relations, list_related
from bot.ingest import ingest
from bot.library import Library
from bot.render.related import Earlier
from storage.models import (
    Delivery,
    Entry,
    Language,
    Start,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore, open_store

SEEDS = Path(__file__).parents[3] / "seeds"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
TODAY = NOW.date()
HERE, ELSEWHERE = 1, 2
DEFAULTS = SubscriptionOptions(
    at=NOW.time(),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """The four real digests."""
    async with open_store(tmp_path / "digests.sqlite3") as opened:
        await ingest([SEEDS], opened, root=SEEDS, now=NOW)
        yield opened


@pytest.fixture
def library(store: SqliteStore) -> Library:
    return Library(store)


async def get(store: SqliteStore, title: str) -> Entry:
    """Return the newest entry of the paper whose title begins so."""
    ((newest, *_),) = (await store.find_entries(title, until=TODAY)).items
    return newest


async def post_all(store: SqliteStore, guild_id: int) -> None:
    """Record all digests as posted in a channel of the guild; message ids are 1000 and entry."""
    subscription: Subscription = await store.set_subscription(
        100 + guild_id,
        SubscriptionOptions(),
        defaults=DEFAULTS,
        guild_id=guild_id,
        since=None,
        by=1,
        now=NOW,
    )
    dates = await store.list_dates(until=TODAY)
    deliveries: tuple[Delivery, ...] = await store.open_deliveries(
        subscription, dates, day=TODAY, anchor=1, now=NOW, scheduled=False
    )
    for delivery in deliveries:
        digest = await store.get_digest(delivery.digest_date)
        assert digest
        for entry in digest.entries:
            for name in ("paper", "thread"):
                claim = await store.claim_step(
                    delivery.id,
                    entry.id,
                    name,
                    owner="a:1:b",
                    lease=timedelta(minutes=5),
                    now=NOW,
                )
                await store.mark_done(
                    claim.step, channel_id=100, message_id=1000 + entry.id, revision="r"
                )


async def earlier(library: Library, entry: Entry, guild_id: int = HERE) -> tuple[Earlier, ...]:
    return await find_earlier(
        library, entry, guild_id=guild_id, channel_id=100 + guild_id, today=TODAY
    )


async def test_an_earlier_paper_on_the_same_is_found_with_its_thread_and_why(
    store: SqliteStore, library: Library
) -> None:
    await post_all(store, HERE)
    sets, s1 = await get(store, "SETS"), await get(store, "s1")
    assert (s1.date, s1.position) < (sets.date, sets.position)
    found = await earlier(library, sets)
    assert [each.entry.id for each in found] == [s1.id]
    assert found[0].post.thread_id == 1000 + s1.id
    assert found[0].reason.tags == ("inference-time-scaling",)


async def test_a_later_paper_is_not_earlier(store: SqliteStore, library: Library) -> None:
    await post_all(store, HERE)
    sets, s1 = await get(store, "SETS"), await get(store, "s1")
    assert sets.id not in [each.entry.id for each in await earlier(library, s1)]


async def test_no_paper_links_to_one_behind_it_to_itself_or_to_more_than_three(
    store: SqliteStore, library: Library
) -> None:
    await post_all(store, HERE)
    linked = 0
    for day in await store.list_dates(until=TODAY):
        digest = await store.get_digest(day)
        assert digest
        for entry in digest.entries:
            found = await earlier(library, entry)
            linked += len(found) > 0
            assert len(found) <= 3
            for each in found:
                assert (each.entry.date, each.entry.position) < (entry.date, entry.position)
    assert linked >= 5


async def test_papers_without_a_post_in_this_server_are_left_out(
    store: SqliteStore, library: Library
) -> None:
    await post_all(store, ELSEWHERE)
    sets = await get(store, "SETS")
    assert await earlier(library, sets) == ()
    assert len(await earlier(library, sets, ELSEWHERE)) == 1


async def test_nothing_is_linked_where_nothing_is_close(
    store: SqliteStore, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post_all(store, HERE)
    monkeypatch.setattr(related, "CLOSE", 0.9)
    assert await earlier(library, await get(store, "SETS")) == ()


async def test_an_opening_does_not_wait_for_ever_for_the_index(
    store: SqliteStore, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post_all(store, HERE)
    monkeypatch.setattr(related, "PATIENCE", 0.0)
    assert await earlier(library, await get(store, "SETS")) == ()
    library.close()


async def test_the_pages_of_a_list_follow_each_other(store: SqliteStore, library: Library) -> None:
    octo = await get(store, "OctoThinker")
    whole = await list_related(library, octo, today=TODAY, offset=0, limit=99)
    assert whole.items[0].paper.title.startswith("LIMR")
    pages = [
        await list_related(library, octo, today=TODAY, offset=offset, limit=2)
        for offset in range(0, whole.total, 2)
    ]
    assert tuple(entry for page in pages for entry in page.items) == whole.items
    assert {page.total for page in pages} == {len(whole.items)}


async def test_shared_authors_are_named_as_the_other_digest_writes_them(
    store: SqliteStore,
) -> None:
    octo, limr = await get(store, "OctoThinker"), await get(store, "LIMR")
    reasons = await explain_relations(store, octo, [limr], until=TODAY)
    assert reasons[limr.id].authors == ("Xuefeng Li", "Pengfei Liu")
    assert set(reasons[limr.id].tags) == {"rl", "reasoning"}
