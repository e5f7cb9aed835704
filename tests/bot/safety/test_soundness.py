"""Only a database that is whole is run on, and none is made in the place of one that is gone."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.safety.backups import backup_path
from bot.safety.soundness import open_beside, run_sound
from bot.settings import Settings
from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.database import open_database
from storage.sqlite.inspection import check_quickly, inspect_file, is_blank, newest_schema
from storage.sqlite.schema import load_migrations

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
INDEX = "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_date'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {"database_path": tmp_path / "digests.sqlite3", "_env_file": None}
    return Settings(**values)  # type: ignore[arg-type]


async def run_once(settings: Settings) -> None:
    """Open the database as the bot does, and see to it that it can be written."""

    async def work(store: SqliteStore, _sound: asyncio.Future[None]) -> None:
        await store.require_writable()

    await run_sound(settings, work, now=NOW)


async def run_beside(settings: Settings) -> None:
    """Open the database as a command does."""
    async with open_beside(settings, now=NOW):
        pass


@pytest.fixture
async def copy(settings: Settings) -> Path:
    """A database that was closed in order, and the copy that was made of it."""
    path = backup_path(settings, NOW.date())
    async with open_store(settings.database_path) as store:
        await store.backup(path)
    return path


def rot(path: Path) -> bytes:
    """Damage one page, as a disk does: nothing tells of it but the page."""
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(INDEX).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    before = path.stat()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * (size // 2))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return path.read_bytes()


async def test_a_page_that_rotted_while_the_bot_was_away_is_found_at_the_start(
    settings: Settings, copy: Path
) -> None:
    damaged = rot(settings.database_path)
    with pytest.raises(StartupError) as caught:
        await run_once(settings)
    assert caught.value.key == "startup.database_damaged"
    assert caught.value.params == {"path": str(settings.database_path), "copy": str(copy)}
    assert settings.database_path.read_bytes() == damaged


async def test_what_is_no_database_is_named_with_the_copy_to_any_command(
    settings: Settings, copy: Path
) -> None:
    settings.database_path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(StartupError) as caught:
        await run_beside(settings)
    assert caught.value.key == "startup.database_damaged"
    assert caught.value.params["copy"] == str(copy)


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_nothing_makes_a_database_where_there_are_copies_of_one(
    settings: Settings, copy: Path, is_emptied: bool
) -> None:
    """A command that made an empty one had the next start post every digest again."""
    path = settings.database_path
    path.unlink()
    if is_emptied:
        path.touch()
    for opening in (run_beside(settings), run_once(settings)):
        with pytest.raises(StartupError) as caught:
            await opening
        assert caught.value.key == "startup.database_gone"
        assert caught.value.params["copy"] == str(copy)
    assert path.exists() is is_emptied
    assert not is_emptied or not path.stat().st_size


@pytest.mark.parametrize("is_there", [False, True])
async def test_a_log_without_its_database_is_none(
    settings: Settings, copy: Path, is_there: bool
) -> None:
    """SQLite drops it, and makes an empty database."""
    path = settings.database_path
    log = path.with_name(f"{path.name}-wal")
    async with open_store(path) as store:
        await store.set_note("made", "a log")
        held = log.read_bytes()
    path.unlink()
    if is_there:
        path.touch()
    log.write_bytes(held)
    with pytest.raises(StartupError) as caught:
        await run_beside(settings)
    assert caught.value.key == "startup.database_gone"
    assert caught.value.params["copy"] == str(copy)
    assert log.read_bytes() == held


@pytest.mark.usefixtures("copy")
async def test_a_database_whose_tables_are_in_its_log_is_there_as_long_as_that_is(
    settings: Settings,
) -> None:
    path = settings.database_path
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE meta (key TEXT)")
        only = path.read_bytes()
        assert not is_blank(path)
    path.write_bytes(only)
    with pytest.raises(StartupError) as caught:
        await run_beside(settings)
    assert caught.value.key == "startup.database_gone"


class HeldCheck:
    """The check of a file, which begins in its thread and goes on when it is let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self.was_abandoned = False

    def run(self, path: Path, *, abandoned: threading.Event) -> None:
        """Take the place of `check_quickly`."""
        self.begun.set()
        while not self.let.wait(0.01):
            if abandoned.is_set():
                self.was_abandoned = True
                raise StorageError("storage.unusable")
        check_quickly(path, abandoned=abandoned)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldCheck:
    check = HeldCheck()
    monkeypatch.setattr("bot.safety.soundness.check_quickly", check.run)
    return check


