"""Reading lists: saved once, kept through corrections, seen by their reader alone."""

from __future__ import annotations

from datetime import date, timedelta

from storage.models import SavedPaper
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest

READER, OTHER = 7, 8
GUILD = 1
HOUR = timedelta(hours=1)
LATER = date(2025, 6, 1)


async def entry_ids(store: SqliteStore, day: date = DAY) -> list[int]:
    found = await store.get_digest(day)
    assert found is not None
    return [each.id for each in found.entries]


async def save(store: SqliteStore, entry_id: int, *, hours: int = 0, reader: int = READER) -> bool:
    return await store.save_paper(reader, entry_id, guild_id=GUILD, now=NOW + hours * HOUR)


async def saved(
    store: SqliteStore, *, tag: str | None = None, until: date = TODAY
) -> tuple[SavedPaper, ...]:
    page = await store.list_saved(READER, tag=tag, until=until, offset=0, limit=None)
    assert page.total == len(page.items)
    return page.items


async def titles(store: SqliteStore, *, tag: str | None = None, until: date = TODAY) -> list[str]:
    return [each.entry.paper.title for each in await saved(store, tag=tag, until=until)]


async def test_a_paper_is_saved_once_and_keeps_its_first_time(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest())
    (entry_id,) = await entry_ids(store)
    assert await save(store, entry_id)
    assert not await save(store, entry_id, hours=1)
    (only,) = await saved(store)
    assert (only.entry.id, only.entry_ids, only.first_date) == (entry_id, (entry_id,), DAY)
    assert only.saved_at == NOW
    assert await store.count_saved(READER, until=TODAY) == 1


async def test_a_paper_that_is_not_there_cannot_be_saved(store: SqliteStore) -> None:
    assert not await save(store, 99)
    assert await store.count_saved(READER, until=TODAY) == 0


async def test_nobody_sees_or_loses_what_another_saved(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest())
    (entry_id,) = await entry_ids(store)
    await save(store, entry_id, reader=OTHER)
    assert await titles(store) == []
    assert await store.list_saved_tags(READER, until=TODAY) == ()
    assert not await store.remove_saved(READER, entry_id)
    assert await store.forget_saved(READER) == 0
    assert await store.count_saved(OTHER, until=TODAY) == 1


async def test_the_list_is_newest_first_and_comes_in_pages(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(*(entry(f"Paper {number}") for number in range(5))))
    for hours, entry_id in enumerate(await entry_ids(store)):
        await save(store, entry_id, hours=hours)
    page = await store.list_saved(READER, tag=None, until=TODAY, offset=1, limit=2)
    assert (page.offset, page.total) == (1, 5)
    assert [each.entry.paper.title for each in page.items] == ["Paper 3", "Paper 2"]
    beyond = await store.list_saved(READER, tag=None, until=TODAY, offset=9, limit=2)
    assert (beyond.items, beyond.total) == ((), 5)


async def test_a_paper_in_two_digests_is_one_with_the_tags_of_both(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        digest(entry(tags=("rl",))),
        digest(entry(tags=("moe", "rl")), day=LATER, source="b.txt"),
    )
    (first,) = await entry_ids(store)
    (second,) = await entry_ids(store, LATER)
    assert await save(store, first)
    assert not await save(store, second)
    (only,) = await saved(store)
    assert (only.entry.id, only.entry_ids, only.first_date) == (second, (second, first), DAY)
    for tag in ("RL", "#MoE"):
        assert await titles(store, tag=tag) == ["Sparse Frontier"]
    assert await titles(store, tag="ssm") == []
    tags = await store.list_saved_tags(READER, until=TODAY)
    assert {each.name: each.papers for each in tags} == {"moe": 1, "rl": 1}
    assert await store.remove_saved(READER, second)
    assert await titles(store) == []


async def test_tags_are_counted_by_paper_the_most_frequent_first(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("A", tags=("rl", "moe")), entry("B", tags=("rl",)), entry("C")))
    first, second, _ = await entry_ids(store)
    await save(store, first)
    await save(store, second)
    tags = await store.list_saved_tags(READER, until=TODAY)
    assert [(each.name, each.papers) for each in tags] == [("rl", 2), ("moe", 1)]


