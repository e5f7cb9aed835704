"""Channels that cannot be posted to: parked after one refusal, resumed by themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import attempts
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, Message, Overwrite
from sandbox.permissions import BOT, Permission
from sandbox.requests import LoggedRequest
from tests.e2e.house import House, text_of
from tests.e2e.posts import DAY, beside, marks, opened, openings, paper, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

ONE_DAY = timedelta(days=1)
PAPERS = ("One", "Two", "Three")
# The header, three posts, three openings.
STEPS = 7


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A digest of three papers."""
    return write_papers(tmp_path / "seeds", *(paper(f"Paper {name}") for name in PAPERS))


def refusals(house: House, channel: Channel) -> list[LoggedRequest]:
    """Return the refused requests to a channel or its threads."""
    return [
        each
        for each in house.sandbox.requests
        if each.status in (400, 401, 403, 404) and f"/{channel.id}" in each.path
    ]


def told(house: House) -> list[Message]:
    """Return what the manager was told in private."""
    return house.messages(house.manager.dm_channel())


def close_to_posts(house: House, channel: Channel) -> None:
    house.sandbox.world.set_overwrite(channel, house.guild.id, deny=Permission.SEND_MESSAGES)


def open_to_posts(house: House, channel: Channel) -> None:
    house.sandbox.world.set_overwrite(channel, house.guild.id)


def after_posts(house: House, channel: Channel, count: int, act: Callable[[], None]) -> None:
    """Call `act` once, just when so many messages stand in the channel."""

    def strike(_: int) -> None:
        if len(house.messages(channel)) >= count:
            house.sandbox.faults.after = None
            act()

    house.sandbox.faults.after = strike


async def subscribe(house: House, channel: Channel) -> None:
    """Subscribe a channel by the manager's word."""
    answered = await house.manager.run(house.text, "subscribe", {"channel": f"#{channel.name}"})
    assert answered.error is None


async def complete(house: House, channel: Channel) -> None:
    """Wait until the channel has the whole digest, and see that it has nothing twice."""
    await house.sandbox.wait_for(lambda: len(marks(house, channel)) == STEPS, timeout=20)
    await settled(house)
    assert set(marks(house, channel).values()) == {1}
    assert [title for title in house.titles(channel)[1:] if title] == [
        f"Paper {name}" for name in PAPERS
    ]


async def test_a_deleted_channel_is_parked_and_its_subscriber_told_once(
    house: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_papers(seeds, paper("Paper Four"), day=DAY + ONE_DAY, name="b.txt")
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        await subscribe(house, house.news)
        await complete(house, house.news)
        await subscribe(house, house.forum)
        await opened(house, house.forum, threads=3)
        house.sandbox.world.delete_channel(house.news)
        house.clock.advance(ONE_DAY)
        await house.sandbox.wait_for(lambda: told(house))
        await house.sandbox.wait_for(lambda: len(house.threads(house.forum)) == 4)
        status = await house.manager.run(house.text, "status")
    (message,) = told(house)
    assert f"<#{house.news.id}>" in message.content
    assert "no longer exists" in message.content
    assert f"stops: The channel <#{house.news.id}> no longer exists." in caplog.text
    assert "⚠️" in status.message.content
    assert len(refusals(house, house.news)) == 1


async def test_a_channel_deleted_during_its_delivery_stops_nobody_else(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        after_posts(house, house.news, 2, lambda: house.sandbox.world.delete_channel(house.news))
        await subscribe(house, house.news)
        await complete(house, house.text)
        await house.sandbox.wait_for(lambda: told(house))
    assert len(told(house)) == 1
    assert len(refusals(house, house.news)) <= 2  # the step, and a look whether it is there


@pytest.mark.parametrize("kind", ["news", "forum"])
@pytest.mark.parametrize("restart", [False, True])
async def test_a_lost_permission_parks_a_channel_until_it_is_back(
    house: House, seeds: Path, kind: str, *, restart: bool
) -> None:
    channel = house.news if kind == "news" else house.forum
    count = len(house.messages(channel))
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        if kind == "news":
            after_posts(house, channel, count + 2, lambda: close_to_posts(house, channel))
        else:
            house.sandbox.faults.after = lambda _: (
                close_to_posts(house, channel) if len(house.threads(channel)) == 1 else None
            )
        await subscribe(house, channel)
        await house.sandbox.wait_for(lambda: told(house))
        house.sandbox.faults.clear()
        status = await house.manager.run(house.text, "status")
        assert "Send Messages" in status.message.content or "메시지" in status.message.content
        refused = len(refusals(house, channel))
        assert refused <= 1
        if not restart:
            open_to_posts(house, channel)
            await finished(house, channel)
    if restart:
        open_to_posts(house, channel)
        async with house.bot(seeds_dir=seeds, digest_channel_id=None):
            await finished(house, channel)
    assert len(refusals(house, channel)) == refused
    assert len(told(house)) == 1


async def finished(house: House, channel: Channel) -> None:
    if channel is house.news:
        await complete(house, channel)
        return
    await house.sandbox.wait_for(lambda: len(marks(house, channel)) == STEPS - 1, timeout=20)
    await settled(house)
    assert set(marks(house, channel).values()) == {1}


async def test_a_hidden_channel_is_parked_and_resumed(house: House, seeds: Path) -> None:
    world = house.sandbox.world
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(
            house,
            house.news,
            2,
            lambda: world.set_overwrite(house.news, house.guild.id, deny=Permission.VIEW_CHANNEL),
        )
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: told(house))
        world.set_overwrite(house.news, house.guild.id)
        await complete(house, house.news)
    assert len(told(house)) == 1


async def test_a_bot_that_was_thrown_out_goes_on_when_it_is_back(house: House, seeds: Path) -> None:
    world = house.sandbox.world
    elsewhere = world.add_guild("Elsewhere")  # so that the manager can still be told
    world.add_member(elsewhere, house.manager.user)
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, lambda: world.remove_bot(house.guild))
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: told(house))
        world.add_bot(house.guild, BOT)
        await complete(house, house.news)
    assert len(told(house)) == 1


