"""What people asked, keep and follow is readable for the bot's own user alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.safety.lock import hold_lock, lock_path
from storage.sqlite import open_store
from tests.storage.builders import NOW, digest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


@pytest.fixture(autouse=True)
def _careless() -> Iterator[None]:
    """Let everybody read and write whatever does not say otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_the_database_its_log_its_copies_and_its_lock_are_nobody_elses(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data" / "digests.sqlite3"
    copy = tmp_path / "backups" / "copy.sqlite3"
    async with hold_lock(path, seconds=1), open_store(path) as store:
        await store.add_digests([(digest(), "f")], now=NOW)
        await store.backup(copy)
        files = [path, copy, lock_path(path), *path.parent.glob("digests.sqlite3-*")]
        assert len(files) == 5  # with -wal and -shm
        assert {each.name: mode(each) for each in files} == {each.name: 0o600 for each in files}
        assert mode(path.parent) == mode(copy.parent) == 0o700


async def test_a_link_to_a_file_that_is_to_be_made_is_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link.sqlite3", tmp_path / "target.sqlite3"
    link.symlink_to(target)
    async with open_store(link):
        assert mode(target) == 0o600


async def test_what_an_operator_has_opened_to_others_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "digests.sqlite3"
    async with open_store(path):
        pass
    path.chmod(0o640)
    async with open_store(path):
        assert mode(path) == 0o640
