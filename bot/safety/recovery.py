"""After a restore: what was posted since the copy was made is learnt from the channels.

A ledger out of a copy does not know what was sent later. Before anything goes to a channel again,
the bot's own messages in it that are newer than all that the copy knows of are read once, and the
marks under them recorded. An entry that was stored only after the copy was made has another id
now, and is recognised by its title, under another date as well; one whose file has not been read
again yet is waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import discord

from bot.destination import ChannelKind, Destination
from bot.errors import UserError
from bot.histories import SLACK, Histories, list_marks, own_id
from bot.marks import MARK, mark_date
from bot.outcomes import UNKNOWN_CHANNEL, RefusedError, UnsureError
from bot.parking import parking_reason
from bot.render.paper import render_post
from bot.render.plain import to_plain
from bot.schedule import local_day
from storage import fuzzy
from storage.base import Store
from storage.models import (
    Digest,
    Entry,
    FoundDelivery,
    FoundMark,
    FoundStep,
    Restored,
    Subscription,
    Threads,
)

RECENT = 30  # deliveries whose threads may have been written in since, the newest
_SAME, _ALIKE = 100.0, 75.0  # likeness of titles, in percent

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The marks of a run of a digest, and the ids of the entries that they mean, by theirs."""

    marks: tuple[FoundMark, ...]
    digest: Digest | None
    entries: Mapping[int, int]


