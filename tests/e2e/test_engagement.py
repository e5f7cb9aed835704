"""What readers make of the posts: counted, not who it was; shown by /top."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.discovery import engagement
from sandbox.filling import ClientRefusal
from sandbox.models import Channel, Message
from sandbox.users import Person
from tests.e2e.house import House, text_of, title_of, titles_of
from tests.e2e.posts import beside, find, opened, paper, settled, write_papers


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engagement, "FLUSH_SECONDS", 0.02)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"), paper("Two"), paper("Three"))


async def counted(house: House, check: Callable[[dict[int, tuple[int, int]]], bool]) -> None:
    """Wait until the (messages, reactions) that are stored, by entry, are as wanted."""

    async def read() -> dict[int, tuple[int, int]]:
        async with beside(house) as store:
            found = await store.list_engagement(house.guild.id, since=None)
        return {each.entry_id: (each.messages, each.reactions) for each in found}

    await _until(read, check)


async def _until(
    read: Callable[[], Awaitable[dict[int, tuple[int, int]]]],
    check: Callable[[dict[int, tuple[int, int]]], bool],
) -> None:
    for _ in range(400):
        if check(await read()):
            return
    raise AssertionError(await read())


def thread_of(house: House, title: str, channel: Channel | None = None) -> Channel:
    (thread,) = [each for each in house.threads(channel or house.text) if each.name == title]
    return thread


async def top(house: House, person: Person | None = None, period: str = "all") -> Message:
    shown = await (person or house.member).run(house.text, "top", {"period": period})
    return shown.message


async def test_messages_and_reactions_of_readers_count_and_the_bots_do_not(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.text, threads=3)
        await settled(house)
        two = find(house, house.text, "Two")
        for emoji in ("👍", "🔥"):
            house.member.react(two, emoji)
        house.manager.react(two, "👍")
        house.member.send(thread_of(house, "Three"), "Is that so?")
        house.member.send(house.text, "Not in a thread.")
        await counted(house, lambda found: found == {1: (0, 0), 2: (0, 2), 3: (1, 0)})
        message = await top(house)
        assert titles_of(message) == ["Two", "Three"]
        assert title_of(message) == "Top papers of this server · All time · 2"
        text = text_of(message)
        assert re.search(r"Two.*\n.*2 reactions", text)
        assert re.search(r"Three.*\n.*1 message\b", text)
        house.member.unreact(two, "👍")
        house.manager.unreact(two, "👍")
        await counted(house, lambda found: found[2] == (0, 1))


async def test_saves_count_in_the_server_they_were_made_in(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        one = find(house, house.text, "One")
        await house.member.click(one, label="저장·Save")
        korean = await top(house, house.manager)
    assert titles_of(korean) == ["One"]
    assert "저장 1번" in text_of(korean)


async def test_what_happened_while_the_bot_was_away_is_made_up_for(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.text, threads=3)
        await settled(house)
        house.member.send(thread_of(house, "One"), "First!")
        await counted(house, lambda found: found[1] == (1, 0))
    for text in ("And", "so", "on."):
        house.member.send(thread_of(house, "One"), text)
    house.member.send(thread_of(house, "Two"), "Hm.")
    async with house.bot(seeds_dir=seeds):
        await counted(house, lambda found: found == {1: (4, 0), 2: (1, 0), 3: (0, 0)})


async def test_a_reaction_missed_while_away_is_counted_with_the_next_one(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
    two = find(house, house.text, "Two")
    house.member.react(two, "👍")
    async with house.bot(seeds_dir=seeds):
        house.manager.react(two, "🎉")
        await counted(house, lambda found: found[2] == (0, 2))


async def test_a_forums_posts_count_without_the_message_that_begins_them(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await opened(house, house.forum, threads=3)
        await settled(house)
        post = thread_of(house, "One", house.forum)
        house.member.react(house.messages(post)[0], "👍")
        house.member.send(post, "Is that so?")
        await counted(house, lambda found: found == {1: (1, 1), 2: (0, 0), 3: (0, 0)})


async def test_posts_that_nobody_cared_for_are_no_top_papers(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        shown = await house.member.run(house.text, "top")
    assert shown.ephemeral
    assert shown.message.content.startswith("Nothing posted here in that time")


async def test_a_period_looks_at_what_was_posted_in_it(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.text, threads=3)
        await settled(house)
        house.member.send(thread_of(house, "One"), "Is that so?")
        await counted(house, lambda found: found[1] == (1, 0))
        for period in ("week", "month", "year"):
            assert titles_of(await top(house, period=period)) == ["One"]


async def test_top_is_of_servers_only(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        with pytest.raises(ClientRefusal):
            await house.member.run(house.member.dm_channel(), "top")
