"""Reactions: a user's emoji below a message, put there and taken away."""

from __future__ import annotations

from sandbox import limits, objects
from sandbox.errors import DiscordError, archived_thread, missing_permissions, unknown
from sandbox.events import Change
from sandbox.models import Json, Message
from sandbox.permissions import Permission
from sandbox.world import World


def react(world: World, message: Message, user_id: int, emoji: str) -> None:
    """Add a user's reaction, a Unicode emoji.

    Raises:
        DiscordError: 10014 for what is no emoji, 50013 for who may not read the history or, with
            an emoji that nobody used yet, add reactions; 30010 for a message with 20 different
            ones, 50083 in an archived thread.
    """
    channel = world.channels[message.channel_id]
    is_new = emoji not in message.reactions
    needed = Permission.READ_MESSAGE_HISTORY | (Permission.ADD_REACTIONS if is_new else 0)
    if emoji.isascii():
        raise unknown("Emoji")
    if needed & ~world.permissions(user_id, channel):
        raise missing_permissions()
    if channel.thread is not None and channel.thread.archived:
        raise archived_thread()
    if is_new and len(message.reactions) >= limits.REACTIONS:
        raise DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    users = message.reactions.setdefault(emoji, [])
    if user_id not in users:
        users.append(user_id)
        _publish(world, "MESSAGE_REACTION_ADD", message, user_id, emoji)


def unreact(world: World, message: Message, user_id: int, emoji: str) -> None:
    """Take a user's reaction away, if it is there."""
    users = message.reactions.get(emoji, [])
    if user_id in users:
        users.remove(user_id)
        if not users:
            del message.reactions[emoji]
        _publish(world, "MESSAGE_REACTION_REMOVE", message, user_id, emoji)


def _publish(world: World, name: str, message: Message, user_id: int, emoji: str) -> None:
    channel = world.channels[message.channel_id]
    data: Json = {
        "user_id": str(user_id),
        "channel_id": str(message.channel_id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    guild = world.guilds.get(channel.guild_id or 0)
    if guild is not None:
        data["guild_id"] = str(guild.id)
    if name == "MESSAGE_REACTION_ADD":
        data["message_author_id"] = str(message.author_id)
        if guild is not None:
            data["member"] = objects.member_json(world, guild.members[user_id])
    world.hub.publish(
        Change(name=name, data=data, guild_id=channel.guild_id, channel_id=message.channel_id)
    )