class Recovery:
    """Goes through each channel once after a restore."""

    def __init__(self, *, store: Store, histories: Histories, client: discord.Client) -> None:
        self._store = store
        self._histories = histories
        self._client = client
        self._restored: Restored | None = None
        self._asked = False
        self._waiting: dict[int, tuple[FoundMark, ...]] = {}  # of each channel gone through
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def catch_up(self, subscription: Subscription, destination: Destination) -> None:
        """Record what the channel was posted, unless that is known.

        Raises:
            UserError: its history cannot be read.
            UnsureError: it could not be read now.
        """
        if not self._asked:
            self._restored, self._asked = await self._store.get_restored(), True
            self._waiting.update(self._restored.waiting if self._restored else {})
        if self._restored is None:
            return
        # In turn: papers whose posts were recorded meanwhile would have those marks passed on to
        # others with nearly the same titles.
        async with self._turns[subscription.id]:
            marks = self._waiting.get(subscription.id)
            if marks is None:
                marks = await self._search(subscription, destination, self._restored)
            elif not marks:
                return
            await self._record(subscription, destination, self._restored, marks)

    async def _search(
        self, subscription: Subscription, destination: Destination, restored: Restored
    ) -> tuple[FoundMark, ...]:
        if not destination.may_read_history:
            raise UserError("error.history_needed", channel=destination.channel_id)
        after = _anchor(restored)
        try:
            marks = [mark async for mark in self._read(subscription, destination, after)]
        except RefusedError as error:
            reason = parking_reason(error, channel_id=destination.channel_id)
            raise reason or UnsureError(str(error)) from error
        _log.info("Restored: %s messages found in %s", len(marks), subscription.channel_id)
        return tuple(marks)

    async def _record(
        self,
        subscription: Subscription,
        destination: Destination,
        restored: Restored,
        marks: Sequence[FoundMark],
    ) -> None:
        """Record what the marks mean; those of papers that are not in the store yet wait."""
        ordered = sorted(marks, key=lambda mark: (mark.day, mark.run, mark.message_id))
        runs = [
            await self._understand(subscription, restored, tuple(parts))
            for _, parts in groupby(ordered, key=lambda mark: (mark.day, mark.run))
        ]
        moved = await self._find_moved(subscription, restored, runs)
        found, waiting = [], []
        for run in runs:
            entries = {**moved, **run.entries}
            waiting += [mark for mark in run.marks if mark.entry not in entries]
            known = tuple(mark for mark in run.marks if mark.entry in entries)
            if known:
                began = discord.utils.snowflake_time(known[0].message_id)
                each = FoundDelivery(
                    digest_date=known[0].day,
                    run=known[0].run,
                    day=local_day(subscription.timezone, began),
                    at=began,
                    threads=_layout(run.marks, subscription, destination),
                    steps=tuple(_steps(known, entries, run.digest)),
                )
                found.append(each)
        if found or subscription.id not in self._waiting:
            anchor = _anchor(restored)
            await self._store.add_found(subscription, found, waiting=waiting, anchor=anchor)
        self._waiting[subscription.id] = tuple(waiting)

    async def _understand(
        self, subscription: Subscription, restored: Restored, marks: tuple[FoundMark, ...]
    ) -> _Run:
        """Return what the marks of one run of a digest mean, as far as that digest tells."""
        day, run = marks[0].day, marks[0].run
        digest = await self._store.get_digest(day)
        taken = await self._taken(subscription, day, run)
        entries = _match(marks, digest, subscription, last_known=restored.entries, taken=taken)
        return _Run(marks=marks, digest=digest, entries=entries)

    async def _find_moved(
        self, subscription: Subscription, restored: Restored, runs: Sequence[_Run]
    ) -> Mapping[int, int]:
        """Return what else marks mean: papers whose digest's date was corrected since.

        Only one that came after the copy, that nobody knows a post of, and that has the very title.
        It may be another digest's paper, of a file that is read again before the one that the post
        is from: then it is not posted in its own digest. That is risked for the promise that
        nothing is posted twice; the channel has had the paper.
        """
        taken = {entry_id for run in runs for entry_id in run.entries.values()}
        moved: dict[int, int] = {}
        left = [mark for run in runs for mark in run.marks if mark.entry not in run.entries]
        for mark in left:
            if mark.name != "paper" or mark.entry in moved:
                continue
            named = await self._store.find_entries(mark.heading, until=date.max)
            for entry in (entry for paper in named.items for entry in paper):
                is_new = entry.id > restored.entries and entry.id not in taken
                if (
                    is_new
                    and _likeness(mark.heading, entry, subscription) >= _SAME
                    and entry.id not in await self._taken(subscription, entry.date, 0)
                ):
                    moved[mark.entry] = entry.id
                    taken.add(entry.id)
                    break
        return moved

    async def _taken(self, subscription: Subscription, day: date, run: int) -> frozenset[int]:
        """Return the entries whose post in a run of the digest is known."""
        runs = await self._store.list_deliveries(subscription.id, day)
        steps = [
            step
            for delivery in runs
            if delivery.run == run
            for step in await self._store.list_steps(delivery.id)
        ]
        return frozenset(step.entry_id for step in steps if step.name == "paper")

    async def _read(
        self, subscription: Subscription, destination: Destination, after: int
    ) -> AsyncIterator[FoundMark]:
        threads = await self._known_threads(subscription, destination)
        if destination.kind is ChannelKind.FORUM:
            async for post in self._histories.forum_threads(
                destination.guild_id, destination.channel_id, after=after
            ):
                if int(post.get("owner_id") or 0) == own_id(self._client):
                    threads.setdefault(int(post["id"]))
        else:
            async for piece in self._read_place(destination.channel_id, after=after):
                yield piece
                if piece.thread_id is not None:
                    threads.setdefault(piece.thread_id)
        for thread_id in threads:
            async for piece in self._read_thread(thread_id):
                yield piece

    async def _known_threads(
        self, subscription: Subscription, destination: Destination
    ) -> dict[int, None]:
        """Return the threads that the ledger knows and that more may have been written in."""
        unfinished = await self._store.list_unfinished(subscription.id)
        recent = await self._store.list_recent_deliveries(subscription.id, limit=RECENT)
        threads: dict[int, None] = {}
        for delivery in (*unfinished, *(each for each in recent if each.threads is Threads.DIGEST)):
            for step in await self._store.list_steps(delivery.id):
                place = step.message_id if step.name == "thread" else step.channel_id
                if place and place != destination.channel_id:
                    threads.setdefault(place)
        return threads

    async def _read_thread(self, thread_id: int) -> AsyncIterator[FoundMark]:
        try:
            async for piece in self._read_place(thread_id, after=thread_id - 1):
                yield piece
        except RefusedError as error:
            if error.code != UNKNOWN_CHANNEL:
                raise

    async def _read_place(self, channel_id: int, *, after: int) -> AsyncIterator[FoundMark]:
        async for message in self._histories.messages(
            channel_id, after=after, author_id=own_id(self._client)
        ):
            for piece in _pieces(message, channel_id):
                yield piece