@pytest.mark.usefixtures("copy")
async def test_while_the_database_is_checked_it_is_read_but_not_written(
    settings: Settings, held: HeldCheck
) -> None:
    async def work(store: SqliteStore, sound: asyncio.Future[None]) -> None:
        assert await store.count_papers(until=NOW.date()) == 0
        writing = asyncio.create_task(store.set_note("note", "written"))
        await asyncio.to_thread(held.begun.wait)
        assert await store.get_note("note") is None
        assert not sound.done()
        assert not writing.done()
        held.let.set()
        await writing
        assert await store.get_note("note") == "written"

    await run_sound(settings, work, now=NOW)
    assert held.let.is_set()


async def test_damage_that_is_found_while_the_bot_is_at_work_ends_it_with_nothing_written(
    settings: Settings, copy: Path, held: HeldCheck
) -> None:
    damaged = rot(settings.database_path)
    ends: list[BaseException] = []

    async def write(store: SqliteStore) -> None:
        try:
            await store.set_note("note", "written")
        except StorageError as error:
            ends.append(error)

    async def work(store: SqliteStore, _sound: asyncio.Future[None]) -> None:
        writing = asyncio.create_task(write(store))
        held.let.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            ends.append(error)
            raise
        finally:
            await writing

    with pytest.raises(StartupError) as caught:
        await run_sound(settings, work, now=NOW)
    assert caught.value.key == "startup.database_damaged"
    assert caught.value.params["copy"] == str(copy)
    assert {type(each) for each in ends} == {StorageError, asyncio.CancelledError}
    assert settings.database_path.read_bytes() == damaged


async def test_a_schema_is_not_brought_up_to_date_before_the_check_is_done(
    settings: Settings, held: HeldCheck
) -> None:
    path = settings.database_path
    async with open_database(path, migrations=load_migrations()[:-1]):
        pass
    before = path.read_bytes()
    opening = asyncio.create_task(run_once(settings))
    await asyncio.to_thread(held.begun.wait)
    done, _ = await asyncio.wait({opening}, timeout=0.2)
    assert not done
    assert path.read_bytes() == before
    held.let.set()
    await opening
    assert inspect_file(path).schema == newest_schema()


@pytest.mark.parametrize("writes", [False, True])
async def test_who_is_asked_to_stop_does_not_wait_for_the_check(
    settings: Settings, held: HeldCheck, writes: bool
) -> None:
    async with open_store(settings.database_path):
        pass
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: reported.append(context)
    )

    async def work(store: SqliteStore, _sound: asyncio.Future[None]) -> None:
        await (store.require_writable() if writes else asyncio.Event().wait())

    opening = asyncio.create_task(run_sound(settings, work, now=NOW))
    await asyncio.to_thread(held.begun.wait)
    opening.cancel()
    await asyncio.wait({opening})
    assert opening.cancelled()
    assert held.was_abandoned
    del opening
    gc.collect()  # what nobody asked a task for is reported when it goes
    assert not reported


async def test_what_the_work_raises_is_what_is_raised(settings: Settings) -> None:
    async def work(_store: SqliteStore, _sound: asyncio.Future[None]) -> None:
        raise StartupError("startup.token_wrong")

    with pytest.raises(StartupError) as caught:
        await run_sound(settings, work, now=NOW)
    assert caught.value.key == "startup.token_wrong"


def test_a_check_that_is_abandoned_ends(tmp_path: Path) -> None:
    path = tmp_path / "large.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, t TEXT)")
        rows = ((n, "x" * 20) for n in range(100_000))
        connection.executemany("INSERT INTO numbers VALUES (?, ?)", rows)
        connection.commit()
    abandoned = threading.Event()
    check_quickly(path, abandoned=abandoned)
    abandoned.set()
    with pytest.raises(StorageError):
        check_quickly(path, abandoned=abandoned)
