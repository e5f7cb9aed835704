"""/verify: what the ledger holds against what stands in the channel."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from sandbox import messages as moderation
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, ChannelType, Message
from sandbox.permissions import BOT, Permission
from sandbox.threads import NewThread, set_archived, start
from sandbox.users import Person
from tests.e2e.house import House, text_of, title_of
from tests.e2e.posts import find, marks, opened, openings, paper, revise, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

MESSAGE = "/channels/{channel_id}/messages/{message_id}"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"), paper("Two"))


async def verify(house: House, channel: Channel, *, repair: bool = False) -> str:
    options = {"channel": f"#{channel.name}"} | ({"repair": "true"} if repair else {})
    answered = await speaker(house).run(house.text, "verify", options)
    assert answered.error is None
    return str(answered.message.content)


def speaker(house: House) -> Person:
    """Return the manager, as one who speaks English."""
    house.manager.user.locale = "en-US"
    return house.manager


def delete(house: House, message: Message) -> None:
    moderation.delete(house.sandbox.world, message)


async def ready(house: House, channel: Channel) -> None:
    await opened(house, channel, threads=2)
    await settled(house)
    assert "as it should" in await verify(house, channel)


async def test_a_missing_post_is_listed_and_posted_anew_with_its_thread(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        delete(house, find(house, house.text, "One"))
        assert "1 post is missing" in await verify(house, house.text)
        assert house.titles(house.text)[1:] == ["Two"]  # looking changes nothing
        assert "Fixed 1 post" in await verify(house, house.text, repair=True)
        assert "as it should" in await verify(house, house.text)
    assert house.titles(house.text)[1:] == ["Two", "One"]
    new = find(house, house.text, "One")
    thread = next(each for each in house.threads(house.text) if each.id == new.id)
    assert len(openings(house, thread)) == 1


async def test_what_is_missing_in_a_thread_is_posted_there(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        thread = house.threads(house.text)[0]
        delete(house, house.messages(thread)[1])
        assert "1 post is missing" in await verify(house, house.text, repair=True)
    assert len(openings(house, thread)) == 1
    assert set(marks(house, house.text).values()) == {1}


async def test_a_deleted_thread_is_started_anew(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        house.sandbox.world.delete_channel(house.threads(house.text)[0])
        assert "missing" in await verify(house, house.text, repair=True)
        assert "as it should" in await verify(house, house.text)
    assert [thread.name for thread in house.threads(house.text)] == ["One", "Two"]
    assert all(openings(house, thread) for thread in house.threads(house.text))
    assert set(marks(house, house.text).values()) == {1}


async def test_a_double_is_deleted_and_the_recorded_one_stays(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        post = find(house, house.text, "One")
        double = copy(house, post)
        assert "1 post is doubled" in await verify(house, house.text, repair=True)
        assert "as it should" in await verify(house, house.text)
    assert double.id not in [message.id for message in house.messages(house.text)]
    assert find(house, house.text, "One").id == post.id


async def test_another_bots_post_is_no_double(house: House, seeds: Path) -> None:
    """A second bot, with a database of its own, posts the same digest into the same channel."""
    house.sandbox.world.application.message_content = True  # Discord shows others' marks, then
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        others = copy(house, find(house, house.text, "One"))
        others.author_id = house.member.user.id
        assert "as it should" in await verify(house, house.text, repair=True)
    assert others.id in [message.id for message in house.messages(house.text)]


def copy(house: House, message: Message) -> Message:
    """Put a message into its channel once more, as a bot that sends twice would."""
    world = house.sandbox.world
    double = Message(
        id=world.snowflakes.make(),
        channel_id=message.channel_id,
        author_id=message.author_id,
        type=message.type,
        created_at=world.now(),
        embeds=message.embeds,
        components=message.components,
    )
    world.messages[message.channel_id][double.id] = double
    return double


async def test_a_stale_post_is_listed_and_edited(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await ready(house, house.text)
        refused = house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, method="PATCH", template=MESSAGE, status=400)
        )
        await revise(house, seeds, paper("One", en="Better."), paper("Two"))
        await house.sandbox.wait_for(lambda: refused.hits)
        assert "out of date" in await verify(house, house.text)
        house.sandbox.faults.clear()
        await settled(house)
        assert "as it should" in await verify(house, house.text, repair=True)


async def test_a_missing_forum_post_is_posted_anew(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await ready(house, house.forum)
        house.sandbox.world.delete_channel(house.threads(house.forum)[0])
        assert "missing" in await verify(house, house.forum, repair=True)
        assert "as it should" in await verify(house, house.forum)
    assert [post.name for post in house.threads(house.forum)] == ["Two", "One"]
    assert set(marks(house, house.forum).values()) == {1}


@pytest.mark.parametrize("may", [True, False])
async def test_a_doubled_forum_post_goes_if_the_bot_may_delete_it(
    house: House, seeds: Path, *, may: bool
) -> None:
    bits = BOT | Permission.MANAGE_THREADS if may else BOT
    house.sandbox.world.set_bot_permissions(house.guild, bits)
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await ready(house, house.forum)
        original = house.threads(house.forum)[0]
        double = twin(house, original)
        assert "1 post is doubled" in await verify(house, house.forum)
        answer = await verify(house, house.forum, repair=True)
    left = [post.id for post in house.threads(house.forum)]
    assert original.id in left
    assert (double.id in left) is not may
    assert may or "Manage Threads" in answer


def twin(house: House, post: Channel) -> Channel:
    """Create a forum post with the same first message, as a bot that sends twice would."""
    world = house.sandbox.world
    forum = world.channels[post.parent_id or 0]
    new = NewThread(name=post.name, minutes=10_080)
    made = start(world, forum, world.bot_id, new, kind=ChannelType.PUBLIC_THREAD)
    first = house.messages(post)[0]
    world.messages[made.id][made.id] = Message(
        id=made.id,
        channel_id=made.id,
        author_id=world.bot_id,
        type=first.type,
        created_at=world.now(),
        embeds=first.embeds,
        components=first.components,
    )
    return made


async def test_what_was_refused_is_missing_and_said_so_until_a_repair_can_post_it(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.carrying")
    papers = (paper("One"), paper("Two"), paper("Three"))
    seeds = write_papers(tmp_path / "seeds", *papers)
    locked: list[Channel] = []

    def lock(_: int) -> None:
        for thread in house.threads(house.text)[: 1 - len(locked)]:
            if house.messages(thread)[1:]:
                close(house, thread, locked=True)
                locked.append(thread)

    house.sandbox.faults.after = lock
    async with house.bot(seeds_dir=seeds, digest_threads="digest"):
        await house.delivered()
        await settled(house)
        (thread,) = locked
        assert "complete" not in caplog.text
        assert "2 posts could not be made: the thread is locked" in caplog.text
        status = await speaker(house).run(house.text, "status")
        assert "⚠️ 2 posts could not be made: the thread is locked" in status.message.content
        assert "The rest of today's post is done" in status.message.content
        assert "2 posts are missing" in await verify(house, house.text)
        vain = await verify(house, house.text, repair=True)
        assert "⚠️ 2 posts could not be made" in vain
        assert "Fixed" not in vain
        close(house, thread, locked=False)
        assert "Fixed 2 posts" in await verify(house, house.text, repair=True)
        assert "as it should" in await verify(house, house.text)
        status = await speaker(house).run(house.text, "status")
        assert "could not" not in status.message.content
    assert house.titles(thread)[1:] == ["One", "Two", "Three"]
    assert text_of(house.messages(house.text)[0]).count("](http") == 3


def close(house: House, thread: Channel, *, locked: bool) -> None:
    """Lock a thread and archive it, or the opposite."""
    assert thread.thread is not None
    thread.thread.locked = locked
    set_archived(house.sandbox.world, thread, archived=locked)


async def test_a_channel_that_never_got_a_digest_is_refused(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        assert "does not get" in await verify(house, house.news)
        assert title_of(house.messages(house.text)[1]) == "One"
