"""Permissions (docs: Permissions): the bits, and what a member may do in a channel."""

from __future__ import annotations

import enum

from sandbox.models import Channel, Guild


class Permission(enum.IntFlag):
    """The permissions that the sandbox knows."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = (1 << 53) - 1
"""Every bit that Discord has given out, and some."""

EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What @everyone may do unless told otherwise: talk, but not embed, attach or ping all."""

BOT = EVERYONE | Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.USE_EXTERNAL_EMOJIS
"""What a bot is usually invited with."""

_LOST_WITH_SEND = Permission.MENTION_EVERYONE | Permission.EMBED_LINKS | Permission.ATTACH_FILES


def guild_permissions(guild: Guild, user_id: int) -> Permission:
    """Return what a member may do in a guild before overwrites; nothing for who is not in it."""
    if user_id == guild.owner_id:
        return Permission(ALL)
    member = guild.members.get(user_id)
    if member is None:
        return Permission(0)
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return Permission(ALL) if bits & Permission.ADMINISTRATOR else Permission(bits)


def channel_permissions(guild: Guild, channel: Channel, user_id: int) -> Permission:
    """Return what a member may do in a channel; for a thread, pass its parent."""
    base = guild_permissions(guild, user_id)
    member = guild.members.get(user_id)
    if base & Permission.ADMINISTRATOR or member is None:
        return base
    bits = int(base)
    roles_allow = roles_deny = 0
    for overwrite in channel.overwrites:
        if overwrite.id == guild.id:
            bits = bits & ~overwrite.deny | overwrite.allow
        elif overwrite.id in member.roles:
            roles_deny |= overwrite.deny
            roles_allow |= overwrite.allow
    bits = bits & ~roles_deny | roles_allow
    for overwrite in channel.overwrites:
        if overwrite.id == user_id:
            bits = bits & ~overwrite.deny | overwrite.allow
    return _drop_dependents(Permission(bits))


def _drop_dependents(permissions: Permission) -> Permission:
    """Take away what needs another permission (docs: Permissions, Implicit Permissions)."""
    if not permissions & Permission.VIEW_CHANNEL:
        return Permission(0)
    can_send = Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS
    return permissions if permissions & can_send else permissions & ~_LOST_WITH_SEND
