"""The Discuss button: the thread of a paper's post, opened where it has none."""

from __future__ import annotations

import asyncio

from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, Message
from sandbox.permissions import Permission
from sandbox.users import Person
from tests.e2e.house import House, buttons_of, text_of
from tests.e2e.posts import find, paper, write_papers

CREATE = "/channels/{channel_id}/messages/{message_id}/threads"


async def discuss(person: Person, message: Message) -> str:
    """Press Discuss; return what the presser alone is told."""
    custom_id = next(
        button["custom_id"]
        for button in buttons_of(message)
        if button["custom_id"].startswith("card:discuss:")
    )
    shown = await person.click(message, custom_id=custom_id)
    assert shown.ephemeral
    assert shown.error is None
    return text_of(shown.message)


def address(house: House, thread: Channel) -> str:
    return f"https://discord.com/channels/{house.guild.id}/{thread.id}"


async def posted(house: House, title: str = "A paper") -> Message:
    """Wait for a paper's post in a channel without threads, return it."""
    await house.sandbox.wait_for(lambda: title in house.titles(house.text))
    return find(house, house.text, title)


def seeds(house: House) -> str:
    return str(write_papers(house.folder / "seeds", paper("A paper")))


async def test_it_links_the_thread_that_the_post_began_with(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
        said = await discuss(house.member, find(house, house.text, "A paper"))
    (thread,) = house.threads(house.text)
    assert f"[A paper]({address(house, thread)})" in said


async def test_without_a_thread_it_opens_one_that_look_ups_link(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_threads="none"):
        said = await discuss(house.member, await posted(house))
        (thread,) = house.threads(house.text)
        assert thread.name == "A paper"
        assert address(house, thread) in said
        answered = await house.member.run(house.text, "paper", {"title": "A paper"})
        assert f"[Thread]({address(house, thread)})" in text_of(answered.message)
        assert address(house, thread) in await discuss(house.member, answered.message)
    assert len(house.threads(house.text)) == 1


async def test_two_who_press_at_once_meet_in_one_thread(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_threads="none"):
        post = await posted(house)
        said = await asyncio.gather(discuss(house.member, post), discuss(house.manager, post))
    (thread,) = house.threads(house.text)
    assert all(address(house, thread) in each for each in said)


async def test_a_thread_whose_opening_was_not_recorded_is_found(house: House) -> None:
    lost = Fault(trouble=Trouble.LOSE, template=CREATE, times=1)
    async with house.bot(seeds_dir=seeds(house), digest_threads="none"):
        post = await posted(house)
        house.sandbox.faults.add(lost)
        assert "does not answer" in await discuss(house.member, post)
        assert lost.hits == 1
        (thread,) = house.threads(house.text)
        assert address(house, thread) in await discuss(house.member, post)
    assert len(house.threads(house.text)) == 1


async def test_a_thread_that_was_deleted_is_opened_anew(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
        (thread,) = house.threads(house.text)
        house.sandbox.world.delete_channel(thread)
        said = await discuss(house.member, find(house, house.text, "A paper"))
        (again,) = house.threads(house.text)
        assert address(house, again) in said


async def test_in_a_digests_thread_that_thread_is_linked(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_threads="digest"):
        await house.delivered()
        (thread,) = house.threads(house.text)
        said = await discuss(house.member, find(house, thread, "A paper"))
    assert address(house, thread) in said
    assert len(house.threads(house.text)) == 1


async def test_a_forums_post_is_its_own_discussion(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_channel_id=house.forum.id):
        await house.sandbox.wait_for(lambda: house.threads(house.forum))
        (post,) = house.threads(house.forum)
        await house.sandbox.wait_for(lambda: "A paper" in house.titles(post))
        assert address(house, post) in await discuss(house.member, find(house, post, "A paper"))


async def test_who_may_not_create_threads_is_told_so(house: House) -> None:
    world = house.sandbox.world
    async with house.bot(seeds_dir=seeds(house), digest_threads="none"):
        post = await posted(house)
        denied = Permission.CREATE_PUBLIC_THREADS
        world.set_overwrite(house.text, house.member.user.id, allow=Permission(0), deny=denied)
        said = await discuss(house.member, post)
        assert "Create Public Threads" in said
        assert house.threads(house.text) == []
        await discuss(house.manager, post)
        assert address(house, house.threads(house.text)[0]) in await discuss(house.member, post)


async def test_what_the_bot_lacks_is_named(house: House) -> None:
    world = house.sandbox.world
    denied = Permission.CREATE_PUBLIC_THREADS
    world.set_overwrite(house.text, world.bot_id, allow=Permission(0), deny=denied)
    async with house.bot(seeds_dir=seeds(house)):
        said = await discuss(house.member, await posted(house))
        assert "I lack these permissions" in said
        assert "Create Public Threads" in said
        world.set_overwrite(house.text, world.bot_id, allow=Permission(0), deny=Permission(0))
        said = await discuss(house.member, find(house, house.text, "A paper"))
        assert address(house, house.threads(house.text)[0]) in said


async def test_a_paper_that_was_not_posted_here_has_no_discussion(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "A paper"})
        assert "not been posted in this server" in await discuss(house.member, answered.message)
        direct = await house.member.run(house.member.dm_channel(), "paper", {"title": "A paper"})
        assert "in servers" in await discuss(house.member, direct.message)


async def test_a_post_in_a_channel_that_the_reader_cannot_see_is_not_linked(house: House) -> None:
    world = house.sandbox.world
    hidden = Permission.VIEW_CHANNEL
    world.set_overwrite(house.news, house.member.user.id, allow=Permission(0), deny=hidden)
    async with house.bot(seeds_dir=seeds(house), digest_channel_id=house.news.id):
        await house.delivered(channel=house.news)
        answered = await house.member.run(house.text, "paper", {"title": "A paper"})
        assert "cannot see" in await discuss(house.member, answered.message)
        allowed = await house.manager.run(house.text, "paper", {"title": "A paper"})
        thread = house.threads(house.news)[0]
        assert address(house, thread) in await discuss(house.manager, allowed.message)
