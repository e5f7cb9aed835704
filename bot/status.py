"""How a server's channels stand: what comes next, what came last, what is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery import is_nearly_full
from bot.destination import ChannelKind, Destination, cached_destination
from bot.due import find_next
from bot.errors import UserError
from bot.given_up import count_refused
from bot.parking import find_obstacle, recall_reason
from bot.roles import has_lost_role, is_silent
from bot.schedule import RECENT_DAYS, NextDelivery, is_open, local_day
from storage.models import Delivery, StepState, Subscription, Threads

if TYPE_CHECKING:
    from bot.client import DigestBot

# Digests that one day's delivery may hold: those of the last days, and /post's.
DAILY = 2 * RECENT_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """One channel.

    `today` is the key of the sentence on today's post, None where `obstacle` says it all; `notes`
    are those on limits; `is_silent` is true where a role is named and not notified; `refused` says
    how many posts of the last day Discord refused, by the key of the sentence that says why.
    """

    subscription: Subscription
    coming: NextDelivery | None
    last: Delivery | None
    today: str | None
    obstacle: UserError | None
    notes: tuple[str, ...]
    is_silent: bool
    refused: Mapping[str, int]


async def describe_status(bot: DigestBot, guild_id: int) -> tuple[ChannelStatus, ...]:
    """Return how each subscribed channel of the server stands."""
    found = await bot.store.list_subscriptions(guild_id=guild_id)
    return tuple([await _describe(bot, each) for each in found if each.active])


async def _describe(bot: DigestBot, subscription: Subscription) -> ChannelStatus:
    now = bot.clock()
    destination = cached_destination(bot, subscription.channel_id)
    coming = await find_next(bot.store, subscription, now=now)
    last = await bot.store.get_last_delivery(subscription.id)
    notes = _notes(subscription, destination) if destination else ()
    if last is not None and await _is_unpublished(bot, last):
        notes = (*notes, "notice.status_not_published")
    if has_lost_role(bot, subscription):
        notes = (*notes, "notice.status_role_gone")
    refused = await _count_refused(bot, last) if last is not None else {}
    return ChannelStatus(
        subscription=subscription,
        coming=coming,
        last=last,
        today=await _today(bot, subscription, coming, last if refused else None),
        obstacle=_obstacle(subscription, destination),
        notes=notes,
        is_silent=destination is not None and is_silent(bot, subscription, destination),
        refused=refused,
    )


async def _count_refused(bot: DigestBot, last: Delivery) -> Mapping[str, int]:
    """Return what Discord refused of all the digests of the last one's day."""
    recent = await bot.store.list_recent_deliveries(last.subscription_id, limit=DAILY)
    that_day = [delivery for delivery in recent if delivery.day == last.day]
    return count_refused(
        [step for delivery in that_day for step in await bot.store.list_steps(delivery.id)]
    )


async def _is_unpublished(bot: DigestBot, delivery: Delivery) -> bool:
    """Return whether Discord did not let the delivery's header be published."""
    steps = await bot.store.list_steps(delivery.id)
    return any(step.name == "crosspost" and step.state is StepState.SKIPPED for step in steps)


async def _today(
    bot: DigestBot,
    subscription: Subscription,
    coming: NextDelivery | None,
    incomplete: Delivery | None,
) -> str | None:
    """Return the key of the sentence on today's post; `incomplete` is one that lacks posts."""
    now = bot.clock()
    day = local_day(subscription.timezone, now)
    if subscription.parked:
        return None
    unfinished = await bot.store.list_unfinished(subscription.id)
    if any(not delivery.reopened for delivery in unfinished) or (coming and coming.at <= now):
        return "notice.still_posting"
    delivered = await bot.store.list_delivered_days(since=day - timedelta(days=1))
    if (subscription.id, day) in delivered:
        partly = incomplete is not None and incomplete.day == day
        return "notice.status_posted_partly" if partly else "notice.status_posted_today"
    if not is_open(subscription, now=now):
        return "notice.status_waiting"
    return "notice.status_nothing_today"


def _obstacle(subscription: Subscription, destination: Destination | None) -> UserError | None:
    """Return why posting stopped, as the channel's settings show it now."""
    if subscription.parked is None:
        return None
    current = find_obstacle(destination, subscription.parked) if destination else None
    return current or recall_reason(subscription)


def _notes(subscription: Subscription, destination: Destination) -> tuple[str, ...]:
    notes = []
    wants_threads = subscription.threads is not Threads.NONE
    if wants_threads and destination.kind is not ChannelKind.FORUM and not destination.may_thread:
        notes.append("notice.status_no_threads")
    if not destination.may_embed:
        notes.append("notice.status_no_embeds")
    if subscription.threads is Threads.PAPER and is_nearly_full(destination):
        notes.append("notice.status_thread_limit")
    return tuple(notes)
