"""A disk that is full or write-protected: one sentence, nothing half written, nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.copying import copy_file
from storage.sqlite.database import open_database
from storage.sqlite.schema import Migration
from tests.storage.builders import DAY, NOW, digest, entry
from tests.tiny_disk import fill, free, protect, tiny_disk

FIRST = Migration(number=1, name="0001_a.sql", sql="CREATE TABLE a (x);\nINSERT INTO a VALUES (1);")
SECOND = Migration(number=2, name="0002_b.sql", sql="CREATE TABLE b (x);")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with tiny_disk(tmp_path / "disk", kilobytes=1024) as mounted:
        yield mounted


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def write_until_full(store: SqliteStore) -> tuple[int, StorageError]:
    """Write notes until one is refused; return how many were taken, and the refusal."""
    for number in range(1000):
        try:
            await store.set_note(f"n{number}", "x" * 4000)
        except StorageError as error:
            return number, error
    raise AssertionError("the disk did not fill up")


async def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(disk: Path) -> None:
    async with open_store(disk / "digests.sqlite3") as store:
        await store.set_note("before", "kept")
        fill(disk)
        taken, error = await write_until_full(store)
        assert error.key == "storage.full"
        assert await store.get_note("before") == "kept"
        assert await store.get_note(f"n{taken}") is None
        free(disk)
        await store.set_note("after", "kept")
    async with open_store(disk / "digests.sqlite3") as store:
        assert await store.get_note("after") == "kept"
        for number in range(taken):
            assert await store.get_note(f"n{number}") == "x" * 4000


async def test_what_was_refused_is_tried_again_when_somebody_asks(disk: Path) -> None:
    async with open_store(disk / "digests.sqlite3") as store:
        await store.require_writable()
        assert await store.get_note("tried") is None
        fill(disk)
        await store.require_writable()
        await write_until_full(store)
        for _ in range(2):
            with pytest.raises(StorageError) as caught:
                await store.require_writable()
            assert caught.value.key == "storage.full"
        free(disk)
        await store.require_writable()
        first = await store.get_note("tried")
        assert first is not None
        await store.require_writable()
        assert await store.get_note("tried") == first


async def test_a_store_cannot_be_opened_on_a_full_disk_and_can_when_there_is_room(
    disk: Path,
) -> None:
    async with open_store(disk / "digests.sqlite3") as store:
        await store.set_note("before", "kept")
    fill(disk)
    with pytest.raises(StorageError) as caught:
        async with open_store(disk / "digests.sqlite3"):
            pass
    assert caught.value.key == "storage.full"
    free(disk)
    async with open_store(disk / "digests.sqlite3") as store:
        assert await store.get_note("before") == "kept"


async def test_a_copy_that_finds_no_room_leaves_nothing_and_harms_nothing(
    disk: Path, store: SqliteStore
) -> None:
    drafts = [(digest(entry(f"Paper {n}"), source=f"{n}.txt"), f"f{n}") for n in range(40)]
    await store.add_digests(drafts, now=NOW)
    fill(disk)
    with pytest.raises(StorageError) as caught:
        await store.backup(disk / "copy.sqlite3")
    assert caught.value.key == "storage.full"
    assert caught.value.params["path"] == str(disk / "copy.sqlite3")
    assert names(disk) == {"filler"}
    assert await store.get_digest(DAY) is not None


async def test_a_write_protected_disk_is_named(disk: Path) -> None:
    async with open_store(disk / "digests.sqlite3") as store:
        await store.set_note("before", "kept")
    protect(disk)
    with pytest.raises(StorageError) as caught:
        async with open_store(disk / "digests.sqlite3"):
            pass
    assert caught.value.key == "storage.read_only"


async def test_a_migration_without_room_for_its_copy_changes_nothing(disk: Path) -> None:
    path = disk / "x.sqlite3"
    async with open_database(path, migrations=(FIRST,)):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE large (x)")
        connection.execute("INSERT INTO large VALUES (?)", ["x" * 600_000])
        connection.commit()
    with pytest.raises(StorageError) as caught:
        async with open_database(path, migrations=(FIRST, SECOND)):
            pass
    assert caught.value.key == "storage.not_saved"
    assert caught.value.params["target"] == str(disk / "x-schema-1.sqlite3")
    async with open_database(path, migrations=(FIRST,)):
        pass
    copy_file(path, path.parent.parent / "sound.sqlite3")
