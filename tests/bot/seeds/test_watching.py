"""What is put into SEEDS_DIR is taken by itself, whatever becomes of the folder."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot import seeds as seeds_module
from bot.metrics import Metrics
from bot.seeds import SeedFolder
from bot.seeds import watching as watching_module
from bot.seeds.watching import watching
from storage.base import StorageError
from storage.sqlite import SqliteStore

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NEVER = 3600.0


class Watched(SeedFolder):
    """A folder that tells a test of each look."""

    def __init__(self, folder: Path, *, store: SqliteStore) -> None:
        super().__init__(folder, store=store, clock=lambda: NOW, metrics=Metrics())
        self.looked = asyncio.Event()

    async def look(self) -> float | None:
        """Look as ever."""
        try:
            return await super().look()
        finally:
            self.looked.set()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what watchfiles tells of leads to a look, and files come to rest fast."""
    monkeypatch.setattr(seeds_module, "QUIET", 0.1)
    monkeypatch.setattr(seeds_module, "PATIENCE", 0.3)
    monkeypatch.setattr(watching_module, "UNTOLD", NEVER)
    monkeypatch.setattr(watching_module, "AWAY", 0.1)
    monkeypatch.setattr(watching_module, "STEP_MS", 20)


@pytest.fixture
def seeds(folder: Path, store: SqliteStore) -> Watched:
    return Watched(folder, store=store)


def write(folder: Path, day: int) -> None:
    text = f"2026년 10월 {day}일\n\nPaper\n(Ada Lovelace)\nA comment.\n#rl\n"
    (folder / f"{day}.txt").write_text(text, encoding="utf-8")


async def until(seeds: Watched, condition: Callable[[], Awaitable[object]]) -> None:
    """Wait for a look after which something is so."""
    async with asyncio.timeout(15):
        while True:
            seeds.looked.clear()
            if await condition():
                return
            await seeds.looked.wait()


async def taken(seeds: Watched, store: SqliteStore, *days: int) -> None:
    """Wait until just the digests of these days are in the store."""

    async def found() -> bool:
        return [each.day for each in await store.list_dates(until=date(2026, 12, 31))] == [*days]

    await until(seeds, found)


async def complaining(seeds: Watched) -> None:
    """Wait until something in the folder cannot be read."""

    async def found() -> bool:
        return bool(seeds.problems)

    await until(seeds, found)


async def content(seeds: Watched) -> None:
    """Wait until everything in the folder can be read."""

    async def found() -> bool:
        return not seeds.problems

    await until(seeds, found)


def move(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))


def make(folder: Path) -> None:
    folder.mkdir()


def remove(folder: Path) -> None:
    folder.rmdir()


async def test_a_file_is_taken_when_it_comes_and_when_it_changes(
    seeds: Watched, folder: Path, store: SqliteStore
) -> None:
    async with watching(seeds):
        write(folder, 1)
        await taken(seeds, store, 1)
        make(folder / "deep")
        write(folder / "deep", 2)
        await taken(seeds, store, 1, 2)
        (folder / "1.txt").unlink()
        write(folder, 3)
        (folder / "3.txt").replace(folder / "1.txt")
        await taken(seeds, store, 2, 3)


async def test_a_broken_file_is_known_until_it_is_mended(
    seeds: Watched, folder: Path, store: SqliteStore
) -> None:
    async with watching(seeds):
        (folder / "1.txt").write_text("broken\n", encoding="utf-8")
        await complaining(seeds)
        write(folder, 1)
        await taken(seeds, store, 1)
        await content(seeds)


async def test_a_folder_may_come_later_go_and_come_back(
    seeds: Watched, folder: Path, store: SqliteStore
) -> None:
    remove(folder)
    async with watching(seeds):
        await complaining(seeds)
        make(folder)
        write(folder, 1)
        await taken(seeds, store, 1)
        move(folder, "away")
        await complaining(seeds)
        make(folder)
        write(folder, 2)
        await taken(seeds, store, 1, 2)
        write(folder, 3)
        await taken(seeds, store, 1, 2, 3)


async def test_without_anybody_to_tell_the_folder_is_looked_at_now_and_then(
    seeds: Watched,
    folder: Path,
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_paths: object, **_options: object) -> NoReturn:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watching_module, "awatch", refuse)
    monkeypatch.setattr(watching_module, "UNTOLD", 0.1)
    async with watching(seeds):
        write(folder, 1)
        await taken(seeds, store, 1)
        write(folder, 2)
        await taken(seeds, store, 1, 2)
    said = [each for each in caplog.messages if "watch limit" in each]
    assert len(said) == 1


@pytest.mark.parametrize("error", [StorageError("storage.full"), RuntimeError("unforeseen")])
async def test_no_error_ends_the_watching(
    seeds: Watched,
    folder: Path,
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    failures = iter(range(3))

    async def fail_at_first(*arguments: Any, **options: Any) -> Any:
        if next(failures, None) is not None:
            raise error
        return await add_digests(*arguments, **options)

    add_digests = store.add_digests
    monkeypatch.setattr(store, "add_digests", fail_at_first)
    monkeypatch.setattr(watching_module, "UNTOLD", 0.05)
    write(folder, 1)
    async with watching(seeds):
        await taken(seeds, store, 1)
    said = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(said) == (1 if isinstance(error, StorageError) else 3)
    if isinstance(error, StorageError):
        assert (
            said[0]
            .getMessage()
            .endswith("The disk is full, so nothing can be saved. Please free some space.")
        )


async def test_the_end_is_not_waited_for(seeds: Watched) -> None:
    loop = asyncio.get_running_loop()
    async with watching(seeds):
        await asyncio.sleep(0.1)
        begun = loop.time()
    assert loop.time() - begun < 1
