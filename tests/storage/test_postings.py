"""The ranking index: what is stored is what is found, whatever comes and goes."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.base import Postings
from storage.models import DocumentDraft
from storage.sqlite import SqliteStore
from storage.sqlite.postings import BLOCK, _join
from tests.storage.builders import DAY, TODAY, digest, entry
from tests.storage.conftest import Ingest


def draft(
    entry_id: int,
    tokens: Mapping[int, int],
    *,
    content: str = "new",
    words: Mapping[str, str] | None = None,
) -> DocumentDraft:
    return DocumentDraft(
        entry_id=entry_id,
        paper_id=entry_id * 10,
        day=DAY.toordinal(),
        name_size=2,
        content=content,
        postings=array("Q", [token << 8 | weight for token, weight in tokens.items()]),
        words=words or {},
        authors={},
    )


async def find(store: SqliteStore, token: int) -> list[tuple[int, int]]:
    """Return (entry id, weight) of each document that has a token and still exists."""
    documents = await store.get_documents()

    def look(postings: Postings) -> list[tuple[int, int]]:
        return [
            (block.base + offset, weight)
            for block in postings.find(token)
            for offset, weight in zip(block.offsets, block.weights, strict=True)
        ]

    rows = await store.consult(look)
    assert rows == sorted(rows)
    return [(documents.entry_ids[at], weight) for at, weight in rows if documents.days[at]]


async def count(store: SqliteStore, token: int) -> int:
    return await store.consult(lambda postings: postings.count(token))


async def test_documents_are_found_by_their_tokens(store: SqliteStore) -> None:
    await store.add_documents([draft(1, {7: 9, 8: 255}), draft(2, {7: 1})])
    await store.add_documents([draft(3, {7: 0, 2**32 - 1: 3})])

    assert await find(store, 7) == [(1, 9), (2, 1), (3, 0)]
    assert await find(store, 8) == [(1, 255)]
    assert await find(store, 2**32 - 1) == [(3, 3)]
    assert await find(store, 9) == []
    assert [await count(store, token) for token in (7, 8, 9)] == [3, 1, 0]


async def test_a_changed_entry_is_found_by_what_it_says_now(store: SqliteStore) -> None:
    await store.add_documents([draft(1, {7: 1}), draft(2, {7: 2})])
    await store.add_documents([draft(1, {8: 5}, content="newer")])

    assert await find(store, 7) == [(2, 2)]
    assert await find(store, 8) == [(1, 5)]


async def test_what_is_indexed_already_is_left(store: SqliteStore) -> None:
    await store.add_documents([draft(1, {7: 1})])
    await store.add_documents([draft(1, {8: 5})])

    assert await find(store, 8) == []


async def test_postings_of_a_removed_entry_are_not_given_to_another(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("A")))
    await store.add_documents([draft(99, {7: 1})])

    assert await store.drop_removed() == 1
    await store.add_documents([draft(1, {8: 1})])

    assert await find(store, 7) == []
    assert await find(store, 8) == [(1, 1)]


async def test_documents_of_many_blocks_are_found_in_order(store: SqliteStore) -> None:
    ids = range(1, 2 * BLOCK + 50)
    await store.add_documents([draft(each, {7: each % 200, each + 100: 1}) for each in ids])

    assert await find(store, 7) == [(each, each % 200) for each in ids]
    assert await count(store, 7) == len(ids)
    assert await find(store, BLOCK + 100) == [(BLOCK, 1)]


async def test_what_the_index_lacks_is_listed(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(entry("A"), entry("B")))
    first, second = await store.list_unindexed(until=TODAY)
    (read,) = await store.list_entries([first], until=TODAY)
    await store.add_documents([draft(first, {7: 1}, content=f"{read.date} {read.revision}")])

    assert await store.list_unindexed(until=TODAY) == [second]
    assert await store.list_unindexed(until=date(1999, 1, 1)) == []


async def test_another_version_begins_with_nothing(store: SqliteStore) -> None:
    await store.begin_index("1")
    await store.add_documents([draft(1, {7: 1}, words={"whale": "WL"})])
    await store.begin_index("1")
    assert await find(store, 7) == [(1, 1)]

    await store.begin_index("2")

    assert await find(store, 7) == []
    assert list((await store.get_documents()).days) == []
    assert await store.consult(lambda index: index.list_words("word", after=0)) == []


async def test_words_are_kept_once_and_found_by_sound(store: SqliteStore) -> None:
    await store.add_documents([draft(1, {}, words={"attention": "TNSN", "a": ""})])
    await store.add_documents([draft(2, {}, words={"attention": "TNSN", "atention": "TNSN"})])

    def look(
        index: Postings,
    ) -> tuple[Sequence[str], Sequence[str], Sequence[tuple[int, str, str]]]:
        words = index.list_words("word", after=0)
        return (
            index.list_words_of_sound("word", "TNSN"),
            index.list_words_of_sound("word", ""),
            index.list_words("word", after=words[-1][0] - 1),
        )

    alike, silent, last = await store.consult(look)
    assert alike == ["attention", "atention"]
    assert silent == []
    assert [each[1:] for each in last] == [("atention", "TNSN")]


def test_postings_of_two_processes_are_put_in_order() -> None:
    known = array("H", [5, 9]).tobytes() + b"\x05\x09"
    new = array("H", [2, 3]).tobytes() + b"\x02\x03"

    assert _join(known, new) == array("H", [2, 3, 5, 9]).tobytes() + b"\x02\x03\x05\x09"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.dictionaries(st.integers(0, 5), st.integers(0, 255))),
        max_size=12,
    ),
    st.integers(1, 4),
)
async def test_whatever_is_added_is_found_as_it_was_last(
    store: SqliteStore, changes: list[tuple[int, dict[int, int]]], size: int
) -> None:
    await store.begin_index(f"{changes}/{size}")
    latest: dict[int, dict[int, int]] = {}
    numbered = list(enumerate(changes))
    for start in range(0, len(numbered), size):
        batch = {
            entry_id: (number, tokens)
            for number, (entry_id, tokens) in numbered[start : start + size]
        }
        await store.add_documents(
            [draft(each, tokens, content=str(number)) for each, (number, tokens) in batch.items()]
        )
        latest |= {each: tokens for each, (_, tokens) in batch.items()}

    for token in range(6):
        wanted = sorted((each, tokens[token]) for each, tokens in latest.items() if token in tokens)
        assert sorted(await find(store, token)) == wanted
