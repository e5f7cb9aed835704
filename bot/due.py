"""Asks the store what the schedule needs to know of a subscription."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.schedule import NextDelivery, local_day, next_delivery
from storage.base import Store
from storage.models import Subscription
from storage.text import tag_key


async def list_unposted(
    store: Store, subscription: Subscription, *, until: date
) -> tuple[date, ...]:
    """Return the digests that the subscription has not been sent and that pass its filter."""
    wanted = {tag_key(tag) for tag in subscription.tags}
    return await store.list_unposted(subscription.id, until=until, tags=wanted)


async def find_next(
    store: Store, subscription: Subscription, *, now: datetime
) -> NextDelivery | None:
    """Return what the subscription is sent next, None when nothing is left; even if it is off."""
    today = local_day(subscription.timezone, now)
    delivered = await store.list_delivered_days(since=today - timedelta(days=1))
    return next_delivery(
        subscription,
        await list_unposted(store, subscription, until=date.max),
        delivered_today=(subscription.id, today) in delivered,
        now=now,
    )
