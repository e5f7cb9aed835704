"""Mentions: what they show, and whom a message pings, less what its author may not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.checks.messages import AllowedMentions
from sandbox.models import Channel, Message
from sandbox.permissions import Permission
from sandbox.world import World

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pings:
    """Whom a message pings; `by_name` are the users that its text names."""

    users: tuple[int, ...]
    by_name: frozenset[int]
    roles: tuple[int, ...]
    everyone: bool


def resolve_pings(
    world: World,
    channel: Channel,
    author_id: int,
    text: str,
    allowed: AllowedMentions,
    replied: Message | None,
) -> Pings:
    """Return whom `text` in `channel` pings, `replied` being what it replies to."""
    guild = world.guilds.get(channel.guild_id or 0)
    named = [int(found) for found in _USER.findall(text)]
    users = [
        user_id
        for user_id in named
        if user_id in world.users and ("users" in allowed.kinds or user_id in allowed.users)
    ]
    by_name = frozenset(users)
    if replied is not None and allowed.replied_user and replied.author_id != author_id:
        users.append(replied.author_id)
    roles = [int(found) for found in _ROLE.findall(text)]
    may_ping_all = bool(world.permissions(author_id, channel) & Permission.MENTION_EVERYONE)
    return Pings(
        users=tuple(dict.fromkeys(users)),
        by_name=by_name,
        roles=tuple(
            role_id
            for role_id in dict.fromkeys(roles)
            if guild and role_id in guild.roles
            if "roles" in allowed.kinds or role_id in allowed.roles
        ),
        everyone=bool(
            guild and may_ping_all and "everyone" in allowed.kinds and _EVERYONE.search(text)
        ),
    )


def show_mention(world: World, mark: str, found: int) -> str:
    """Return what a mention (`#`, `@` or `@&` and an id) shows: `#papers`, `@mina`."""
    if mark == "#":
        channel = world.channels.get(found)
        return f"#{channel.name}" if channel else "#unknown"
    if mark == "@":
        user = world.users.get(found)
        return f"@{user.name}" if user else "@unknown-user"
    roles = {role.id: role for guild in world.guilds.values() for role in guild.roles.values()}
    return f"@{roles[found].name}" if found in roles else "@unknown-role"
