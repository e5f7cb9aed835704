"""What of SEEDS_DIR is taken, when, and what is said of the rest."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import seeds as seeds_module
from bot.metrics import Metrics
from bot.seeds import PATIENCE, QUIET, SeedFolder
from storage.base import StorageError
from storage.sqlite import SqliteStore

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WHOLE = "2026년 10월 {day}일\n\nPaper {day}\n(Ada Lovelace)\nA comment.\n#rl\n"
BROKEN = "no date here\n"


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        """Return the seconds on it."""
        return self.time

    def pass_by(self, seconds: float) -> None:
        """Let some time go."""
        self.time += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(seeds_module, "_now", watch)
    return watch


@pytest.fixture
def seeds(folder: Path, store: SqliteStore) -> SeedFolder:
    return SeedFolder(folder, store=store, clock=lambda: NOW, metrics=Metrics())


def write(folder: Path, day: int = 1, name: str | None = None) -> Path:
    path = folder / (name or f"{day}.txt")
    path.write_text(WHOLE.format(day=day), encoding="utf-8")
    return path


def move(path: Path, target: Path) -> None:
    path.rename(target)


async def days(store: SqliteStore) -> list[int]:
    return [day.day for day in await store.list_dates(until=date(2026, 12, 31))]


async def settle(seeds: SeedFolder, watch: Watch, seconds: float = QUIET) -> None:
    """Look, let the time go that a file needs to come to rest, and look again."""
    await seeds.look()
    watch.pass_by(seconds)
    await seeds.look()


def reported(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]


async def test_a_new_file_is_taken_once_it_has_come_to_rest(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch
) -> None:
    write(folder)
    assert await seeds.look() == QUIET
    watch.pass_by(QUIET - 0.5)
    assert await seeds.look() == pytest.approx(0.5)
    assert await days(store) == []
    watch.pass_by(0.5)
    assert await seeds.look() is None
    assert await days(store) == [1]


async def test_a_file_that_is_still_written_is_neither_taken_nor_reported(
    seeds: SeedFolder,
    folder: Path,
    store: SqliteStore,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = folder / "slow.txt"
    text = WHOLE.format(day=3).encode()
    for end in range(0, len(text), 7):
        path.write_bytes(text[:end])
        await seeds.look()
        watch.pass_by(QUIET - 0.1)
        await seeds.look()
        assert await days(store) == []
        assert seeds.problems == ()
    path.write_bytes(text)
    await settle(seeds, watch)
    assert await days(store) == [3]
    assert reported(caplog) == []


async def test_a_writer_that_pauses_is_waited_for_before_anything_is_reported(
    seeds: SeedFolder,
    folder: Path,
    store: SqliteStore,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = folder / "slow.txt"
    path.write_text("2026년 10월 3일\n\nPaper 3\n(Ada Love", encoding="utf-8")
    await settle(seeds, watch, PATIENCE - 1)
    write(folder, 3, "slow.txt")
    await settle(seeds, watch)
    assert await days(store) == [3]
    assert reported(caplog) == []


async def test_a_broken_file_is_reported_once_with_line_and_reason(
    seeds: SeedFolder, folder: Path, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "a.txt"
    path.write_text(BROKEN, encoding="utf-8")
    await settle(seeds, watch, PATIENCE)
    for _ in range(3):
        path.write_text(BROKEN, encoding="utf-8")  # another time on the file, the same content
        await settle(seeds, watch, PATIENCE)
    assert reported(caplog) == ["a.txt:1: the first line is not a date such as 2025년 4월 25일"]
    assert [str(problem) for problem in seeds.problems] == reported(caplog)


async def test_other_broken_content_is_reported_anew(
    seeds: SeedFolder, folder: Path, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "a.txt"
    for text in (BROKEN, BROKEN + "and more\n"):
        path.write_text(text, encoding="utf-8")
        await settle(seeds, watch, PATIENCE)
    assert len(reported(caplog)) == 2
    assert len(seeds.problems) == 1


@pytest.mark.parametrize("mended", [True, False])
async def test_a_problem_is_gone_once_the_file_is_mended_or_removed(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch, mended: bool
) -> None:
    path = folder / "1.txt"
    path.write_text(BROKEN, encoding="utf-8")
    await settle(seeds, watch, PATIENCE)
    assert [problem.file for problem in seeds.problems] == ["1.txt"]
    if mended:
        write(folder, 1)
    else:
        path.unlink()
    await settle(seeds, watch)
    assert not seeds.problems
    assert await days(store) == ([1] if mended else [])


async def test_a_broken_file_stops_no_other(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch
) -> None:
    (folder / "a.txt").write_text(BROKEN, encoding="utf-8")
    write(folder, 2)
    await settle(seeds, watch)
    assert await days(store) == [2]


async def test_a_file_that_is_moved_into_place_is_taken_and_never_its_draft(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch
) -> None:
    draft = folder / ".4.txt.part"
    draft.write_text(BROKEN, encoding="utf-8")
    await settle(seeds, watch, PATIENCE)
    assert seeds.problems == ()
    write(folder, 4, draft.name).replace(folder / "4.txt")
    await settle(seeds, watch)
    assert await days(store) == [4]


async def test_an_edit_is_taken_even_where_size_and_time_stay_the_same(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch
) -> None:
    path = write(folder, 1)
    await seeds.read()
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Ada", "Bob"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    await settle(seeds, watch)
    digest = await store.get_digest(date(2026, 10, 1))
    assert digest
    assert digest.entries[0].paper.authors == ("Bob Lovelace",)


async def test_what_was_read_at_the_start_is_not_read_again(
    seeds: SeedFolder, folder: Path, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write(folder, 1)
    (folder / "b.txt").write_text(BROKEN, encoding="utf-8")
    summary = await seeds.read()
    assert (summary.added, len(summary.errors)) == (1, 1)
    caplog.clear()
    assert await seeds.look() is None
    assert not caplog.records


async def test_a_linked_file_is_read_again_when_what_it_links_to_changes(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch, tmp_path: Path
) -> None:
    target = write(tmp_path, 5, "elsewhere.txt")
    (folder / "link.txt").symlink_to(target)
    (folder / "round").symlink_to(folder)
    await settle(seeds, watch)
    assert await days(store) == [5]
    write(tmp_path, 6, "elsewhere.txt")
    await settle(seeds, watch)
    assert await days(store) == [6]


async def test_a_link_to_nowhere_is_reported_until_it_is_gone(
    seeds: SeedFolder, folder: Path, watch: Watch
) -> None:
    (folder / "link.txt").symlink_to(folder / "nowhere.txt")
    await settle(seeds, watch, PATIENCE)
    assert [problem.file for problem in seeds.problems] == ["link.txt"]
    (folder / "link.txt").unlink()
    await seeds.look()
    assert seeds.problems == ()


async def test_a_folder_that_goes_and_comes_back_is_said_once_and_read_again(
    seeds: SeedFolder,
    folder: Path,
    store: SqliteStore,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(folder, 1)
    await seeds.read()
    move(folder, folder.with_name("away"))
    for _ in range(3):
        await settle(seeds, watch)
    assert reported(caplog) == [
        f"SEEDS_DIR:1: this is not a folder: nothing new is read ({folder})"
    ]
    move(folder.with_name("away"), folder)
    write(folder, 2)
    await settle(seeds, watch)
    assert seeds.problems == ()
    assert await days(store) == [1, 2]


async def test_what_the_store_cannot_take_now_is_taken_later(
    seeds: SeedFolder,
    folder: Path,
    store: SqliteStore,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_args: object, **_options: object) -> None:
        raise StorageError("storage.full")

    write(folder, 1)
    with monkeypatch.context() as patch:
        patch.setattr(store, "add_digests", refuse)
        await seeds.look()
        watch.pass_by(QUIET)
        with pytest.raises(StorageError):
            await seeds.look()
    await seeds.look()
    assert await days(store) == [1]


async def test_a_thousand_files_at_once_do_not_hold_up_the_event_loop(
    seeds: SeedFolder, folder: Path, store: SqliteStore, watch: Watch
) -> None:
    for number in range(1000):
        text = WHOLE.format(day=number % 28 + 1).replace("Paper", f"Paper {number} of")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(0.01)
            longest = max(longest, loop.time() - begun)

    beating = asyncio.create_task(beat())
    await settle(seeds, watch)
    beating.cancel()
    assert len(await days(store)) == 28
    assert longest < 1.0


async def test_problems_and_papers_are_counted(
    folder: Path, store: SqliteStore, watch: Watch
) -> None:
    metrics = Metrics()
    seeds = SeedFolder(folder, store=store, clock=lambda: NOW, metrics=metrics)
    write(folder, 1)
    (folder / "b.txt").write_text(BROKEN, encoding="utf-8")
    await seeds.read()
    read = metrics.registry.get_sample_value
    assert read("digest_bot_ingest_errors_total") == 1
    assert read("digest_bot_broken_seeds") == 1
    assert read("digest_bot_ingested_papers_total", {"change": "added"}) == 1
