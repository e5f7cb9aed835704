"""What sorting and walking find is the same, and the index of parts knows every edit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.sqlite import SqliteStore, names, papers, parts
from storage.sqlite.picking import Picking
from tests.storage.builders import DAY, TODAY, digest, entry
from tests.storage.conftest import Ingest

EVERYTHING = 10**6
TITLES = [f"{head} {tail} {n}" for n in range(9) for head, tail in (("Sparse", "Map"), ("A", "Sp"))]
BEYOND = "sp\U0010ffff"
NEWEST = {"walk": papers.WALK_NEWEST, "sort": papers.SORT_PAPERS}
CASES: dict[str, tuple[Picking, dict[str, Any]]] = {
    "titles that begin so": (
        Picking(find=papers.FIND_BEGINNING, **NEWEST),
        {"key": "sp", "beyond": BEYOND, "text": " sp", "first": 1, "last": 1},
    ),
    "titles that hold it": (
        Picking(find=papers.FIND_HOLDING, **NEWEST),
        {"match": '"par"', "text": "par", "first": 2, "last": EVERYTHING},
    ),
    "titles that hold two letters": (
        Picking(find=papers.FIND_BY_LETTERS, **NEWEST),
        {"text": "ap", "first": 2, "last": EVERYTHING},
    ),
    "authors that begin so": (
        Picking(
            find=names.FIND_BEGINNING, walk=names.WALK_BEGINNING, sort=names.SORT_NAMES
        ),
        {"kind": "author", "key": "sp", "beyond": BEYOND},
    ),
    "authors of whom a name begins so": (
        Picking(find=names.FIND_WORD, walk=names.WALK_WORD, sort=names.SORT_NAMES),
        {"kind": "author", "key": "lee", "match": '" lee" OR "-lee" OR "_lee"'},
    ),
    "authors who hold it": (
        Picking(find=names.FIND_HOLDING, walk=names.WALK_HOLDING, sort=names.SORT_NAMES),
        {"kind": "author", "key": "lee", "match": '"lee"'},
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
async def stored(ingest: Ingest) -> None:
    for day in range(6):
        drafts = [
            entry(
                title,
                authors=("Spencer Lee", f"Sparky Leeds {number % 4}", f"Bo Lee {number}"),
                tags=("rl",) if number % 3 else ("rl", f"lee-{number}"),
            )
            for number, title in enumerate(TITLES[day * 3 : day * 3 + 3], start=day * 3)
        ]
        await ingest(digest(*drafts, day=DAY + timedelta(days=day * 3 % 7), source=f"{day}.txt"))


@pytest.fixture
def connection(store: SqliteStore, path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize("budget", [0, 3, EVERYTHING])
@pytest.mark.parametrize("case", CASES)
async def test_sorting_and_walking_find_the_same(
    store: SqliteStore,
    connection: sqlite3.Connection,
    *,
    case: str,
    budget: int,
    limit: int,
    indexed: bool,
) -> None:
    if indexed:
        await store.index_parts()
    picking, params = CASES[case]
    params = params | {"until": TODAY.isoformat()}
    sorted_ = picking.pick(connection, params, limit=limit, most=EVERYTHING)
    walked = picking.pick(connection, params, limit=limit, most=0, budget=budget)
    assert [tuple(row) for row in walked] == [tuple(row) for row in sorted_]
    assert sorted_


async def test_an_author_who_stands_twice_in_a_paper_has_it_once(
    store: SqliteStore, ingest: Ingest
) -> None:
    twin = entry("Of Two Minds", authors=("Wei Wang", "Wei Wang"))
    await ingest(digest(twin, source="twins.txt"))
    page = await store.list_by_author("wei wang", until=TODAY, offset=0, limit=8)
    assert (page.total, len(page.items)) == (1, 1)


async def found(store: SqliteStore) -> list[str]:
    papers = (await store.find_entries("apping", until=TODAY)).items
    authors = await store.suggest_authors("quu", until=TODAY, limit=5)
    return [*(newest.paper.title for newest, *_ in papers), *(author.name for author in authors)]


def check_index(connection: sqlite3.Connection) -> None:
    """Compare with the keys themselves (sqlite.org/fts5.html#the_integrity_check_command)."""
    connection.execute("INSERT INTO title_parts (title_parts, rank) VALUES ('integrity-check', 1)")
    connection.execute("INSERT INTO name_parts (name_parts, rank) VALUES ('integrity-check', 1)")
    connection.rollback()


@pytest.mark.parametrize("indexed", [True, False])
async def test_parts_of_what_was_renamed_and_removed_are_known(
    store: SqliteStore, ingest: Ingest, connection: sqlite3.Connection, *, indexed: bool
) -> None:
    await ingest(digest(entry("Mapping", authors=("Zoe Quux",)), source="edited.txt"))
    if indexed:
        await store.index_parts()
    assert await found(store) == ["Mapping", "Zoe Quux"]
    await ingest(digest(entry("Napping", authors=("Zoe Quuz",)), source="edited.txt"))
    assert await found(store) == ["Napping", "Zoe Quuz"]
    await store.index_parts()
    check_index(connection)
    assert await found(store) == ["Napping", "Zoe Quuz"]
    assert (await store.find_entries("mapping", until=TODAY)).items == ()
    await ingest(digest(entry("Other", authors=("Di Other",)), source="edited.txt"))
    await store.index_parts()
    check_index(connection)
    assert await found(store) == []


async def test_parts_are_indexed_in_batches(
    store: SqliteStore, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "BATCH", 7)
    await store.index_parts()
    check_index(connection)
    (indexed,) = connection.execute("SELECT COUNT(*) FROM title_parts_docsize").fetchone()
    assert indexed == len(TITLES)
