"""The sender against a Discord that misbehaves: what creates something is sent once a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
import pytest
from discord.http import Route

from bot import histories, requests
from bot.endpoint import point_rest_at
from bot.histories import Histories
from bot.metrics import Metrics
from bot.outcomes import RefusedError, SilenceError, UnsureError
from bot.pacer import Pacer, pace_requests
from bot.render.message import Attachment
from bot.requests import Requests
from bot.sender import Sender
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel
from sandbox.options import Options
from sandbox.server import Sandbox

PAYLOAD = {
    "content": "Hello",
    "components": [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "post:1"}]}
    ],
}
MESSAGES = "/channels/{channel_id}/messages"


@dataclass(kw_only=True)
class Desk:
    """A sender, a channel and a forum."""

    sandbox: Sandbox
    sender: Sender
    histories: Histories
    guild_id: int
    text: Channel
    forum: Channel

    async def send(self, mark: str = "post:1", *, deadline: float = float("inf")) -> int:
        """Send a marked message."""
        return await self.sender.create_message(self.text.id, PAYLOAD, mark=mark, deadline=deadline)

    async def create_post(self) -> int:
        """Create a marked forum post."""
        return await self.sender.create_forum_post(self.forum.id, PAYLOAD, name="Paper", tags=())

    async def find(self, mark: str, *, after: int = 0) -> int | None:
        """Look for the bot's message with a mark."""
        look = await self.histories.find_message(
            self.text.id, mark, after=after, author_id=self.sandbox.world.bot_id
        )
        return look.found

    def creations(self) -> int:
        """Count the requests that create something."""
        return sum(request.method == "POST" for request in self.sandbox.requests)

    def trouble(self, trouble: Trouble, *, seconds: float = 0) -> Fault:
        """Have one of those meet trouble."""
        fault = Fault(trouble=trouble, method="POST", times=1, seconds=seconds)
        return self.sandbox.faults.add(fault)


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    options = Options(global_per_second=23)  # what logging in takes is not the sender's
    async with (
        Sandbox(options=options) as sandbox,
        discord.Client(
            intents=discord.Intents.none(), http_trace=pace_requests(Pacer(20), metrics=Metrics())
        ) as client,
    ):
        point_rest_at(sandbox.api_url)
        guild = sandbox.world.add_guild("Lab")
        await client.login(sandbox.token)
        sandbox.requests.clear()
        sends = Requests(client.http, metrics=Metrics())
        yield Desk(
            sandbox=sandbox,
            sender=Sender(sends),
            histories=Histories(sends),
            guild_id=guild.id,
            text=sandbox.world.add_channel(guild, "text"),
            forum=sandbox.world.add_channel(guild, "forum", "forum"),
        )


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.REFUSE, Trouble.DROP_AFTER])
async def test_a_lost_answer_is_not_asked_for_again_before_somebody_looked(
    desk: Desk, trouble: Trouble
) -> None:
    desk.trouble(trouble)
    with pytest.raises(UnsureError):
        await desk.create_post()
    assert desk.creations() == 1
    desk.trouble(trouble)
    with pytest.raises(UnsureError):
        await desk.send()
    assert desk.creations() == 2


async def test_a_refusal_says_why(desk: Desk) -> None:
    desk.sandbox.world.delete_channel(desk.text)
    with pytest.raises(RefusedError) as refused:
        await desk.send()
    assert (refused.value.status, refused.value.code) == (404, 10003)


async def test_a_limit_is_waited_for(desk: Desk) -> None:
    desk.trouble(Trouble.LIMIT, seconds=0.05)
    assert await desk.send() == desk.sandbox.world.visible_messages(desk.text)[0].id
    assert desk.creations() == 2


async def test_nothing_is_sent_after_its_deadline_however_long_a_limit_held_it_back(
    desk: Desk,
) -> None:
    desk.trouble(Trouble.LIMIT, seconds=1.5)
    with pytest.raises(UnsureError):
        await desk.send(deadline=asyncio.get_running_loop().time() + 1)
    assert desk.creations() == 1
    assert not desk.sandbox.world.visible_messages(desk.text)


async def test_silence_is_told_from_an_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "ANSWER_SECONDS", 0.05)
    desk.trouble(Trouble.STALL, seconds=0.2)
    with pytest.raises(SilenceError):
        await desk.send()


