"""Small things to remember."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.sqlite import SqliteStore, open_store


async def test_a_note_is_remembered_across_restarts(store: SqliteStore, path: Path) -> None:
    await store.set_note("commands", "글 1")
    async with open_store(path) as restarted:
        assert await restarted.get_note("commands") == "글 1"


async def test_a_note_is_replaced_and_forgotten(store: SqliteStore) -> None:
    await store.set_note("commands", "1")
    await store.set_note("commands", "2")
    assert await store.get_note("commands") == "2"
    await store.set_note("commands", None)
    assert await store.get_note("commands") is None


async def test_what_was_never_noted_is_none(store: SqliteStore) -> None:
    assert await store.get_note("commands") is None
    await store.set_note("commands", None)
    assert await store.get_note("commands") is None


async def test_an_empty_note_is_a_note(store: SqliteStore) -> None:
    await store.set_note("commands", "")
    assert await store.get_note("commands") == ""


async def test_notes_cannot_touch_what_the_store_knows_of_itself(
    store: SqliteStore, path: Path
) -> None:
    """The index's version stands in the same table; without it all would be indexed anew."""
    known = read_meta(path)
    assert known
    for name in known:
        assert await store.get_note(name) is None
        await store.set_note(name, "x")
        await store.set_note(name, None)
    assert read_meta(path) == known


def read_meta(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, value FROM meta").fetchall())