async def test_who_takes_no_direct_messages_is_told_in_the_system_channel(
    house: House, seeds: Path
) -> None:
    house.manager.user.dms_open = False
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, lambda: close_to_posts(house, house.news))
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: house.messages(house.text))
    (message,) = house.messages(house.text)
    assert f"<#{house.news.id}>" in message.content
    assert not told(house)


async def test_where_nobody_can_be_told_the_log_says_so(
    house: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.parking")
    house.manager.user.dms_open = False
    house.guild.system_channel_id = None
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, lambda: close_to_posts(house, house.news))
        await subscribe(house, house.news)
        while "Nobody" not in caplog.text:
            await house.manager.run(house.text, "status")
        open_to_posts(house, house.news)
        await complete(house, house.news)


async def test_a_refusal_that_no_setting_explains_is_tried_rarely_and_told_once(
    house: House, seeds: Path
) -> None:
    hidden = Overwrite(
        id=house.guild.id, type=0, allow=0, deny=int(Permission.SEND_MESSAGES)
    )  # the gateway does not tell of it
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, lambda: house.news.overwrites.append(hidden))
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: told(house))
        assert len(refusals(house, house.news)) == 1
        house.clock.advance(timedelta(seconds=31))
        await house.sandbox.wait_for(lambda: len(refusals(house, house.news)) == 2)
        await settled(house)  # ... by being parked again
        house.clock.advance(timedelta(seconds=31))
        await settled(house)
        assert len(refusals(house, house.news)) == 2  # the next try comes after twice as long
        house.news.overwrites.clear()
        house.clock.advance(timedelta(seconds=31))
        await complete(house, house.news)
    assert len(told(house)) == 1
    assert len(refusals(house, house.news)) == 2


async def test_a_right_that_is_back_before_anybody_looked_keeps_a_channel_for_half_a_minute(
    house: House, seeds: Path
) -> None:
    def close_for_a_moment() -> None:
        house.news.overwrites.append(
            Overwrite(id=house.guild.id, type=0, allow=0, deny=int(Permission.SEND_MESSAGES))
        )  # the gateway has not told of it by the time that it is refused

    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, close_for_a_moment)
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: told(house))
        open_to_posts(house, house.news)
        house.clock.advance(timedelta(seconds=31))
        await complete(house, house.news)
    assert len(refusals(house, house.news)) == 1


async def test_a_channel_that_was_parked_by_a_clock_ahead_does_not_wait_for_that_time(
    house: House, seeds: Path
) -> None:
    hidden = Overwrite(id=house.guild.id, type=0, allow=0, deny=int(Permission.SEND_MESSAGES))
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.news, 2, lambda: house.news.overwrites.append(hidden))
        await subscribe(house, house.news)
        await house.sandbox.wait_for(lambda: told(house))
        house.news.overwrites.clear()
        house.clock.advance(-timedelta(hours=1))
        await complete(house, house.news)
    assert len(refusals(house, house.news)) == 1


async def test_without_embeds_posts_are_plain_and_status_says_so(house: House, seeds: Path) -> None:
    house.sandbox.world.set_bot_permissions(house.guild, BOT & ~Permission.EMBED_LINKS)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        status = await house.manager.run(house.text, "status")
    header, *papers = house.messages(house.text)
    assert not any(message.embeds for message in (header, *papers))
    assert [text_of(message).startswith("**Paper") for message in papers] == [True] * 3
    assert "Embed" in status.message.content or "링크" in status.message.content


