"""Files to the store: what is read, what is skipped, and what stops nobody."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.ingest import IngestSummary, check, draft_to_json, ingest
from bot.parsers import MAX_BYTES, SeedError
from storage.base import StorageError
from storage.models import DigestDraft, IngestReport
from storage.sqlite import SqliteStore, open_store, preparing

NOW = datetime(2025, 8, 1, tzinfo=UTC)
UNTIL = date(2025, 8, 1)
SEEDS = Path(__file__).parents[2] / "seeds"


def seed(title: str = "Simple Scaling") -> str:
    paper = f"{title}\n(Jane Doe, 김민수)\nAbout {title}.\n\n{title} 설명입니다.\n#rl\n"
    return f"2025년 4월 25일\n{paper}"


async def run(store: SqliteStore, folder: Path, *paths: Path) -> IngestSummary:
    return await ingest(paths or (folder,), store, root=folder, now=NOW)


def reasons(summary: IngestSummary) -> list[tuple[str, str]]:
    return [(error.file, error.key) for error in summary.errors]


def sources(folder: Path, *paths: Path) -> list[str]:
    return [
        each.source if isinstance(each, DigestDraft) else each.file
        for each in check(paths or (folder,), root=folder)
    ]


# --- into the store --------------------------------------------------------------------------


async def test_a_folder_is_read_with_all_below_it(store: SqliteStore, folder: Path) -> None:
    (folder / "2025" / "04").mkdir(parents=True)
    (folder / "2025" / "04" / "a.txt").write_text(seed("One"))
    (folder / "b.TXT").write_text(seed("Two"))
    summary = await run(store, folder)
    assert (summary.files, summary.added, summary.errors) == (2, 2, ())
    assert set(await store.list_fingerprints()) == {"2025/04/a.txt", "b.TXT"}


async def test_reading_unchanged_files_again_does_nothing(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text(seed("One"))
    await run(store, folder)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be parsed or written")

    monkeypatch.setattr("bot.ingest.parse_digest", fail)
    monkeypatch.setattr(store, "add_digests", fail)
    summary = await run(store, folder)
    assert (summary.files, summary.unchanged, summary.added) == (1, 1, 0)


async def test_a_new_parser_reads_unchanged_files_again(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text(seed("One"))
    await run(store, folder)
    monkeypatch.setattr("bot.ingest.PARSER_VERSION", 10_000)
    assert (await run(store, folder)).unchanged == 0
    assert (await run(store, folder)).unchanged == 1


async def test_an_edited_file_changes_its_papers(store: SqliteStore, folder: Path) -> None:
    (folder / "a.txt").write_text(seed("One"))
    await run(store, folder)
    (folder / "a.txt").write_text(seed("One").replace("설명입니다", "설명이에요"))
    summary = await run(store, folder)
    assert (summary.added, summary.changed, summary.unchanged) == (0, 1, 0)


async def test_a_file_that_is_replaced_while_two_processes_read_it_ends_as_it_is(
    store: SqliteStore, folder: Path
) -> None:
    """The one that has read the older content is the last to write."""
    (folder / "a.txt").write_text(seed("One"))
    (folder / "b.txt").write_text(seed("Two"))
    free: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    has_read = asyncio.Event()
    async with open_store(folder.parent / "digests.sqlite3", sound=free) as late:
        older = asyncio.create_task(
            ingest([folder], late, root=folder, now=NOW, progress=lambda *_: has_read.set())
        )
        await has_read.wait()
        (folder / "a.txt").write_text(seed("One, mended"))
        await run(store, folder)
        free.set_result(None)
        summary = await older
    digest = await store.get_digest(date(2025, 4, 25))
    assert digest is not None
    assert {entry.paper.title for entry in digest.entries} == {"One, mended", "Two"}
    assert (summary.files, summary.unchanged, summary.errors) == (2, 0, ())


async def test_a_file_that_disappears_loses_nothing(store: SqliteStore, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(seed(name))
    await run(store, folder)
    (folder / "a.txt").unlink()
    summary = await run(store, folder)
    assert (summary.files, summary.removed) == (1, 0)
    assert await store.count_papers(until=UNTIL) == 2


async def test_a_bad_file_is_named_and_the_others_load(store: SqliteStore, folder: Path) -> None:
    (folder / "a.txt").write_text(seed("One"))
    (folder / "b.txt").write_text("no date here\n")
    (folder / "c.txt").write_bytes(seed("Three").encode("cp949"))
    (folder / "d.txt").write_text(seed("Four"))
    summary = await run(store, folder)
    assert (summary.files, summary.added) == (4, 2)
    assert reasons(summary) == [("b.txt", "seed.no_date"), ("c.txt", "seed.not_utf8")]
    assert str(summary.errors[0]).startswith("b.txt:1: ")


async def test_a_bad_file_at_the_end_does_not_lose_the_batch(
    store: SqliteStore, folder: Path
) -> None:
    (folder / "a.txt").write_text(seed("One"))
    (folder / "z.txt").write_text("")
    assert (await run(store, folder)).added == 1
    assert await store.count_papers(until=UNTIL) == 1


async def test_a_file_that_has_become_bad_keeps_what_it_said(
    store: SqliteStore, folder: Path
) -> None:
    (folder / "a.txt").write_text(seed("One"))
    await run(store, folder)
    (folder / "a.txt").write_text("half a fi")
    assert len((await run(store, folder)).errors) == 1
    assert await store.count_papers(until=UNTIL) == 1


async def test_many_files_load_in_several_transactions(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest._BATCH_FILES", 3)
    for number in range(8):
        (folder / f"{number}.txt").write_text(seed(f"Paper {number}"))
    batches = []
    add = store.add_digests

    async def count(drafts: list[tuple[DigestDraft, str]], **options: Any) -> object:
        batches.append(len(drafts))
        return await add(drafts, **options)

    monkeypatch.setattr(store, "add_digests", count)
    assert (await run(store, folder)).added == 8
    assert batches == [3, 3, 2]


async def test_files_of_one_day_keep_their_order_across_batches(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the first takes longest to prepare."""
    monkeypatch.setattr("bot.ingest._BATCH_FILES", 1)
    is_second_ready = threading.Event()
    prepare = preparing.prepare

    def prepare_slowly(drafts: Sequence[tuple[DigestDraft, str]]) -> object:
        if drafts[0][0].source == "a.txt":
            is_second_ready.wait(1)  # it is not while it waits for its turn
        else:
            is_second_ready.set()
        return prepare(drafts)

    monkeypatch.setattr("storage.sqlite.ingest.prepare", prepare_slowly)
    for name in "abc":
        (folder / f"{name}.txt").write_text(seed(f"Paper {name}"))
    await run(store, folder)
    digest = await store.get_digest(date(2025, 4, 25))
    assert digest is not None
    assert [entry.paper.title for entry in digest.entries] == ["Paper a", "Paper b", "Paper c"]


