"""Files read, read again, edited, moved, copied: what becomes of their entries."""

from __future__ import annotations

import sqlite3
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.models import Digest, EntryDraft, IngestReport, Subscription
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest
from tests.storage.ledgers import open_day, post

A, B, C = (entry(f"Paper {name}", authors=(name, "Ge Zhang"), tags=(name, "rl")) for name in "ABC")
NEXT = DAY + timedelta(days=1)


async def read(store: SqliteStore, day: date = DAY) -> Digest:
    found = await store.get_digest(day)
    assert found is not None
    return found


async def ids(store: SqliteStore, day: date = DAY) -> dict[str, int]:
    return {each.paper.title: each.id for each in (await read(store, day)).entries}


def report(
    *, added: int = 0, changed: int = 0, removed: int = 0, unchanged: int = 0
) -> IngestReport:
    return IngestReport(added=added, changed=changed, removed=removed, unchanged=unchanged)


async def total_changes(store: SqliteStore) -> int:
    async with store._database.transaction() as connection:
        return connection.total_changes


async def test_what_is_stored_is_what_was_written(store: SqliteStore, ingest: Ingest) -> None:
    draft = entry(
        'A "Title": $\\beta_2$ & <b>',
        authors=("Emmanuel Candès", "Søren"),
        ko=("첫 문단", "둘째"),
        en=("One", "Two", "Three"),
        tags=("RL", "image-generation"),
        url="https://arxiv.org/abs/2503.01307v2",
        links=("https://b.org/x", "https://a.org/y"),
    )
    assert await ingest(digest(draft)) == report(added=1)
    (stored,) = (await read(store)).entries
    assert stored.paper.title == draft.title
    assert stored.paper.authors == draft.authors
    assert stored.paper.abstract == draft.abstract
    assert stored.paper.url == draft.url
    assert (stored.ko, stored.en) == (draft.ko, draft.en)
    assert (stored.tags, stored.links) == (draft.tags, draft.links)
    assert (stored.date, stored.position) == (DAY, 0)
    assert await store.get_entry(stored.id) == stored


async def test_a_file_read_again_does_no_work(store: SqliteStore) -> None:
    drafts = [(digest(A, B), "same")]
    await store.add_digests(drafts, now=NOW)
    before = await total_changes(store)
    assert await store.add_digests(drafts, now=NOW) == (report(unchanged=2),)
    assert await total_changes(store) == before
    assert await store.list_fingerprints() == {"a.txt": "same"}


@pytest.mark.parametrize(
    "edited",
    [
        replace(B, ko=("다시 쓴 설명",)),
        replace(B, title="Paper B, corrected"),
        replace(B, authors=(*B.authors, "New Author")),
        replace(B, tags=("other",)),
        replace(B, abstract=None),
    ],
)
async def test_an_edited_entry_keeps_its_id_and_place(
    store: SqliteStore, ingest: Ingest, edited: EntryDraft
) -> None:
    await ingest(digest(A, B, C))
    before = (await read(store)).entries
    assert await ingest(digest(A, edited, C)) == report(changed=1, unchanged=2)
    after = (await read(store)).entries
    assert [each.id for each in after] == [each.id for each in before]
    assert after[1].paper.id == before[1].paper.id
    assert after[1].revision != before[1].revision
    assert (after[1].paper.title, after[1].paper.authors) == (edited.title, edited.authors)
    assert (after[1].paper.abstract, after[1].ko, after[1].tags) == (
        edited.abstract,
        edited.ko,
        edited.tags,
    )
    assert (after[0], after[2]) == (before[0], before[2])


async def test_an_edit_changes_what_is_found(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(replace(A, ko=("확산 모델",), tags=("old",))))
    await ingest(digest(replace(A, ko=("보상 모델",), tags=("new",))))

    async def found(query: str) -> int:
        return (await store.search(query, until=TODAY, offset=0, limit=10)).total

    assert (await found("확산"), await found("보상")) == (0, 1)
    assert [tag.name for tag in await store.suggest_tags("", until=TODAY, limit=9)] == ["new"]