async def test_embeds_lost_on_the_way_leave_no_post_empty(house: House, seeds: Path) -> None:
    world = house.sandbox.world
    async with house.bot(seeds_dir=seeds):
        after_posts(
            house,
            house.text,
            2,
            lambda: world.set_bot_permissions(house.guild, BOT & ~Permission.EMBED_LINKS),
        )
        await complete_plainly(house)
    assert all(text_of(message) for message in house.messages(house.text))


async def complete_plainly(house: House) -> None:
    await house.sandbox.wait_for(lambda: len(marks(house, house.text)) == STEPS, timeout=20)
    await settled(house)


@pytest.mark.parametrize("announced", [True, False])
async def test_without_the_right_to_threads_posts_stand_alone(
    house: House, seeds: Path, *, announced: bool
) -> None:
    deny = Permission.CREATE_PUBLIC_THREADS
    if announced:
        house.sandbox.world.set_overwrite(house.text, house.guild.id, deny=deny)
    else:  # Discord knows, and the gateway has not told yet
        house.text.overwrites.append(Overwrite(id=house.guild.id, type=0, allow=0, deny=int(deny)))
        house.sandbox.world.publish_channel = lambda *_args, **_more: None  # type: ignore[method-assign]
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert len(house.messages(house.text)) == 4
    assert not house.threads(house.text)
    assert "⚠️" not in status.message.content
    assert "스레드" in status.message.content or "thread" in status.message.content
    assert len(refusals(house, house.text)) == 0


async def test_threads_refused_on_the_way_are_asked_for_once(house: House, seeds: Path) -> None:
    hidden = Overwrite(
        id=house.guild.id, type=0, allow=0, deny=int(Permission.CREATE_PUBLIC_THREADS)
    )
    async with house.bot(seeds_dir=seeds):
        after_posts(house, house.text, 3, lambda: house.text.overwrites.append(hidden))
        await house.delivered()
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert len(house.messages(house.text)) == 4
    (thread,) = house.threads(house.text)
    assert openings(house, thread)
    assert len(refusals(house, house.text)) == 1
    assert "⚠️" not in status.message.content


def forbid_threads(house: House, channel: Channel, *, announced: bool) -> None:
    """Take the right to write in threads; the gateway may be late to tell of it."""
    deny = Permission.SEND_MESSAGES_IN_THREADS
    if announced:
        house.sandbox.world.set_overwrite(channel, house.guild.id, deny=deny)
    else:
        hidden = Overwrite(id=house.guild.id, type=0, allow=0, deny=int(deny))
        channel.overwrites.append(hidden)


def after_papers(house: House, channel: Channel, count: int, act: Callable[[], None]) -> None:
    """Call `act` once, just when so many papers stand in the channel or its threads."""

    def strike(_: int) -> None:
        if sum(":paper:" in mark for mark in marks(house, channel)) >= count:
            house.sandbox.faults.after = None
            act()

    house.sandbox.faults.after = strike


