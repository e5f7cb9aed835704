"""Channels that cannot be posted to: parked, their subscriber told once, resumed when mended."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import discord

from bot.clock import Clock
from bot.destination import Destination, cached_destination
from bot.errors import UserError
from bot.messages import pick_locale
from bot.outcomes import (
    FORUM_TAG_REQUIRED,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    RefusedError,
    UnsureError,
)
from bot.render.notices import render_parked
from bot.reporting import explain
from bot.sender import Sender
from storage.base import SubscriptionStore
from storage.models import Subscription

# A channel whose permissions look right and whose posts are refused all the same is tried again
# after the first of these, then after twice as long each time, up to the second. What Discord tells
# of a permission comes after the refusal, or, where it was given back at once, not at all.
RETRY_FIRST, RETRY_MOST = timedelta(seconds=30), timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Parking:
    """Parks and resumes subscriptions."""

    def __init__(
        self, *, store: SubscriptionStore, client: discord.Client, sender: Sender, clock: Clock
    ) -> None:
        self._store = store
        self._client = client
        self._sender = sender
        self._clock = clock
        self._seen: dict[int, Destination | None] = {}  # by subscription, when last tried
        self._pauses: dict[int, timedelta] = {}  # likewise, before the next try

    async def park(self, subscription: Subscription, error: UserError) -> None:
        """Stop posting to the channel and tell who subscribed it, once."""
        seen = cached_destination(self._client, subscription.channel_id)
        self._seen[subscription.id] = seen
        if error.key == _REASONS[MISSING_PERMISSIONS] and seen is not None:
            error = find_obstacle(seen, None) or error  # it may tell which one
        if not await self._store.park(subscription.id, error.key, now=self._clock()):
            return
        _log.warning("Posting to channel %s stops: %s", subscription.channel_id, explain(error))
        try:
            await self._tell(subscription, error, seen.guild_id if seen else subscription.guild_id)
        except (UnsureError, RefusedError, discord.HTTPException, OSError) as problem:
            _log.warning("Nobody could be told: %s", explain(problem))

    async def resume_mended(self, subscriptions: tuple[Subscription, ...]) -> None:
        """Resume those of the parked subscriptions whose reason is gone."""
        now = self._clock()
        for subscription in subscriptions:
            destination = cached_destination(self._client, subscription.channel_id)
            if destination is None or not self._worth_a_try(subscription, destination, now):
                continue
            self._seen[subscription.id] = destination
            if find_obstacle(destination, subscription.parked) is None:
                _log.info("Posting to channel %s goes on", subscription.channel_id)
                pause = self._pauses.get(subscription.id, RETRY_FIRST)
                self._pauses[subscription.id] = min(2 * pause, RETRY_MOST)
                del self._seen[subscription.id]
                await self._store.unpark(subscription.id)

    def _worth_a_try(
        self, subscription: Subscription, destination: Destination, now: datetime
    ) -> bool:
        seen = self._seen.get(subscription.id)
        if seen is None or seen.rights != destination.rights:
            self._pauses.pop(subscription.id, None)
            return True
        pause = self._pauses.get(subscription.id, RETRY_FIRST)
        # A clock that was ahead, and is set right, must not have it wait until then.
        parked_at = subscription.parked_at
        return parked_at is None or not parked_at <= now < parked_at + pause

    async def _tell(
        self, subscription: Subscription, error: UserError, guild_id: int | None
    ) -> None:
        guild = self._client.get_guild(guild_id or 0)
        locale = str(guild.preferred_locale) if guild else "en"
        payload = render_parked(
            error, channel_id=subscription.channel_id, language=pick_locale(locale)
        ).to_payload()
        mark = f"parked:{subscription.id}"
        if subscription.created_by is not None:
            try:
                dm = await self._sender.open_dm(subscription.created_by)
                await self._sender.create_message(dm, payload, mark=mark)
            except RefusedError as refused:
                _log.info("User %s takes no message: %s", subscription.created_by, refused)
            else:
                return
        channel = guild.system_channel if guild else None
        if channel is not None and guild and channel.permissions_for(guild.me).send_messages:
            await self._sender.create_message(channel.id, payload, mark=mark)
        else:
            _log.warning("Nobody could be told that channel %s is parked", subscription.channel_id)


# Discord's answers that will not change by asking again: the channel or guild is gone, a permission
# is missing, or the forum wants a tag.
_REASONS = {
    UNKNOWN_CHANNEL: "error.channel_gone",
    UNKNOWN_GUILD: "error.channel_gone",
    MISSING_ACCESS: "error.channel_hidden",
    MISSING_PERMISSIONS: "error.posting_refused",
    FORUM_TAG_REQUIRED: "error.forum_tag_required",
}


def recall_reason(subscription: Subscription) -> UserError | None:
    """Return why posting stopped, as far as that is stored, None if it did not."""
    key = subscription.parked
    if key is None:
        return None
    if key == "error.permissions_missing":  # which ones is no longer known
        key = "error.posting_refused"
    return UserError(key, channel=subscription.channel_id)


def parking_reason(refused: RefusedError, *, channel_id: int) -> UserError | None:
    """Return why a channel is to be parked after Discord's refusal, None if it may pass."""
    key = _REASONS.get(refused.code)
    return UserError(key, channel=channel_id) if key else None


def find_obstacle(destination: Destination, reason: str | None) -> UserError | None:
    """Return what keeps the bot from posting, as far as the channel's settings tell.

    `reason` is what a delivery stopped at, if it did: some obstacles show only then.
    """
    missing = destination.missing()
    if missing:
        return UserError(
            "error.permissions_missing", channel=destination.channel_id, permissions=missing
        )
    if reason == "error.history_needed" and not destination.may_read_history:
        return UserError(reason, channel=destination.channel_id)
    if destination.tag_required and not destination.has_usable_tag:
        return UserError("error.forum_tag_required", channel=destination.channel_id)
    return None
