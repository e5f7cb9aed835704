"""An older file's tags, whose words were parted by `_` or by `-` as if they were two."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.models import FollowKind
from storage.sqlite import open_store
from storage.sqlite.schema import load_migrations, migrate
from tests.storage.builders import DAY, NOW, TODAY, digest, entry

BEFORE = 10  # the last schema that had them

TAGS = (("a-b", "A-B", 2), ("a_b", "a_b", 1), ("c_d", "c_d", 1), ("_", "_", 0))
FOLLOWS = (("tag", "a-b"), ("tag", "a_b"), ("tag", "c_d"), ("keyword", "x_y"))


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file of the old schema: two papers with `a-b`, one with `a_b` and `c_d`."""
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection, load_migrations()[:BEFORE])
        for number in (1, 2, 3):
            connection.execute("INSERT INTO papers (id, key) VALUES (?, ?)", (number, f"p{number}"))
            connection.execute(
                "INSERT INTO entries (id, paper_id, date, position, title, ko, en, revision)"
                " VALUES (?, ?, ?, ?, ?, '[]', '[]', '')",
                (number, number, DAY.isoformat(), number, f"P{number}"),
            )
        for number, (key, name, papers) in enumerate(TAGS, start=1):
            connection.execute(
                "INSERT INTO names (id, kind, key, name, papers) VALUES (?, 'tag', ?, ?, ?)",
                (number, key, name, papers),
            )
            connection.execute("INSERT INTO name_parts (rowid, key) VALUES (?, ?)", (number, key))
        for entry_id, position, name_id in ((1, 0, 1), (2, 0, 1), (3, 0, 2), (3, 1, 3)):
            connection.execute(
                "INSERT INTO entry_names (entry_id, kind, position, name_id)"
                " VALUES (?, 'tag', ?, ?)",
                (entry_id, position, name_id),
            )
        connection.execute("INSERT INTO followers (user_id, at, timezone, language)"
                           " VALUES (1, '09:00', 'UTC', 'en')")  # fmt: skip
        for kind, key in FOLLOWS:
            connection.execute(
                "INSERT INTO follows (user_id, kind, key, name, created_at)"
                " VALUES (1, ?, ?, ?, '2025-01-01')",
                (kind, key, key),
            )
    return path


async def test_they_become_one_and_entries_keep_their_spelling(old_file: Path) -> None:
    async with open_store(old_file) as store:
        for indexed in range(2):
            page = await store.list_by_tag("a_b", until=TODAY, offset=0, limit=9)
            assert [each.paper.title for each in page.items] == ["P1", "P2", "P3"], indexed
            assert page.total == 3
            assert page.items[2].tags == ("a_b", "c_d")
            for typed, names in (("a b", ["A-B"]), ("d", ["c_d"]), ("_", [])):
                found = await store.suggest_tags(typed, until=TODAY, limit=9)
                assert [tag.name for tag in found] == names
            await store.index_parts()
        tags = await store.suggest_tags("", until=TODAY, limit=9)
        assert [(tag.name, tag.papers) for tag in tags] == [("A-B", 3), ("c_d", 1)]


async def test_who_followed_both_follows_one(old_file: Path) -> None:
    async with open_store(old_file) as store:
        follows = await store.list_follows(1, offset=0, limit=9)
        assert {(each.kind, each.key) for each in follows.items} == {
            (FollowKind.TAG, "a-b"),
            (FollowKind.TAG, "c-d"),
            (FollowKind.KEYWORD, "x_y"),
        }


async def test_new_entries_join_them(old_file: Path) -> None:
    async with open_store(old_file) as store:
        draft = digest(entry("P4", tags=("a b", "c-d")))
        await store.add_digests([(draft, "")], now=NOW)
        for tag, papers in (("a-b", 4), ("c_d", 2)):
            assert (await store.list_by_tag(tag, until=TODAY, offset=0, limit=9)).total == papers
