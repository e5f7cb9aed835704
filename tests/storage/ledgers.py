"""Subscriptions, deliveries and steps for the tests of the ledger."""

from __future__ import annotations

from datetime import date, timedelta

from storage.models import (
    Claim,
    Delivery,
    Language,
    Start,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY

GUILD, CHANNEL = 10, 100
LEASE = timedelta(minutes=5)
ONE_DAY = timedelta(days=1)
DEFAULTS = SubscriptionOptions(
    at=NOW.time(),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


async def subscribe(
    store: SqliteStore,
    channel_id: int = CHANNEL,
    *,
    guild_id: int | None = GUILD,
    options: SubscriptionOptions | None = None,
) -> Subscription:
    """Subscribe a channel."""
    return await store.set_subscription(
        channel_id,
        options or SubscriptionOptions(),
        defaults=DEFAULTS,
        guild_id=guild_id,
        since=None,
        by=1,
        now=NOW,
    )


async def open_day(
    store: SqliteStore,
    subscription: Subscription,
    *dates: date,
    day: date = TODAY,
    scheduled: bool = True,
) -> tuple[Delivery, ...]:
    """Open the day's delivery of these digests."""
    return await store.open_deliveries(
        subscription, dates or (DAY,), day=day, anchor=7, now=NOW, scheduled=scheduled
    )


async def claim(
    store: SqliteStore,
    delivery: Delivery,
    name: str = "paper",
    *,
    entry_id: int = 1,
    owner: str = "host:1:a",
    after: timedelta = timedelta(0),
    settle: timedelta = timedelta(0),
    revision: str | None = None,
) -> Claim:
    """Claim a step, `after` so long."""
    return await store.claim_step(
        delivery.id,
        entry_id,
        name,
        owner=owner,
        lease=LEASE,
        settle=settle,
        now=NOW + after,
        revision=revision,
    )


async def post(
    store: SqliteStore,
    delivery: Delivery,
    *,
    message_id: int,
    entry_id: int = 1,
    thread: bool = True,
) -> None:
    """Record a paper's post, and its thread."""
    paper = await claim(store, delivery, "paper", entry_id=entry_id)
    await store.mark_done(paper.step, channel_id=CHANNEL, message_id=message_id, revision="r")
    if thread:
        started = await claim(store, delivery, "thread", entry_id=entry_id)
        await store.mark_done(started.step, channel_id=CHANNEL, message_id=message_id, revision="t")
