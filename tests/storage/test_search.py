"""Full-text search, and the index kept in step with the entries and the analyser."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.sqlite import SqliteStore, index, open_store
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest

NEXT = DAY + timedelta(days=1)
FUTURE = TODAY + timedelta(days=1)

OCTO = entry(
    "OctoThinker", authors=("Zengzhi Wang",), ko=("추론을 위한 학습",), tags=("reasoning",)
)
SPARSE = entry("The Sparse Frontier", abstract="Models attend sparsely to Candès.", ko=("어텐션",))


async def search(store: SqliteStore, query: str) -> list[str]:
    page = await store.search(query, until=TODAY, offset=0, limit=10)
    assert page.total == len(page.items)
    return [hit.entry.paper.title for hit in page.items]


def check_index(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("추론", OCTO.title),
        ("추론을", OCTO.title),
        ("octothinker", OCTO.title),
        ("zengzhi", OCTO.title),
        ("reasoning", OCTO.title),
        ("attention sparse", SPARSE.title),
        ("model attending", SPARSE.title),
        ("candes", SPARSE.title),
        ("what is the frontier", SPARSE.title),
        ("frontier 논문 알려줘", SPARSE.title),
    ],
)
async def test_every_field_is_searched(
    store: SqliteStore, ingest: Ingest, query: str, title: str
) -> None:
    await ingest(digest(OCTO, replace(SPARSE, en=("attention",))))
    assert await search(store, query) == [title]


async def test_papers_with_all_words_hide_those_with_one(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("Diffusion"), entry("Distillation"), entry("Diffusion Distillation")))
    assert await search(store, "diffusion distillation") == ["Diffusion Distillation"]
    assert set(await search(store, "diffusion nonexistent")) == {
        "Diffusion",
        "Diffusion Distillation",
    }
    assert await search(store, "nonexistent") == []


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ('"sparse attention"', {"Sparse Attention"}),
        ('"희소 어텐션"', {"Sparse Attention"}),
        ("attention -sparse", {"Flash Attention", "Attention to Sparsity"}),
        ('attention -"희소 어텐션"', {"Flash Attention", "Attention to Sparsity"}),
        ('attention "flash attention" -sparse', {"Flash Attention"}),
        ('"attention sparse"', set()),
    ],
)
async def test_phrases_must_be_there_and_what_is_left_out_must_not(
    store: SqliteStore, ingest: Ingest, query: str, titles: set[str]
) -> None:
    await ingest(
        digest(
            entry("Sparse Attention", ko=("희소 어텐션을 다룬다.",)),
            entry("Flash Attention"),
            entry("Attention to Sparsity"),
        )
    )
    assert set(await search(store, query)) == titles


async def test_a_word_in_the_title_counts_for_more(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(
        digest(entry("X", en=("Mamba once.",)), entry("Mamba"), entry("Y", abstract="Mamba."))
    )
    page = await store.search("mamba", until=TODAY, offset=0, limit=10)
    assert page.items[0].entry.paper.title == "Mamba"
    scores = [hit.score for hit in page.items]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1]


async def test_a_paper_is_one_hit_with_its_newest_entry(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(
        digest(replace(OCTO, en=("zebra",))),
        digest(OCTO, day=NEXT, source="b.txt"),
        digest(replace(OCTO, en=("zebra zebra",)), day=FUTURE, source="c.txt"),
    )
    page = await store.search("zebra", until=TODAY, offset=0, limit=10)
    assert [(hit.entry.date, hit.entry.paper.title) for hit in page.items] == [(NEXT, OCTO.title)]
    assert page.total == 1


async def test_a_digest_of_tomorrow_is_not_found_today(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(OCTO, day=FUTURE), digest(SPARSE, source="b.txt"))
    assert await search(store, "octothinker") == []
    assert await search(store, "octothinker frontier") == [SPARSE.title]
    assert (await store.search("octothinker", until=FUTURE, offset=0, limit=1)).total == 1


async def test_a_better_hit_of_tomorrow_takes_no_place_today(
    store: SqliteStore, ingest: Ingest
) -> None:
    mentions = entry("Other", abstract="It names mamba once, among many other words.")
    await ingest(digest(entry("Mamba"), day=FUTURE), digest(mentions, source="b.txt"))
    page = await store.search("mamba", until=TODAY, offset=0, limit=1)
    assert [hit.entry.paper.title for hit in page.items] == ["Other"]


async def test_results_are_paged(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(*(entry(f"Mamba {name}") for name in "ABCDE")))
    whole = await store.search("mamba", until=TODAY, offset=0, limit=10)
    pages = [await store.search("mamba", until=TODAY, offset=i, limit=2) for i in (0, 2, 4, 6)]
    assert [hit for page in pages for hit in page.items] == list(whole.items)
    assert {page.total for page in pages} == {5}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text() | st.text(alphabet="\"'*^:(){}[]-+~<>/\\\ud800\x00 ANDORT추론을é", max_size=30))
async def test_any_text_is_a_safe_query(store: SqliteStore, query: str) -> None:
    await store.search(query, until=TODAY, offset=0, limit=5)


@pytest.mark.parametrize("query", ["", "  ", "!?", "😀", '"*"', "NOT", "x" * 2_000])
async def test_odd_queries_find_nothing(store: SqliteStore, ingest: Ingest, query: str) -> None:
    await ingest(digest(SPARSE))
    assert await search(store, query) == []


async def test_a_removed_entrys_words_leave_the_index(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(OCTO, SPARSE))
    await ingest(digest(SPARSE))

    assert await search(store, "octothinker 추론") == []
    await store._database.write(check_index)


@pytest.fixture
def other_analyser(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as patch:
        patch.setattr(index, "ANALYSER_VERSION", "another")
        patch.setattr(index, "index_tokens", lambda text: " ".join(text.split()[::-1]) + " marker")
        yield patch


async def test_another_analysers_index_is_made_anew(
    path: Path, other_analyser: pytest.MonkeyPatch
) -> None:
    async with open_store(path) as store:
        await store.add_digests([(digest(OCTO, SPARSE), "1")], now=NOW)
        assert await search(store, "추론") == []
        assert len(await search(store, "marker")) == 2
    other_analyser.undo()
    async with open_store(path) as store:
        assert await search(store, "marker") == []
        assert await search(store, "추론") == [OCTO.title]
        await store.add_digests([(digest(SPARSE), "2")], now=NOW)
        assert await search(store, "추론") == []
        await store._database.write(check_index)


async def test_a_current_index_is_left_alone(path: Path, store: SqliteStore) -> None:
    assert await store._database.read(index.is_index_current)
    async with store._database.transaction() as connection:
        before = connection.total_changes
        await connection.run(index.rebuild_index)
        assert connection.total_changes == before
