"""Single posts that Discord refuses for what they hold: the others go on without them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.actions import REFUSALS
from sandbox.errors import DiscordError
from sandbox.models import Channel
from tests.e2e.house import House
from tests.e2e.posts import marks, paper, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

# docs: JSON Error Codes
EXPLICIT, AUTOMOD, AUTOMOD_TITLE, HARMFUL_LINK = 20009, 200000, 200001, 240000
UNHEARD_OF = 999999


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    papers = (paper(title) for title in ("First", "Second", "Third"))
    return write_papers(tmp_path / "seeds", *papers)


def refuse(house: House, text: str, code: int, *, status: int = 400) -> Callable[[], int]:
    """Have Discord refuse whatever has this text in its body; return what counts how often."""
    tries: list[int] = []

    def meet(number: int) -> None:
        (logged,) = (each for each in house.sandbox.requests if each.number == number)
        is_post = logged.method == "POST" and logged.path.startswith("/channels/")
        if is_post and text in str(logged.body):
            tries.append(number)
            raise DiscordError(status, code, "No.")

    house.sandbox.faults.before = meet
    return lambda: len(tries)


def papers_in(house: House, channel: Channel) -> list[str]:
    """Return the papers that have a post, by entry."""
    return sorted(mark.split(":")[3] for mark in marks(house, channel) if ":paper:" in mark)


@pytest.mark.parametrize("code", [EXPLICIT, AUTOMOD, HARMFUL_LINK])
@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_post_that_is_refused_for_what_it_holds_keeps_no_other_waiting(
    house: House, seeds: Path, code: int, kind: str
) -> None:
    channel = house.text if kind == "text" else house.forum
    tries = refuse(house, "abstract of Second", code)
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: "3" in papers_in(house, channel))
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert papers_in(house, channel) == ["1", "3"]
    assert tries() == 1
    assert "글 1개를 올리지" in status.message.content


async def test_a_forum_post_whose_title_automod_blocks_keeps_no_other_waiting(
    house: House, seeds: Path
) -> None:
    tries = refuse(house, "'name': 'Second'", AUTOMOD_TITLE)
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await house.sandbox.wait_for(lambda: "3" in papers_in(house, house.forum))
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert papers_in(house, house.forum) == ["1", "3"]
    assert tries() == 1
    assert "AutoMod" in status.message.content


async def test_a_thread_whose_title_automod_blocks_leaves_its_post_alone(
    house: House, seeds: Path
) -> None:
    refuse(house, "'name': 'Second'", AUTOMOD_TITLE)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    assert house.titles(house.text)[1:] == ["First", "Second", "Third"]
    assert [thread.name for thread in house.threads(house.text)] == ["First", "Third"]


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_fault_that_nobody_knows_keeps_the_others_waiting_for_so_many_tries(
    house: House, seeds: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.delivery")
    channel = house.text if kind == "text" else house.forum
    tries = refuse(house, "abstract of Second", UNHEARD_OF)
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: "3" in papers_in(house, channel))
        await settled(house)
    assert papers_in(house, channel) == ["1", "3"]
    assert tries() == REFUSALS
    assert "1 post could not be made" in caplog.text


@pytest.mark.parametrize(("status", "code"), [(403, UNHEARD_OF), (400, 0), (400, 40006)])
async def test_what_may_pass_is_waited_out(
    house: House, seeds: Path, status: int, code: int
) -> None:
    tries = refuse(house, "abstract of Second", code, status=status)
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: tries() > 2 * REFUSALS)
        assert papers_in(house, house.text) == ["1"]
        house.sandbox.faults.clear()
        await house.delivered()
    assert house.titles(house.text)[1:] == ["First", "Second", "Third"]
