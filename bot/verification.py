"""/verify: compares the ledger with what stands in the channel, and mends what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.destination import ChannelKind, Destination, get_destination
from bot.errors import UserError
from bot.given_up import list_unsent
from bot.histories import own_id
from bot.marks import mark_for
from bot.outcomes import UNKNOWN_CHANNEL, RefusedError
from storage.models import Delivery, Step, StepState, Subscription

if TYPE_CHECKING:
    from bot.client import DigestBot

_EDITS = ("links", "crosspost")  # what a step does to another one's message
RECENT = 30  # deliveries that are looked at, the newest

Marks = Mapping[str, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Steps whose message is gone or out of date, and (channel, message) of those too many.

    `unsent` are those of the missing that were given up, after a repair: given up once more.
    """

    missing: tuple[Step, ...]
    stale: tuple[Step, ...]
    doubled: tuple[tuple[int, int], ...]
    unsent: tuple[Step, ...]

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
    # The ledger first: what it holds by then must be found in the channel.
    steps = [(delivery, await bot.store.list_steps(delivery.id)) for delivery in deliveries]
    channel = _Channel(bot=bot, destination=destination)
    await channel.read(after=min((delivery.anchor for delivery in deliveries), default=0))
    found = [await _compare(bot, delivery, each, channel) for delivery, each in steps]
    findings = Findings(
        missing=tuple(step for each in found for step in each.missing),
        stale=tuple(step for each in found for step in each.stale),
        doubled=tuple(extra for each in found for extra in each.doubled),
        unsent=tuple(step for each in found for step in each.unsent),
    )
    if not repair or not findings.count:
        return findings
    await _repair(bot, subscription, destination, findings)
    after = [await bot.store.list_steps(delivery.id) for delivery in deliveries]
    return replace(findings, unsent=tuple(step for each in after for step in list_unsent(each)))


@dataclass(slots=True, kw_only=True)
class _Channel:
    """What stands in a channel and, once asked for, in its threads."""

    bot: DigestBot
    destination: Destination
    _marks: Marks = field(default_factory=dict)
    _threads: dict[int, Marks | None] = field(default_factory=dict)

    async def read(self, *, after: int) -> None:
        """Read the channel, from `after` on."""
        place, histories = self.destination, self.bot.histories
        if place.kind is ChannelKind.FORUM:
            self._marks = await histories.list_forum_marks(
                place.guild_id, place.channel_id, after=after, author_id=own_id(self.bot)
            )
        else:
            self._marks = await histories.list_marks(
                place.channel_id, after=after, author_id=own_id(self.bot)
            )

    def holds(self, step: Step) -> bool:
        """Return whether the step's message stands in the channel itself, or begins a post."""
        return step.channel_id in (self.destination.channel_id, step.message_id)

    async def find(self, step: Step, mark: str) -> list[int]:
        """Return the ids of the messages with this mark where the step's is recorded."""
        there = self._marks if self.holds(step) else await self._read_thread(step.channel_id or 0)
        return (there or {}).get(mark, [])

    async def has_thread(self, thread_id: int) -> bool:
        """Return whether there is such a thread."""
        return await self._read_thread(thread_id) is not None

    async def _read_thread(self, thread_id: int) -> Marks | None:
        """Return a thread's marks, None when it is gone."""
        if thread_id not in self._threads:
            try:
                marks = await self.bot.histories.list_marks(
                    thread_id, after=thread_id - 1, author_id=own_id(self.bot)
                )
            except RefusedError as refused:
                if refused.code != UNKNOWN_CHANNEL:
                    raise
                self._threads[thread_id] = None
            else:
                self._threads[thread_id] = marks
        return self._threads[thread_id]


async def _compare(
    bot: DigestBot, delivery: Delivery, steps: tuple[Step, ...], channel: _Channel
) -> Findings:
    revisions = await _revisions(bot, delivery)
    missing, stale, doubled = [], [], []
    for step in steps:
        if step.state is StepState.CLAIMED or not step.message_id or step.name in _EDITS:
            continue  # under way, given up, or nothing of its own
        if step.name == "thread":
            if not await channel.has_thread(step.message_id):
                missing.append(step)
            continue
        standing = await channel.find(step, mark_for(delivery, step.entry_id, step.name))
        if step.message_id not in standing:
            missing.append(step)
            continue  # another one with its mark is taken for it, not for a double
        if not (step.revision or "").startswith(revisions.get(step.entry_id, "")):
            stale.append(step)
        doubled += [
            (message_id if step.channel_id == step.message_id else step.channel_id or 0, message_id)
            for message_id in standing
            if message_id != step.message_id
        ]
    unsent = list_unsent(steps)
    return Findings(
        missing=(*missing, *unsent), stale=tuple(stale), doubled=tuple(doubled), unsent=unsent
    )


async def _revisions(bot: DigestBot, delivery: Delivery) -> dict[int, str]:
    digest = await bot.store.get_digest(delivery.digest_date)
    return {entry.id: entry.revision for entry in digest.entries} if digest else {}


async def _repair(
    bot: DigestBot, subscription: Subscription, destination: Destination, findings: Findings
) -> None:
    """Have what is missing or out of date gone through again; delete what is too many."""
    await bot.store.reset_steps(findings.missing)
    touched = {step.delivery_id for step in (*findings.missing, *findings.stale)}
    await bot.store.reopen_deliveries(tuple(touched))
    await bot.delivery.post_now(subscription, (), again=False)
    for channel_id, message_id in findings.doubled:
        if channel_id != message_id:
            await bot.sender.delete_message(channel_id, message_id)
        elif destination.permissions.manage_threads:
            await bot.sender.delete_thread(channel_id)
        else:
            raise UserError(
                "error.permissions_missing",
                channel=destination.channel_id,
                permissions=("manage_threads",),
            )
