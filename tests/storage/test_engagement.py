"""What readers made of the posts: counts, by post and never by reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.models import Delivery, Engagement
from storage.sqlite import SqliteStore
from tests.storage.builders import digest, entry
from tests.storage.conftest import Ingest
from tests.storage.ledgers import GUILD, claim, open_day, subscribe

SENT = datetime(2025, 8, 1, 9, tzinfo=UTC)


def snowflake(moment: datetime) -> int:
    """Return an id of that moment, as Discord's reference says."""
    return (int(moment.timestamp() * 1000) - 1420070400000) << 22


POST = snowflake(SENT)


@pytest.fixture
async def delivery(store: SqliteStore, ingest: Ingest) -> Delivery:
    """A digest of two papers, opened in a channel."""
    await ingest(digest(entry("One"), entry("Two")))
    (opened,) = await open_day(store, await subscribe(store))
    return opened


async def post(
    store: SqliteStore,
    delivery: Delivery,
    message_id: int = POST,
    *,
    entry_id: int = 1,
    name: str = "paper",
    channel_id: int = 100,
) -> None:
    """Record that a step led to a message."""
    claimed = await claim(store, delivery, name, entry_id=entry_id)
    await store.mark_done(claimed.step, channel_id=channel_id, message_id=message_id, revision="r")


async def counts(store: SqliteStore, guild_id: int = GUILD) -> dict[int, tuple[int, int]]:
    found = await store.list_engagement(guild_id, since=None)
    return {each.entry_id: (each.messages, each.reactions) for each in found}


async def test_peoples_messages_add_up_and_bots_are_left_out(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery)
    await store.add_thread_messages({POST: (2, 1)})
    await store.add_thread_messages({POST: (1, 4)})
    await store.set_reactions({POST: 5})
    assert await store.list_engagement(GUILD, since=None) == (
        Engagement(entry_id=1, paper_id=1, messages=3, reactions=5),
    )


async def test_threads_and_messages_that_are_no_papers_posts_are_not_counted(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery)
    await post(store, delivery, POST + 1, entry_id=0, name="header")
    await post(store, delivery, POST + 2, name="details0")
    for message_id in (POST + 1, POST + 2, 77):
        await store.add_thread_messages({message_id: (1, 0)})
        await store.settle_threads({message_id: 9})
        await store.set_reactions({message_id: 1})
    assert await counts(store) == {1: (0, 0)}
    assert await store.find_posts([POST, POST + 1, POST + 2, 77]) == {POST: 100}


async def test_reactions_are_the_last_number_heard_of(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery)
    await store.set_reactions({POST: 5})
    await store.set_reactions({POST: 2})
    assert await counts(store) == {1: (0, 2)}


@pytest.mark.parametrize(
    ("seen", "total", "expected"),
    [
        ((0, 0), 7, 5),  # nothing was seen: all but the opening's two messages
        ((3, 2), 5, 3),  # all was seen
        ((3, 2), 9, 7),  # four were missed
        ((3, 6), 9, 3),  # bots wrote more than the opening
        ((3, 2), 1, 3),  # Discord's count lags behind
        ((0, 0), 1, 0),  # not even the opening is there
    ],
)
async def test_missed_messages_are_made_up_for(
    store: SqliteStore,
    delivery: Delivery,
    seen: tuple[int, int],
    total: int,
    expected: int,
) -> None:
    await post(store, delivery)
    await post(store, delivery, POST + 1, name="details0", channel_id=POST)
    await post(store, delivery, POST + 2, name="details1", channel_id=POST)
    if any(seen):
        await store.add_thread_messages({POST: seen})
    await store.settle_threads({POST: total})
    await store.settle_threads({POST: total})
    assert await counts(store) == {1: (expected, 0)}


async def test_a_paper_posted_twice_in_a_server_is_counted_up_and_other_servers_are_not(
    store: SqliteStore, delivery: Delivery
) -> None:
    (second,) = await open_day(store, await subscribe(store, 101))
    (foreign,) = await open_day(store, await subscribe(store, 102, guild_id=11))
    await post(store, delivery)
    await post(store, second, POST + 5)
    await post(store, foreign, POST + 6)
    await store.add_thread_messages({POST: (1, 0), POST + 5: (2, 0), POST + 6: (4, 0)})
    assert await counts(store) == {1: (3, 0)}
    assert await counts(store, 11) == {1: (4, 0)}
    assert await counts(store, 12) == {}


async def test_only_posts_sent_since_then_are_listed_in_their_order(
    store: SqliteStore, delivery: Delivery
) -> None:
    later = SENT + timedelta(hours=1)
    await post(store, delivery, snowflake(later), entry_id=1)
    await post(store, delivery, POST, entry_id=2)
    found = await store.list_engagement(GUILD, since=SENT)
    assert [each.entry_id for each in found] == [2, 1]
    found = await store.list_engagement(GUILD, since=SENT + timedelta(seconds=1))
    assert [each.entry_id for each in found] == [1]
    assert not await store.list_engagement(GUILD, since=later + timedelta(days=1))
    assert await store.list_engagement(GUILD, since=datetime(2001, 1, 1, tzinfo=UTC))


def test_the_table_has_room_for_numbers_only() -> None:
    folder = Path(__file__).parents[2] / "storage/sqlite/migrations"
    sql = (folder / "0006_engagement.sql").read_text(encoding="utf-8")
    columns = [line.split()[0] for line in sql.splitlines() if line.startswith("    ")]
    assert columns == ["message_id", "messages", "bots", "reactions"]