async def test_a_digests_thread_that_is_closed_to_the_bot_on_the_way_is_left_for_the_channel(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_papers(
            house, house.news, 1, lambda: forbid_threads(house, house.news, announced=True)
        )
        options = {"channel": "#news", "threads": "digest"}
        await house.manager.run(house.text, "subscribe", options)
        await house.delivered(channel=house.news)
        await settled(house)
        status = await house.manager.run(house.text, "status")
    (thread,) = house.threads(house.news)
    assert house.titles(thread)[1:] == ["Paper One"]
    assert house.titles(house.news)[1:] == ["Paper Two", "Paper Three"]
    assert set(marks(house, house.news).values()) == {1}
    assert not [each for each in house.sandbox.requests if each.status == 403]
    assert told(house) == []
    assert "⚠️" not in status.message.content
    assert "스레드 없이" in status.message.content


@pytest.mark.parametrize(
    ("kind", "threads", "count", "announced"),
    [
        ("news", "digest", 4, False),  # else what is left goes to the channel
        *(("forum", "paper", 6, announced) for announced in (True, False)),
        *(("forum", "digest", 4, announced) for announced in (True, False)),
    ],
)
async def test_threads_that_are_closed_to_the_bot_on_the_way_are_named_once_and_lose_nothing(
    house: House, seeds: Path, kind: str, threads: str, count: int, *, announced: bool
) -> None:
    channel = house.news if kind == "news" else house.forum
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_papers(house, channel, 1, lambda: forbid_threads(house, channel, announced=announced))
        options = {"channel": f"#{channel.name}", "threads": threads}
        await house.manager.run(house.text, "subscribe", options)
        await house.sandbox.wait_for(lambda: told(house))
        assert len(marks(house, channel)) < count
        open_to_posts(house, channel)
        house.clock.advance(timedelta(minutes=10))
        await house.sandbox.wait_for(lambda: len(marks(house, channel)) == count, timeout=20)
        await settled(house)
    assert set(marks(house, channel).values()) == {1}
    (message,) = told(house)
    assert ("Send Messages in Threads" in message.content) == announced
    assert ("does not let me post" in message.content) != announced


@pytest.mark.parametrize("lost", [True, False])
async def test_an_uncertain_post_is_looked_for_in_the_thread_and_beside_it(
    house: House, seeds: Path, *, lost: bool
) -> None:
    """The right to threads is lost, or given back, between the post and the look."""
    world = house.sandbox.world

    def set_right(*, given: bool) -> None:
        deny = Permission(0) if given else Permission.SEND_MESSAGES_IN_THREADS
        world.set_overwrite(house.text, house.guild.id, deny=deny)

    def turn(_: int) -> None:
        if any(":2:paper" in mark for mark in marks(house, house.text)):
            house.sandbox.faults.after = None
            set_right(given=not lost)

    set_right(given=lost)
    house.sandbox.faults.after = turn
    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.LOSE,
            method="POST",
            template="/channels/{channel_id}/messages",
            where=lambda logged: ":2:paper" in str(logged.body),
            times=1,
        )
    )
    house.sandbox.faults.add(  # until the delivery begins anew
        Fault(
            trouble=Trouble.REFUSE,
            method="GET",
            template="/channels/{channel_id}/messages",
            times=len(attempts.PAUSES),
        )
    )
    async with house.bot(seeds_dir=seeds, digest_threads="digest"):
        await house.delivered()
        await settled(house)
    counted = marks(house, house.text)
    assert len(counted) == 4
    assert set(counted.values()) == {1}


@pytest.mark.parametrize("posted", [1, 3])
async def test_an_uncertain_post_waits_for_the_right_to_look(
    house: House, seeds: Path, posted: int
) -> None:
    world = house.sandbox.world

    def hide() -> None:
        world.set_overwrite(house.text, house.guild.id, deny=Permission.READ_MESSAGE_HISTORY)

    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.LOSE,
            method="POST",
            template="/channels/{channel_id}/messages",
            where=lambda logged: "Paper Two" in str(logged.body) and ":paper:" in str(logged.body),
            times=1,
        )
    )
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        after_posts(house, house.text, posted, hide)
        await subscribe(house, house.text)
        await house.sandbox.wait_for(lambda: told(house))
        assert sum("Paper Two" in title for title in house.titles(house.text)) == 1
        posts = [each for each in house.sandbox.writes() if ":paper:" in str(each.body)]
        assert len([each for each in posts if "Paper Two" in str(each.body)]) == 1
        world.set_overwrite(house.text, house.guild.id)
        await house.sandbox.wait_for(lambda: len(house.messages(house.text)) == 4, timeout=20)
        await settled(house)
    assert house.titles(house.text)[1:] == [f"Paper {name}" for name in PAPERS]
    assert set(marks(house, house.text).values()) == {1}


@pytest.mark.parametrize(
    ("kind", "threads", "step", "posts"),
    [
        ("text", "paper", ":details0:", 3),
        ("text", "digest", ":paper:", 0),
        ("forum", "paper", ":details0:", 2),
        ("forum", "digest", ":paper:", 0),
    ],
)
async def test_a_thread_deleted_before_an_uncertain_post_is_looked_for_stops_no_channel(
    house: House, seeds: Path, kind: str, threads: str, step: str, posts: int
) -> None:
    channel = house.text if kind == "text" else house.forum
    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.LOSE,
            method="POST",
            template="/channels/{channel_id}/messages",
            where=lambda logged: step in str(logged.body) and str(channel.id) not in logged.path,
            times=1,
        )
    )

    def delete_thread(_: int) -> None:
        if any(step in mark for thread in house.threads(channel) for mark in marks(house, thread)):
            house.sandbox.faults.after = None
            house.sandbox.world.delete_channel(house.threads(channel)[0])

    house.sandbox.faults.after = delete_thread
    async with (
        house.bot(seeds_dir=seeds, digest_channel_id=channel.id, digest_threads=threads),
        beside(house) as store,
    ):
        await house.sandbox.wait_for(lambda: house.sandbox.faults.after is None)
        await settled(house)
        subscription = await store.get_subscription(channel.id)
    assert subscription
    assert subscription.parked is None
    counted = marks(house, channel)
    assert sum(":paper:" in mark for mark in counted) == posts
    assert set(counted.values()) <= {1}
