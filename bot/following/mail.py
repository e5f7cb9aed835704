"""A reader's daily direct message: what is new of what they follow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.following.matches import Facts, find_matches, parse_match, read_facts
from bot.following.places import find_visible_posts
from bot.histories import own_id
from bot.mailing import Mailbox, Mailer
from bot.messages import say
from bot.outcomes import RefusedError
from bot.render.following import Found, render_follow_mail
from bot.render.message import Message
from bot.schedule import RECENT_DAYS, end_of_day, has_opened, is_recent, local_day
from storage.models import Entry, Follower, Mailing, MailingDraft

if TYPE_CHECKING:
    from bot.client import DigestBot

KIND = "follow"
ONE_DAY = timedelta(days=1)
_MOST_KEPT = 60  # digests whose words are kept between two looks
# How long a message waits for the posts that it links to; they come at the same hour, mostly.
PATIENCE = timedelta(minutes=10)
# Discord's answers that will not change by asking again (docs: JSON Error Codes): the user takes
# no direct messages from the bot, shares no server with it, or is gone.
CLOSED = frozenset({50007, 50278, 10013})


Posted = frozenset[tuple[date, date]]  # digest dates, each with the local day it was posted on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quiet:
    """What was so when a reader had nothing due: as long as it is, nothing is."""

    follower: Follower
    day: date
    digests: int
    posted: Posted


class FollowMail:
    """Direct messages to who follows something: one a local day at most, none on empty days."""

    kind = KIND

    def __init__(self, bot: DigestBot) -> None:
        self._bot = bot
        self._store = bot.store
        self._quiet: dict[int, _Quiet] = {}
        self._facts: dict[date, tuple[Facts, ...]] = {}
        self._facts_of = -1  # the digests' version

    async def list_due(self, now: datetime) -> Sequence[MailingDraft]:
        """Return what is new to each reader whose day has opened and who was not written to."""
        followers = [each for each in await self._store.list_followers() if not each.parked]
        if not followers:
            return ()
        # Zones differ by a day at most; the day before is for those that are behind.
        since = now.astimezone(UTC).date() - ONE_DAY
        begun = await self._store.list_mailing_days(KIND, since=since)
        digests = await self._store.get_digests_version()
        posted = await self._store.list_delivered(since=since - RECENT_DAYS * ONE_DAY)
        drafts = []
        self._quiet = {
            each.user_id: self._quiet[each.user_id]
            for each in followers
            if each.user_id in self._quiet
        }
        for follower in followers:
            day = local_day(follower.timezone, now)
            here = posted.get(follower.guild_id or 0, frozenset())
            state = _Quiet(follower=follower, day=day, digests=digests, posted=here)
            if (follower.user_id, day) in begun or self._quiet.get(follower.user_id) == state:
                continue
            if not has_opened(follower.at, follower.timezone, now=now):
                continue
            draft = await self._draft(follower, day, digests, here)
            if draft is None:
                self._quiet[follower.user_id] = state
            else:
                drafts.append(draft)
        return drafts

    async def post(self, mailing: Mailing, mailer: Mailer) -> bool:
        """Write to the reader; one who takes no messages is parked until they come back."""
        follower = await self._store.get_follower(mailing.subject_id)
        if follower is None:  # they wanted to be forgotten while it was on its way
            await self._store.skip_mailing(mailing.id, owner=mailer.owner)
            return True
        if follower.parked or await self._is_too_early(mailing, follower):
            return False
        try:
            box = await self._locate(mailing, follower)
            await mailer.post(mailing, box, partial(self._compose, mailing, follower))
        except RefusedError as error:
            if error.code not in CLOSED:
                raise
            await self._store.park_follower(mailing.subject_id, "following.closed")
            # What nobody can have sent is due again once they take messages.
            await self._store.remove_mailing(mailing.id)
        return True

    async def _is_too_early(self, mailing: Mailing, follower: Follower) -> bool:
        """Return whether the reader's server is just getting what the message is to link to."""
        if follower.guild_id is None or self._bot.clock() - mailing.created_at > PATIENCE:
            return False
        channels = await self._store.list_subscriptions(guild_id=follower.guild_id)
        ids = {each.id for each in channels}
        unfinished = await self._store.list_unfinished()
        return any(each.subscription_id in ids and not each.reopened for each in unfinished)

    async def _draft(
        self, follower: Follower, day: date, digests: int, posted: Posted
    ) -> MailingDraft | None:
        interests = await self._store.get_interests(follower.user_id)
        facts = await self._list_facts(day, digests, posted)
        matches = await asyncio.to_thread(
            find_matches, interests, facts, today=day, timezone=follower.timezone
        )
        if not matches:
            return None
        return MailingDraft(
            kind=KIND,
            subject_id=follower.user_id,
            day=day,
            contents={"papers": [match.to_json() for match in matches]},
            expires_at=end_of_day(day + ONE_DAY, follower.timezone),
        )

    async def _list_facts(self, today: date, digests: int, posted: Posted) -> list[Facts]:
        """Return what the last days' digests hold, and old ones that were posted in them.

        Each digest is read once a change of them.
        """
        if self._facts_of != digests or len(self._facts) > _MOST_KEPT:
            self._facts, self._facts_of = {}, digests
        days = [today - age * ONE_DAY for age in reversed(range(RECENT_DAYS))]
        facts = [each for day in days for each in await self._read_facts(day)]
        for digest, day in sorted(posted):
            if is_recent(digest, today=day):
                continue
            facts += [replace(each, news=day) for each in await self._read_facts(digest)]
        return facts

    async def _read_facts(self, digest_date: date) -> tuple[Facts, ...]:
        if digest_date not in self._facts:
            digest = await self._store.get_digest(digest_date)
            entries = digest.entries if digest else ()
            self._facts[digest_date] = await asyncio.to_thread(_read_all, entries)
        return self._facts[digest_date]

    async def _locate(self, mailing: Mailing, follower: Follower) -> Mailbox:
        if mailing.channel_id is None:
            channel_id, anchor = await self._bot.sender.locate_dm(mailing.subject_id)
        else:
            channel_id, anchor = mailing.channel_id, mailing.anchor
        label = say(self._language(follower), "following.manage")
        return Mailbox(
            channel_id=channel_id, author_id=own_id(self._bot), anchor=anchor, label=label
        )

    async def _compose(self, mailing: Mailing, follower: Follower) -> Message | None:
        """Return what the mailing was begun with, as it reads now; None if nothing of it is left.

        What is told does not change between two tries, so that what is counted as told was.
        """
        matches = [parse_match(each) for each in mailing.contents["papers"]]
        reasons = {match.entry_id: match.reasons for match in matches}
        entries = await self._store.list_entries(tuple(reasons), until=mailing.day)
        if not entries or not follower.follows:
            return None
        posts = await find_visible_posts(
            self._bot,
            self._store,
            user_id=follower.user_id,
            home=follower.guild_id,
            entry_ids=[entry.id for entry in entries],
        )
        found = [
            Found(entry=entry, reasons=reasons[entry.id], post=posts.get(entry.id))
            for entry in entries
        ]
        return render_follow_mail(found, follower=follower, language=self._language(follower))

    def _language(self, follower: Follower) -> str:
        """Return what the reader chose with /language, else what they read when they followed."""
        return self._bot.readers.language(follower.user_id) or follower.language


def _read_all(entries: Sequence[Entry]) -> tuple[Facts, ...]:
    return tuple(map(read_facts, entries))
