"""Guilds, their channels, roles, members and active threads (docs: Guild)."""

from __future__ import annotations

from typing import Any

from sandbox import objects
from sandbox.errors import unknown
from sandbox.rest.routing import Call, route


@route("GET", "/guilds/{guild_id}")
def get_guild(call: Call) -> Any:
    """A guild."""
    guild = call.world.get_guild(call.id("guild_id"))
    data = objects.guild_json(call.world, guild)
    if call.flag("with_counts"):
        count = len(guild.members)
        data |= {"approximate_member_count": count, "approximate_presence_count": count}
    return data


@route("GET", "/guilds/{guild_id}/channels")
def list_channels(call: Call) -> Any:
    """A guild's channels, without threads."""
    guild = call.world.get_guild(call.id("guild_id"))
    return [
        objects.channel_json(call.world, channel)
        for channel in call.world.guild_channels(guild.id)
        if channel.thread is None
    ]


@route("GET", "/guilds/{guild_id}/roles")
def list_roles(call: Call) -> Any:
    """A guild's roles."""
    guild = call.world.get_guild(call.id("guild_id"))
    return [objects.role_json(role) for role in guild.roles.values()]


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
def get_role(call: Call) -> Any:
    """A role."""
    guild = call.world.get_guild(call.id("guild_id"))
    role = guild.roles.get(call.id("role_id"))
    if role is None:
        raise unknown("Role")
    return objects.role_json(role)


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(call: Call) -> Any:
    """A member."""
    return _member(call, call.id("user_id"))


@route("GET", "/users/@me/guilds/{guild_id}/member")
@route("GET", "/guilds/{guild_id}/members/@me")
def get_own_member(call: Call) -> Any:
    """The bot as a member."""
    return _member(call, call.world.bot_id)


@route("GET", "/guilds/{guild_id}/threads/active")
def list_active_threads(call: Call) -> Any:
    """A guild's active threads that the bot may see, with its own memberships."""
    guild = call.world.get_guild(call.id("guild_id"))
    bot_id = call.world.bot_id
    threads = [t for t in call.world.active_threads(guild.id) if call.world.can_view(bot_id, t)]
    return {
        "threads": [objects.channel_json(call.world, thread) for thread in threads],
        "members": [
            objects.thread_member_json(thread, bot_id)
            for thread in threads
            if thread.thread and bot_id in thread.thread.members
        ],
        "has_more": False,
    }


def _member(call: Call, user_id: int) -> Any:
    guild = call.world.get_guild(call.id("guild_id"))
    member = guild.members.get(user_id)
    if member is None:
        raise unknown("Member")
    return objects.member_json(call.world, member)
