"""One running bot on each database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.safety.lock import hold_lock, is_held


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "digests.sqlite3"
    path.touch()
    return path


@pytest.fixture
def link(database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "link.sqlite3"
    path.parent.mkdir()
    path.symlink_to(database)
    return path


async def test_a_link_to_a_database_is_no_other_database(database: Path, link: Path) -> None:
    async with hold_lock(link, seconds=0):
        assert is_held(database)
        with pytest.raises(StartupError) as caught:
            async with hold_lock(database, seconds=0):
                pass
    assert caught.value.key == "startup.locked"
    assert not is_held(link)


async def test_a_copy_that_ends_meanwhile_is_waited_for(database: Path) -> None:
    ending = asyncio.Event()

    async def run() -> None:
        async with hold_lock(database, seconds=0):
            await ending.wait()

    running = asyncio.create_task(run())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.2, ending.set)
    async with hold_lock(database, seconds=5):
        assert running.done()


async def test_whoever_waits_can_be_told_to_stop(database: Path) -> None:
    async with hold_lock(database, seconds=0):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), hold_lock(database, seconds=60):
                pass
    assert not is_held(database)
