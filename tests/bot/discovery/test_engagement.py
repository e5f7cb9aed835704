"""Counting what readers make of posts, without a word of who they are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import aiohttp
import pytest
from discord.http import HTTPClient

from bot.discovery import engagement
from bot.discovery.engagement import EngagementCounter
from storage.base import StorageError
from storage.models import Engagement

POST, CHANNEL, OTHER = 1, 10, 2


class Store:
    """Remembers what it was told, in order; one post is known."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[int, Any]]] = []
        self.written = asyncio.Event()
        self.broken = False

    def _tell(self, what: str, counts: Mapping[int, Any]) -> None:
        if self.broken:
            raise StorageError("storage.locked")
        self.told.append((what, dict(counts)))
        self.written.set()

    async def add_thread_messages(self, counts: Mapping[int, tuple[int, int]]) -> None:
        """See `storage.base.EngagementStore`."""
        self._tell("add", counts)

    async def settle_threads(self, totals: Mapping[int, int]) -> None:
        """See `storage.base.EngagementStore`."""
        self._tell("settle", totals)

    async def set_reactions(self, readers: Mapping[int, int]) -> None:
        """See `storage.base.EngagementStore`."""
        self._tell("reactions", readers)

    async def find_posts(self, message_ids: Iterable[int]) -> Mapping[int, int]:
        """Know the one post."""
        return {each: CHANNEL for each in message_ids if each == POST}

    async def list_engagement(
        self, guild_id: int, *, since: datetime | None
    ) -> tuple[Engagement, ...]:
        """Nobody asks."""
        raise NotImplementedError


class Discord:
    """Answers who reacted with what: user ids by emoji; below zero, a bot's."""

    def __init__(self, reactions: Mapping[str, list[int]] | None = None) -> None:
        self.reactions = dict(reactions or {})
        self.asked: list[str] = []
        self.is_down = False

    async def get_message(self, channel_id: int, message_id: int) -> dict[str, Any]:
        """Return the post with how many reacted with what."""
        assert (channel_id, message_id) == (CHANNEL, POST)
        self.asked.append("message")
        if self.is_down:
            raise aiohttp.ClientConnectionError
        return {
            "reactions": [
                {"emoji": _emoji(name), "count": len(users), "me": False}
                for name, users in self.reactions.items()
            ]
        }

    async def get_reaction_users(
        self, _channel_id: int, _message_id: int, emoji: str, limit: int, after: int | None
    ) -> list[dict[str, Any]]:
        """Return a page of who reacted with an emoji."""
        self.asked.append(emoji)
        users = [
            each for each in sorted(self.reactions[emoji], key=abs) if abs(each) > (after or 0)
        ]
        return [{"id": str(abs(each)), "bot": each < 0} for each in users[:limit]]


def _emoji(name: str) -> dict[str, Any]:
    plain, _, emoji_id = name.partition(":")
    return {"name": plain, "id": emoji_id or None}


def make_counter(store: Store, discord: Discord | None = None) -> EngagementCounter:
    return EngagementCounter(store, cast(HTTPClient, discord or Discord()))


async def test_messages_are_gathered_and_written_at_once() -> None:
    store = Store()
    counter = make_counter(store)
    for _ in range(1000):
        counter.note_message(POST, by_bot=False)
    counter.note_message(POST, by_bot=True)
    counter.note_message(OTHER, by_bot=False)
    await counter.recount(())
    assert store.told == [("add", {POST: (1000, 1), OTHER: (1, 0)})]


async def test_counts_go_before_totals_that_include_them() -> None:
    store = Store()
    counter = make_counter(store)
    counter.note_total(POST, 9)
    counter.note_message(POST, by_bot=False)
    await counter.recount(())
    assert [what for what, _ in store.told] == ["add", "settle"]


async def test_many_totals_are_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engagement, "_BATCH", 2)
    store = Store()
    counter = make_counter(store)
    for thread_id in range(5):
        counter.note_total(thread_id, 1)
    await counter.recount(())
    assert [len(counts) for _, counts in store.told] == [2, 2, 1]


async def test_a_reader_counts_once_whatever_they_react_with_and_bots_never() -> None:
    store = Store()
    discord = Discord({"👍": [5, 6, -7], "fire:99": [6, 8]})
    counter = make_counter(store, discord)
    counter.note_reaction(POST)
    counter.note_reaction(POST)
    counter.note_reaction(OTHER)
    await counter.recount(())
    assert store.told == [("reactions", {POST: 3})]
    assert discord.asked == ["message", "👍", "fire:99"]


async def test_more_readers_than_a_page_holds_are_counted() -> None:
    store = Store()
    counter = make_counter(store, Discord({"👍": list(range(1, 251))}))
    await counter.recount([POST])
    assert store.told == [("reactions", {POST: 250})]


async def test_a_crowd_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engagement, "_PAGES", 2)
    store = Store()
    counter = make_counter(store, discord := Discord({"👍": list(range(1, 1001))}))
    await counter.recount([POST])
    assert store.told == [("reactions", {POST: 1000})]
    assert len(discord.asked) == 3


async def test_reactions_that_cannot_be_read_stay_as_they_were() -> None:
    store, discord = Store(), Discord({"👍": [5]})
    discord.is_down = True
    counter = make_counter(store, discord)
    counter.note_message(POST, by_bot=False)
    await counter.recount([POST])
    assert [what for what, _ in store.told] == ["add"]


async def test_what_happens_is_written_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engagement, "FLUSH_SECONDS", 0.0)
    store = Store()
    counter = make_counter(store)
    counter.start()
    for _ in range(2):
        counter.note_message(POST, by_bot=False)
        await asyncio.wait_for(store.written.wait(), 5)
        store.written.clear()
    await counter.close()
    assert sum(counts[POST][0] for _, counts in store.told) == 2


async def test_closing_writes_the_rest_without_asking_discord() -> None:
    store, discord = Store(), Discord({"👍": [5]})
    counter = make_counter(store, discord)
    counter.start()
    counter.note_message(POST, by_bot=False)
    counter.note_reaction(POST)
    await counter.close()
    assert store.told == [("add", {POST: (1, 0)})]
    assert discord.asked == []


async def test_a_store_that_cannot_be_written_to_is_no_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Store()
    counter = make_counter(store)
    store.broken = True
    counter.note_message(POST, by_bot=False)
    await counter.recount(())
    assert "was not saved" in caplog.text
    store.broken = False
    counter.note_message(POST, by_bot=False)
    await counter.recount(())
    assert store.told == [("add", {POST: (1, 0)})]
