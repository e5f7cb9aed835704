"""A server that has, or nearly has, all the active threads that Discord allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import delivery
from tests.e2e.house import House
from tests.e2e.posts import DAY, marks, opened, paper, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = write_papers(tmp_path / "seeds", paper("One"), paper("Two"))
    return write_papers(folder, paper("Three"), day=DAY + timedelta(days=1), name="b.txt")


async def test_near_the_limit_each_digest_gets_one_thread_and_status_says_so(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ACTIVE_THREADS", 22)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        assert len(house.threads(house.text)) == 2
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
        status = await house.manager.run(house.text, "status")
    digest_thread = house.threads(house.text)[2]
    assert "10월 2일" in digest_thread.name
    assert house.titles(digest_thread)[1:] == ["Three"]
    assert len(house.messages(house.text)) == 4
    assert "한도" in status.message.content


@pytest.mark.parametrize("kind", ["text", "news"])
@pytest.mark.parametrize("threads", ["paper", "digest"])
async def test_a_text_channel_goes_on_without_threads_when_there_is_no_room(
    house: House, seeds: Path, kind: str, threads: str
) -> None:
    channel = house.text if kind == "text" else house.news
    house.guild.active_thread_cap = 1 if threads == "paper" else 0
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id, digest_threads=threads):
        await house.delivered(channel=channel)
        await settled(house)
    assert house.titles(channel)[1:] == ["One", "Two"]
    assert len(house.threads(channel)) == house.guild.active_thread_cap
    assert set(marks(house, channel).values()) == {1}


async def test_a_forum_waits_for_room_and_goes_on(house: House, seeds: Path) -> None:
    house.guild.active_thread_cap = 1
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await house.sandbox.wait_for(
            lambda: [each for each in house.sandbox.requests if each.status == 400]
        )
        status = await house.manager.run(house.text, "status")
        assert "⚠️" not in status.message.content
        assert len(house.threads(house.forum)) == 1
        house.guild.active_thread_cap = 2
        await opened(house, house.forum, threads=2)
        await settled(house)
    assert [post.name for post in house.threads(house.forum)] == ["One", "Two"]
    assert set(marks(house, house.forum).values()) == {1}