async def test_new_entries_go_to_the_end_and_removed_ones_leave(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, B))
    before = await ids(store)
    assert await ingest(digest(C, B)) == report(added=1, removed=1, unchanged=1)
    assert [each.paper.title for each in (await read(store)).entries] == ["Paper B", "Paper C"]
    assert (await ids(store))["Paper B"] == before["Paper B"]
    assert await store.get_entry(before["Paper A"]) is None
    assert await store.count_papers(until=TODAY) == 2
    assert (await store.list_by_author("A", until=TODAY, offset=0, limit=9)).total == 0
    assert await store.suggest_tags("a", until=TODAY, limit=9) == ()
    hits = (await store.search("Ge Zhang", until=TODAY, offset=0, limit=9)).items
    assert {hit.entry.paper.title for hit in hits} == {"Paper B", "Paper C"}


async def test_ids_are_not_given_again(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(A, B))
    gone = await ids(store)
    await ingest(digest(A))
    await ingest(digest(A, C))
    again = await ids(store)
    assert again["Paper C"] > gone["Paper B"]
    ((newest, *_),) = (await store.find_entries("Paper C", until=TODAY)).items
    assert newest.paper.id > 2


async def test_two_files_make_one_digest_in_order_of_arrival(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(B, source="z.txt"))
    await ingest(digest(A, C, source="a.txt"))
    entries = (await read(store)).entries
    assert [each.paper.title for each in entries] == ["Paper B", "Paper A", "Paper C"]
    assert [each.position for each in entries] == [0, 1, 2]


async def test_another_comment_in_another_file_is_another_entry_of_one_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, source="a.txt"), digest(replace(A, ko=("다른 설명",)), source="b.txt"))
    first, second = (await read(store)).entries
    assert first.paper == second.paper
    assert first.id != second.id


async def test_a_renamed_file_is_the_same_digest(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(A, B, source="old.txt"))
    before = await read(store)
    assert await ingest(digest(A, B, source="new.txt")) == report(unchanged=2)
    assert await read(store) == before


async def test_an_edit_after_renaming_is_an_edit(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(A, B, source="old.txt"))
    await ingest(digest(A, B, source="new.txt"))
    before = await ids(store)
    assert await ingest(digest(A, replace(B, title="Paper Bee"), source="new.txt")) == report(
        changed=1, unchanged=1
    )
    assert list((await ids(store)).values()) == list(before.values())


async def test_an_entry_stays_while_one_file_holds_it(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(A, B, source="one.txt"), digest(A, source="two.txt"))
    assert await ingest(digest(B, source="one.txt")) == report(unchanged=1)
    assert set(await ids(store)) == {"Paper A", "Paper B"}
    assert await ingest(digest(C, source="two.txt")) == report(added=1, removed=1)
    assert set(await ids(store)) == {"Paper B", "Paper C"}


async def test_an_entry_edited_into_another_files_entry_is_stored_once(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, source="one.txt"), digest(replace(A, ko=("곧",)), source="two.txt"))
    await ingest(digest(A, source="two.txt"))
    assert len((await read(store)).entries) == 1


async def test_the_same_paragraphs_twice_in_a_file_are_stored_once(
    store: SqliteStore, ingest: Ingest
) -> None:
    assert await ingest(digest(A, A)) == report(added=1, unchanged=1)
    assert await ingest(digest(A, A, B)) == report(added=1, unchanged=2)


async def test_a_corrected_date_moves_the_entries(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(C, day=NEXT, source="c.txt"), digest(A, B))
    before = await ids(store)
    assert await ingest(digest(A, B, day=NEXT)) == report(changed=2)
    assert await store.get_digest(DAY) is None
    moved = (await read(store, NEXT)).entries
    assert [each.paper.title for each in moved] == ["Paper C", "Paper A", "Paper B"]
    assert [each.position for each in moved] == [0, 1, 2]
    assert [each.id for each in moved[1:]] == list(before.values())


async def test_a_copied_file_with_a_new_date_takes_nothing_from_the_old(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, B, source="one.txt"))
    before = await read(store)
    await ingest(digest(A, B, source="two.txt"))
    assert await ingest(digest(A, C, source="two.txt", day=NEXT)) == report(added=2)
    assert await read(store) == before
    assert set(await ids(store, NEXT)) == {"Paper A", "Paper C"}


