"""A database that is damaged, gone, or without room: one sentence, and nothing is posted twice."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.bot.safety.test_soundness import rot
from tests.e2e.house import House, text_of
from tests.e2e.posts import beside, marks, paper, settled, stall, write_papers
from tests.e2e.test_kill import make_process
from tests.e2e.test_startup import RUN, environment, run
from tests.tiny_disk import fill, free, tiny_disk

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", *(paper(f"Paper {n}") for n in range(4)))


def process_settings(house: House, seeds: Path) -> dict[str, str]:
    database = str(house.folder / "digests.sqlite3")
    return environment(house) | {"DATABASE_PATH": database, "SEEDS_DIR": str(seeds)}


def damage(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start + 100 : start + 2000] = b"\xa5" * 1900
    path.write_bytes(data)
    return bytes(data)


@contextmanager
def locked(house: House) -> Iterator[sqlite3.Connection]:
    """Keep the database locked, as another program may, until this is rolled back."""
    with closing(sqlite3.connect(house.folder / "digests.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def answers(house: House) -> bool:
    """Whether a look-up is answered."""
    asked = await house.member.run(house.text, "paper", {"title": "Paper 0"})
    return "Paper 0" in text_of(asked.message)


async def backed_up(house: House) -> Path:
    """Wait for the running bot's daily copy."""
    copy = house.folder / "backups" / "digests-2026-11-20.sqlite3"
    async with asyncio.timeout(10):
        while not copy.exists():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
    return copy


async def posted_and_copied(house: House, seeds: Path) -> Path:
    """Have the digest posted and the database copied, return the copy."""
    async with house.bot(seeds_dir=seeds):
        copy = await backed_up(house)
        await house.delivered()
        await settled(house)
    return copy


async def test_a_damaged_database_is_named_with_its_copy_left_alone_and_restored(
    house: House, seeds: Path
) -> None:
    """And the restored ledger learns from the channel what came after the copy."""
    copy = await posted_and_copied(house, seeds)
    posted = marks(house, house.text)
    database = house.folder / "digests.sqlite3"
    damaged = damage(database)
    settings = process_settings(house, seeds)
    code, (line,), _ = await run(house.folder, settings, *RUN)
    assert code == 1
    assert str(database) in line
    assert f"restore {copy}" in line
    assert database.read_bytes() == damaged
    code, _, out = await run(house.folder, settings, *RUN, "restore", str(copy))
    assert code == 0
    (aside,) = house.folder.glob("digests.sqlite3.aside-*")
    assert str(aside) in out
    assert aside.read_bytes() == damaged
    async with house.bot(seeds_dir=seeds):
        await house.manager.run(house.text, "status")
        await settled(house)
        async with beside(house) as store, asyncio.timeout(20):
            while not (await store.get_restored()).waiting:  # type: ignore[union-attr]
                await house.manager.run(house.text, "status")
            while await store.list_unfinished():
                await house.manager.run(house.text, "status")
    assert marks(house, house.text) == posted
    assert set(posted.values()) == {1}


async def test_one_rotted_page_ends_a_start_before_anything_is_written_or_posted(
    house: House, seeds: Path
) -> None:
    """With all there is to do: a new file, a new channel, posts that are due."""
    copy = await posted_and_copied(house, seeds)
    damaged = rot(house.folder / "digests.sqlite3")
    write_papers(seeds, paper("One more"), day=date(2026, 11, 19), name="b.txt")
    channel = house.sandbox.world.add_channel(house.guild, "other")
    settings = process_settings(house, seeds) | {"DIGEST_CHANNEL_ID": str(channel.id)}
    code, (*_, line), _ = await run(house.folder, settings, *RUN)
    assert code == 1
    assert f"restore {copy}" in line
    assert (house.folder / "digests.sqlite3").read_bytes() == damaged
    assert house.sandbox.world.visible_messages(channel) == []


async def test_a_damaged_database_without_a_copy_is_named_too(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds, backup_keep=0):
        await house.delivered()
    database = house.folder / "digests.sqlite3"
    damaged = damage(database)
    code, (line,), _ = await run(house.folder, process_settings(house, seeds), *RUN)
    assert code == 1
    assert str(database) in line
    assert "damaged" in line
    assert database.read_bytes() == damaged


