"""Carrying out one delivery: which papers it holds, what their posts need, and how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field, replace

import discord

from bot.clock import Clock
from bot.destination import ChannelKind, Destination, cached_destination
from bot.forum_tags import missing_tags, parse_tags
from bot.given_up import count_refused
from bot.histories import Histories, own_id
from bot.layouts import FindEarlier, Job, carry_out, select_entries, settle_claims
from bot.messages import say
from bot.metrics import Metrics
from bot.outcomes import RefusedError
from bot.sender import Sender
from bot.steps import StepRunner
from storage.base import ClosedError, Store
from storage.models import Delivery, Digest, Entry, Step, Subscription

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Carries out deliveries. Once `stopping` is set, no step is begun.

    `refusals` is what its steps share: how often Discord found fault with each.
    """

    store: Store
    sender: Sender
    histories: Histories
    client: discord.Client
    clock: Clock
    owner: str
    find_earlier: FindEarlier
    metrics: Metrics
    stopping: asyncio.Event
    refusals: Counter[str] = field(default_factory=Counter)

    async def carry_out(
        self, delivery: Delivery, subscription: Subscription, destination: Destination
    ) -> None:
        """Carry out what is left of the delivery, unless it has ended with its subscription.

        Raises:
            BusyError, RefusedError, StoppedError, UnsureError, UserError: as `StepRunner` does.
        """
        try:
            await self._carry_out(delivery, subscription, destination)
        except ClosedError:
            _log.info("Nothing more is posted: the subscription has ended")
        else:
            await self._log_end(delivery)

    async def _carry_out(
        self, delivery: Delivery, subscription: Subscription, destination: Destination
    ) -> None:
        digest = await self.store.get_digest(delivery.digest_date)
        await settle_claims(self._steps(delivery, destination), digest)
        left = await self._list_left(delivery, digest) if delivery.reopened else ()
        entries = await self._select(delivery, digest, subscription)
        if entries:
            if destination.kind is ChannelKind.FORUM:
                destination = await self._with_tags(destination, entries)
            steps = self._steps(delivery, destination)
            await carry_out(
                Job(steps=steps, entries=entries, left=left, find_earlier=self.find_earlier)
            )
        await self.store.finish_delivery(delivery, now=self.clock())

    async def _list_left(self, delivery: Delivery, digest: Digest | None) -> tuple[str, ...]:
        """Return the revisions of posted papers that the digest no longer holds: they are left."""
        held = {entry.id for entry in digest.entries} if digest else set()
        steps = await self.store.list_steps(delivery.id)
        left = [step for step in steps if step.name == "paper" and step.entry_id not in held]
        for step in left:
            _log.info(
                "The digest of %s lost a paper; its post %s in %s is left",
                delivery.digest_date,
                step.message_id,
                step.channel_id,
            )
        return tuple(_source_of(step) for step in left)

    async def _select(
        self, delivery: Delivery, digest: Digest | None, subscription: Subscription
    ) -> tuple[Entry, ...]:
        """Return the papers that the delivery holds.

        A paper whose digest got another date is not sent twice. What comes into a digest after it
        was delivered is added to the newest run of a subscription that still stands; other runs
        only have their posts kept up to date.
        """
        entries = select_entries(digest, delivery.tags) if digest else ()
        if delivery.reopened:
            runs = await self.store.list_deliveries(subscription.id, delivery.digest_date)
            if not subscription.active or runs[-1].id != delivery.id:
                steps = await self.store.list_steps(delivery.id)
                posted = {step.entry_id for step in steps}
                entries = tuple(entry for entry in entries if entry.id in posted)
        if delivery.run == 0:
            elsewhere = await self.store.list_posted_elsewhere(
                delivery, [entry.id for entry in entries]
            )
            entries = tuple(entry for entry in entries if entry.id not in elsewhere)
        return entries

    async def _with_tags(self, forum: Destination, entries: tuple[Entry, ...]) -> Destination:
        """Return the forum with the tags that these papers need, as far as the bot may add them."""
        names = missing_tags(forum, entries)
        if not names or not forum.permissions.manage_channels:
            return forum
        try:
            tags = await self.sender.create_forum_tags(forum.channel_id, names)
        except RefusedError as refused:
            _log.warning("The forum %s takes no new tags: %s", forum.channel_id, refused)
            return forum
        return replace(forum, forum_tags=parse_tags(tags))

    def _steps(self, delivery: Delivery, destination: Destination) -> StepRunner:
        return StepRunner(
            store=self.store,
            sender=self.sender,
            histories=self.histories,
            clock=self.clock,
            owner=self.owner,
            bot_id=own_id(self.client),
            delivery=delivery,
            destination=destination,
            look=lambda: cached_destination(self.client, destination.channel_id),
            stopping=self.stopping,
            metrics=self.metrics,
            refusals=self.refusals,
        )

    async def _log_end(self, delivery: Delivery) -> None:
        refused = count_refused(await self.store.list_steps(delivery.id))
        if refused:
            said = " ".join(say("en", reason, count=count) for reason, count in refused.items())
            _log.warning("The digest is in the channel, but not all of it. %s", said)
        else:
            _log.info("The digest is complete in the channel")


def _source_of(paper: Step) -> str:
    """Return the revision of the source that a paper's post shows."""
    return (paper.revision or "").partition("/")[0]
