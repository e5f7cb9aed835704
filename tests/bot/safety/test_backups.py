"""The daily copy: one a UTC day, the newest few kept; a failure is told once and stops nothing."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.safety.backups import DailyBackup, backup_path, find_good_backup, list_backups
from bot.settings import Settings
from storage.sqlite import SqliteStore, open_store
from tests.tiny_disk import fill, free, tiny_disk

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


class Time:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def settings(folder: Path, **changes: Any) -> Settings:
    values = {"database_path": folder / "digests.sqlite3", "_env_file": None}
    return Settings(**(values | changes))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_copy_is_made_once_a_day_and_the_oldest_are_deleted(
    store: SqliteStore, tmp_path: Path
) -> None:
    time = Time()
    backups = DailyBackup(store=store, settings=settings(tmp_path, backup_keep=2), clock=time)
    for _ in range(4):
        await backups.tick()
        await store.set_note("since", time.now.isoformat())
        await backups.tick()
        time.now += ONE_DAY
    folder = tmp_path / "backups"
    assert names(folder) == ["digests-2026-11-22.sqlite3", "digests-2026-11-23.sqlite3"]
    async with open_store(folder / "digests-2026-11-23.sqlite3") as copy:
        assert await copy.get_note("since") == (NOON + 2 * ONE_DAY).isoformat()


async def test_a_restart_on_the_same_day_makes_no_second_copy(
    store: SqliteStore, tmp_path: Path
) -> None:
    target = tmp_path / "backups" / "digests-2026-11-20.sqlite3"
    for _ in range(2):
        await DailyBackup(store=store, settings=settings(tmp_path), clock=Time()).tick()
        before = target.stat().st_mtime_ns, target.stat().st_ino
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == before


async def test_ticks_that_overlap_make_one_copy(
    store: SqliteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backups = DailyBackup(store=store, settings=settings(tmp_path), clock=Time())
    await asyncio.gather(*(backups.tick() for _ in range(5)))
    assert backups.problem is None
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert names(tmp_path / "backups") == ["digests-2026-11-20.sqlite3"]


async def test_only_the_bots_own_daily_copies_are_deleted(
    store: SqliteStore, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    others = ["digests-2020-01-01.sqlite3.old", "mine.sqlite3", "other-2020-01-01.sqlite3"]
    for name in (*others, "digests-2020-01-01.sqlite3", "digests-2026-11-19.sqlite3.part"):
        (folder / name).write_bytes(b"x")
    options = settings(tmp_path, backup_dir=folder, backup_keep=1)
    await DailyBackup(store=store, settings=options, clock=Time()).tick()
    assert names(folder) == sorted([*others, "digests-2026-11-20.sqlite3"])


async def test_none_are_made_where_none_are_kept(store: SqliteStore, tmp_path: Path) -> None:
    options = settings(tmp_path, backup_keep=0)
    await DailyBackup(store=store, settings=options, clock=Time()).tick()
    assert not (tmp_path / "backups").exists()


async def test_a_failure_is_logged_once_and_tried_again_an_hour_later(
    store: SqliteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "backups"
    in_the_way.touch()
    time = Time()
    backups = DailyBackup(store=store, settings=settings(tmp_path), clock=time)
    for _ in range(3):
        await backups.tick()
        time.now += timedelta(hours=1)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "No copy of the database" in errors[0].getMessage()
    assert errors[0].exc_info is None
    assert backups.problem is not None
    in_the_way.unlink()
    time.now -= timedelta(minutes=59)
    await backups.tick()
    assert backups.problem is not None
    time.now += ONE_DAY
    await backups.tick()
    assert backups.problem is None


async def test_a_copy_is_tried_again_though_the_clock_was_set_back(
    store: SqliteStore, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "backups"
    in_the_way.touch()
    time = Time()
    time.now += 400 * ONE_DAY
    backups = DailyBackup(store=store, settings=settings(tmp_path), clock=time)
    await backups.tick()
    assert backups.problem is not None
    in_the_way.unlink()
    time.now = NOON
    await backups.tick()
    assert names(tmp_path / "backups") == ["digests-2026-11-20.sqlite3"]


async def test_copies_made_while_the_clock_was_ahead_take_no_others_place(
    store: SqliteStore, tmp_path: Path
) -> None:
    time, options = Time(), settings(tmp_path, backup_keep=3)
    backups = DailyBackup(store=store, settings=options, clock=time)
    for days in (0, 400, 401, 402, 1, 2):
        time.now = NOON + days * ONE_DAY
        await backups.tick()
    newest, _, oldest = list_backups(options, today=time.now.date())
    assert newest.name == "digests-2026-11-22.sqlite3"
    assert oldest.name == "digests-2027-12-27.sqlite3"
    assert find_good_backup(options, today=time.now.date()) == newest
    time.now += ONE_DAY
    await backups.tick()
    assert [path.name[8:18] for path in list_backups(options, today=time.now.date())] == [
        "2026-11-23",
        "2026-11-22",
        "2026-11-21",
    ]


async def test_copies_made_while_the_clock_was_behind_do_not_outlive_newer_ones(
    store: SqliteStore, tmp_path: Path
) -> None:
    time, options = Time(), settings(tmp_path, backup_keep=2)
    backups = DailyBackup(store=store, settings=options, clock=time)
    for now in (NOON, datetime(2000, 1, 1, tzinfo=UTC), NOON + ONE_DAY):
        time.now = now
        await backups.tick()
    assert names(tmp_path / "backups") == [
        "digests-2026-11-20.sqlite3",
        "digests-2026-11-21.sqlite3",
    ]


async def test_a_full_disk_costs_no_older_copy(store: SqliteStore, tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", kilobytes=1024) as disk:
        time = Time()
        options = settings(tmp_path, backup_dir=disk, backup_keep=1)
        backups = DailyBackup(store=store, settings=options, clock=time)
        await backups.tick()
        fill(disk)
        time.now += ONE_DAY
        await backups.tick()
        assert backups.problem is not None
        assert backups.problem.key == "storage.full"
        assert names(disk) == ["digests-2026-11-20.sqlite3", "filler"]
        free(disk)
        time.now += timedelta(hours=1)
        await backups.tick()
        assert names(disk) == ["digests-2026-11-21.sqlite3"]


async def test_the_newest_good_copy_is_found(store: SqliteStore, tmp_path: Path) -> None:
    options = settings(tmp_path)
    assert find_good_backup(options, today=NOON.date()) is None
    for day in (18, 19, 20):
        await store.backup(backup_path(options, date(2026, 11, day)))
    newest, middle, _ = list_backups(options, today=NOON.date())
    data = bytearray(newest.read_bytes())
    data[100:4000] = b"\xa5" * 3900
    newest.write_bytes(data)
    assert find_good_backup(options, today=NOON.date()) == middle