async def test_a_database_that_is_gone_is_not_begun_anew_while_there_are_copies(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        copy = await backed_up(house)
    database = house.folder / "digests.sqlite3"
    database.unlink()
    settings = process_settings(house, seeds)
    code, (line,), _ = await run(house.folder, settings, *RUN)
    assert code == 1
    assert f"restore {copy}" in line
    assert not database.exists()
    shutil.rmtree(copy.parent)
    async with house.bot(seeds_dir=seeds):
        assert database.exists()


async def test_no_copy_is_restored_under_a_running_bot(house: House, seeds: Path) -> None:
    settings = process_settings(house, seeds)
    async with house.bot(seeds_dir=seeds):
        copy = await backed_up(house)
        code, (line,), _ = await run(house.folder, settings, *RUN, "restore", str(copy))
        assert code == 1
        assert "already running" in line
        assert not list(house.folder.glob("*.aside-*"))


async def test_a_full_disk_stops_posting_until_there_is_room_and_nothing_is_lost(
    house: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tiny_disk(house.folder / "disk", kilobytes=1024) as disk:
        options = {
            "seeds_dir": seeds,
            "database_path": disk / "digests.sqlite3",
            "backup_dir": house.folder / "copies",
        }
        async with house.bot(**options, digest_channel_id=None):
            fill(disk)
        free(disk)
        house.sandbox.faults.before = lambda _: _fill_after(house, disk)
        async with house.bot(**options):
            await house.sandbox.wait_for(lambda: (disk / "filler").exists(), timeout=20)
            async with asyncio.timeout(20):
                while "The disk is full" not in caplog.text:  # noqa: ASYNC110 - no event
                    await asyncio.sleep(0.01)
            stopped = len(house.messages(house.text))
            house.sandbox.faults.clear()
            free(disk)
            await house.delivered()
        assert stopped < len(house.messages(house.text))
    assert set(marks(house, house.text).values()) == {1}
    titles = [title for title in house.titles(house.text) if title.startswith("Paper ")]
    assert titles == [f"Paper {n}" for n in range(4)]
    told = [record for record in caplog.records if "The disk is full" in record.getMessage()]
    assert told
    assert not any(record.exc_info for record in told)


async def test_a_start_with_a_new_file_answers_while_another_program_keeps_the_database_locked(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storage.sqlite.database._BUSY_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr("bot.seeds.QUIET", 0.1)
    monkeypatch.setattr("bot.seeds.watching.UNTOLD", 0.1)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    new = date(2026, 10, 2)
    write_papers(seeds, paper("Brand new"), day=new, name="new.txt")
    with locked(house) as other:
        async with house.bot(seeds_dir=seeds):
            assert await answers(house)
            assert "New seed files wait for the database" in caplog.text
            other.rollback()
            async with asyncio.timeout(20), beside(house) as store:
                while new not in await store.list_dates(until=new):  # noqa: ASYNC110 - no event
                    await asyncio.sleep(0.05)


async def test_a_start_after_a_kill_waits_for_a_locked_database_and_then_posts_on(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The post that it was killed at is still claimed in the ledger."""
    stalled = stall(house, "Paper 1", seconds=0.1)
    process = make_process(house, seeds=seeds, channel=house.text, settle_seconds=0.1)
    async with process:
        await house.sandbox.wait_for(lambda: stalled.hits, timeout=20)
        process.kill()
    async with beside(house) as store:
        assert await store.list_owners()
    monkeypatch.setattr("storage.sqlite.database._BUSY_TIMEOUT_SECONDS", 0.1)
    with locked(house) as other:
        async with house.bot(seeds_dir=seeds):
            assert await answers(house)
            async with asyncio.timeout(10):
                while "The schedule waits for the database" not in caplog.text:  # noqa: ASYNC110 - no event
                    await asyncio.sleep(0.01)
            other.rollback()
            await house.delivered()
            await settled(house)
    assert set(marks(house, house.text).values()) == {1}
    assert len(marks(house, house.text)) == 9  # a header, four papers, four openings


async def test_a_start_with_another_channel_waits_for_a_locked_database_and_then_posts_there(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        pass
    monkeypatch.setattr("storage.sqlite.database._BUSY_TIMEOUT_SECONDS", 0.1)
    with locked(house) as other:
        async with house.bot(seeds_dir=seeds):
            assert await answers(house)
            assert "DIGEST_CHANNEL_ID's subscription waits for the database" in caplog.text
            other.rollback()
            await house.delivered()


def _fill_after(house: House, disk: Path) -> None:
    """Fill the disk once the header and a paper stand."""
    if len(house.messages(house.text)) >= 2 and not (disk / "filler").exists():
        fill(disk)


async def test_a_copy_that_fails_is_told_in_status_and_posting_goes_on(
    house: House, seeds: Path
) -> None:
    (house.folder / "in_the_way").touch()
    async with house.bot(seeds_dir=seeds, backup_dir=house.folder / "in_the_way"):
        await house.delivered()
        answered = await house.manager.run(house.text, "status", {})
        assert "복사본" in text_of(answered.message)


async def test_a_copy_that_takes_long_does_not_hold_up_the_end(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.copying._STEP_PAGES", 1)
    monkeypatch.setattr("storage.sqlite.copying._PAUSE_SECONDS", 0.2)
    part = house.folder / "backups" / "digests-2026-11-20.sqlite3.part"
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        assert part.exists()
        stopping = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stopping < 5
    assert not part.exists()
