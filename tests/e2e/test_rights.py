"""Nobody gets the bot to do in a channel what they may not do there themselves."""

from __future__ import annotations

import pytest

from sandbox.models import Channel
from sandbox.permissions import BOT, Permission
from tests.e2e.house import House, text_of

MANAGED = ("subscribe", "unsubscribe", "post", "preview", "verify")


def forbid(house: House, channel: Channel) -> None:
    """Keep the manager from writing in a channel."""
    house.sandbox.world.set_overwrite(
        channel, house.manager.user.id, allow=Permission(0), deny=Permission.SEND_MESSAGES
    )


@pytest.mark.parametrize("command", MANAGED)
async def test_who_may_not_write_in_a_channel_does_not_have_the_bot_do_it(
    house: House, command: str
) -> None:
    forbid(house, house.news)
    house.manager.user.locale = "en-US"
    async with house.bot(digest_channel_id=None):
        refused = await house.manager.run(house.text, command, {"channel": "#news"})
        assert refused.ephemeral
        assert "You may not write in" in text_of(refused.message)
        if command == "post":
            refused = await house.manager.run(house.news, command)
            assert "You may not write in" in text_of(refused.message)
    assert house.messages(house.news) == []


@pytest.mark.parametrize("may", [True, False])
async def test_who_may_not_notify_a_role_does_not_have_the_bot_do_it(
    house: House, may: bool
) -> None:
    world = house.sandbox.world
    world.set_bot_permissions(house.guild, BOT | Permission.MENTION_EVERYONE)
    role = world.add_role(house.guild, "Staff", members=[house.member.user])
    house.manager.user.locale = "en-US"
    if may:
        world.set_overwrite(
            house.text, house.manager.user.id, allow=Permission.MENTION_EVERYONE, deny=Permission(0)
        )
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(house.text, "subscribe", {"role": f"<@&{role.id}>"})
        if may:
            await house.delivered()
    assert ("You may not notify the role" in text_of(answered.message)) is not may
    assert bool(house.sandbox.pings()) is may
