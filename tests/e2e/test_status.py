"""/status: what comes next, what came last, and why nothing was posted today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.faults import Fault, Trouble
from tests.e2e.house import House
from tests.e2e.posts import DAY, paper, revise, settled, stall, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

# 08:00 in Seoul, an hour before the day's post.
EARLY = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"), paper("Two"))


async def status(house: House) -> str:
    house.manager.user.locale = "en-US"
    answered = await house.manager.run(house.text, "status")
    assert answered.ephemeral
    return str(answered.message.content)


async def test_before_the_hour_the_next_post_is_named(house: House, seeds: Path) -> None:
    house.clock.set(EARLY)
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        await house.manager.run(house.text, "subscribe")
        said = await status(house)
    assert "Today's post begins at 09:00" in said
    assert "1 October 2026" in said
    assert "Last post: none yet" in said


async def test_a_done_day_names_the_last_post(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        said = await status(house)
    assert "Today's post is done" in said
    assert "Last post: the digest of" in said
    assert "nothing is waiting" in said


async def test_a_post_under_way_is_not_called_done(house: House, seeds: Path) -> None:
    stalled = stall(house, "Two", seconds=1.0)
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: stalled.hits)
        assert "Still posting" in await status(house)
        await house.delivered()
        await settled(house)
        assert "is done" in await status(house)


async def test_a_day_without_anything_due_says_so(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        house.clock.advance(timedelta(days=1))
        assert "no digest was due" in await status(house)


async def test_an_edit_that_waits_leaves_the_day_done(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        refused = house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, method="PATCH", status=400)
        )
        await revise(house, seeds, paper("One", en="Better."), paper("Two"))
        await house.sandbox.wait_for(lambda: refused.hits)
        assert "is done" in await status(house)


async def test_answers_do_not_wait_for_the_budget_of_posts(house: House, tmp_path: Path) -> None:
    """At one request a second a digest takes a while; commands are answered all the same."""
    seeds = write_papers(tmp_path / "seeds", *(paper(f"Paper {number}") for number in range(9)))
    write_papers(seeds, paper("Today's"), day=date(2026, 11, 20), name="b.txt")
    async with house.bot(seeds_dir=seeds, discord_requests_per_second=1):
        await house.sandbox.wait_for(lambda: house.messages(house.text))
        for _ in range(3):
            answered = await house.member.run(house.text, "digest", {"date": DAY.isoformat()})
            assert answered.error is None
            assert answered.seconds is not None
            assert answered.seconds < 1
