"""Transactions, readers beside them, and driver errors in the store's own words."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite import database as database_module
from storage.sqlite.database import Database, open_database
from storage.sqlite.schema import Migration

NOTES = (Migration(number=1, name="0001_notes.sql", sql="CREATE TABLE notes (text TEXT UNIQUE);"),)


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    async with open_database(path, migrations=NOTES) as opened:
        yield opened


def add_note(connection: sqlite3.Connection, text: str) -> None:
    connection.execute("INSERT INTO notes (text) VALUES (?)", [text])


def add_notes(connection: sqlite3.Connection, *texts: str) -> None:
    for text in texts:
        add_note(connection, text)


def list_notes(connection: sqlite3.Connection) -> list[str]:
    return [row["text"] for row in connection.execute("SELECT text FROM notes ORDER BY text")]


async def test_a_write_is_there_after_opening_again(path: Path) -> None:
    async with open_database(path, migrations=NOTES) as first:
        await first.write(add_note, "kept")
    async with open_database(path, migrations=NOTES) as second:
        assert await second.read(list_notes) == ["kept"]


async def test_the_last_to_close_leaves_one_file(path: Path) -> None:
    async with open_database(path, migrations=NOTES) as database:
        await database.write(add_note, "x")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_the_writer_is_durable_and_checks_foreign_keys(database: Database) -> None:
    def pragma(connection: sqlite3.Connection, name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    async with database.transaction() as connection:
        assert await connection.run(pragma, "journal_mode") == "wal"
        assert await connection.run(pragma, "synchronous") == 2  # FULL
        assert await connection.run(pragma, "foreign_keys") == 1
        assert await connection.run(pragma, "busy_timeout") == 10_000


async def test_readers_neither_wait_for_a_writer_nor_see_its_half(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.run(add_note, "half")
        async with asyncio.timeout(2):
            assert await database.read(list_notes) == []
    assert await database.read(list_notes) == ["half"]


async def test_a_read_sees_one_state_of_the_file(database: Database, path: Path) -> None:
    def read_around_a_write(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        before = list_notes(connection)
        other = sqlite3.connect(path, isolation_level=None)
        add_note(other, "meanwhile")
        other.close()
        return before, list_notes(connection)

    assert await database.read(read_around_a_write) == ([], [])


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.read(add_note, "x")
    assert caught.value.key == "storage.read_only"


async def test_another_tasks_rollback_takes_nothing_back(database: Database) -> None:
    inside = asyncio.Event()

    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.run(add_note, "failed")
            inside.set()
            await asyncio.sleep(0)
            raise LookupError

    async def succeed() -> None:
        await inside.wait()
        await database.write(add_note, "kept")

    failure, _ = await asyncio.gather(fail(), succeed(), return_exceptions=True)
    assert isinstance(failure, LookupError)
    assert await database.read(list_notes) == ["kept"]


async def test_a_cancelled_transaction_is_rolled_back_and_lets_others_in(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with database.transaction() as connection:
            await connection.run(add_note, "cancelled")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(add_note, "next")
    assert await database.read(list_notes) == ["next"]


@pytest.mark.parametrize("steps", range(8))
async def test_a_transaction_cancelled_at_any_await_leaves_the_writer_usable(
    database: Database, steps: int
) -> None:
    task = asyncio.create_task(database.write(add_note, "x"))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.write(add_note, "next")
    assert "next" in await database.read(list_notes)


async def test_a_cancelled_read_gives_its_connection_back(database: Database) -> None:
    for _ in range(5):
        task = asyncio.create_task(database.read(list_notes))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(2):
        assert await database.read(list_notes) == []


async def test_an_error_of_the_block_itself_stays_what_it_is(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.run(add_note, "x")
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await fail()
    assert await database.read(list_notes) == []


async def test_another_process_writing_is_named_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_BUSY_TIMEOUT_SECONDS", 0.01)
    async with open_database(path, migrations=NOTES) as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError) as caught:
            await database.write(add_note, "x")
        assert await database.read(list_notes) == []
        other.close()
        await database.write(add_note, "y")
    assert caught.value.key == "storage.locked"
    assert caught.value.params["path"] == str(path)


async def test_a_full_disk_is_named_and_nothing_half_written(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.run(lambda raw: raw.execute("PRAGMA max_page_count = 1").close())
    with pytest.raises(StorageError) as caught:
        await database.write(add_notes, "small", "x" * 1_000_000)
    assert caught.value.key == "storage.full"
    assert await database.read(list_notes) == []


async def test_a_read_only_file_is_named_and_can_be_read(database: Database) -> None:
    await database.write(add_note, "old")
    async with database.transaction() as connection:
        await connection.run(lambda raw: raw.execute("PRAGMA query_only = ON").close())
    with pytest.raises(StorageError) as caught:
        await database.write(add_note, "new")
    assert caught.value.key == "storage.read_only"
    assert await database.read(list_notes) == ["old"]


@pytest.fixture
def no_database(path: Path) -> Path:
    path.parent.mkdir()
    path.write_text("2025년 4월 25일\n" * 100, encoding="utf-8")
    return path


async def test_a_file_that_is_no_database_is_named_corrupt(no_database: Path) -> None:
    with pytest.raises(StorageError) as caught:
        async with open_database(no_database):
            pass
    assert caught.value.key == "storage.corrupt"


async def test_a_path_that_cannot_be_a_file_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "below.sqlite3"):
        with pytest.raises(StorageError) as caught:
            async with open_database(path):
                pass
        assert caught.value.key == "storage.unusable"
        assert caught.value.params["detail"]


async def test_opening_in_vain_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = threading.active_count()
    for _ in range(5):
        with pytest.raises(StorageError):
            async with open_database(tmp_path):
                pass
        assert threading.active_count() == before


async def test_a_broken_rule_of_the_schema_is_unusable_and_rolled_back(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.write(add_notes, "once", "once")
    assert caught.value.key == "storage.unusable"
    assert await database.read(list_notes) == []


def take_away(path: Path, *, leave_another: bool) -> Path:
    away = path.with_name("away.sqlite3")
    path.rename(away)
    if leave_another:
        path.write_bytes(away.read_bytes())
    return away


@pytest.mark.parametrize("is_exchanged", [False, True])
async def test_a_file_that_is_taken_away_is_not_written_on(
    database: Database, path: Path, is_exchanged: bool
) -> None:
    """Not even read: what SQLite still shows of it is lost with the process."""
    away = take_away(path, leave_another=is_exchanged)
    for work in (database.read(list_notes), database.write(add_note, "lost")):
        with pytest.raises(StorageError) as caught:
            await work
        assert caught.value.key == "storage.gone"
        assert caught.value.params["path"] == str(path)
    os.replace(away, path)  # noqa: PTH105 - put back
    await database.write(add_note, "kept")
    assert await database.read(list_notes) == ["kept"]
