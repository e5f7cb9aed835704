"""Counts what readers make of the posts, from events that need no privileged intent.

Events are gathered in memory and written together. What a killed process had gathered, or what
happened while none ran, is made up for: Discord says how many messages a thread has had, and who
reacted to a post. Who it was is counted and not kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient

from bot.reporting import in_words
from storage.base import EngagementStore, StorageError

FLUSH_SECONDS = 5.0
# Per page of users, Discord's maximum (docs: Get Reactions); more pages than these are not read.
_PAGE, _PAGES = 100, 10
# Threads settled in one transaction: after a start all of every server's are.
_BATCH = 500
_UNREADABLE = (discord.HTTPException, aiohttp.ClientError, OSError)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Gathered:
    """What happened since the last writing.

    `messages` are (people's, bots') by thread, `totals` all that a thread ever had, `reacted` the
    messages that somebody reacted to.
    """

    messages: dict[int, tuple[int, int]] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    reacted: set[int] = field(default_factory=set)


class EngagementCounter:
    """Takes note of events, writes what they come to."""

    def __init__(self, store: EngagementStore, http: HTTPClient) -> None:
        self._store = store
        self._http = http
        self._gathered = _Gathered()
        self._something = asyncio.Event()
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write, every now and then."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Write what was gathered and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._write(self._take(), look=False)

    def note_message(self, thread_id: int, *, by_bot: bool) -> None:
        """Count a message in a thread."""
        people, bots = self._gathered.messages.get(thread_id, (0, 0))
        counts = (people, bots + 1) if by_bot else (people + 1, bots)
        self._gathered.messages[thread_id] = counts
        self._something.set()

    def note_total(self, thread_id: int, total: int) -> None:
        """Learn how many messages a thread has had, by Discord's own count."""
        self._gathered.totals[thread_id] = total
        self._something.set()

    def note_reaction(self, message_id: int) -> None:
        """Have the reactions to a message counted anew, if it is a post."""
        self._gathered.reacted.add(message_id)
        self._something.set()

    async def recount(self, message_ids: Iterable[int]) -> None:
        """Write what was gathered, and count the reactions to these posts anew, now."""
        self._gathered.reacted.update(message_ids)
        await self._write(self._take(), look=True)

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self._write(self._take(), look=True)

    def _take(self) -> _Gathered:
        gathered, self._gathered = self._gathered, _Gathered()
        self._something.clear()
        return gathered

    async def _write(self, gathered: _Gathered, *, look: bool) -> None:
        """Write it; a store that cannot be written to costs these counts, not more."""
        async with self._writing:
            try:
                # In this order: what is in the totals as well is then not counted twice.
                if gathered.messages:
                    await self._store.add_thread_messages(gathered.messages)
                totals = list(gathered.totals.items())
                for start in range(0, len(totals), _BATCH):
                    await self._store.settle_threads(dict(totals[start : start + _BATCH]))
                if gathered.reacted and look:
                    await self._look(gathered.reacted)
            except StorageError as error:
                _log.warning("What readers made of the posts was not saved: %s", in_words(error))

    async def _look(self, message_ids: set[int]) -> None:
        posts = await self._store.find_posts(message_ids)
        readers = {}
        for message_id, channel_id in posts.items():
            with suppress(*_UNREADABLE):
                readers[message_id] = await self._count_readers(channel_id, message_id)
        if readers:
            await self._store.set_reactions(readers)

    async def _count_readers(self, channel_id: int, message_id: int) -> int:
        """Return how many people reacted, whatever with; of a crowd at least how many.

        Raises:
            discord.HTTPException, aiohttp.ClientError, OSError: they cannot be read.
        """
        message = await self._http.get_message(channel_id, message_id)
        people: set[int] = set()
        most = 0
        for reaction in message.get("reactions", ()):
            most = max(most, reaction["count"] - reaction["me"])
            people |= await self._list_people(channel_id, message_id, _spell(reaction["emoji"]))
        return max(most, len(people)) if len(people) >= _PAGE * _PAGES else len(people)

    async def _list_people(self, channel_id: int, message_id: int, emoji: str) -> set[int]:
        people: set[int] = set()
        after: int | None = None
        for _ in range(_PAGES):
            users = await self._http.get_reaction_users(channel_id, message_id, emoji, _PAGE, after)
            people |= {int(user["id"]) for user in users if not user.get("bot")}
            if len(users) < _PAGE:
                break
            after = int(users[-1]["id"])
        return people


def _spell(emoji: Any) -> str:
    """Return an emoji as routes name it: itself, or `name:id`."""
    return f"{emoji['name']}:{emoji['id']}" if emoji.get("id") else str(emoji["name"])
