"""The next post of a channel, as it will look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.destination import ChannelKind, get_destination
from bot.due import find_next
from bot.errors import UserError
from bot.layouts import select_entries
from bot.render.digest import render_header
from bot.render.message import Message
from bot.render.notices import render_notice
from bot.render.paper import render_post
from bot.views import entry_button_id
from storage.models import Subscription, Threads

if TYPE_CHECKING:
    from bot.client import DigestBot

SHOWN = 5  # papers in full; Discord takes few private follow-ups at a time


async def preview(bot: DigestBot, channel_id: int, *, language: str) -> tuple[Message, ...]:
    """Return what the channel is sent next: a line about it, the header, the first papers.

    A channel without a subscription is shown what /post would post there.

    Raises:
        UserError: nothing is waiting, or the bot cannot see the channel.
    """
    destination = await get_destination(bot, channel_id)
    subscription = await bot.store.get_subscription(channel_id) or _unsubscribed(bot, channel_id)
    coming = await find_next(bot.store, subscription, now=bot.clock())
    digest = await bot.store.get_digest(coming.dates[0]) if coming else None
    if digest is None:
        raise UserError("notice.preview_none", channel=channel_id)
    entries = select_entries(digest, subscription.tags)
    notice = render_notice(
        "notice.preview", language=language, channel=channel_id, date=digest.date
    )
    header = render_header(
        entries,
        date=digest.date,
        language=subscription.language,
        links={},
        mark=f"preview:{digest.date:%Y%m%d}",
    )
    papers = [
        render_post(entry, language=subscription.language, mark=entry_button_id(entry.id))
        for entry in entries[:SHOWN]
    ]
    if destination.kind is ChannelKind.FORUM and subscription.threads is Threads.PAPER:
        return (notice, *papers)
    # Without its button, which leads to the posts: there are none yet.
    return (notice, replace(header, buttons=()), *papers)


def _unsubscribed(bot: DigestBot, channel_id: int) -> Subscription:
    settings = bot.settings
    return Subscription(
        id=0,
        guild_id=None,
        channel_id=channel_id,
        at=settings.digest_post_at,
        timezone=settings.digest_timezone,
        language=settings.digest_language,
        threads=settings.digest_threads,
        tags=(),
        start=settings.digest_start,
        since=None,
        active=False,
        created_at=bot.clock(),
        created_by=None,
        parked=None,
        parked_at=None,
    )
