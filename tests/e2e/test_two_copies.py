"""Two copies of the bot on one database, as when the lock beside it does not work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import actions, app, attempts, requests
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel
from sandbox.options import Options
from tests.e2e.house import House, open_house
from tests.e2e.posts import marks, paper, settled, stall, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

PAPERS = ("One", "Two", "Three", "Four")


@pytest.fixture(autouse=True)
def _no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def unlocked(_: Path, *, seconds: float) -> AsyncIterator[bool]:
        yield False

    monkeypatch.setattr(app, "hold_lock", unlocked)


@pytest.fixture(params=[300, 0], ids=["nonce remembered", "nonce forgotten"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    options = Options(limits_on=False, nonce_window=timedelta(seconds=request.param))
    async with open_house(tmp_path, options=options) as opened:
        yield opened


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", *(paper(f"Paper {name}") for name in PAPERS))


async def complete(house: House, channel: Channel, *, count: int) -> None:
    await house.sandbox.wait_for(lambda: len(marks(house, channel)) >= count, timeout=20)
    await settled(house)
    assert set(marks(house, channel).values()) == {1}
    assert len(marks(house, channel)) == count


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_two_copies_double_nothing(house: House, seeds: Path, kind: str) -> None:
    channel = house.text if kind == "text" else house.forum
    house.sandbox.faults.seed(3)
    for trouble in (Trouble.STALL, Trouble.LOSE, Trouble.DROP_AFTER):
        house.sandbox.faults.add(
            Fault(trouble=trouble, method="POST", probability=0.2, seconds=0.1)
        )
    async with (
        house.bot(seeds_dir=seeds, digest_channel_id=channel.id),
        house.bot(seeds_dir=seeds, digest_channel_id=channel.id),
    ):
        await complete(house, channel, count=9 if kind == "text" else 8)


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_copy_that_starts_during_a_request_leaves_it_alone(
    house: House, seeds: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    channel = house.text if kind == "text" else house.forum
    stalled = stall(house, "Paper One", seconds=1.0)
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: stalled.hits)
        async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
            await complete(house, channel, count=9 if kind == "text" else 8)
    assert ":paper:0 is another process's until 2026-11-20 " in caplog.text


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_request_held_back_past_its_lease_is_not_sent_after_another_copys(
    house: House, seeds: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first copy is told to wait; the second does its work; the first must look again."""
    monkeypatch.setattr(actions, "LEASE", timedelta(seconds=0.4))
    monkeypatch.setattr(attempts, "SEND_WITHIN", timedelta(seconds=0.2))
    channel = house.text if kind == "text" else house.forum
    limited = house.sandbox.faults.add(
        Fault(
            trouble=Trouble.LIMIT,
            seconds=1.5,
            where=lambda logged: "Paper One" in str(logged.body) and ":paper:" in str(logged.body),
            times=1,
        )
    )
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: limited.hits)
        async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
            await complete(house, channel, count=9 if kind == "text" else 8)
            await asyncio.wait_for(_waited_out(house, limited), timeout=10)
            assert set(marks(house, channel).values()) == {1}


async def _waited_out(house: House, limited: Fault) -> None:
    """Keep asking until the request that was told to wait could have been sent again."""
    (refused,) = [each for each in house.sandbox.requests if each.status == 429]
    loop = asyncio.get_running_loop()
    while loop.time() < refused.at + limited.seconds + 0.3:
        await house.manager.run(house.text, "status")


async def test_what_is_carried_out_after_a_silence_is_found(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forum posts have no nonce: who gave up waiting looks only when it must have shown."""
    monkeypatch.setattr(requests, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(attempts, "SETTLE", 0.8)
    stall(house, "Paper One", seconds=0.6)
    seeds = write_papers(tmp_path / "one", paper("Paper One"))
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await complete(house, house.forum, count=2)
    assert len(house.threads(house.forum)) == 1