@pytest.mark.parametrize(
    "calls",
    [
        [["two.txt"], ["one.txt"]],
        [["one.txt"], ["two.txt"]],
        [["one.txt", "two.txt"]],
        [["new.txt"], ["one.txt"], ["two.txt"]],
        [["one.txt", "new.txt"], ["two.txt"]],
    ],
)
async def test_copies_that_get_another_date_one_after_the_other_keep_their_entries(
    store: SqliteStore, ingest: Ingest, calls: list[list[str]]
) -> None:
    await ingest(digest(A, B, source="one.txt"), digest(A, B, source="two.txt"))
    before = await ids(store)
    for sources in calls:
        await ingest(*(digest(A, B, source=source, day=NEXT) for source in sources))
    assert await store.get_digest(DAY) is None
    assert await ids(store, NEXT) == before
    assert await ingest(digest(A, source="one.txt", day=NEXT)) == report(unchanged=1)
    assert await ids(store, NEXT) == before  # the other copy holds both


async def test_a_paper_that_was_posted_under_its_new_date_stays_the_one_that_was(
    store: SqliteStore, ingest: Ingest, subscription: Subscription
) -> None:
    await ingest(digest(A, source="one.txt"))
    await ingest(digest(A, source="two.txt", day=NEXT))
    posted = await ids(store, NEXT)
    (delivery,) = await open_day(store, subscription, NEXT)
    await post(store, delivery, message_id=9, entry_id=posted["Paper A"])
    await ingest(digest(A, source="one.txt", day=NEXT))
    assert await ids(store, NEXT) == posted


async def test_the_newest_digest_that_has_a_value_describes_the_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    old = replace(A, title="PAPER-A", authors=("Old",), url="https://arxiv.org/abs/2503.01307")
    new = replace(A, abstract=None, authors=("New",))
    await ingest(digest(new, day=NEXT, source="new.txt"), digest(old, source="old.txt"))
    (entry_then,) = (await read(store)).entries
    (entry_now,) = (await read(store, NEXT)).entries
    assert entry_then.paper == entry_now.paper
    assert (entry_now.paper.title, entry_now.paper.authors) == ("Paper A", ("New",))
    assert (entry_now.paper.abstract, entry_now.paper.url) == (old.abstract, old.url)
    ((newest, *_),) = (await store.find_entries("paper a", until=DAY)).items
    assert (newest.paper.title, newest.paper.authors) == ("PAPER-A", ("Old",))


async def test_a_corrected_title_does_not_rename_another_digests_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A), digest(A, day=NEXT, source="next.txt"))
    await ingest(digest(replace(A, title="Renamed")))
    (entry_then,) = (await read(store)).entries
    (entry_now,) = (await read(store, NEXT)).entries
    assert (entry_then.paper.title, entry_now.paper.title) == ("Renamed", "Paper A")
    await ingest(digest(A))
    assert (await read(store)).entries[0].paper.id == entry_now.paper.id
    assert (await store.find_entries("Renamed", until=TODAY)).items == ()


async def test_names_are_kept_as_each_entry_writes_them(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(replace(A, authors=("Candès",)), replace(B, authors=("CANDES",))))
    assert [each.paper.authors for each in (await read(store)).entries] == [
        ("Candès",),
        ("CANDES",),
    ]
    (author,) = await store.suggest_authors("candes", until=TODAY, limit=9)
    assert (author.name, author.papers) == ("Candès", 2)


async def test_links_that_a_newer_parser_finds_are_stored_without_an_edit(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A))
    (before,) = (await read(store)).entries
    assert await ingest(digest(replace(A, links=("https://x.org",)))) == report(unchanged=1)
    (after,) = (await read(store)).entries
    assert (after.links, after.revision) == (("https://x.org",), before.revision)


async def test_a_failing_file_takes_the_whole_call_back(store: SqliteStore) -> None:
    broken = replace(B, abstract="\ud800 is no character")
    with pytest.raises(UnicodeEncodeError):
        await store.add_digests([(digest(A), "1"), (digest(broken, source="b.txt"), "2")], now=NOW)
    assert await store.list_fingerprints() == {}
    assert await store.list_dates(until=TODAY) == ()


async def test_reports_come_in_the_order_of_the_files(store: SqliteStore) -> None:
    drafts = [(digest(A, source="a.txt"), "1"), (digest(B, C, source="b.txt"), "2")]
    assert await store.add_digests(drafts, now=NOW) == (report(added=1), report(added=2))


