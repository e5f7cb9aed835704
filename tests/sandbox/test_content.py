"""What a bot without the message content intent gets to read, over the gateway and over REST."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from sandbox.models import Message
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Api, Bot, House, Run


class Reader:
    """A running bot and what it read of each message."""

    def __init__(self, sandbox: Sandbox, api: Api, bot: Bot) -> None:
        self._sandbox, self._api = sandbox, api
        self.read: dict[int, str] = {}

        @bot.event
        async def on_message(message: discord.Message) -> None:
            self.read[message.id] = message.content
            sandbox.world.hub.note("READ")

    async def __call__(self, message: Message) -> tuple[str, str]:
        """Return a message's text as it came over the gateway and over REST."""
        await self._sandbox.wait_for(lambda: message.id in self.read, timeout=5)
        path = f"/channels/{message.channel_id}/messages/{message.id}"
        return self.read[message.id], (await self._api("GET", path)).data["content"]


@pytest.fixture
async def reader(sandbox: Sandbox, house: House, api: Api, run: Run) -> AsyncIterator[Reader]:
    bot = Bot()
    reader = Reader(sandbox, api, bot)
    bot.tree.command(name="hi", description="Says hi")(say_hi)
    async with run(bot):
        yield reader


async def say_hi(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("hi")


async def test_what_does_not_address_the_bot_is_blank(
    house: House, alice: Person, reader: Reader
) -> None:
    assert await reader(alice.send(house.text, "secret")) == ("", "")


async def test_mentions_dms_and_its_own_are_not(
    sandbox: Sandbox, house: House, api: Api, alice: Person, reader: Reader
) -> None:
    mention = f"<@{sandbox.world.bot_id}> hello"
    assert await reader(alice.send(house.text, mention)) == (mention, mention)
    assert await reader(alice.dm("hello")) == ("hello", "hello")
    own = await api("POST", f"/channels/{house.text.id}/messages", {"content": "mine"})
    message = sandbox.world.messages[house.text.id][int(own.data["id"])]
    assert await reader(message) == ("mine", "mine")


async def test_a_reply_is_read_only_with_ping_and_to_an_ordinary_message(
    sandbox: Sandbox, house: House, api: Api, alice: Person, reader: Reader
) -> None:
    sent = await api("POST", f"/channels/{house.text.id}/messages", {"content": "mine"})
    own = sandbox.world.messages[house.text.id][int(sent.data["id"])]
    answer = (await alice.run(house.text, "hi")).message
    loud = alice.send(house.text, "yes", reply_to=own)
    quiet = alice.send(house.text, "no", reply_to=own, ping=False)
    to_answer = alice.send(house.text, "no", reply_to=answer)
    assert await reader(loud) == ("yes", "yes")
    assert await reader(quiet) == ("", "")
    assert await reader(to_answer) == ("", "")
    assert sandbox.world.bot_id in to_answer.mention_ids


async def test_embeds_attachments_and_components_are_blank_too(
    house: House, api: Api, alice: Person
) -> None:
    message = alice.send(house.text, "secret")
    message.embeds = [{"type": "rich", "title": "t"}]
    [shown] = (await api("GET", f"/channels/{house.text.id}/messages")).data
    assert (shown["content"], shown["embeds"]) == ("", [])


async def test_with_the_intent_everything_is_read(
    sandbox: Sandbox, house: House, api: Api, alice: Person, run: Run
) -> None:
    sandbox.world.application.message_content = True
    intents = discord.Intents.default()
    intents.message_content = True
    bot = Bot(intents=intents)
    reader = Reader(sandbox, api, bot)
    async with run(bot):
        assert await reader(alice.send(house.text, "open")) == ("open", "open")
