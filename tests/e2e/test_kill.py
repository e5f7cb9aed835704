"""SIGKILL before and after every write request of a delivery: each post exactly once all the same.

The real process is killed, twice a request, and started again each time; it goes on where the
ledger and the channel say that it stopped.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from sandbox.bot_process import BotProcess
from sandbox.faults import Drop, Trouble
from sandbox.models import Channel, Message
from sandbox.options import Options
from sandbox.requests import LoggedRequest
from tests.e2e.house import House, buttons_of, open_house, title_of
from tests.e2e.posts import stall

TWO_PAPERS = """2026년 11월 20일
Small Models
(Ada Kim, Ben Lee)
An abstract about small models.
작은 모델에 대한 이야기.
About small models.
#scaling-law
Large Models
(Cleo Park)
An abstract about large models.
큰 모델에 대한 이야기.
About large models.
#rl #reasoning
"""


class Killer:
    """Kills the bot once before and once after each different write of a delivery."""

    def __init__(self, house: House) -> None:
        self.kills = 0
        self.process: BotProcess | None = None
        self._house = house
        self._before: set[str] = set()
        self._after: set[str] = set()
        house.sandbox.faults.before = self._strike_before
        house.sandbox.faults.after = self._strike_after

    def _strike_before(self, number: int) -> None:
        step = self._step(number)
        if step and step not in self._before:
            self._before.add(step)
            self._kill()
            raise Drop

    def _strike_after(self, number: int) -> None:
        step = self._step(number)
        if step and step not in self._after:
            self._after.add(step)
            self._kill()

    def _kill(self) -> None:
        self.kills += 1
        assert self.process is not None
        self.process.kill()

    def _step(self, number: int) -> str | None:
        """Name what a write does to a channel; None for anything else."""
        request = next(each for each in self._house.sandbox.requests[::-1] if each.number == number)
        if not request.path.startswith("/channels/"):
            return None
        return f"{request.method} {request.path} {_mark(request)}"


def _mark(request: LoggedRequest) -> str:
    body = json.dumps(request.body)
    start = body.find("post:")
    return body[start : body.find('"', start)] if start >= 0 else ""


@contextlib.asynccontextmanager
async def killed_everywhere(
    house: House, *, seeds: Path, channel: Channel
) -> AsyncIterator[Killer]:
    """Run the bot, killing and starting it again until nobody is killed any more."""
    killer = Killer(house)
    killer.process = make_process(house, seeds=seeds, channel=channel, settle_seconds=0.1)
    async with killer.process:
        yield killer


def make_process(
    house: House, *, seeds: Path, channel: Channel, settle_seconds: float
) -> BotProcess:
    return BotProcess(
        {
            "DISCORD_TOKEN": house.sandbox.token,
            "DISCORD_API_URL": house.sandbox.api_url,
            "DATABASE_PATH": str(house.folder / "digests.sqlite3"),
            "SEEDS_DIR": str(seeds),
            "DIGEST_CHANNEL_ID": str(channel.id),
        },
        clock=house.folder / "clock.json",
        log=house.folder / "bot.log",
        tick_seconds=0.1,
        settle_seconds=settle_seconds,
    )


async def survive(killer: Killer, house: House, finished: Callable[[], bool]) -> None:
    """Start the bot again after each kill, until `finished()` is true."""
    assert killer.process is not None
    deaths = 0
    while not finished():
        await house.sandbox.wait_for(partial(_ends, killer, deaths, finished), timeout=30)
        if killer.kills > deaths:
            deaths = killer.kills
            await killer.process.wait()
            await killer.process.start()


def _ends(killer: Killer, deaths: int, finished: Callable[[], bool]) -> bool:
    return finished() or killer.kills > deaths


def write_digest(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "2026-11-20.txt").write_text(text, encoding="utf-8")
    return folder


def marks(messages: list[Message]) -> Counter[str]:
    return Counter(
        button["custom_id"]
        for message in messages
        for button in buttons_of(message)
        if button.get("custom_id", "").startswith("post:")
    )


def all_marks(house: House, channel: Channel) -> Counter[str]:
    places = [channel, *house.threads(channel)]
    return sum((marks(house.messages(place)) for place in places), Counter())


@pytest.fixture(params=[300, 0], ids=["nonce remembered", "nonce forgotten"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    options = Options(limits_on=False, nonce_window=timedelta(seconds=request.param))
    async with open_house(tmp_path, options=options) as opened:
        yield opened


async def test_a_text_channel_gets_everything_once_whatever_the_bot_is_killed_at(
    house: House, tmp_path: Path
) -> None:
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)

    def linked() -> bool:
        headers = [each for each in house.messages(house.text) if each.edited_at]
        return bool(headers) and killer.kills == 16

    async with killed_everywhere(house, seeds=seeds, channel=house.text) as killer:
        await survive(killer, house, linked)
    titles = [title_of(message) for message in house.messages(house.text)]
    assert titles[1:] == ["Small Models", "Large Models"]
    assert [thread.name for thread in house.threads(house.text)] == titles[1:]
    counted = all_marks(house, house.text)
    assert len(counted) == 5  # a header, two papers, two openings
    assert set(counted.values()) == {1}


async def test_a_forum_gets_everything_once_whatever_the_bot_is_killed_at(
    house: House, tmp_path: Path
) -> None:
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)

    def complete() -> bool:
        return killer.kills == 8 and len(all_marks(house, house.forum)) == 4

    async with killed_everywhere(house, seeds=seeds, channel=house.forum) as killer:
        await survive(killer, house, complete)
    posts = house.threads(house.forum)
    assert [post.name for post in posts] == ["Small Models", "Large Models"]
    counted = all_marks(house, house.forum)
    assert len(counted) == 4  # two posts, two openings
    assert set(counted.values()) == {1}


async def test_a_request_that_outlives_its_bot_is_waited_for_and_not_sent_again(
    house: House, tmp_path: Path
) -> None:
    """Discord takes longer for it than the bot takes to be there again."""
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)
    stalled = stall(house, "Small Models", seconds=4.0)
    async with make_process(house, seeds=seeds, channel=house.forum, settle_seconds=5.0) as process:
        await house.sandbox.wait_for(lambda: stalled.hits, timeout=20)
        await process.restart()
        await house.sandbox.wait_for(
            lambda: len(all_marks(house, house.forum)) == 4 and carried_out(house), timeout=30
        )
    assert [post.name for post in house.threads(house.forum)] == ["Small Models", "Large Models"]
    assert set(all_marks(house, house.forum).values()) == {1}


def carried_out(house: House) -> bool:
    """Tell whether the stalled request was."""
    return all(each.acted for each in house.sandbox.requests if each.fault == Trouble.STALL)
