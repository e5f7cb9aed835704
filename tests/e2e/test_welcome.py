"""A line of welcome where the bot is new, and nowhere else."""

from __future__ import annotations

from sandbox.models import Message
from sandbox.permissions import BOT, Permission
from tests.e2e.house import House


def greetings(house: House) -> list[Message]:
    """Return every welcome in any channel."""
    world = house.sandbox.world
    return [
        message
        for channel in world.channels.values()
        for message in world.messages[channel.id].values()
        if "/subscribe" in message.content or "/구독" in message.content
    ]


async def test_a_server_that_the_bot_joins_is_greeted_once_in_its_system_channel(
    house: House,
) -> None:
    world = house.sandbox.world
    guild = world.add_guild("New", bot=None, locale="ko")
    hall = world.add_channel(guild, "hall")
    async with house.bot():
        await house.delivered()  # READY is over: until then nobody is new
        world.add_bot(guild, BOT)
        await house.sandbox.wait_for(lambda: greetings(house))
    async with house.bot():
        await house.member.run(house.text, "digest", {})
    (message,) = greetings(house)
    assert message.channel_id == hall.id
    assert "안녕" in message.content


async def test_where_it_may_not_speak_the_bot_says_nothing(house: House) -> None:
    world = house.sandbox.world
    guild = world.add_guild("Quiet", bot=None)
    hall = world.add_channel(guild, "hall")
    world.set_overwrite(hall, guild.id, deny=Permission.SEND_MESSAGES)
    async with house.bot():
        await house.delivered()
        world.add_bot(guild, BOT)
        await house.member.run(house.text, "digest", {})
        posted = [each for each in house.sandbox.writes() if f"/{hall.id}/" in each.path]
    assert not posted
