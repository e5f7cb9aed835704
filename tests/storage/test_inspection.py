"""What a file is like: looking at it changes nothing, and finds what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite import open_store
from storage.sqlite.inspection import check_fully, check_quickly, inspect_file
from tests.storage.builders import DAY, NOW, digest, entry


@pytest.fixture
async def filled(path: Path) -> Path:
    async with open_store(path) as store:
        drafts = [(digest(entry(f"Paper {n}"), source=f"{n}.txt"), f"f{n}") for n in range(40)]
        await store.add_digests(drafts, now=NOW)
    return path


def flip(path: Path, table: str) -> None:
    """Damage the first page of a table or an index."""
    with closing(sqlite3.connect(path)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", [table]
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    start = (page - 1) * size
    data[start : start + 200] = bytes(byte ^ 0xFF for byte in data[start : start + 200])
    path.write_bytes(data)


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Have another process's writer at the file, as long as the block lasts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_a_sound_file_passes_and_stays_as_it_is(filled: Path) -> None:
    before = filled.read_bytes()
    check_quickly(filled)
    check_fully(filled)
    found = inspect_file(filled)
    assert filled.read_bytes() == before
    assert [each.name for each in filled.parent.iterdir()] == [filled.name]
    assert (found.wal, found.newest, found.size) == (True, DAY, len(before))
    assert found.schema == found.known > 2


@pytest.mark.parametrize("table", ["entries", "entry_sources", "meta"])
def test_flipped_bytes_in_a_page_are_found(filled: Path, table: str) -> None:
    flip(filled, table)
    damaged = filled.read_bytes()
    for check in (check_quickly, check_fully):
        with pytest.raises(StorageError) as caught:
            check(filled)
        assert caught.value.key == "storage.corrupt"
        assert caught.value.params["path"] == str(filled)
    assert filled.read_bytes() == damaged


def test_a_file_that_is_missing_or_empty_is_in_order(path: Path) -> None:
    check_quickly(path)
    path.parent.mkdir()
    path.touch()
    check_quickly(path)
    assert path.read_bytes() == b""


def test_a_file_cut_short_is_found(filled: Path) -> None:
    data = filled.read_bytes()
    filled.write_bytes(data[: len(data) // 2])
    with pytest.raises(StorageError) as caught:
        check_quickly(filled)
    assert caught.value.key == "storage.corrupt"


def test_a_folder_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        check_quickly(tmp_path)
    assert caught.value.key == "storage.unusable"


def test_a_file_that_another_process_keeps_to_itself_is_named_locked(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.copying.BUSY_SECONDS", 0.01)
    with written(filled), pytest.raises(StorageError) as caught:
        check_quickly(filled)
    assert caught.value.key == "storage.locked"
