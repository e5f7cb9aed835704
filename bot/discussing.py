"""The Discuss button: the thread of a paper's post, opened where it has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.destination import get_destination
from bot.errors import UserError
from bot.marks import MARK
from bot.outcomes import GONE, MISSING_PERMISSIONS, THREAD_LIMIT, RefusedError
from bot.render.limits import cut
from bot.render.links import channel_url, post_url, thread_url
from bot.render.markdown import Markup, collapse, link
from bot.render.names import thread_name
from bot.render.notices import render_notice
from bot.replies import answer_language, defer, reply
from bot.views import list_custom_ids
from storage.models import Entry, Post

if TYPE_CHECKING:
    from bot.client import DigestBot

_TITLE = 400  # units of a title in the answer


async def answer_discuss(interaction: discord.Interaction[Any], entry_id: int) -> None:
    """Link the discussion of the paper whose card was pressed, to who pressed.

    Raises:
        UserError: there is none that they may see, or it cannot be opened for them.
        RefusedError, UnsureError: Discord did not open it; pressing again is safe.
    """
    bot: DigestBot = interaction.client
    entry = await bot.store.get_entry(entry_id)
    if entry is None:
        raise UserError("error.post_outdated")
    await defer(interaction, ephemeral=True)
    post = await _find_post(interaction, entry)
    if post.parent_id is not None:  # it stands in a thread already: a digest's, or a forum post
        url = post_url(post)
    else:
        url = await _find_thread(bot, post) or await _open_thread(interaction, post, entry)
    paper = Markup(link(cut(collapse(entry.paper.title), _TITLE), url))
    notice = render_notice("discuss.here", language=answer_language(interaction), paper=paper)
    await reply(interaction, notice, ephemeral=True)


async def _find_post(interaction: discord.Interaction[Any], entry: Entry) -> Post:
    """Return the post that was pressed, else the paper's newest here that the presser may see."""
    bot: DigestBot = interaction.client
    place = bot.place(interaction)
    if place.near is None:
        raise UserError("discuss.in_servers")
    pressed = _pressed(interaction, entry, place.near.guild_id)
    if pressed is not None:
        return await bot.store.get_post(pressed.message_id, guild_id=pressed.guild_id) or pressed
    entries = await bot.store.get_paper_entries(entry.paper.id, until=place.today)
    posts = await bot.store.list_posts([entry.id, *(each.id for each in entries)], near=place.near)
    if not posts:
        raise UserError("discuss.not_posted")
    found = [posts[each.id] for each in (entry, *entries) if each.id in posts]
    visible = [post for post in found if _rights(interaction, _channel_of(post)).view_channel]
    if not visible:
        raise UserError("discuss.not_visible")
    return visible[0]


def _pressed(interaction: discord.Interaction[Any], entry: Entry, guild_id: int) -> Post | None:
    """Return the post whose button this is, by its mark: it may stand there and not be recorded."""
    message, channel = interaction.message, interaction.channel
    if message is None or not any(map(MARK.fullmatch, list_custom_ids(message))):
        return None
    return Post(
        entry_id=entry.id,
        guild_id=guild_id,
        channel_id=message.channel.id,
        message_id=message.id,
        thread_id=None,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
    )


async def _find_thread(bot: DigestBot, post: Post) -> str | None:
    """Return the address of the post's thread, None where it has none or that was deleted."""
    if post.thread_id is None:
        return None
    if bot.get_channel(post.thread_id) is None:  # archived, or gone
        try:
            await bot.fetch_channel(post.thread_id)
        except discord.NotFound:
            return None
        except discord.Forbidden:
            pass  # it is there
    return thread_url(post)


async def _open_thread(interaction: discord.Interaction[Any], post: Post, entry: Entry) -> str:
    """Start the post's thread, or find that somebody has just done so; record it.

    Raises:
        UserError: the presser or the bot may not, or Discord has no room for it.
    """
    bot: DigestBot = interaction.client
    await _require_rights(interaction, post)
    try:
        thread_id = await bot.sender.create_thread(
            post.channel_id, post.message_id, name=thread_name(entry.paper.title)
        )
    except RefusedError as error:
        if error.code in GONE:
            raise UserError("discuss.post_gone") from None
        if error.code in THREAD_LIMIT:
            raise UserError("discuss.no_room") from None
        if error.code == MISSING_PERMISSIONS:
            raise _lacking(post.channel_id, "create_public_threads") from None
        raise
    await bot.store.record_thread(post.message_id, thread_id=thread_id, title=entry.paper.title)
    return channel_url(post.guild_id, thread_id)


async def _require_rights(interaction: discord.Interaction[Any], post: Post) -> None:
    if not _rights(interaction, post.channel_id).create_public_threads:
        raise UserError(
            "discuss.not_yours", channel=post.channel_id, permissions=("create_public_threads",)
        )
    destination = await get_destination(interaction.client, post.channel_id)
    if not destination.permissions.create_public_threads:
        raise _lacking(post.channel_id, "create_public_threads")


def _rights(interaction: discord.Interaction[Any], channel_id: int) -> discord.Permissions:
    """Return what the presser may do in a channel of the server, none where it is not known."""
    if channel_id == interaction.channel_id:
        return interaction.permissions
    channel = interaction.client.get_channel(channel_id)
    if not isinstance(channel, discord.abc.GuildChannel) or isinstance(
        interaction.user, discord.User
    ):
        return discord.Permissions.none()
    return channel.permissions_for(interaction.user)


def _channel_of(post: Post) -> int:
    return post.parent_id or post.channel_id


def _lacking(channel_id: int, permission: str) -> UserError:
    return UserError("error.permissions_missing", channel=channel_id, permissions=(permission,))
