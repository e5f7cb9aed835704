"""What a channel's weekly recap says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.discovery.popularity import list_popular
from bot.discovery.trend_reports import draw
from bot.discovery.trends import count_series, find_movers
from bot.layouts import select_entries
from bot.render.message import Message
from bot.render.recap import Recap, RecapPaper, TagWeeks, chart_recap, render_recap
from storage.base import DiscoveryStore, PaperStore
from storage.models import Entry, Near, Subscription

if TYPE_CHECKING:
    from bot.client import DigestBot

WEEK, DAY = timedelta(days=7), timedelta(days=1)
# Weeks that a week is compared with, those in the picture; papers, threads and tags that are named.
COMPARED, DRAWN, PAPERS, THREADS, TAGS = 4, 12, 5, 3, 6
# A thread of fewer messages is no discussion, a tag of fewer papers no trend.
_DISCUSSION, _FEWEST = 2, 2


async def compose_recap(bot: DigestBot, subscription: Subscription, week: date) -> Message | None:
    """Return the recap of a week, from its Monday to its Sunday; None if it had no digest.

    It is of the papers that the channel is sent, in its language, with what its server made of
    them, and of all papers' tags.

    Raises:
        StorageError: the store cannot be read.
    """
    digests = await _list_digests(bot.store, subscription, week)
    entries = [entry for digest in digests for entry in digest]
    if not entries:
        return None
    papers = await _list_papers(bot, entries, subscription)
    talked_of = [each for each in papers if each.post and each.messages >= _DISCUSSION]
    recap = Recap(
        week=week,
        papers=len(papers),
        digests=len(digests),
        top=tuple(sorted(papers, key=lambda each: -each.score)[:PAPERS]),
        threads=tuple(sorted(talked_of, key=lambda each: -each.messages)[:THREADS]),
        tags=await _count_tags(bot.store, week),
    )
    picture = await draw(bot, chart_recap(recap, language=subscription.language))
    return render_recap(recap, picture, language=subscription.language)


async def _list_digests(
    store: PaperStore, subscription: Subscription, week: date
) -> list[tuple[Entry, ...]]:
    """Return the entries of each of the week's digests that the channel is sent any of."""
    digests = [await store.get_digest(week + number * DAY) for number in range(7)]
    selected = [select_entries(each, subscription.tags) for each in digests if each is not None]
    return [entries for entries in selected if entries]


async def _list_papers(
    bot: DigestBot, entries: Sequence[Entry], subscription: Subscription
) -> tuple[RecapPaper, ...]:
    """Return each paper once, in the digests' order, with what the server made of it.

    What it links to is in the channel, where it was posted there.
    """
    guild_id, ids = subscription.guild_id or 0, [entry.id for entry in entries]
    channel = Near(guild_id=guild_id, channel_id=subscription.channel_id)
    posts = await bot.store.list_posts(ids, near=channel)
    newest = await bot.store.list_posts(ids, near=Near(guild_id=guild_id))
    counted = (*posts.values(), *newest.values())
    await bot.engagement.recount(post.message_id for post in counted)
    popular = {each.paper_id: each for each in await list_popular(bot.store, guild_id, since=None)}
    papers = {entry.paper.id: entry for entry in reversed(entries)}
    return tuple(
        RecapPaper(entry=entry, post=posts.get(entry.id), popular=popular.get(paper_id))
        for paper_id, entry in reversed(papers.items())
    )


async def _count_tags(store: DiscoveryStore, week: date) -> TagWeeks:
    weeks = tuple(week - number * WEEK for number in reversed(range(DRAWN)))
    *weekly, now, before = await store.count_tags(
        [
            *((monday, monday + WEEK - DAY) for monday in weeks),
            (week, week + WEEK - DAY),
            (week - COMPARED * WEEK, week - DAY),
        ]
    )
    rose, _ = find_movers(now, before, fewest=_FEWEST)
    return TagWeeks(
        weeks=weeks,
        top=count_series(list(now.tags)[:TAGS], weekly),
        rose=rose,
        rising=count_series([each.tag for each in rose], weekly),
    )
