"""Whatever is typed: no query does more than look up, and every name is found as it was stored."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.sqlite import SqliteStore, open_store
from storage.text import fold, index_tokens, match_query, tag_key, title_key
from tests import hostile
from tests.storage.builders import NOW, TODAY, digest, entry

TOKENIZER = "porter unicode61 remove_diacritics 2"

NAMES = [name for foe in hostile.FOES if (name := " ".join(foe.replace("\0", "").split()))]


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    """Return an FTS5 table of a hostile text."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5(a, tokenize='{TOKENIZER}')")
    connection.execute("INSERT INTO t VALUES (?)", (index_tokens(" ".join(hostile.FOES)),))
    return connection


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqliteStore]:
    """Return a store whose papers, people and tags are called by hostile names."""
    path: Path = tmp_path_factory.mktemp("hostile") / "digests.sqlite3"
    drafts = [
        entry(f"{name} {number}", authors=(name,), tags=(name,), abstract=name)
        for number, name in enumerate(NAMES)
    ]
    async with open_store(path) as opened:
        await opened.add_digests([(digest(*drafts), "f")], now=NOW)
        yield opened


@given(hostile.typed())
def test_a_text_is_folded_once_and_for_all(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    for made in (folded, title_key(text), tag_key(text), index_tokens(text)):
        made.encode()  # SQLite takes it
    assert not set(index_tokens(text)) & set("\"'*^()+:-")


@given(text=hostile.typed())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_query_is_one_that_fts5_understands(table: sqlite3.Connection, text: str) -> None:
    query = match_query(text)
    for expression in (query.all_words, query.any_word) if query else ():
        table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()


@pytest.mark.asyncio(loop_scope="module")
@example(text="<https://a.example/b>\ud800", offset=0)
@given(text=hostile.typed(), offset=st.sampled_from((0, 8, 8 * 10**6)))
async def test_a_look_up_finds_or_does_not(store: SqliteStore, text: str, offset: int) -> None:
    for look_up in (store.search, store.list_by_tag, store.list_by_author):
        page = await look_up(text, until=TODAY, offset=offset, limit=8)
        assert len(page.items) <= 8
    await store.find_entries(text, until=TODAY)
    for suggest in (store.suggest_titles, store.suggest_tags, store.suggest_authors):
        assert len(await suggest(text, until=TODAY, limit=25)) <= 25
    for near in (store.nearest_titles, store.nearest_tags, store.nearest_authors):
        assert len(await near(text, until=TODAY, limit=5)) <= 5


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_stored_under_a_name_is_found_by_it(store: SqliteStore) -> None:
    for name in filter(tag_key, NAMES):
        page = await store.list_by_tag(name, until=TODAY, offset=0, limit=50)
        assert name in {tag for found in page.items for tag in found.tags}
