"""A file that somebody hands over: what it may be called, and what happens to the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.metrics import Metrics
from bot.parsers import MAX_BYTES, SeedError
from bot.seeds import SeedFolder
from bot.seeds.importing import clean_name, import_seed, name_of
from bot.sources import is_seed_name
from storage.sqlite import SqliteStore

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DIGEST = "2026년 10월 1일\n\nPaper\n(Ada Lovelace)\nA comment.\n#rl\n".encode()
OTHER = DIGEST.replace(b"A comment", b"Another comment")


@pytest.fixture
def seeds(folder: Path, store: SqliteStore) -> SeedFolder:
    return SeedFolder(folder, store=store, clock=lambda: NOW, metrics=Metrics())


@contextmanager
def refusing(key: str) -> Iterator[None]:
    """Expect a refusal with this sentence."""
    with pytest.raises(UserError) as refused:
        yield
    assert refused.value.key == key


def names(folder: Path) -> list[str]:
    """Return what is in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


@pytest.fixture
def missing(tmp_path: Path, store: SqliteStore) -> SeedFolder:
    folder = tmp_path / "missing"
    return SeedFolder(folder, store=store, clock=lambda: NOW, metrics=Metrics())


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/cron.d/a.txt", "a.txt"),
        (r"C:\Users\me\a.txt", "a.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("..txt.txt", "txt.txt"),
        ("2025년 4월 25일.txt", "2025년 4월 25일.txt"),
        ("\u1102\u1167\u11ab.txt", "년.txt"),  # letters apart, as macOS writes them
        ("250425 A note.md", "250425 A note.md"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("a\u200b\u2066b\x00\n.txt", "ab.txt"),
        ("a\ud800.txt", "a.txt"),
        ('a*?<b>|:"`$;.txt', "a___b_______.txt"),
        ("   a\u3000\u00a0b   .txt", "a b.txt"),
        ("-rf.txt", "rf.txt"),
        ("A.TXT", "A.TXT"),
    ],
)
def test_a_name_becomes_one_of_a_file_in_one_folder(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".txt",
        "..",
        "a",
        "a.exe",
        "a.txt.exe",
        "....txt",
        "\u202e.txt",
        "README.md",
        "a.txt/",
        "_.md",
    ],
)
def test_a_name_that_is_no_seed_files_is_refused(name: str) -> None:
    with refusing("error.import_name"):
        clean_name(name)


@settings(max_examples=300)
@given(st.text(max_size=300), st.sampled_from([".txt", ".md", ".TXT", ""]))
def test_whatever_is_accepted_is_a_visible_file_of_the_folder(name: str, suffix: str) -> None:
    try:
        cleaned = clean_name(name + suffix)
    except UserError:
        return
    assert Path(cleaned).name == cleaned
    assert is_seed_name(cleaned)
    assert cleaned.isprintable()
    assert len(cleaned.encode()) <= 130
    assert clean_name(cleaned) == cleaned


def test_a_name_in_hangul_is_taken_from_the_title() -> None:
    """Discord leaves ASCII in the file name and the rest in the title."""
    attachment: Any = SimpleNamespace(filename="unknown.txt", title="요약")
    assert name_of(attachment) == "요약.txt"
    attachment.title = None
    assert name_of(attachment) == "unknown.txt"


async def test_a_file_is_written_and_read(
    seeds: SeedFolder, folder: Path, store: SqliteStore
) -> None:
    imported = await import_seed(seeds, "a.txt", DIGEST, replace=False)
    assert (imported.name, imported.date, imported.papers) == ("a.txt", date(2026, 10, 1), 1)
    assert imported.summary.added == 1
    assert (folder / "a.txt").read_bytes() == DIGEST
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o644
    assert names(folder) == ["a.txt"]
    assert await store.get_digest(date(2026, 10, 1))


async def test_the_same_file_again_changes_nothing(seeds: SeedFolder, folder: Path) -> None:
    await import_seed(seeds, "a.txt", DIGEST, replace=False)
    before = (folder / "a.txt").stat().st_mtime_ns
    again = await import_seed(seeds, "a.txt", DIGEST, replace=False)
    assert again.summary.unchanged == 1
    assert (folder / "a.txt").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["a.txt", "A.TXT"])
async def test_another_file_of_that_name_is_replaced_only_if_asked(
    seeds: SeedFolder, folder: Path, name: str
) -> None:
    await import_seed(seeds, "a.txt", DIGEST, replace=False)
    with refusing("error.import_exists"):
        await import_seed(seeds, name, OTHER, replace=False)
    assert (folder / "a.txt").read_bytes() == DIGEST
    replaced = await import_seed(seeds, name, OTHER, replace=True)
    assert replaced.summary.changed == 1
    assert names(folder) == ["a.txt"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"no date\n", "seed.no_date"),
        (DIGEST.decode().encode("utf-16"), "seed.not_utf8"),
        (b"\x00\x01\x02" * 100, "seed.binary"),
        (b"", "seed.empty"),
        (b"a" * (MAX_BYTES + 1), "seed.too_big"),
    ],
)
async def test_what_cannot_be_understood_is_not_written(
    seeds: SeedFolder, folder: Path, data: bytes, key: str
) -> None:
    with pytest.raises(SeedError) as refused:
        await import_seed(seeds, "a.txt", data, replace=True)
    assert (refused.value.key, refused.value.file) == (key, "a.txt")
    assert names(folder) == []
    assert seeds.problems == ()


async def test_a_link_is_replaced_and_never_written_through(
    seeds: SeedFolder, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_bytes(OTHER)
    (folder / "a.txt").symlink_to(outside)
    (folder / "b.txt").symlink_to(tmp_path / "nowhere.txt")
    await import_seed(seeds, "a.txt", DIGEST, replace=True)
    await import_seed(seeds, "b.txt", DIGEST, replace=True)
    assert outside.read_bytes() == OTHER
    assert not (tmp_path / "nowhere.txt").exists()
    assert not (folder / "a.txt").is_symlink()


async def test_a_folder_that_is_missing_is_said_and_not_made(
    missing: SeedFolder, tmp_path: Path
) -> None:
    with refusing("error.import_no_folder"):
        await import_seed(missing, "a.txt", DIGEST, replace=False)
    assert "missing" not in names(tmp_path)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (13, "error.import_not_written"),  # EACCES
        (30, "error.import_not_written"),  # EROFS
        (28, "error.import_full"),  # ENOSPC
    ],
)
async def test_what_keeps_the_file_from_being_written_is_said_and_leaves_nothing(
    seeds: SeedFolder, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, key: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with refusing(key):
        await import_seed(seeds, "a.txt", DIGEST, replace=False)
    assert names(folder) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_read_only_folder_is_said(seeds: SeedFolder, folder: Path) -> None:
    with read_only(folder), refusing("error.import_not_written"):
        await import_seed(seeds, "a.txt", DIGEST, replace=False)


async def test_a_folder_by_that_name_is_left_alone(seeds: SeedFolder, folder: Path) -> None:
    (folder / "a.txt").mkdir()
    with refusing("error.import_not_written"):
        await import_seed(seeds, "a.txt", DIGEST, replace=True)
    assert (folder / "a.txt").is_dir()