async def test_titles_in_another_unicode_form_are_one_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    apart = replace(A, title=unicodedata.normalize("NFD", "추론 é"))
    await ingest(digest(replace(A, title="추론 é")), digest(apart, day=NEXT, source="b.txt"))
    assert await store.count_papers(until=TODAY) == 1


async def test_nothing_is_left_of_what_no_file_holds(store: SqliteStore, ingest: Ingest) -> None:
    def names(connection: sqlite3.Connection) -> set[str]:
        rows = connection.execute("SELECT key FROM names UNION ALL SELECT key FROM papers")
        return {row["key"] for row in rows}

    await ingest(digest(A, B))
    await ingest(digest(A))
    assert await store._database.read(names) == {"a", "ge zhang", "rl", "paper a"}


async def test_a_file_given_twice_in_one_call_is_read_twice(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(replace(A, ko=("확산 모델",))), digest(replace(A, ko=("보상 모델",))))

    async def found(query: str) -> int:
        return (await store.search(query, until=TODAY, offset=0, limit=10)).total

    assert (await found("확산"), await found("보상")) == (0, 1)
    await store._database.write(check_index)


def check_index(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


async def test_names_count_papers_not_entries(store: SqliteStore, ingest: Ingest) -> None:
    """However its entries come: at once, in one file or two, or later."""
    await ingest(digest(A, B), digest(replace(A, ko=("또",)), day=NEXT, source="b.txt"))
    await ingest(digest(replace(B, ko=("또",)), C, day=NEXT, source="c.txt"))
    tags = await store.suggest_tags("", until=TODAY, limit=9)
    assert {tag.name: tag.papers for tag in tags} == {"rl": 3, "A": 1, "B": 1, "C": 1}
    await ingest(digest(replace(C, tags=("C",)), day=NEXT, source="c.txt"))
    tags = await store.suggest_tags("", until=TODAY, limit=9)
    assert {tag.name: tag.papers for tag in tags} == {"rl": 2, "A": 1, "B": 1, "C": 1}


async def test_one_batch_may_hold_a_file_twice(store: SqliteStore) -> None:
    drafts = [(digest(A, B), "1"), (digest(A, C), "2"), (digest(A, C), "2")]
    reports = await store.add_digests(drafts, now=NOW)
    assert reports == (
        report(added=2),
        report(added=1, removed=1, unchanged=1),
        report(unchanged=2),
    )
    assert list(await ids(store)) == ["Paper A", "Paper C"]


@pytest.mark.parametrize("source", ["a.txt", "b.txt"])
@pytest.mark.parametrize(
    "again", [B, replace(B, en=("Better.",)), replace(B, title="Paper B, corrected")]
)
async def test_a_paper_that_is_put_back_is_the_one_that_was_taken_out(
    store: SqliteStore, ingest: Ingest, again: EntryDraft, source: str
) -> None:
    await ingest(digest(A, B, C))
    (_, before, _) = (await read(store)).entries
    await ingest(digest(A, C))
    assert await store.get_entry(before.id) is None
    drafts = (A, again, C) if source == "a.txt" else (again,)
    await ingest(digest(*drafts, source=source))
    after = await store.get_entry(before.id)
    assert after is not None
    assert (after.paper.title, after.paper.id, after.date) == (again.title, before.paper.id, DAY)
    assert len(await ids(store)) == 3
    await store._database.write(check_index)


async def test_a_paper_of_a_later_digest_is_not_one_that_was_taken_out(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, B))
    before = (await read(store)).entries[1]
    await ingest(digest(A))
    await ingest(digest(B, day=NEXT, source="b.txt"))
    (after,) = (await read(store, NEXT)).entries
    assert after.id > before.id
    assert after.paper.id == before.paper.id
    await ingest(digest(A, B))
    assert (await ids(store))["Paper B"] == before.id


async def test_a_paper_that_comes_back_is_found_by_a_part_of_its_title(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, B))
    await store.index_parts()
    await ingest(digest(B))
    await ingest(digest(A, B, C))
    for name in ("aper A", "aper C"):
        assert (await store.find_entries(name, until=TODAY)).total == 1


