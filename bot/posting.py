"""What /post does: which digests are meant, what the channel has already, and the rest posted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.dates import nearest_days
from bot.due import list_unposted
from bot.errors import NotFoundError, UserError
from bot.layouts import select_entries
from bot.render.links import message_url
from bot.schedule import local_day, next_delivery
from storage.models import Entry, StepState, Subscription

if TYPE_CHECKING:
    from bot.client import DigestBot


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRequest:
    """A member's /post: `digest_date` None means what is due next."""

    guild_id: int
    channel_id: int
    digest_date: date | None
    again: bool
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostResult:
    """A digest that stands in the channel: `posted` now, or it was there before."""

    digest_date: date
    entries: tuple[Entry, ...]
    links: dict[int, str]
    posted: bool


async def post_digest(bot: DigestBot, request: PostRequest) -> tuple[PostResult, ...]:
    """Post, and return what stands where.

    Raises:
        UserError: there is nothing to post, or the channel cannot be posted to.
        RefusedError, UnsureError, BusyError: what is left is posted by itself later.
    """
    subscription = await bot.store.add_target(
        request.channel_id,
        bot.settings.subscription_options(),
        guild_id=request.guild_id,
        by=request.by,
        now=bot.clock(),
    )
    dates = await _choose_dates(bot, subscription, request)
    opened = await bot.delivery.post_now(subscription, dates, again=request.again)
    new = {delivery.digest_date for delivery in opened}
    return tuple(
        [await _result(bot, subscription, request, day, posted=day in new) for day in dates]
    )


async def _choose_dates(
    bot: DigestBot, subscription: Subscription, request: PostRequest
) -> tuple[date, ...]:
    today = local_day(subscription.timezone, bot.clock())
    if request.digest_date is not None:
        await _require_digest(bot, subscription, request.digest_date, today)
        return (request.digest_date,)
    coming = next_delivery(
        replace(subscription, active=True, parked=None),
        await list_unposted(bot.store, subscription, until=today),
        delivered_today=False,
        now=bot.clock(),
    )
    if coming is None:
        raise UserError("notice.nothing_due", channel=request.channel_id)
    return coming.dates


async def _require_digest(
    bot: DigestBot, subscription: Subscription, day: date, today: date
) -> None:
    digest = await bot.store.get_digest(day) if day <= today else None
    if digest is None:
        known = await bot.store.list_dates(until=today)
        nearest = nearest_days(day, known)
        raise NotFoundError("error.digest_not_found", name=day, nearest=nearest)
    if not select_entries(digest, subscription.tags):
        raise UserError("error.filter_matches_nothing", name=day)


async def _result(
    bot: DigestBot, subscription: Subscription, request: PostRequest, day: date, *, posted: bool
) -> PostResult:
    digest = await bot.store.get_digest(day)
    entries = select_entries(digest, subscription.tags) if digest else ()
    runs = await bot.store.list_deliveries(subscription.id, day)
    steps = await bot.store.list_steps(runs[-1].id) if runs else ()
    links = {
        step.entry_id: message_url(request.guild_id, step.channel_id, step.message_id)
        for step in steps
        if step.name == "paper" and step.state is StepState.DONE
        if step.channel_id and step.message_id
    }
    return PostResult(digest_date=day, entries=entries, links=links, posted=posted)
