"""First responses that Discord got, and whose own answer was lost on the way back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.faults import Fault, Trouble
from tests.e2e.house import House, text_of, title_of
from tests.e2e.posts import beside, paper, write_papers

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
FOLLOW_UP = "/webhooks/{webhook_id}/{token}"
PROMISED = "/webhooks/{webhook_id}/{token}/messages/@original"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("Small Models"))


def lose(
    house: House, trouble: Trouble = Trouble.LOSE, *, template: str = CALLBACK, status: int = 500
) -> Fault:
    fault = Fault(trouble=trouble, template=template, times=1, status=status)
    return house.sandbox.faults.add(fault)


class Ended(logging.Handler):
    """Waits for the log's line about how a command ended."""

    def __init__(self) -> None:
        super().__init__()
        self.heard, self.line = asyncio.Event(), ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take the line."""
        if " after " in record.getMessage():
            self.line = record.getMessage()
            self.heard.set()


@pytest.fixture
async def ended(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Ended]:
    caplog.set_level("INFO", "bot.tree")
    handler = Ended()
    logging.getLogger("bot.tree").addHandler(handler)
    yield handler
    logging.getLogger("bot.tree").removeHandler(handler)


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.DROP_BEFORE])
async def test_a_command_goes_on_though_the_answer_to_its_promise_was_lost(
    house: House, seeds: Path, trouble: Trouble
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        lost = lose(house, trouble)
        done = await house.manager.run(house.text, "subscribe", {"at": "23:59"})
        assert lost.hits == 1
        assert "23:59" in text_of(done.message)
        async with beside(house) as store:
            (subscription,) = await store.list_subscriptions(guild_id=house.guild.id)
    assert subscription.channel_id == house.text.id


@pytest.mark.parametrize(
    ("command", "options"),
    [("paper", {"title": "Small Models"}), ("ask", {"question": "What is Small Models?"})],
)
async def test_an_answer_that_is_shown_is_no_incident(
    house: House,
    seeds: Path,
    command: str,
    options: dict[str, str],
    ended: Ended,
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        lost = lose(house)
        done = await house.member.run(house.text, command, options)
        await asyncio.wait_for(ended.heard.wait(), 20)
    assert lost.hits == 1
    assert "Small Models" in text_of(done.message)
    assert len(done.messages) == 1
    assert ended.line.startswith(f"/{command} answered")


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.DROP_BEFORE])
async def test_a_promised_answer_is_there_once_though_its_own_answer_was_lost(
    house: House, seeds: Path, trouble: Trouble, ended: Ended
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        lost = lose(house, trouble, template=PROMISED, status=502)
        done = await house.manager.run(house.text, "subscribe", {"at": "23:59"})
        await asyncio.wait_for(ended.heard.wait(), 20)
    assert lost.hits == 1
    assert "23:59" in text_of(done.message)
    assert len(done.messages) == 1
    assert ended.line.startswith("/subscribe answered")


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.DROP_BEFORE])
async def test_a_preview_shows_no_paper_twice_and_says_where_one_may_be_missing(
    house: House, tmp_path: Path, trouble: Trouble, ended: Ended
) -> None:
    seeds = write_papers(tmp_path / "seeds", *(paper(f"Paper {n}") for n in range(3)))
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        lost = house.sandbox.faults.add(
            Fault(trouble=trouble, template=FOLLOW_UP, skip=1, times=1, status=502)
        )
        done = await house.manager.run(house.text, "preview")
        await asyncio.wait_for(ended.heard.wait(), 20)
    assert lost.hits == 1
    *_, last = done.messages
    assert "빠진 것이 있으면" in last.content
    titles = [title for title in map(title_of, done.messages) if title.startswith("Paper")]
    came = [1, 2] if trouble is Trouble.DROP_BEFORE else [0, 1, 2]
    assert titles == [f"Paper {n}" for n in came]
    assert all(message.ephemeral_for for message in done.messages)
