"""Channels that digests are posted to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from storage.models import (
    Subscription,
    SubscriptionOptions,
)


class SubscriptionStore(Protocol):
    """Channels that digests are posted to; one subscription a channel, kept when it ends."""

    async def list_subscriptions(self, *, guild_id: int | None = None) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too; only a guild's if given."""

    async def get_subscription(self, channel_id: int) -> Subscription | None:
        """Return the channel's subscription, or None."""

    async def get_subscription_by_id(self, subscription_id: int) -> Subscription | None:
        """Return a subscription, or None."""

    async def set_subscription(
        self,
        channel_id: int,
        options: SubscriptionOptions,
        *,
        defaults: SubscriptionOptions,
        guild_id: int | None,
        since: date | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Begin, resume or change a subscription on a member's word; what is not said stays.

        A new one takes `defaults` for what is not said. `since` is the newest digest's date.
        """

    async def follow_environment(
        self, channel_id: int, options: SubscriptionOptions, *, since: date | None, now: datetime
    ) -> Subscription:
        """Begin the environment's subscription, or update what no member has said.

        One that was ended stays ended.
        """

    async def add_target(
        self,
        channel_id: int,
        defaults: SubscriptionOptions,
        *,
        guild_id: int | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Return the channel's subscription; one that is not active is made where there is none."""

    async def end_subscription(self, channel_id: int, *, now: datetime) -> bool:
        """End the channel's subscription; false when none is active.

        What is being delivered ends with it: no step is claimed any more, and what was not begun is
        unposted again. Posts that an edit is under way for are still brought up to date.
        """

    async def set_guild(self, subscription_id: int, guild_id: int) -> None:
        """Record which guild the channel belongs to."""

    async def park(self, subscription_id: int, reason: str, *, now: datetime) -> bool:
        """Stop posting for a reason (a message key); return whether that is news.

        It is none when posting has stopped already, or stops again before anything was posted.
        """

    async def unpark(self, subscription_id: int) -> None:
        """Resume posting."""

    async def forget_subscriber(self, user_id: int) -> int:
        """No longer know which channels a member subscribed; return how many those were."""
