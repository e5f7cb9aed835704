"""Due -> open -> carry out: the only code that posts by itself.

A tick opens what is due and hands every unfinished delivery to the workers: channels in parallel,
each channel in order. Whatever stops a delivery, the next tick goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakValueDictionary

import discord

from bot.clock import Clock
from bot.destination import Destination, get_destination
from bot.due import list_unposted
from bot.errors import UserError
from bot.layouts import Job, carry_out, select_entries
from bot.schedule import due_dates, is_open, local_day
from bot.sender import RefusedError, Sender, UnsureError
from bot.steps import BusyError, StepRunner
from storage.base import Store
from storage.models import Delivery, Subscription

WORKERS = 64
RETRY_FIRST, RETRY_MOST = 5.0, 300.0  # seconds until an interrupted delivery goes on

# Discord's answers that will not change by asking again: the channel or guild is gone, or a
# permission is missing (docs: JSON Error Codes). 40067: the forum wants a tag.
_PARKING = {
    10003: "error.channel_gone",
    10004: "error.channel_gone",
    50001: "error.channel_hidden",
    50013: "error.permissions_missing",
    40067: "error.forum_tag_required",
}

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Retry:
    at: float  # the event loop's time
    pause: float


class DeliveryService:
    """Opens what is due and carries it out."""

    def __init__(
        self, *, store: Store, sender: Sender, client: discord.Client, clock: Clock, owner: str
    ) -> None:
        self._store = store
        self._sender = sender
        self._client = client
        self._clock = clock
        self._owner = owner
        self._waiting: dict[int, None] = {}  # subscription ids, in order
        self._workers: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._retries: dict[int, _Retry] = {}

    async def tick(self) -> None:
        """Open every delivery that is due and set the workers to what is unfinished."""
        now = self._clock()
        await self._open_due(now)
        for delivery in await self._store.list_unfinished():
            retry = self._retries.get(delivery.subscription_id)
            if retry is None or retry.at <= asyncio.get_running_loop().time():
                self._waiting.setdefault(delivery.subscription_id)
        for _ in range(min(WORKERS - len(self._workers), len(self._waiting))):
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def close(self) -> None:
        """Stop the workers; what they leave is finished after the next start."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def post_now(
        self, subscription: Subscription, dates: Sequence[date], *, again: bool
    ) -> tuple[Delivery, ...]:
        """Open these digests now, count them for today, and carry out all that is unfinished.

        Raises:
            UserError: the channel cannot be posted to.
            RefusedError, UnsureError, BusyError: what is left is carried out by later ticks.
        """
        now = self._clock()
        destination = await get_destination(self._client, subscription.channel_id)
        _require(destination)
        opened = await self._open(subscription, destination, dates, now=now, again=again)
        async with self._turn(subscription.id):
            for delivery in await self._store.list_unfinished(subscription.id):
                await self._carry_out(delivery, destination)
        return opened

    async def _open(
        self,
        subscription: Subscription,
        destination: Destination,
        dates: Sequence[date],
        *,
        now: datetime,
        again: bool,
    ) -> tuple[Delivery, ...]:
        day = local_day(subscription.timezone, now)
        anchor = destination.last_message_id
        if not again:
            return await self._store.open_deliveries(
                subscription, dates, day=day, anchor=anchor, now=now, scheduled=False
            )
        return tuple(
            [
                await self._store.open_again(
                    subscription, digest_date, day=day, anchor=anchor, now=now
                )
                for digest_date in dates
            ]
        )

    async def _open_due(self, now: datetime) -> None:
        delivered = await self._store.list_delivered_days(since=(now - timedelta(days=2)).date())
        for subscription in await self._store.list_subscriptions():
            day = local_day(subscription.timezone, now)
            if not subscription.active or (subscription.id, day) in delivered:
                continue
            if is_open(subscription, now=now):
                await self._open_day(subscription, day, now)

    async def _open_day(self, subscription: Subscription, day: date, now: datetime) -> None:
        unposted = await list_unposted(self._store, subscription, until=day)
        dates = due_dates(subscription, unposted, delivered_today=False, now=now)
        if not dates:
            return
        try:
            destination = await get_destination(self._client, subscription.channel_id)
            _require(destination)
        except UserError as error:
            await self._park(subscription, error.key)
            return
        except (discord.HTTPException, OSError) as error:
            _log.warning("Channel %s cannot be read: %s", subscription.channel_id, error)
            return
        if subscription.guild_id != destination.guild_id:
            await self._store.set_guild(subscription.id, destination.guild_id)
        await self._store.open_deliveries(
            subscription,
            dates,
            day=day,
            anchor=destination.last_message_id,
            now=now,
            scheduled=True,
        )

    async def _work(self) -> None:
        while self._waiting:
            subscription_id = next(iter(self._waiting))
            del self._waiting[subscription_id]
            turn = self._turn(subscription_id)
            if turn.locked():
                continue
            async with turn:
                try:
                    await self._finish(subscription_id)
                except Exception:  # noqa: BLE001 - one channel's trouble must not stop the others
                    _log.exception("Delivery to subscription %s failed", subscription_id)
                    self._retry_later(subscription_id)

    async def _finish(self, subscription_id: int) -> None:
        """Carry out the subscription's unfinished deliveries, oldest first."""
        subscription = await self._store.get_subscription_by_id(subscription_id)
        if subscription is None or subscription.parked:
            return
        try:
            destination = await get_destination(self._client, subscription.channel_id)
            _require(destination)
            for delivery in await self._store.list_unfinished(subscription_id):
                await self._carry_out(delivery, destination)
        except UserError as error:
            await self._park(subscription, error.key)
        except RefusedError as error:
            if reason := _PARKING.get(error.code):
                await self._park(subscription, reason)
            else:
                _log.warning("Discord refused a post in %s: %s", subscription.channel_id, error)
                self._retry_later(subscription_id)
        except (UnsureError, BusyError, discord.HTTPException, OSError) as error:
            _log.warning("Delivery to %s interrupted: %s", subscription.channel_id, error)
            self._retry_later(subscription_id)
        else:
            self._retries.pop(subscription_id, None)

    async def _carry_out(self, delivery: Delivery, destination: Destination) -> None:
        digest = await self._store.get_digest(delivery.digest_date)
        entries = select_entries(digest, delivery.tags) if digest else ()
        if entries:
            await carry_out(Job(steps=self._steps(delivery, destination), entries=entries))
        await self._store.finish_delivery(delivery.id, now=self._clock())

    def _steps(self, delivery: Delivery, destination: Destination) -> StepRunner:
        user = self._client.user
        return StepRunner(
            store=self._store,
            sender=self._sender,
            clock=self._clock,
            owner=self._owner,
            bot_id=user.id if user else 0,
            delivery=delivery,
            destination=destination,
        )

    async def _park(self, subscription: Subscription, reason: str) -> None:
        _log.warning("Posting to channel %s stops: %s", subscription.channel_id, reason)
        await self._store.park(subscription.id, reason, now=self._clock())

    def _retry_later(self, subscription_id: int) -> None:
        last = self._retries.get(subscription_id)
        pause = min(last.pause * 2, RETRY_MOST) if last else RETRY_FIRST
        at = asyncio.get_running_loop().time() + pause
        self._retries[subscription_id] = _Retry(at=at, pause=pause)

    def _turn(self, subscription_id: int) -> asyncio.Lock:
        """Return the lock that keeps one channel's deliveries in order."""
        lock = self._turns.get(subscription_id)
        if lock is None:
            lock = self._turns[subscription_id] = asyncio.Lock()
        return lock


def _require(destination: Destination) -> None:
    missing = destination.missing()
    if missing:
        raise UserError(
            "error.permissions_missing", channel=destination.channel_id, permissions=missing
        )
