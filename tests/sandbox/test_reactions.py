"""Reactions of bots and people, and what a bot hears of them."""

from __future__ import annotations

import discord
import pytest

from sandbox.errors import DiscordError
from sandbox.permissions import BOT, EVERYONE, Permission
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Api, Bot, House, Run, wait_until

THUMB = "%F0%9F%91%8D"


async def test_a_bot_hears_of_reactions_that_it_asked_for(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    asking = Bot()
    async with run(asking):
        message = alice.send(house.text, "hi")
        alice.react(message, "👍")
        alice.react(message, "👍")
        alice.unreact(message, "👍")
        alice.unreact(message, "👍")
        await wait_until(lambda: asking.count("raw_reaction_remove"))
    [(added,)] = [args for name, args in asking.seen if name == "raw_reaction_add"]
    assert (added.user_id, added.message_author_id) == (house.alice.id, house.alice.id)
    assert str(added.emoji) == "👍"
    assert added.member is not None
    assert message.reactions == {}
    deaf = Bot(intents=discord.Intents(guilds=True, guild_messages=True))
    async with run(deaf):
        alice.react(message, "👍")
        alice.send(house.text, "the end")
        await wait_until(lambda: deaf.count("message"))
    assert deaf.count("raw_reaction_add") == 0


async def test_they_are_in_the_message_and_in_pages(
    sandbox: Sandbox, house: House, api: Api, alice: Person
) -> None:
    message = alice.send(house.text, "hi")
    alice.react(message, "👍")
    path = f"/channels/{house.text.id}/messages/{message.id}"
    await api("PUT", f"{path}/reactions/{THUMB}/@me")
    [shown] = (await api("GET", path)).data["reactions"]
    assert (shown["emoji"]["name"], shown["count"], shown["me"]) == ("👍", 2, True)
    first, second = sorted((sandbox.world.bot_id, house.alice.id))
    page = await api("GET", f"{path}/reactions/{THUMB}?limit=1")
    rest = await api("GET", f"{path}/reactions/{THUMB}?after={first}")
    assert [found["id"] for found in page.data + rest.data] == [str(first), str(second)]
    assert (await api("GET", f"{path}/reactions/{THUMB}?limit=101")).code == 50035


async def test_a_new_emoji_needs_a_right_and_a_known_one_does_not(
    sandbox: Sandbox, house: House, api: Api, alice: Person
) -> None:
    message = alice.send(house.text, "hi")
    alice.react(message, "👍")
    everyone = EVERYONE & ~Permission.ADD_REACTIONS
    sandbox.world.set_role_permissions(house.guild, house.guild.id, everyone)
    sandbox.world.set_bot_permissions(house.guild, BOT & ~Permission.ADD_REACTIONS)
    path = f"/channels/{house.text.id}/messages/{message.id}/reactions"
    assert (await api("PUT", f"{path}/{THUMB}/@me")).status == 204
    assert (await api("PUT", f"{path}/%F0%9F%8E%89/@me")).code == 50013
    assert (await api("PUT", f"{path}/smile/@me")).code == 10014
    with pytest.raises(DiscordError, match="50013"):
        alice.react(message, "🎉")
