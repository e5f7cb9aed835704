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
            if guild and role_id in guild.roles and role_id != guild.id
            if guild.roles[role_id].mentionable or may_ping_all
            if "roles" in allowed.kinds or role_id in allowed.roles
        ),
        everyone=bool(
            guild and may_ping_all and "everyone" in allowed.kinds and _EVERYONE.search(text)
        ),
    )


def list_pinged(world: World, message: Message) -> list[int]:
    """Return the users whom a message notifies: those it names, and who is behind its roles."""
    channel = world.channels[message.channel_id]
    guild = world.guilds.get(channel.guild_id or 0)
    named = set(message.mention_ids)
    if guild is not None:
        roles = set(message.mention_roles)
        named |= {
            member.user_id
            for member in guild.members.values()
            if message.mention_everyone or roles & set(member.roles)
        }
    if message.ephemeral_for is not None:
        named &= {message.ephemeral_for}
    seeing = {user_id for user_id in named if world.can_view(user_id, channel)}
    return sorted(seeing - {message.author_id})


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