async def test_a_file_that_says_something_else_each_time_is_left_as_it_was_read_last(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "calm.txt").write_text(seed("Calm"))
    (folder / "restless.txt").write_text(seed("Paper 0"))
    add, times = store.add_digests, itertools.count(1)

    async def change(
        drafts: list[tuple[DigestDraft, str]], **options: Any
    ) -> tuple[IngestReport, ...]:
        (folder / "restless.txt").write_text(seed(f"Paper {next(times)}"))
        return await add(drafts, **options)

    monkeypatch.setattr(store, "add_digests", change)
    (error,) = (await run(store, folder)).errors
    assert (error.file, error.key) == ("restless.txt", "seed.changing")
    digest = await store.get_digest(date(2025, 4, 25))
    assert digest is not None
    assert [entry.paper.title for entry in digest.entries] == ["Calm", f"Paper {next(times) - 2}"]


async def test_what_follows_a_batch_that_failed_is_left_for_the_next_time(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ingest._BATCH_FILES", 1)
    for number in range(5):
        (folder / f"{number}.txt").write_text(seed(f"Paper {number}"))
    add = store.add_digests

    async def fail_at_second(
        drafts: list[tuple[DigestDraft, str]], **options: Any
    ) -> tuple[IngestReport, ...]:
        if drafts[0][0].source == "1.txt":
            raise StorageError("storage.full")
        return await add(drafts, **options)

    monkeypatch.setattr(store, "add_digests", fail_at_second)
    with pytest.raises(StorageError):
        await run(store, folder)
    assert not {"1.txt", "3.txt", "4.txt"} & set(await store.list_fingerprints())
    monkeypatch.setattr(store, "add_digests", add)
    await run(store, folder)
    assert await store.count_papers(until=UNTIL) == 5


async def test_progress_counts_every_file(store: SqliteStore, folder: Path) -> None:
    (folder / "a.txt").write_text(seed("One"))
    (folder / "b.txt").write_text("bad")
    (folder / "c.txt").write_text(seed("Three"))
    seen: list[tuple[int, int]] = []
    await ingest(
        [folder], store, root=folder, now=NOW, progress=lambda done, all_: seen.append((done, all_))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


async def test_a_file_has_one_name_however_it_is_reached(
    store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text(seed("One"))
    await run(store, folder)
    monkeypatch.chdir(folder / "sub")
    for path in (Path("a.txt"), folder / "sub" / ".." / "sub" / "a.txt", folder / "sub"):
        assert (await run(store, folder, path)).unchanged == 1
    assert set(await store.list_fingerprints()) == {"sub/a.txt"}


async def test_a_file_elsewhere_goes_by_its_absolute_path(
    store: SqliteStore, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere.txt"
    outside.write_text(seed("One"))
    await run(store, folder, outside)
    assert set(await store.list_fingerprints()) == {outside.as_posix()}


# --- which files -----------------------------------------------------------------------------


def test_files_come_in_the_order_that_people_sort_them(folder: Path) -> None:
    for name in ("10.txt", "9.txt", "B.txt", "a.txt"):
        (folder / name).write_text(seed(name))
    assert sources(folder) == ["9.txt", "10.txt", "a.txt", "B.txt"]


def test_hidden_files_readmes_and_other_kinds_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    for name in (".git/x.txt", ".a.txt", "README.md", "notes.pdf", "a.txt~", "Makefile"):
        (folder / name).write_text(seed())
    (folder / "folder.txt").mkdir()
    (folder / "a.txt").write_text(seed())
    assert sources(folder) == ["a.txt"]


def test_a_file_that_is_named_is_read_whatever_its_kind(folder: Path) -> None:
    (folder / "digest").write_text(seed())
    assert sources(folder, folder / "digest") == ["digest"]


def test_a_file_that_is_named_twice_is_read_once(folder: Path) -> None:
    (folder / "a.txt").write_text(seed())
    assert sources(folder, folder, folder / "a.txt", folder) == ["a.txt"]


def test_a_linked_folder_is_entered_once_and_a_circle_ends(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "real" / "a.txt").write_text(seed())
    (folder / "linked").symlink_to(folder / "real")
    (folder / "real" / "up").symlink_to(folder)
    assert sources(folder) == ["real/a.txt"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("nowhere.txt", "seed.missing"),
        ("a.txt/inside.txt", "seed.missing"),
        ("dangling.txt", "seed.missing"),
        ("pipe.txt", "seed.not_a_file"),
    ],
)
def test_what_cannot_be_read_is_named(folder: Path, name: str, key: str) -> None:
    (folder / "a.txt").write_text(seed())
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    os.mkfifo(folder / "pipe.txt")
    (error,) = check([folder / name], root=folder)
    assert isinstance(error, SeedError)
    assert (error.file, error.key) == (name, key)


def test_a_broken_link_in_a_folder_is_named_and_a_pipe_does_not_block(folder: Path) -> None:
    (folder / "a.txt").write_text(seed())
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    os.mkfifo(folder / "pipe.txt")
    assert sources(folder) == ["a.txt", "dangling.txt"]


def test_a_file_over_the_limit_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(1024 * MAX_BYTES)
    (error,) = check([folder], root=folder)
    assert isinstance(error, SeedError)
    assert error.key == "seed.too_big"


def test_a_name_that_is_not_utf_8_can_be_said_and_stored(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text(seed())
    (source,) = sources(folder)
    assert source.encode() == rb"\udcff.txt"


# --- check -----------------------------------------------------------------------------------


def test_the_json_of_a_digest_has_the_contracts_shape(folder: Path) -> None:
    text = seed("One") + "Two\n(Li Wei)\n링크는 https://a.example/x 입니다.\n"
    (folder / "a.txt").write_text(text)
    (draft,) = check([folder], root=folder)
    assert isinstance(draft, DigestDraft)
    assert draft_to_json(draft) == {
        "date": "2025-04-25",
        "source": "a.txt",
        "papers": [
            {
                "title": "One",
                "authors": ["Jane Doe", "김민수"],
                "abstract": "About One.",
                "commentary": {"ko": ["One 설명입니다."], "en": []},
                "tags": ["rl"],
                "url": None,
                "links": [],
            },
            {
                "title": "Two",
                "authors": ["Li Wei"],
                "abstract": None,
                "commentary": {"ko": ["링크는 https://a.example/x 입니다."], "en": []},
                "tags": [],
                "url": None,
                "links": ["https://a.example/x"],
            },
        ],
    }


async def test_the_seeds_of_this_project_load_whole(store: SqliteStore) -> None:
    summary = await ingest([SEEDS], store, root=SEEDS, now=NOW)
    assert (summary.files, summary.added, summary.errors) == (4, 23, ())
    assert await store.count_papers(until=UNTIL) == 23
