"""Who asks for too much in a minute is told when they may again; everybody else is answered."""

from __future__ import annotations

import pytest

from bot import limiting
from bot.limiting import COMMANDS, Limit
from tests.e2e.house import House, buttons_of


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "SECONDS", 60.0)
    monkeypatch.setitem(COMMANDS, "search", Limit(per_user=2, per_server=3))
    monkeypatch.setattr(limiting, "PRESSING", Limit(per_user=2, per_server=100))


async def test_a_command_too_many_is_answered_with_the_seconds_to_wait(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        for _ in range(2):
            answered = await house.member.run(house.text, "search", {"query": "reasoning"})
            assert not answered.ephemeral
        refused = await house.member.run(house.text, "search", {"query": "reasoning"})
        assert refused.ephemeral
        assert "That was quick! Please try again in" in refused.message.content
        other = await house.member.run(house.text, "tag", {"name": "rl"})
        assert not other.ephemeral
        for _ in range(5):
            assert (await house.member.complete(house.text, "tag", "name", "r")).error is None
        # The third of the server, and the fourth.
        answered = await house.manager.run(house.text, "search", {"query": "reasoning"})
        assert not answered.ephemeral
        refused = await house.manager.run(house.text, "search", {"query": "reasoning"})
        assert "조금만 천천히요" in refused.message.content


async def test_a_press_too_many_is_refused_in_the_same_way(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        listed = await house.member.run(house.text, "search", {"query": "reasoning"})
        await house.member.click(listed.message, label="Next")
        await house.member.click(listed.message, label="Previous")
        before = buttons_of(listed.message)
        refused = await house.member.click(listed.message, label="Next")
        assert refused.ephemeral
        assert "That was quick!" in refused.message.content
        assert buttons_of(listed.message) == before
        pressed = await house.manager.click(listed.message, label="Next")
        assert "조금만" not in pressed.message.content
