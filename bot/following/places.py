"""Where a reader may see a paper's post: in servers that they and the bot share."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import aiohttp
import discord

from storage.base import FollowStore
from storage.models import PlacedPost, Post

# A reader's own server comes first, so this is for who left it; each costs a request.
MOST_GUILDS = 5
MOST_POSTS = 1000

_log = logging.getLogger(__name__)


async def find_visible_posts(
    client: discord.Client,
    store: FollowStore,
    *,
    user_id: int,
    home: int | None,
    entry_ids: Sequence[int],
) -> Mapping[int, Post]:
    """Return posts of these entries that the user may see, by entry id: in `home` if they can.

    Who is a member, and with which roles, is asked for by REST: no privileged intent is needed.
    """
    placed = await store.list_placed_posts(entry_ids, limit=MOST_POSTS)
    guild_ids = dict.fromkeys(each.post.guild_id for each in placed)
    order = sorted(guild_ids, key=lambda guild_id: guild_id != home)
    found: dict[int, Post] = {}
    for guild_id in order[:MOST_GUILDS]:
        there = [
            each
            for each in placed
            if each.post.guild_id == guild_id and each.post.entry_id not in found
        ]
        if there:
            found = await _find_in_guild(client, guild_id, user_id, there) | found
    return found


async def _find_in_guild(
    client: discord.Client, guild_id: int, user_id: int, placed: Sequence[PlacedPost]
) -> dict[int, Post]:
    guild = client.get_guild(guild_id)
    if guild is None:
        return {}
    try:
        member = await guild.fetch_member(user_id)
    except discord.NotFound:
        return {}
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        # A message without this server's links is better than none.
        _log.warning("Guild %s does not tell who is in it: %s", guild_id, error)
        return {}
    seen = {each.channel_id for each in placed if _may_read(guild, member, each.channel_id)}
    # The newest come first, and are to be kept.
    return {each.post.entry_id: each.post for each in reversed(placed) if each.channel_id in seen}


def _may_read(guild: discord.Guild, member: discord.Member, channel_id: int) -> bool:
    """Return whether a member sees a channel and what was written there before."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        return False
    rights = channel.permissions_for(member)
    return rights.view_channel and rights.read_message_history
