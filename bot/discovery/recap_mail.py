"""The weekly recap of a subscribed channel, posted from Monday to Wednesday."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.destination import ChannelKind, Destination, get_destination
from bot.forum_tags import choose_tags
from bot.histories import own_id
from bot.mailing import ForumPlace, Mailbox, Mailer
from bot.parking import find_obstacle
from bot.render.message import Message
from bot.render.names import recap_name
from bot.render.parts import button_label
from bot.schedule import recap_end, recap_week
from storage.models import Mailing, MailingDraft, Subscription

if TYPE_CHECKING:
    from bot.client import DigestBot

KIND = "recap"
WEEK = timedelta(days=7)

Compose = Callable[["DigestBot", Subscription, date], Awaitable[Message | None]]


class RecapMail:
    """A message a week for each subscription that wants one and had digests in it."""

    kind = KIND

    def __init__(self, bot: DigestBot, *, compose: Compose) -> None:
        self._bot = bot
        self._store = bot.store
        self._compose = compose

    async def list_due(self, now: datetime) -> Sequence[MailingDraft]:
        """Return the recaps that are due and not begun."""
        due = [
            (subscription, week)
            for subscription in await self._store.list_subscriptions()
            if subscription.active and subscription.recap and not subscription.parked
            if (week := recap_week(subscription.at, subscription.timezone, now=now))
        ]
        if not due:
            return ()
        begun = await self._store.list_mailing_days(KIND, since=min(week for _, week in due))
        due = [(each, week) for each, week in due if (each.id, week) not in begun]
        dates = await self._store.list_dates(until=now.astimezone(UTC).date()) if due else ()
        return [
            MailingDraft(
                kind=KIND,
                subject_id=subscription.id,
                day=week,
                contents={},
                expires_at=recap_end(week, subscription.timezone),
            )
            for subscription, week in due
            if any(week <= day < week + WEEK for day in dates)
        ]

    async def post(self, mailing: Mailing, mailer: Mailer) -> bool:
        """Post the recap behind the channel's digests."""
        subscription = await self._store.get_subscription_by_id(mailing.subject_id)
        if subscription is None or subscription.parked:
            return False
        destination = await get_destination(self._bot, subscription.channel_id)
        if find_obstacle(destination, None) is not None:
            return False
        if await self._store.list_unfinished(subscription.id):
            return False
        async with self._bot.delivery.turn(subscription.id):
            await mailer.post(
                mailing,
                self._locate(subscription, destination, mailing.day),
                partial(self._say, subscription, mailing.day),
            )
        return True

    async def _say(self, subscription: Subscription, week: date) -> Message | None:
        if not (subscription.active and subscription.recap):
            return None
        return await self._compose(self._bot, subscription, week)

    def _locate(self, subscription: Subscription, place: Destination, week: date) -> Mailbox:
        forum = ForumPlace(
            guild_id=place.guild_id,
            title=recap_name(week, subscription.language),
            tags=choose_tags(place, ()),
        )
        return Mailbox(
            channel_id=place.channel_id,
            author_id=own_id(self._bot),
            anchor=place.last_message_id,
            label=button_label(subscription.language, "recap.top"),
            may_read_history=place.may_read_history,
            may_embed=place.may_embed,
            may_attach=place.permissions.attach_files,
            forum=forum if place.kind is ChannelKind.FORUM else None,
        )