async def test_what_is_dated_in_the_future_is_not_listed_yet(
    store: SqliteStore, ingest: Ingest
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    await ingest(digest(entry(tags=("rl",)), day=tomorrow))
    (entry_id,) = await entry_ids(store, tomorrow)
    await save(store, entry_id)
    assert await titles(store) == []
    assert await store.count_saved(READER, until=TODAY) == 0
    assert await store.list_saved_tags(READER, until=TODAY) == ()
    assert await titles(store, until=tomorrow) == ["Sparse Frontier"]


async def test_a_saved_paper_stays_when_its_title_is_corrected(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("Sparse Frontire")))
    (entry_id,) = await entry_ids(store)
    await save(store, entry_id)
    await ingest(digest(entry("Sparse Frontier")))
    assert await titles(store) == ["Sparse Frontier"]


async def test_a_saved_paper_stays_when_its_corrected_title_is_another_papers(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("Sparse Frontier")))
    await ingest(digest(entry("Sparse Frontire"), day=LATER, source="b.txt"))
    (known,) = await entry_ids(store)
    (misspelt,) = await entry_ids(store, LATER)
    await save(store, misspelt)
    await save(store, known, reader=OTHER)
    await save(store, misspelt, reader=OTHER)
    await ingest(digest(entry("Sparse Frontier"), day=LATER, source="b.txt"))
    (only,) = await saved(store)
    assert only.entry_ids == (misspelt, known)
    assert await store.count_saved(OTHER, until=TODAY) == 1


async def test_who_saved_an_entry_keeps_it_when_it_parts_from_its_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(), digest(day=LATER, source="b.txt"))
    (first,) = await entry_ids(store)
    (second,) = await entry_ids(store, LATER)
    await save(store, second)
    await save(store, first, reader=OTHER)
    await ingest(digest(entry("Dense Frontier"), day=LATER, source="b.txt"))
    assert await titles(store) == ["Dense Frontier"]
    page = await store.list_saved(OTHER, tag=None, until=TODAY, offset=0, limit=None)
    assert [each.entry.paper.title for each in page.items] == ["Sparse Frontier"]


async def test_a_paper_that_leaves_the_digests_leaves_the_lists(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("A"), entry("B")))
    for entry_id in await entry_ids(store):
        await save(store, entry_id)
    await ingest(digest(entry("A")))
    assert await titles(store) == ["A"]
    assert await store.count_saved(READER, until=TODAY) == 1
    await ingest(digest(entry("A"), entry("B")))
    assert set(await titles(store)) == {"A", "B"}


async def test_forgetting_a_reader_removes_their_list_and_says_how_long_it_was(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("A"), entry("B")))
    for entry_id in await entry_ids(store):
        await save(store, entry_id)
        await save(store, entry_id, reader=OTHER)
    assert await store.forget_saved(READER) == 2
    assert await titles(store) == []
    assert await store.count_saved(OTHER, until=TODAY) == 2


async def test_saves_are_counted_by_paper_server_and_time(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("A"), entry("B"), entry("C")))
    first, second, third = await entry_ids(store)
    entries = await store.list_entries([first, second, third], until=TODAY)
    papers = [each.paper.id for each in entries]
    await store.save_paper(READER, first, guild_id=GUILD, now=NOW)
    await store.save_paper(OTHER, first, guild_id=None, now=NOW + HOUR)
    await store.save_paper(OTHER, second, guild_id=2, now=NOW)
    assert await store.count_saves(papers) == {papers[0]: 2, papers[1]: 1}
    assert await store.count_saves(papers, guild_id=GUILD) == {papers[0]: 1}
    assert await store.count_saves(papers, since=NOW + HOUR) == {papers[0]: 1}
    assert await store.count_saves(papers, guild_id=GUILD, since=NOW + HOUR) == {}
    assert await store.count_saves(papers[1:2]) == {papers[1]: 1}
