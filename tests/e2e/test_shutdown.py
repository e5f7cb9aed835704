"""SIGTERM, and /post, in the middle of a delivery: no step is left in doubt, no run doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from datetime import timedelta
from pathlib import Path

import filelock
import pytest

from bot import app
from bot.attempts import LEASE
from bot.safety.lock import lock_path
from bot.seeds import SeedFolder
from sandbox.faults import Drop
from storage.models import StepState
from tests.e2e.house import House, title_of
from tests.e2e.posts import beside, marks, paper, settled, stall, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

PAPERS = ("One", "Two", "Three")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", *(paper(f"Paper {name}") for name in PAPERS))


@pytest.mark.parametrize("times", [1, 3])
async def test_sigterm_lets_the_step_in_hand_finish_and_begins_no_other(
    house: House, seeds: Path, times: int
) -> None:
    """However often it is sent."""
    stalled = stall(house, "Paper Two", seconds=1.0)
    running = asyncio.create_task(app.run(house.settings(seeds_dir=seeds), clock=house.clock.now))
    await house.sandbox.wait_for(lambda: stalled.hits)
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await asyncio.wait({running})
    assert [title_of(each) for each in house.messages(house.text)][1:] == [
        "Paper One",
        "Paper Two",
    ]
    async with beside(house) as store:
        (delivery,) = await store.list_unfinished()
        steps = await store.list_steps(delivery.id)
    assert {step.state for step in steps} == {StepState.DONE}
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    assert len(house.messages(house.text)) == 4
    assert set(marks(house, house.text).values()) == {1}


@pytest.mark.parametrize("begun", ["waiting for another copy", "reading the seed files"])
async def test_sigterm_ends_a_start_as_well(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    settings = house.settings(seeds_dir=seeds)
    at_work = asyncio.Event()

    async def read(_seeds: SeedFolder) -> None:
        at_work.set()
        await asyncio.Event().wait()

    with contextlib.ExitStack() as stack:
        if begun == "waiting for another copy":
            stack.enter_context(filelock.FileLock(lock_path(settings.database_path)))
            asyncio.get_running_loop().call_later(0.2, at_work.set)
        monkeypatch.setattr(SeedFolder, "read", read)
        running = asyncio.create_task(app.run(settings, clock=house.clock.now))
        await at_work.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(2):
            await running
    with filelock.FileLock(lock_path(settings.database_path), timeout=0):
        pass
    assert not house.sandbox.requests


async def test_a_step_that_takes_too_long_does_not_hold_up_the_end(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.GRACE", 0.2)
    stalled = stall(house, "Paper Two", seconds=1.5)
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: stalled.hits)
    assert len(house.messages(house.text)) == 2
    house.clock.advance(2 * LEASE)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    assert len(house.messages(house.text)) == 4
    assert set(marks(house, house.text).values()) == {1}


@pytest.mark.parametrize("again", [False, True])
async def test_a_post_command_that_dies_is_finished_after_the_restart(
    house: House, seeds: Path, *, again: bool
) -> None:
    runs = 1
    if again:
        async with house.bot(seeds_dir=seeds):
            await house.delivered()
            await settled(house)
        runs = 2
    written = len(house.messages(house.text))

    def cut(_: int) -> None:
        if len(house.messages(house.text)) >= written + 2:
            raise Drop  # from now on nobody hears Discord

    house.sandbox.faults.before = cut
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        options = {"date": "2026-10-01"} | ({"again": "true"} if again else {})
        asking = house.manager.begin_run(house.text, "post", options)
        await house.sandbox.wait_for(lambda: len(house.messages(house.text)) == written + 2)
        assert not asking.done
    house.sandbox.faults.clear()
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        await house.delivered(headers=runs)
        await settled(house)
    assert [title for title in house.titles(house.text) if "년" not in title] == [
        f"Paper {name}" for name in PAPERS
    ] * runs
    assert set(marks(house, house.text).values()) == {1}


async def test_a_lease_from_another_machine_whose_clock_was_ahead_keeps_nobody_waiting(
    house: House, seeds: Path
) -> None:
    """Whoever holds the lock beside the database is alone on it."""

    def cut(_: int) -> None:
        if len(house.messages(house.text)) >= 2:
            raise Drop

    house.sandbox.faults.before = cut
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: len(house.messages(house.text)) == 2)
    house.sandbox.faults.clear()
    async with beside(house) as store:
        (delivery,) = await store.list_unfinished()
        digest = await store.get_digest(delivery.digest_date)
        assert digest is not None
        await store.claim_step(
            delivery.id,
            digest.entries[-1].id,
            "paper",
            owner="elsewhere:1:a",
            lease=LEASE,
            now=house.clock.now() + timedelta(days=2),
        )
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    assert house.titles(house.text)[1:] == [f"Paper {name}" for name in PAPERS]
    assert set(marks(house, house.text).values()) == {1}