def _anchor(restored: Restored) -> int:
    """Return a message id that is older than everything the copy knows nothing of."""
    return max(restored.after - SLACK, 0)


def _pieces(message: Mapping[str, Any], channel_id: int) -> Iterator[FoundMark]:
    message_id = int(message["id"])
    for mark in list_marks(message):
        match = MARK.fullmatch(mark)
        day = mark_date(match) if match else None
        if match and day:
            yield FoundMark(
                day=day,
                run=int(match["run"]),
                entry=int(match["entry"]),
                name=match["step"] + match["part"],
                channel_id=channel_id,
                message_id=message_id,
                thread_id=message_id if message.get("thread") else None,
                heading=_heading(message["embeds"], message["content"]),
            )


def _heading(embeds: Sequence[Mapping[str, Any]], content: str) -> str:
    """Return what a post is recognised by: its title, bold where the bot may not embed."""
    if embeds:
        return str(embeds[0].get("title", ""))
    return content.partition("\n")[0].removeprefix("**").removesuffix("**")


def _match(
    marks: Iterable[FoundMark],
    digest: Digest | None,
    subscription: Subscription,
    *,
    last_known: int,
    taken: frozenset[int],
) -> Mapping[int, int]:
    """Return the entries that the marks mean, by the ids that these have.

    Ids up to `last_known` mean what they always have. The others are found by what their posts
    show as a title, or by one that is nearly the same: it may have been corrected. `taken` are
    entries whose posts are known.
    """
    papers = {mark.entry: mark.heading for mark in marks if mark.name == "paper"}
    found = {mark.entry: mark.entry for mark in marks if mark.entry <= last_known}
    left = [
        entry
        for entry in (digest.entries if digest else ())
        if entry.id not in found and entry.id not in taken
    ]
    strangers = {entry_id: title for entry_id, title in papers.items() if entry_id not in found}
    for least in (_SAME, _ALIKE):
        for entry_id, heading in strangers.items():
            best = max(
                left, key=lambda entry: _likeness(heading, entry, subscription), default=None
            )
            if entry_id in found or best is None:
                continue
            if _likeness(heading, best, subscription) >= least:
                left.remove(best)
                found[entry_id] = best.id
    return found


def _likeness(heading: str, entry: Entry, subscription: Subscription) -> float:
    return max(fuzzy.fuzz.ratio(heading, each) for each in _headings(entry, subscription))


def _headings(entry: Entry, subscription: Subscription) -> frozenset[str]:
    """Return what the entry's post may be recognised by, with embeds and without."""
    post = render_post(entry, language=subscription.language, mark="")
    return frozenset(
        _heading([embed.to_dict() for embed in message.embeds], message.content)
        for message in (post, to_plain(post))
    )


def _layout(
    pieces: Iterable[FoundMark], subscription: Subscription, destination: Destination
) -> Threads:
    """Return how the delivery was laid out, as far as its papers tell."""
    for piece in pieces:
        if piece.name != "paper":
            continue
        if piece.thread_id is not None or piece.channel_id == piece.message_id:
            return Threads.PAPER
        if piece.channel_id != destination.channel_id:
            return Threads.DIGEST
    return subscription.threads


def _steps(
    marks: Iterable[FoundMark], entries: Mapping[int, int], digest: Digest | None
) -> Iterator[FoundStep]:
    titles = {entry.id: entry.paper.title for entry in digest.entries} if digest else {}
    for mark in marks:
        entry_id = entries[mark.entry]
        yield FoundStep(
            entry_id=entry_id,
            name=mark.name,
            channel_id=mark.channel_id,
            message_id=mark.message_id,
            revision="",
        )
        if mark.thread_id is not None:
            yield FoundStep(
                entry_id=entry_id,
                name="thread",
                channel_id=mark.channel_id,
                message_id=mark.thread_id,
                revision=titles.get(entry_id, f"{mark.day}"),
            )
