"""Copies of a file in use."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from tests.storage.builders import TODAY, digest, entry
from tests.storage.conftest import Ingest


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def inode(path: Path) -> int:
    return path.stat().st_ino


async def test_a_copy_opens_as_a_store_with_everything_in_it(
    store: SqliteStore, ingest: Ingest, tmp_path: Path
) -> None:
    await ingest(digest(entry("Sparse Frontier"), entry("Dense Frontier")))
    await store.set_note("last", "noted")
    target = tmp_path / "copies" / "today.sqlite3"
    await store.backup(target)
    assert names(target.parent) == {"today.sqlite3"}
    async with open_store(target) as copy:
        assert await copy.count_papers(until=TODAY) == 2
        assert (await copy.search("sparse", until=TODAY, offset=0, limit=5)).total == 1
        assert await copy.get_note("last") == "noted"


async def test_a_copy_is_one_file_without_a_log_beside_it(
    store: SqliteStore, tmp_path: Path
) -> None:
    target = tmp_path / "copy.sqlite3"
    await store.backup(target)
    with closing(sqlite3.connect(f"file:{target}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_an_older_copy_is_replaced(
    store: SqliteStore, ingest: Ingest, tmp_path: Path
) -> None:
    target = tmp_path / "copy.sqlite3"
    await store.backup(target)
    await ingest(digest())
    await store.backup(target)
    async with open_store(target) as copy:
        assert await copy.count_papers(until=TODAY) == 1


async def test_writing_goes_on_while_a_copy_is_made(store: SqliteStore, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    writes = (store.set_note(f"n{number}", "x") for number in range(20))
    await asyncio.gather(store.backup(target), *writes)
    assert await store.get_note("n19") == "x"
    async with open_store(target) as copy:
        assert await copy.get_note("never") is None


async def test_what_a_killed_copy_left_is_no_hindrance(store: SqliteStore, tmp_path: Path) -> None:
    part = tmp_path / "copy.sqlite3.part"
    part.write_bytes(b"half a page" * 1000)
    await store.backup(tmp_path / "copy.sqlite3")
    assert not part.exists()
    async with open_store(tmp_path / "copy.sqlite3") as copy:
        assert await copy.get_note("x") is None


@pytest.mark.parametrize("linked", [False, True])
async def test_the_database_cannot_be_replaced_by_its_copy(
    store: SqliteStore, path: Path, tmp_path: Path, linked: bool
) -> None:
    await store.set_note("kept", "yes")
    target = path
    if linked:
        target = tmp_path / "link.sqlite3"
        target.symlink_to(path)
    before = inode(path)
    with pytest.raises(StorageError) as caught:
        await store.backup(target)
    assert caught.value.key == "storage.unusable"
    assert inode(path) == before
    assert await store.get_note("kept") == "yes"


async def test_a_copy_that_cannot_be_written_leaves_nothing(
    store: SqliteStore, tmp_path: Path
) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    for target in (tmp_path / "folder", path_below_a_file(tmp_path)):
        with pytest.raises(StorageError) as caught:
            await store.backup(target)
        assert caught.value.key == "storage.copy_failed"
        assert caught.value.params["path"] == str(target)
    assert names(tmp_path) == {"data", "folder", "file"}


async def test_a_damaged_database_gives_no_copy(
    store: SqliteStore, ingest: Ingest, path: Path, tmp_path: Path
) -> None:
    await ingest(*(digest(entry(f"Paper {n}"), source=f"{n}.txt") for n in range(30)))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_date'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size // 2))
    with pytest.raises(StorageError) as caught:
        await store.backup(tmp_path / "copy.sqlite3")
    assert caught.value.key == "storage.corrupt"
    assert caught.value.params["path"] == str(path)
    assert names(tmp_path) == {"data"}


def path_below_a_file(folder: Path) -> Path:
    file = folder / "file"
    file.touch()
    return file / "copy.sqlite3"


async def test_another_file_in_the_databases_place_is_not_copied(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    os.rename(path, tmp_path / "away.sqlite3")  # noqa: PTH104 - under its feet
    async with open_store(path):
        pass
    with pytest.raises(StorageError) as caught:
        await store.backup(tmp_path / "copy.sqlite3")
    assert caught.value.key == "storage.gone"
    assert "copy.sqlite3" not in names(tmp_path)
