"""Answers that are lost, connections that break, gateways that drop: still exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.faults import Fault, Trouble
from sandbox.models import Channel
from sandbox.options import Options
from tests.e2e.house import House, buttons_of, open_house, title_of

PAPERS = 23
STORM = (
    (Trouble.REFUSE, 0.10),
    (Trouble.LOSE, 0.10),
    (Trouble.DROP_BEFORE, 0.08),
    (Trouble.DROP_AFTER, 0.08),
    (Trouble.LIMIT, 0.05),
)


pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(params=[300, 0], ids=["nonce remembered", "nonce forgotten"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    options = Options(limits_on=False, nonce_window=timedelta(seconds=request.param))
    async with open_house(tmp_path, options=options) as opened:
        yield opened


def raise_storm(house: House, seed: int) -> None:
    house.sandbox.faults.seed(seed)
    for trouble, probability in STORM:
        house.sandbox.faults.add(
            Fault(
                trouble=trouble,
                probability=probability,
                seconds=0.01,
                where=lambda logged: logged.path.startswith(("/channels", "/guilds")),
            )
        )


def count_marks(house: House, channel: Channel) -> Counter[str]:
    return Counter(
        button["custom_id"]
        for place in (channel, *house.threads(channel))
        for message in house.messages(place)
        for button in buttons_of(message)
        if button.get("custom_id", "").startswith("post:")
    )


async def live_through_four_days(house: House) -> None:
    """Post the four seeds, one a day, losing the gateway in between."""
    for day in range(1, 5):
        await house.delivered(headers=day)
        house.sandbox.gateway.drop()
        if day == 2:
            house.sandbox.gateway.invalidate(resumable=False)
        house.clock.advance(timedelta(days=1))


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_storm_of_faults_neither_loses_nor_doubles_a_post_in_a_text_channel(
    house: House, seed: int
) -> None:
    async with house.bot():
        raise_storm(house, seed)
        await live_through_four_days(house)
    counted = count_marks(house, house.text)
    assert set(counted.values()) == {1}
    assert len(house.messages(house.text)) == 4 + PAPERS
    assert len(house.threads(house.text)) == PAPERS
    assert len({title_of(message) for message in house.messages(house.text)}) == 4 + PAPERS


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_storm_of_faults_neither_loses_nor_doubles_a_post_in_a_forum(
    house: House, seed: int
) -> None:
    async with house.bot(digest_channel_id=house.forum.id):
        raise_storm(house, seed)
        for expected in (7, 12, 18, 23):
            await house.sandbox.wait_for(
                lambda: complete(house, expected),  # noqa: B023 - called within this turn
                timeout=20,
            )
            house.clock.advance(timedelta(days=1))
    counted = count_marks(house, house.forum)
    assert set(counted.values()) == {1}
    assert len(house.threads(house.forum)) == PAPERS


def complete(house: House, posts: int) -> bool:
    """Tell whether so many posts are there, each with its opening."""
    found = house.threads(house.forum)
    return len(found) >= posts and all(len(house.messages(post)) >= 2 for post in found)
