"""Due -> open -> carry out: the only code that posts by itself.

A tick opens what is due and hands every unfinished delivery to the workers: channels in parallel,
each channel in order. Whatever stops a delivery, the next tick goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import aiohttp
import discord

from bot.attempts import BusyError, StoppedError
from bot.carrying import Carrier
from bot.clock import Clock
from bot.destination import Destination, get_destination
from bot.due import list_unposted
from bot.errors import UserError
from bot.histories import Histories
from bot.layouts import FindEarlier
from bot.logs import log_about
from bot.metrics import Metrics
from bot.outcomes import RefusedError, UnsureError
from bot.parking import Parking, find_obstacle, parking_reason
from bot.reporting import explain, in_words
from bot.roles import has_lost_role
from bot.safety.recovery import Recovery
from bot.schedule import due_dates, is_open, local_day
from bot.sender import Sender
from bot.workers import Workers
from storage.base import StorageError, Store
from storage.models import Delivery, Subscription, Threads

WORKERS = 64
# Discord's answer to one more thread (docs: JSON Error Codes 160006, 160007) comes at this many.
ACTIVE_THREADS = 1000
SPARE_THREADS = 20  # for the server's own, and for what other channels are posting meanwhile
OPEN_WITHIN = 2.0  # seconds that a tick gives to the channels that are due to be asked for

# What stops a delivery for now: Discord or the way to it, or another copy of the bot.
INTERRUPTIONS = (UnsureError, BusyError, discord.HTTPException, aiohttp.ClientError, OSError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quiet:
    """What was so when a subscription had nothing due: as long as it is, nothing is."""

    subscription: Subscription
    day: date
    digests: int


class DeliveryService:
    """Opens what is due and carries it out."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        histories: Histories,
        client: discord.Client,
        clock: Clock,
        owner: str,
        find_earlier: FindEarlier,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._workers = Workers(self._finish, most=WORKERS, name="Delivery to subscription")
        self._quiet: dict[int, _Quiet] = {}  # by subscription
        self._opening: dict[int, asyncio.Task[None]] = {}  # likewise
        # Hundreds of channels may be due at once: behind all of their questions, look-ups would
        # wait for one of the store's few readers.
        self._asking = asyncio.Lock()
        self._parking = Parking(store=store, client=client, sender=sender, clock=clock)
        self._carrier = Carrier(
            store=store,
            sender=sender,
            histories=histories,
            client=client,
            clock=clock,
            owner=owner,
            find_earlier=find_earlier,
            metrics=metrics,
            stopping=self._workers.stopping,
        )
        self._recovery = Recovery(store=store, histories=histories, client=client)

    async def tick(self) -> None:
        """Open every delivery that is due and set the workers to what is unfinished."""
        now = self._clock()
        subscriptions = await self._store.list_subscriptions()
        await self._parking.resume_mended(tuple(each for each in subscriptions if each.parked))
        await self._open_due(subscriptions, now)
        await self._store.reopen_changed()
        unfinished = await self._store.list_unfinished()
        self._workers.begin(dict.fromkeys(each.subscription_id for each in unfinished))

    async def close(self) -> None:
        """Let the steps in hand finish and begin no more; the next start finishes the rest."""
        for opening in self._opening.values():
            opening.cancel()
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        await self._workers.close()

    def turn(self, subscription_id: int) -> asyncio.Lock:
        """Return the lock that keeps what a channel gets in order."""
        return self._workers.turn(subscription_id)

    async def post_now(
        self, subscription: Subscription, dates: Sequence[date], *, again: bool
    ) -> tuple[Delivery, ...]:
        """Open these digests now, count them for today, and carry out all that is unfinished.

        Raises:
            UserError: the channel cannot be posted to.
            RefusedError, UnsureError, BusyError, StoppedError: what is left is carried out by
                later ticks.
        """
        now = self._clock()
        destination = await self._reach(subscription)
        if subscription.parked:
            await self._store.unpark(subscription.id)
        if again:
            opened = await self._open_again(subscription, destination, dates, now=now)
        else:
            opened = await self._open(subscription, destination, dates, now=now, scheduled=False)
        async with self.turn(subscription.id):
            await self._carry_out_all(subscription, destination)
        return opened

    async def _open(
        self,
        subscription: Subscription,
        destination: Destination,
        dates: Sequence[date],
        *,
        now: datetime,
        scheduled: bool,
    ) -> tuple[Delivery, ...]:
        return await self._store.open_deliveries(
            self._as_it_can_be(subscription, destination),
            dates,
            day=local_day(subscription.timezone, now),
            anchor=destination.last_message_id,
            now=now,
            scheduled=scheduled,
        )

    async def _open_again(
        self,
        subscription: Subscription,
        destination: Destination,
        dates: Sequence[date],
        *,
        now: datetime,
    ) -> tuple[Delivery, ...]:
        return tuple(
            [
                await self._store.open_again(
                    self._as_it_can_be(subscription, destination),
                    digest_date,
                    day=local_day(subscription.timezone, now),
                    anchor=destination.last_message_id,
                    now=now,
                )
                for digest_date in dates
            ]
        )

    def _as_it_can_be(self, subscription: Subscription, destination: Destination) -> Subscription:
        """Return the subscription with one thread per digest where the guild is nearly full.

        And without a role that is gone.
        """
        if subscription.threads is Threads.PAPER and is_nearly_full(destination):
            subscription = replace(subscription, threads=Threads.DIGEST)
        if has_lost_role(self._client, subscription):
            subscription = replace(subscription, role_id=None)
        return subscription

    async def _open_due(self, subscriptions: Sequence[Subscription], now: datetime) -> None:
        delivered = await self._store.list_delivered_days(since=(now - timedelta(days=2)).date())
        digests = await self._store.get_digests_version()
        for subscription in subscriptions:
            if not subscription.active or subscription.parked:
                continue
            day = local_day(subscription.timezone, now)
            state = _Quiet(subscription=subscription, day=day, digests=digests)
            if (subscription.id, day) in delivered or self._quiet.get(subscription.id) == state:
                continue
            if subscription.id not in self._opening and is_open(subscription, now=now):
                opening = asyncio.create_task(self._open_day(state, now))
                self._opening[subscription.id] = opening
        await self._await_openings()

    async def _await_openings(self) -> None:
        """Wait for what is being opened, but not for a channel that is long in being asked for.

        The tick that comes after it was opened carries it out.

        Raises:
            StorageError: the store could not be read or written.
        """
        if not self._opening:
            return
        done, _ = await asyncio.wait(self._opening.values(), timeout=OPEN_WITHIN)
        self._opening = {each: task for each, task in self._opening.items() if task not in done}
        errors = [each.exception() for each in done if not each.cancelled()]
        for error in filter(None, errors):
            raise error

    async def _open_day(self, state: _Quiet, now: datetime) -> None:
        """Open the day's delivery, if anything is due."""
        subscription = state.subscription
        async with self._asking:
            unposted = await list_unposted(self._store, subscription, until=state.day)
        dates = due_dates(subscription, unposted, delivered_today=False, now=now)
        if not dates:
            self._quiet[subscription.id] = state
            return
        try:
            destination = await self._reach(subscription)
        except UserError as error:
            await self._parking.park(subscription, error)
        except INTERRUPTIONS as error:
            _log.warning("Channel %s cannot be read: %s", subscription.channel_id, explain(error))
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - one channel's trouble must not stop the others
            _log.exception("The delivery to subscription %s cannot be opened", subscription.id)
        else:
            # It may have been changed while the channel was asked for.
            current = await self._store.get_subscription_by_id(subscription.id)
            await self._open(current or subscription, destination, dates, now=now, scheduled=True)
            self._workers.hurry(subscription.id)

    async def _reach(self, subscription: Subscription) -> Destination:
        """Return the subscription's channel, which can be posted to, and whose posts are known.

        Raises:
            UserError: it cannot, or they cannot be read after a restore.
            UnsureError, discord.HTTPException, OSError: it could not be asked for.
        """
        destination = await get_destination(self._client, subscription.channel_id)
        if subscription.guild_id != destination.guild_id:
            await self._store.set_guild(subscription.id, destination.guild_id)
        obstacle = find_obstacle(destination, subscription.parked)
        if obstacle is not None:
            raise obstacle
        await self._recovery.catch_up(subscription, destination)
        return destination

    async def _finish(self, subscription_id: int) -> bool:
        """Carry out what the subscription has unfinished; return false if it is to be retried."""
        try:
            subscription = await self._store.get_subscription_by_id(subscription_id)
            if subscription is None or subscription.parked:
                return True
            with log_about(
                guild=subscription.guild_id,
                channel=subscription.channel_id,
                subscription=subscription_id,
            ):
                return await self._finish_or_park(subscription)
        except StorageError as error:
            _log.error(  # the disk's fault: a sentence, no traceback
                "Delivery to subscription %s waits for the database: %s",
                subscription_id,
                in_words(error),
            )
            return False

    async def _finish_or_park(self, subscription: Subscription) -> bool:
        """Carry out what is unfinished, or park the channel; return false where neither is done."""
        try:
            await self._carry_out_all(subscription, await self._reach(subscription))
        except StoppedError:
            _log.info("Delivery to %s goes on after the next start", subscription.channel_id)
        except UserError as error:
            await self._parking.park(subscription, error)
        except RefusedError as refused:
            reason = parking_reason(refused, channel_id=subscription.channel_id)
            if reason is None:
                _log.warning("Discord refused a post in %s: %s", subscription.channel_id, refused)
                return False
            await self._parking.park(subscription, reason)
        except INTERRUPTIONS as error:
            _log.warning("Delivery to %s interrupted: %s", subscription.channel_id, explain(error))
            return False
        return True

    async def _carry_out_all(self, subscription: Subscription, destination: Destination) -> None:
        """Carry out what is unfinished: new digests, oldest first, before edits of old ones."""
        unfinished = await self._store.list_unfinished(subscription.id)
        for delivery in sorted(unfinished, key=lambda delivery: delivery.reopened):
            with log_about(delivery=delivery.id, digest=delivery.digest_date):
                await self._carrier.carry_out(delivery, subscription, destination)


def is_nearly_full(destination: Destination) -> bool:
    """Return whether the guild comes near its limit of active threads."""
    return destination.active_threads >= ACTIVE_THREADS - SPARE_THREADS
