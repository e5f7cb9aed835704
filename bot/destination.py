"""The channel a delivery goes to: what it is and what the bot may do there."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import discord

from bot.errors import UserError

Postable = discord.TextChannel | discord.ForumChannel


class ChannelKind(enum.Enum):
    """The kinds of channel that digests can be posted to."""

    TEXT = "text"
    NEWS = "news"
    FORUM = "forum"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumTag:
    """A forum's own tag."""

    id: int
    name: str
    moderated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A channel as it is now.

    `last_message_id` is the newest message (in a forum: post) that the bot knows of, 0 for none;
    `active_threads` counts the guild's.
    """

    guild_id: int
    channel_id: int
    kind: ChannelKind
    permissions: discord.Permissions
    last_message_id: int
    active_threads: int = 0
    forum_tags: tuple[ForumTag, ...] = ()
    tag_required: bool = False

    @property
    def may_read_history(self) -> bool:
        """Whether an empty history means that there is nothing."""
        return self.permissions.read_message_history and self.permissions.view_channel

    @property
    def rights(self) -> tuple[object, ...]:
        """What decides whether posting works; a change of it is worth a new try."""
        return (self.permissions.value, self.tag_required, self.forum_tags)

    @property
    def has_usable_tag(self) -> bool:
        """Whether a forum has, or the bot can make, a tag to put on a post."""
        rights = self.permissions
        return rights.manage_channels or any(
            not tag.moderated or rights.manage_threads for tag in self.forum_tags
        )

    @property
    def may_embed(self) -> bool:
        """Whether embeds are kept; Discord drops them silently otherwise."""
        return self.permissions.embed_links

    @property
    def may_thread(self) -> bool:
        """Whether threads can be started and written in."""
        return self.permissions.create_public_threads and self.permissions.send_messages_in_threads

    def missing(self) -> tuple[str, ...]:
        """Return the permissions without which nothing can be posted, by Discord's names."""
        needed = ["view_channel", "send_messages"]
        if self.kind is ChannelKind.FORUM:
            needed.append("send_messages_in_threads")
        return tuple(name for name in needed if not getattr(self.permissions, name))


async def get_destination(client: discord.Client, channel_id: int) -> Destination:
    """Return the channel from the gateway's cache, or from REST where the cache lacks it.

    Raises:
        UserError: it is gone, hidden from the bot, or of a kind that digests cannot go to.
        discord.HTTPException: it could not be asked for.
    """
    channel = client.get_channel(channel_id) or await _fetch(client, channel_id)
    if isinstance(channel, discord.Thread):
        raise UserError("error.channel_thread", channel=channel_id)
    if not isinstance(channel, Postable):
        raise UserError("error.channel_kind", channel=channel_id)
    return _describe(channel, channel.guild.me or await _fetch_me(client, channel.guild))


def cached_destination(client: discord.Client, channel_id: int) -> Destination | None:
    """Return the channel as the gateway last showed it, None if it did not or it will not do."""
    channel = client.get_channel(channel_id)
    if not isinstance(channel, Postable) or channel.guild.me is None:
        return None
    return _describe(channel, channel.guild.me)


def _describe(
    channel: discord.TextChannel | discord.ForumChannel, me: discord.Member
) -> Destination:
    return Destination(
        guild_id=channel.guild.id,
        channel_id=channel.id,
        kind=_kind(channel),
        permissions=channel.permissions_for(me),
        last_message_id=channel.last_message_id or 0,
        active_threads=len(channel.guild.threads),
        forum_tags=_forum_tags(channel),
        tag_required=isinstance(channel, discord.ForumChannel) and channel.flags.require_tag,
    )


def _kind(channel: discord.TextChannel | discord.ForumChannel) -> ChannelKind:
    if isinstance(channel, discord.ForumChannel):
        return ChannelKind.FORUM
    return ChannelKind.NEWS if channel.is_news() else ChannelKind.TEXT


def _forum_tags(channel: discord.TextChannel | discord.ForumChannel) -> tuple[ForumTag, ...]:
    if not isinstance(channel, discord.ForumChannel):
        return ()
    return tuple(
        ForumTag(id=tag.id, name=tag.name, moderated=tag.moderated)
        for tag in channel.available_tags
    )


async def _fetch(client: discord.Client, channel_id: int) -> object:
    try:
        channel = await client.fetch_channel(channel_id)
    except discord.NotFound:
        raise UserError("error.channel_gone", channel=channel_id) from None
    except discord.Forbidden:
        raise UserError("error.channel_hidden", channel=channel_id) from None
    except discord.InvalidData:
        raise UserError("error.channel_kind", channel=channel_id) from None
    guild = getattr(channel, "guild", None)
    if isinstance(guild, discord.Guild) and not guild.roles:
        # discord.py makes an empty guild for a channel of one that it has not seen yet.
        fetched = await client.fetch_guild(guild.id)
        channel.guild = fetched  # type: ignore[union-attr]
    return channel


async def _fetch_me(client: discord.Client, guild: discord.Guild) -> discord.Member:
    assert client.user is not None  # noqa: S101 - set by login, before anything is delivered
    return await guild.fetch_member(client.user.id)