async def test_waiting_for_a_turn_in_the_budget_is_no_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the budget at once: no 429, and nobody gives up who has not been sent yet."""
    monkeypatch.setattr(requests, "ANSWER_SECONDS", 0.5)
    world = desk.sandbox.world
    guild = world.guilds[desk.guild_id]
    channels = [world.add_channel(guild, f"channel-{number}") for number in range(30)]
    await asyncio.gather(
        *(
            desk.histories.find_message(channel.id, "post:1", after=0, author_id=world.bot_id)
            for channel in channels
        )
    )
    assert {request.status for request in desk.sandbox.requests} == {200}


async def test_a_repeated_message_is_made_once_and_found_by_its_mark(desk: Desk) -> None:
    first = await desk.send()
    assert await desk.send() == first
    assert await desk.find("post:1") == first
    assert await desk.find("post:1", after=first) is None
    assert await desk.find("post:2") is None


async def test_another_bots_message_is_not_found_by_a_mark(desk: Desk) -> None:
    """Two bots with a database each, in one channel: their marks are the same.

    Discord shows them to who has the intent for messages' content.
    """
    other = await desk.send()
    world = desk.sandbox.world
    world.application.message_content = True
    world.messages[desk.text.id][other].author_id = world.add_user("other bot").id
    assert await desk.find("post:1") is None
    assert not await desk.histories.list_marks(desk.text.id, after=0, author_id=world.bot_id)


async def test_a_thread_that_is_there_already_counts_as_started(desk: Desk) -> None:
    message_id = await desk.send()
    for _ in range(2):
        assert await desk.sender.create_thread(desk.text.id, message_id, name="Paper") == message_id


async def test_archived_posts_of_one_moment_are_all_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "PAGE", 2)
    posts = [await desk.create_post() for _ in range(3)]
    moment = datetime(2025, 4, 25, 1, tzinfo=UTC)
    for post in posts:
        state = desk.sandbox.world.channels[post].thread
        assert state
        state.archived, state.archive_timestamp = True, moment
    state = desk.sandbox.world.channels[await desk.create_post()].thread
    assert state
    state.archived, state.archive_timestamp = True, moment.replace(hour=2)
    found = await desk.histories.list_forum_marks(
        desk.guild_id, desk.forum.id, after=0, author_id=desk.sandbox.world.bot_id
    )
    assert set(posts[1:]) <= set(found["post:1"])
    assert len(found["post:1"]) >= 3


async def test_a_deleted_message_counts_as_deleted(desk: Desk) -> None:
    message_id = await desk.send()
    for _ in range(2):
        await desk.sender.delete_message(desk.text.id, message_id)
    assert not desk.sandbox.world.visible_messages(desk.text)


PICTURE = Attachment(name="week.png", content=b"\x89PNG not really", description="A chart.")


@pytest.mark.parametrize("is_forum", [False, True])
async def test_files_go_with_a_message_also_when_a_limit_holds_it_back(
    desk: Desk, is_forum: bool
) -> None:
    desk.trouble(Trouble.LIMIT, seconds=0.05)
    files = (PICTURE, Attachment(name="list.txt", content="추론".encode()))
    if is_forum:
        post_id = await desk.sender.create_forum_post(
            desk.forum.id, PAYLOAD, name="Week", tags=(), attachments=files
        )
        place = desk.sandbox.world.channels[post_id]
    else:
        await desk.sender.create_message(desk.text.id, PAYLOAD, mark="post:1", attachments=files)
        place = desk.text
    (message,) = desk.sandbox.world.visible_messages(place)
    assert desk.creations() == 2
    assert message.content == "Hello"
    assert [each["filename"] for each in message.attachments] == ["week.png", "list.txt"]
    assert message.attachments[0]["description"] == "A chart."
    contents = [desk.sandbox.world.files.read(each) for each in message.attachments]
    assert contents == [each.content for each in files]


async def test_a_channel_of_direct_messages_says_what_is_newest_in_it(desk: Desk) -> None:
    user = desk.sandbox.world.add_user("reader")
    desk.sandbox.world.add_member(desk.sandbox.world.guilds[desk.guild_id], user)
    channel_id, newest = await desk.sender.locate_dm(user.id)
    assert newest == 0
    message_id = await desk.sender.create_message(channel_id, PAYLOAD, mark="mail:x")
    assert await desk.sender.locate_dm(user.id) == (channel_id, message_id)
    assert await desk.sender.open_dm(user.id) == channel_id