async def test_what_moves_between_files_keeps_its_id(store: SqliteStore, ingest: Ingest) -> None:
    """Whichever of the files is read first."""
    await ingest(digest(A, B, source="a.txt"), digest(C, source="b.txt"))
    before = await ids(store)
    better = replace(B, en=("Better.",))
    await ingest(digest(A, source="a.txt"), digest(C, better, source="b.txt"))
    assert await ids(store) == before
    await ingest(digest(A, B, source="a.txt"), digest(C, source="b.txt"))
    assert await ids(store) == before


async def test_two_files_that_change_names_keep_their_entries(
    store: SqliteStore, ingest: Ingest
) -> None:
    one, two = (entry(f"One of {n}", abstract="The same text.") for n in ("two", "many"))
    for day in (DAY, NEXT):
        await ingest(digest(one, source="a.txt"), digest(two, day=day, source="b.txt"))
        before = await ids(store) | await ids(store, day)
        await ingest(digest(two, day=day, source="a.txt"), digest(one, source="b.txt"))
        assert await ids(store) | await ids(store, day) == before


async def test_a_file_that_takes_anothers_name_takes_nothing_from_it(
    store: SqliteStore, ingest: Ingest
) -> None:
    """The day before goes to another file, and today has one of its papers once more."""
    await ingest(digest(A, B, source="today.txt"))
    before = await ids(store)
    again = replace(A, en=("Another look.",))
    await ingest(
        digest(again, C, day=NEXT, source="today.txt"), digest(A, B, source="yesterday.txt")
    )
    assert await ids(store) == before
    assert set(await ids(store, NEXT)) == {"Paper A", "Paper C"}


async def test_a_file_that_is_written_anew_every_day_loses_no_paper(
    store: SqliteStore, ingest: Ingest
) -> None:
    first = entry("Scaling Laws, Part I", abstract="How loss scales with size.")
    second = entry("Scaling Laws, Part II", abstract="How loss scales with data.")
    await ingest(digest(first))
    before = await ids(store)
    await ingest(digest(second, day=NEXT))
    assert not set((await ids(store, NEXT)).values()) & set(before.values())


async def test_a_copy_that_is_given_another_paper_leaves_the_others(
    store: SqliteStore, ingest: Ingest
) -> None:
    first = entry("Scaling Laws, Part I", abstract="How loss scales with size.")
    second = entry("Scaling Laws, Part II", abstract="How loss scales with data.")
    await ingest(digest(first), digest(first, source="copy.txt"))
    await ingest(digest(second, source="copy.txt"))
    assert list(await ids(store)) == [first.title, second.title]


async def test_a_file_renamed_and_corrected_at_once_is_corrected(store: SqliteStore) -> None:
    await store.add_digests([(digest(A, B, C), "1")], now=NOW)
    before = (await read(store)).entries
    renamed = digest(A, replace(B, en=("Better.",)), replace(C, title="Paper Sea"), source="b.txt")
    (counts,) = await store.add_digests([(renamed, "2")], now=NOW, gone={"a.txt"})
    assert counts == report(changed=2, unchanged=1)
    after = (await read(store)).entries
    assert [each.id for each in after] == [each.id for each in before]
    assert after[1].en == ("Better.",)
    # Its date is its own now, too.
    moved = replace(renamed, date=NEXT)
    (counts,) = await store.add_digests([(moved, "3")], now=NOW, gone={"a.txt"})
    assert counts == report(changed=3)
    assert [each.id for each in (await read(store, NEXT)).entries] == [each.id for each in before]


async def test_papers_that_had_one_id_in_turn_come_back_as_two(
    store: SqliteStore, ingest: Ingest
) -> None:
    """One of them is a title that the paper had before it was corrected."""
    await ingest(digest(A), digest(replace(A, ko=("또",)), day=NEXT, source="b.txt"))
    await ingest(digest(C))
    await ingest(digest(replace(A, title="Renamed"), day=NEXT, source="b.txt"))
    await ingest(digest(C, day=NEXT, source="b.txt"))
    await ingest(digest(A, C), digest(replace(A, title="Renamed"), C, day=NEXT, source="b.txt"))
    (renamed,) = [each for each in (await read(store, NEXT)).entries if each.id == 2]
    assert renamed.paper.title == "Renamed"
    assert (await read(store)).entries[-1].paper.id != renamed.paper.id
