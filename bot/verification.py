"""/verify: compares the ledger with what stands in the channel, and mends what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.destination import ChannelKind, Destination, get_destination
from bot.errors import UserError
from bot.marks import mark_for
from bot.sender import RefusedError
from bot.steps import UNKNOWN_CHANNEL
from storage.models import Delivery, Step, StepState, Subscription

if TYPE_CHECKING:
    from bot.client import DigestBot

RECENT = 30  # deliveries that are looked at, the newest

Marks = Mapping[str, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Steps whose message is gone or out of date, and (channel, message) of those too many."""

    missing: tuple[Step, ...]
    stale: tuple[Step, ...]
    doubled: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many messages are not as they should be."""
        return len(self.missing) + len(self.stale) + len(self.doubled)


async def verify(bot: DigestBot, channel_id: int, *, repair: bool) -> Findings:
    """Compare, and with `repair` mend what was found.

    Raises:
        UserError: the channel never got a digest, or its history cannot be read.
        RefusedError, UnsureError, BusyError: Discord did not play along; nothing is lost.
    """
    subscription = await bot.store.get_subscription(channel_id)
    if subscription is None:
        raise UserError("error.channel_not_subscribed", channel=channel_id)
    destination = await get_destination(bot, channel_id)
    if not destination.may_read_history:
        raise UserError("error.history_needed", channel=channel_id)
    deliveries = await bot.store.list_recent_deliveries(subscription.id, limit=RECENT)
    marks = await _read_marks(bot, destination, deliveries)
    found = [await _compare(bot, delivery, destination, marks) for delivery in deliveries]
    findings = Findings(
        missing=tuple(step for each in found for step in each.missing),
        stale=tuple(step for each in found for step in each.stale),
        doubled=tuple(extra for each in found for extra in each.doubled),
    )
    if repair and findings.count:
        await _repair(bot, subscription, findings)
    return findings


async def _read_marks(
    bot: DigestBot, destination: Destination, deliveries: tuple[Delivery, ...]
) -> Marks:
    """Return what stands in the channel since the first of the deliveries."""
    after = min((delivery.anchor for delivery in deliveries), default=0)
    if destination.kind is ChannelKind.FORUM:
        user = bot.user
        return await bot.sender.list_forum_marks(
            destination.guild_id,
            destination.channel_id,
            after=after,
            author_id=user.id if user else 0,
        )
    return await bot.sender.list_marks(destination.channel_id, after=after)


async def _compare(
    bot: DigestBot, delivery: Delivery, destination: Destination, marks: Marks
) -> Findings:
    revisions = await _revisions(bot, delivery)
    missing, stale, doubled = [], [], []
    for step in await bot.store.list_steps(delivery.id):
        if step.state is not StepState.DONE or step.name in ("thread", "links"):
            continue
        channel_id = step.channel_id or 0
        at_top = channel_id == destination.channel_id or step.message_id == channel_id
        there = marks if at_top else await _marks_in_thread(bot, channel_id)
        standing = there.get(mark_for(delivery, step.entry_id, step.name), [])
        if step.message_id not in standing:
            missing.append(step)
        elif revisions.get(step.entry_id, "") not in (step.revision or ""):
            stale.append(step)
        doubled += [
            (message_id if at_top and step.message_id == channel_id else channel_id, message_id)
            for message_id in standing
            if message_id != step.message_id
        ]
    return Findings(missing=tuple(missing), stale=tuple(stale), doubled=tuple(doubled))


async def _revisions(bot: DigestBot, delivery: Delivery) -> dict[int, str]:
    digest = await bot.store.get_digest(delivery.digest_date)
    return {entry.id: entry.revision for entry in digest.entries} if digest else {}


async def _marks_in_thread(bot: DigestBot, thread_id: int) -> Marks:
    try:
        return await bot.sender.list_marks(thread_id, after=thread_id - 1)
    except RefusedError as refused:
        if refused.code == UNKNOWN_CHANNEL:
            return {}
        raise


async def _repair(bot: DigestBot, subscription: Subscription, findings: Findings) -> None:
    """Delete what is too many; have what is missing or out of date gone through again."""
    for channel_id, message_id in findings.doubled:
        if channel_id == message_id:
            await bot.sender.delete_thread(channel_id)
        else:
            await bot.sender.delete_message(channel_id, message_id)
    await bot.store.reset_steps(findings.missing)
    touched = {step.delivery_id for step in (*findings.missing, *findings.stale)}
    await bot.store.reopen_deliveries(tuple(touched))
    await bot.delivery.post_now(subscription, (), again=False)
