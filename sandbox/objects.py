"""Records as the JSON that Discord gives for them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.attachments import shown_attachments, shown_embeds
from sandbox.models import (
    Application,
    Channel,
    ChannelType,
    Command,
    Guild,
    Json,
    Member,
    Message,
    MessageType,
    Role,
    Tag,
    ThreadState,
    User,
)
from sandbox.permissions import guild_permissions

if TYPE_CHECKING:
    from sandbox.world import World

# docs: Application, Application Flags
_LIMITED_PRESENCES, _LIMITED_MEMBERS, _LIMITED_CONTENT = 1 << 13, 1 << 15, 1 << 19


def stamp(instant: datetime) -> str:
    """Return an ISO 8601 timestamp as Discord writes it."""
    return instant.isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    """Return a User object."""
    data: Json = {
        "id": str(user.id),
        "username": user.name,
        "global_name": user.display_name,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
    }
    return data | {"bot": True} if user.bot else data


def own_user_json(user: User) -> Json:
    """Return the User object of the bot itself."""
    return user_json(user) | {"mfa_enabled": True, "locale": "en-US", "verified": True}


def role_json(role: Role) -> Json:
    """Return a Role object."""
    data: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return data | {"tags": {"bot_id": str(role.bot_id)}} if role.bot_id else data


def member_json(world: World, member: Member, *, with_user: bool = True) -> Json:
    """Return a Guild Member object."""
    data: Json = {
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "roles": [str(role_id) for role_id in member.roles],
        "joined_at": stamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return data | {"user": user_json(world.users[member.user_id])} if with_user else data


def tag_json(tag: Tag) -> Json:
    """Return a Forum Tag object."""
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": str(tag.emoji_id) if tag.emoji_id else None,
        "emoji_name": tag.emoji_name,
    }


def channel_json(world: World, channel: Channel) -> Json:
    """Return a Channel object: a DM's, a thread's or a guild channel's."""
    if channel.type is ChannelType.DM:
        return _dm_json(world, channel)
    if channel.thread is not None:
        return thread_json(world, channel, channel.thread)
    data: Json = _channel_base(channel) | {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": False,
        "permission_overwrites": [
            {"id": str(o.id), "type": o.type, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in channel.overwrites
        ],
        "default_auto_archive_duration": channel.default_auto_archive_duration,
    }
    if channel.type is ChannelType.FORUM:
        data |= {
            "available_tags": [tag_json(tag) for tag in channel.tags],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return data


def _channel_base(channel: Channel) -> Json:
    return {
        "id": str(channel.id),
        "type": int(channel.type),
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "rate_limit_per_user": channel.rate_limit_per_user,
        "flags": channel.flags,
    }


def _dm_json(world: World, channel: Channel) -> Json:
    return {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "recipients": [user_json(world.users[user_id]) for user_id in channel.recipients],
    }


def thread_json(world: World, channel: Channel, state: ThreadState) -> Json:
    """Return a thread's Channel object, with the bot's own thread member if it has one."""
    data: Json = _channel_base(channel) | {
        "owner_id": str(state.owner_id),
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": stamp(state.archive_timestamp),
            "auto_archive_duration": state.auto_archive_duration,
            "locked": state.locked,
            "create_timestamp": stamp(state.created_at),
        },
        "message_count": state.message_count,
        "total_message_sent": state.total_message_sent,
        "member_count": min(len(state.members), 50),
    }
    parent = world.channels.get(channel.parent_id or 0)
    if parent is not None and parent.type is ChannelType.FORUM:
        data["applied_tags"] = [str(tag_id) for tag_id in state.applied_tags]
    if world.application.id in state.members:
        data["member"] = thread_member_json(channel, world.application.id)
    return data


def thread_member_json(channel: Channel, user_id: int) -> Json:
    """Return a Thread Member object."""
    if channel.thread is None:
        raise ValueError(f"{channel.id} is no thread")
    joined_at = channel.thread.members[user_id]
    return {
        "id": str(channel.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(joined_at),
        "flags": 1,
    }


def guild_json(world: World, guild: Guild) -> Json:
    """Return a Guild object as REST gives it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "features": ["COMMUNITY", "NEWS"],
        "owner_id": str(guild.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(guild.system_channel_id) if guild.system_channel_id else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role_json(role) for role in guild.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "premium_progress_bar_enabled_user_updated_at": None,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create_json(world: World, guild: Guild, *, all_members: bool) -> Json:
    """Return the data of a GUILD_CREATE: the guild with its channels and active threads."""
    bot_id = world.application.id
    members = [m for m in guild.members.values() if all_members or m.user_id == bot_id]
    return guild_json(world, guild) | {
        "joined_at": stamp(guild.members[bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(world, member) for member in members],
        "channels": [
            channel_json(world, channel)
            for channel in world.guild_channels(guild.id)
            if channel.thread is None
        ],
        "threads": [
            channel_json(world, thread)
            for thread in world.active_threads(guild.id)
            if world.can_view(bot_id, thread)
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message_json(world: World, message: Message, *, sees_content: bool = True) -> Json:
    """Return a Message object; without `sees_content` as for a bot without the intent for it."""
    blanked = not sees_content and hides_content(world, message)
    return {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": int(message.type),
        "author": user_json(world.users[message.author_id]),
        "content": "" if blanked else message.content,
        "embeds": [] if blanked else shown_embeds(message),
        "components": [] if blanked else message.components,
        "attachments": [] if blanked else shown_attachments(message),
        "timestamp": stamp(message.created_at),
        "edited_timestamp": stamp(message.edited_at) if message.edited_at else None,
        "mentions": [user_json(world.users[user_id]) for user_id in message.mention_ids],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "flags": message.flags,
        "pinned": False,
        "tts": False,
    } | _message_extras(world, message, sees_content=sees_content)


def hides_content(world: World, message: Message) -> bool:
    """Tell whether a bot without the message content intent gets this message blanked.

    docs: Gateway, Message Content Intent. It sees its own messages, direct messages and those
    that address it.
    """
    in_dm = world.channels[message.channel_id].type is ChannelType.DM
    return not (message.author_id == world.bot_id or in_dm or message.addresses_bot)


def _message_extras(world: World, message: Message, *, sees_content: bool) -> Json:
    """Return the fields that a message has only sometimes."""
    data: Json = {}
    if message.nonce is not None:
        data["nonce"] = message.nonce
    if message.webhook_id is not None:
        data |= {"webhook_id": str(message.webhook_id), "application_id": str(message.webhook_id)}
    if message.interaction is not None:
        data["interaction_metadata"] = message.interaction
    if message.reactions:
        data["reactions"] = [
            _reaction_json(world, name, user_ids) for name, user_ids in message.reactions.items()
        ]
    thread = world.channels.get(message.thread_id or 0)
    if thread is not None:
        data["thread"] = channel_json(world, thread)
    if message.reference is not None:
        data["message_reference"] = message.reference
    if message.type in (MessageType.REPLY, MessageType.THREAD_STARTER_MESSAGE):
        target = world.find_message(message.reference or {})
        data["referenced_message"] = target and _quoted(world, target, sees_content=sees_content)
    return data


def _quoted(world: World, message: Message, *, sees_content: bool) -> Json:
    data = message_json(world, message, sees_content=sees_content)
    data.pop("referenced_message", None)
    return data


def _reaction_json(world: World, name: str, user_ids: list[int]) -> Json:
    return {
        "emoji": {"id": None, "name": name},
        "count": len(user_ids),
        "count_details": {"normal": len(user_ids), "burst": 0},
        "burst_colors": [],
        "me": world.application.id in user_ids,
        "me_burst": False,
    }


def application_json(world: World, application: Application) -> Json:
    """Return the Application object that the bot sees of itself."""
    flags = application_flags(application)
    return {
        "id": str(application.id),
        "name": application.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(world.users[application.id]),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(world.users[application.owner_id]),
        "team": None,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
    }


def application_flags(application: Application) -> int:
    """Return the application's flags: which privileged intents it was given."""
    return (
        _LIMITED_CONTENT * application.message_content
        | _LIMITED_MEMBERS * application.guild_members
        | _LIMITED_PRESENCES * application.presences
    )


def command_json(world: World, command: Command) -> Json:
    """Return an Application Command object."""
    data: Json = {
        "id": str(command.id),
        "application_id": str(world.application.id),
        "version": str(command.version),
    }
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    return data | command.body


def interaction_channel_json(world: World, channel: Channel, user_id: int) -> Json:
    """Return the Channel object of an interaction: with the user's permissions in it."""
    data = channel_json(world, channel)
    data.pop("permission_overwrites", None)
    data.pop("available_tags", None)
    return data | {"permissions": str(int(permissions_in(world, channel, user_id)))}


def permissions_in(world: World, channel: Channel, user_id: int) -> int:
    """Return a user's permissions in a guild channel, thread or DM."""
    return int(world.permissions(user_id, channel))


def interaction_member_json(world: World, guild: Guild, channel: Channel, user_id: int) -> Json:
    """Return the Member object of an interaction: with permissions in the channel."""
    permissions = str(permissions_in(world, channel, user_id))
    return member_json(world, guild.members[user_id]) | {"permissions": permissions}


def my_guild_json(guild: Guild, user_id: int) -> Json:
    """Return an entry of the list of the bot's own guilds."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == user_id,
        "permissions": str(int(guild_permissions(guild, user_id))),
        "features": ["COMMUNITY", "NEWS"],
    }
