"""The world: permissions, keeping it in a file, and telling of its changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.models import Overwrite
from sandbox.permissions import EVERYONE, Permission, channel_permissions
from sandbox.server import Sandbox
from sandbox.users import Person
from sandbox.world import World
from tests.sandbox.harness import Api, House

VIEW, SEND = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES


def overwrite(target: int, kind: int, *, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(id=target, type=kind, allow=allow, deny=deny)


def test_overwrites_apply_for_everyone_then_roles_then_the_member(
    sandbox: Sandbox, house: House
) -> None:
    world = sandbox.world
    role = world.add_role(house.guild, "readers", Permission(0))
    house.guild.members[house.alice.id].roles.append(role.id)

    def may() -> Permission:
        return channel_permissions(house.guild, house.text, house.alice.id)

    assert may() == EVERYONE
    house.text.overwrites = [overwrite(house.guild.id, 0, deny=SEND)]
    assert not may() & SEND
    house.text.overwrites.append(overwrite(role.id, 0, allow=SEND))
    assert may() & SEND
    house.text.overwrites.append(overwrite(house.alice.id, 1, deny=VIEW))
    assert may() == Permission(0)


def test_owners_and_administrators_may_everything(sandbox: Sandbox, house: House) -> None:
    world = sandbox.world
    admin = world.add_user("admin")
    world.add_member(house.guild, admin, permissions=Permission.ADMINISTRATOR)
    house.text.overwrites = [overwrite(house.guild.id, 0, deny=VIEW)]
    for user_id in (admin.id, house.guild.owner_id):
        assert world.permissions(user_id, house.text) & Permission.MANAGE_GUILD
    stranger = world.add_user("stranger")
    assert world.permissions(stranger.id, house.text) == Permission(0)


def test_who_may_not_send_may_not_embed_or_ping_either(sandbox: Sandbox, house: House) -> None:
    both = SEND | Permission.SEND_MESSAGES_IN_THREADS
    sandbox.world.set_overwrite(house.text, sandbox.world.bot_id, deny=both)
    may = sandbox.world.permissions(sandbox.world.bot_id, house.text)
    assert may & VIEW
    assert not may & Permission.EMBED_LINKS


async def test_a_world_comes_back_from_its_file(
    sandbox: Sandbox, house: House, api: Api, alice: Person, tmp_path: Path
) -> None:
    body = {"content": "x", "nonce": "7", "enforce_nonce": True, "embeds": [{"title": "t"}]}
    sent = await api("POST", f"/channels/{house.text.id}/messages", body)
    message_id = sent.data["id"]
    path = f"/channels/{house.text.id}/messages/{message_id}/threads"
    await api("POST", path, {"name": "t"})
    await api(
        "PUT",
        f"/applications/{sandbox.world.bot_id}/commands",
        [
            {"name": "paper", "description": "Finds"},
        ],
    )
    alice.dm("hello")
    sandbox.save(tmp_path / "world.json")
    saved_at = World.saved_at(tmp_path / "world.json")
    assert timedelta() <= sandbox.clock.now() - saved_at < timedelta(seconds=5)
    loaded = World.load(tmp_path / "world.json", sandbox.clock)
    for name in ("users", "guilds", "channels", "messages", "commands", "application"):
        assert getattr(loaded, name) == getattr(sandbox.world, name)
    assert loaded.snowflakes.make() > int(message_id)
    async with Sandbox(world=loaded) as again, aiohttp.ClientSession() as session:
        repeat = await Api(again, session)("POST", f"/channels/{house.text.id}/messages", body)
        assert repeat.data["id"] == message_id


async def test_each_change_reaches_subscribers_as_plain_data(
    sandbox: Sandbox, house: House, api: Api, alice: Person
) -> None:
    seen: list[dict[str, Any]] = []
    end = sandbox.subscribe(seen.append)
    alice.send(house.text, "hello")
    await api("GET", "/users/@me")
    end()
    alice.send(house.text, "unheard")
    assert [event["event"] for event in seen] == ["MESSAGE_CREATE", "SANDBOX_REQUEST"]
    assert seen[0]["data"]["content"] == "hello"
    assert seen[0]["at"].startswith("2025-04-25T")


async def test_waiting_ends_with_the_change_or_the_time(
    sandbox: Sandbox, house: House, alice: Person
) -> None:
    with pytest.raises(TimeoutError):
        await sandbox.wait_for(lambda: False, timeout=0.01)
    alice.send(house.text, "hello")
    assert await sandbox.wait_for(lambda: sandbox.world.visible_messages(house.text))


async def test_a_deleted_channel_takes_its_threads_along(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    made = await api("POST", f"/channels/{house.text.id}/threads", {"name": "t", "type": 11})
    sandbox.world.delete_channel(house.text)
    for channel_id in (house.text.id, made.data["id"]):
        assert (await api("GET", f"/channels/{channel_id}")).code == 10003
    assert house.guild.system_channel_id is None


async def test_guilds_roles_and_members_can_be_read(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    guild = f"/guilds/{house.guild.id}"
    counted = (await api("GET", f"{guild}?with_counts=true")).data
    assert counted["approximate_member_count"] == 3
    assert len((await api("GET", f"{guild}/channels")).data) == 3
    assert len((await api("GET", f"{guild}/roles")).data) == 2
    own = (await api("GET", f"/users/@me/guilds/{house.guild.id}/member")).data
    assert own["user"]["id"] == str(sandbox.world.bot_id)
    assert (await api("GET", f"{guild}/members/{house.alice.id}")).data["nick"] is None
    assert (await api("GET", f"{guild}/members/1")).code == 10007
    assert (await api("GET", f"/users/{house.alice.id}")).data["username"] == "alice"
    assert [g["id"] for g in (await api("GET", "/users/@me/guilds")).data] == [str(house.guild.id)]
    assert (await api("GET", "/gateway/bot")).data["url"] == sandbox.gateway.url
    assert (await api("GET", "/applications/@me")).data["id"] == str(sandbox.world.bot_id)
