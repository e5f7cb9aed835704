"""SIGKILL before and after every write of a whole seed digest; minutes long (`make kill-test`)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.options import Options
from tests.e2e.house import SEEDS, House, open_house
from tests.e2e.test_kill import all_marks, killed_everywhere, survive

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(900)]

PAPERS = 7  # in the oldest seed, which is posted first


@pytest.fixture(params=[300, 0], ids=["nonce remembered", "nonce forgotten"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    options = Options(limits_on=False, nonce_window=timedelta(seconds=request.param))
    async with open_house(tmp_path, options=options) as opened:
        yield opened


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (seed,) = [each for each in SEEDS.glob("*.txt") if "2025년 2월 3일" in each.read_text("utf-8")]
    shutil.copy(seed, folder)
    return folder


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_whole_digest_survives_a_kill_at_every_write(
    house: House, seeds: Path, kind: str
) -> None:
    channel = house.text if kind == "text" else house.forum

    def complete() -> bool:
        if kind == "forum":
            posts = house.threads(channel)
            return len(posts) == PAPERS and all(len(house.messages(each)) >= 2 for each in posts)
        return any(message.edited_at for message in house.messages(channel))

    async with killed_everywhere(house, seeds=seeds, channel=channel) as killer:
        await survive(killer, house, complete)
    counted = all_marks(house, channel)
    openings = sum(":details" in mark for mark in counted)
    assert openings >= PAPERS
    assert len(counted) == openings + PAPERS + (kind == "text")
    assert set(counted.values()) == {1}
    assert len(house.threads(channel)) == PAPERS
    # Each write before and after: header, posts, threads, openings, the header's links.
    assert killer.kills >= 2 * (openings + PAPERS)
