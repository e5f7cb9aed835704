"""Who is pinged: users, roles that may be pinged, everyone; once, and never by an edit."""

from __future__ import annotations

import discord
import pytest

from sandbox.filling import ClientRefusal
from sandbox.models import Role
from sandbox.permissions import BOT, Permission
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Api, Bot, House, Run


@pytest.fixture
def club(sandbox: Sandbox, house: House) -> Role:
    return sandbox.world.add_role(
        house.guild, "Paper club", mentionable=True, members=[house.alice]
    )


def path(house: House) -> str:
    return f"/channels/{house.text.id}/messages"


async def test_a_mentionable_role_pings_its_members(
    sandbox: Sandbox, house: House, api: Api, club: Role
) -> None:
    bob = sandbox.world.add_user("bob")
    sandbox.world.add_member(house.guild, bob)
    allowed = {"parse": [], "roles": [str(club.id)]}
    body = {"content": f"<@&{club.id}> <@{bob.id}>", "allowed_mentions": allowed}
    sent = (await api("POST", path(house), body)).data
    assert sent["mention_roles"] == [str(club.id)]
    [message] = sandbox.pings()
    assert message.pinged == [house.alice.id]


@pytest.mark.parametrize(
    "allowed", [{"parse": []}, {"parse": ["users"]}, {"parse": [], "roles": ["1"]}]
)
async def test_a_role_that_is_not_allowed_does_not(
    sandbox: Sandbox, house: House, api: Api, club: Role, allowed: dict[str, object]
) -> None:
    body = {"content": f"<@&{club.id}>", "allowed_mentions": allowed}
    assert (await api("POST", path(house), body)).data["mention_roles"] == []
    assert sandbox.pings() == []


async def test_a_role_that_is_not_mentionable_needs_the_right_to_ping_all(
    sandbox: Sandbox, house: House, api: Api, club: Role
) -> None:
    club.mentionable = False
    body = {"content": f"<@&{club.id}>"}
    assert (await api("POST", path(house), body)).data["mention_roles"] == []
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MENTION_EVERYONE)
    assert (await api("POST", path(house), body)).data["mention_roles"] == [str(club.id)]
    roles = (await api("GET", f"/guilds/{house.guild.id}/roles/{club.id}")).data
    assert (roles["name"], roles["mentionable"]) == ("Paper club", False)
    assert (await api("GET", f"/guilds/{house.guild.id}/roles/1")).code == 10011


async def test_only_who_sees_the_channel_is_pinged(
    sandbox: Sandbox, house: House, api: Api, club: Role
) -> None:
    sandbox.world.set_overwrite(house.text, house.alice.id, deny=Permission.VIEW_CHANNEL)
    assert (await api("POST", path(house), {"content": f"<@&{club.id}>"})).data["mention_roles"]
    assert sandbox.pings() == []


async def test_everyone_are_all_but_the_author(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MENTION_EVERYONE)
    await api("POST", path(house), {"content": "@everyone"})
    [message] = sandbox.pings()
    assert message.pinged == sorted([house.guild.owner_id, house.alice.id])


async def test_an_edit_pings_nobody(sandbox: Sandbox, house: House, api: Api, club: Role) -> None:
    sent = await api("POST", path(house), {"content": "x"})
    edited = f"{path(house)}/{sent.data['id']}"
    shown = (await api("PATCH", edited, {"content": f"<@&{club.id}>"})).data
    assert shown["mention_roles"] == [str(club.id)]
    assert sandbox.pings() == []


async def test_options_of_roles_are_resolved(
    sandbox: Sandbox, house: House, alice: Person, run: Run, club: Role
) -> None:
    bot = Bot()

    @bot.tree.command(description="Names a role")
    async def name(interaction: discord.Interaction, role: discord.Role) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"{role.mention} {role.mentionable}")

    async with run(bot):
        for given in (str(club.id), f"<@&{club.id}>", "Paper club"):
            answer = await alice.run(house.text, "name", {"role": given})
            assert answer.message.content == f"<@&{club.id}> True"
        # What was promised is new when it comes, and what it replaces pinged nobody.
        assert [message.pinged for message in sandbox.pings()] == [[house.alice.id]] * 3
        for wrong in (str(house.alice.id), "alice", "no such role", str(house.text.id)):
            with pytest.raises(ClientRefusal):
                await alice.run(house.text, "name", {"role": wrong})
