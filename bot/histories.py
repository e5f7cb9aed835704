"""What stands in channels: their messages, a forum's posts, and the marks of the bot's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from bot.outcomes import RefusedError
from bot.requests import HTTP_NOT_FOUND, JSON, Requests, as_list, as_object, message_route

PAGE = 100  # docs: Get Channel Messages, List Public Archived Threads: limit 1-100
_TICK = timedelta(milliseconds=1)
# Ids grow with time, but two of Discord's machines need not agree on it to the millisecond.
SLACK = 60_000 << 22  # docs: Reference, Snowflake Format: milliseconds from bit 22 on


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The message or forum post that was found, None where there is none up to `newest`."""

    found: int | None
    newest: int


def own_id(client: discord.Client) -> int:
    """Return the bot's own user id, which its messages are told by; 0 before that is known."""
    return client.user.id if client.user else 0


class Histories:
    """Reads channels, and looks for marks in them.

    Without the right to read a channel's history Discord answers an empty list: check that first.

    Raises (each method):
        UnsureError, RefusedError: the history could not be read.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    async def find_message(self, channel_id: int, mark: str, *, after: int, author_id: int) -> Look:
        """Look for the author's message with this mark among those newer than `after`."""
        newest = after
        async for page in self._pages(channel_id, after=after):
            for message in page:
                newest = max(newest, int(message["id"]))
                if _is_by(author_id, message) and mark in list_marks(message):
                    return Look(found=int(message["id"]), newest=newest)
        return Look(found=None, newest=newest)

    async def find_forum_post(
        self, guild_id: int, forum_id: int, mark: str, *, after: int, author_id: int
    ) -> Look:
        """Look for the post whose first message has this mark, among the author's newer ones.

        Both active and archived ones are looked at.
        """
        newest = after
        async for post_id, message in self._own_posts(
            guild_id, forum_id, after=after, author_id=author_id
        ):
            newest = max(newest, post_id)
            if mark in list_marks(message):
                return Look(found=post_id, newest=newest)
        return Look(found=None, newest=newest)

    async def list_marks(
        self, channel_id: int, *, after: int, author_id: int
    ) -> Mapping[str, list[int]]:
        """Return the author's marked messages newer than `after`: message ids by mark."""
        marks: dict[str, list[int]] = {}
        async for message in self.messages(channel_id, after=after, author_id=author_id):
            for mark in list_marks(message):
                marks.setdefault(mark, []).append(int(message["id"]))
        return marks

    async def list_forum_marks(
        self, guild_id: int, forum_id: int, *, after: int, author_id: int
    ) -> Mapping[str, list[int]]:
        """Return the bot's marked posts newer than `after`: post ids by mark."""
        marks: dict[str, list[int]] = {}
        async for post_id, message in self._own_posts(
            guild_id, forum_id, after=after, author_id=author_id
        ):
            for mark in list_marks(message):
                marks.setdefault(mark, []).append(post_id)
        return marks

    async def messages(self, channel_id: int, *, after: int, author_id: int) -> AsyncIterator[JSON]:
        """Yield the author's messages newer than `after` in a channel, as Discord tells of them.

        Marks are the bot's own words: two bots with a database each use the same.
        """
        async for page in self._pages(channel_id, after=after):
            for message in page:
                if _is_by(author_id, message):
                    yield message

    async def _pages(self, channel_id: int, *, after: int) -> AsyncIterator[list[JSON]]:
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_id)
        while True:
            params = {"limit": PAGE, "after": after}
            page = as_list(await self._requests.send(route, params=params))
            yield page
            if len(page) < PAGE:
                return
            after = max(int(message["id"]) for message in page)

    async def forum_threads(
        self, guild_id: int, forum_id: int, *, after: int
    ) -> AsyncIterator[JSON]:
        """Yield a forum's posts newer than `after`, active and archived ones."""
        route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=guild_id)
        active = as_object(await self._requests.send(route))
        for thread in active["threads"]:
            if int(thread["parent_id"]) == forum_id and int(thread["id"]) > after:
                yield thread
        async for thread in self._archived(forum_id, since=discord.utils.snowflake_time(after)):
            if int(thread["id"]) > after:
                yield thread

    async def _archived(self, forum_id: int, *, since: datetime) -> AsyncIterator[JSON]:
        """Yield the forum's archived posts, newest archived first, back to `since`."""
        route = Route("GET", "/channels/{channel_id}/threads/archived/public", channel_id=forum_id)
        params: dict[str, Any] = {"limit": PAGE}
        seen: set[str] = set()
        while True:
            page = as_object(await self._requests.send(route, params=params))
            new = [thread for thread in page["threads"] if thread["id"] not in seen]
            for thread in new:
                yield thread
            if not page.get("has_more") or not page["threads"]:
                return
            oldest = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
            if datetime.fromisoformat(oldest) < since:
                return
            # A little later than the oldest, so that others archived at that moment are not missed.
            seen.update(thread["id"] for thread in new)
            before = datetime.fromisoformat(oldest) + (_TICK if new else timedelta(0))
            params["before"] = before.isoformat()

    async def _own_posts(
        self, guild_id: int, forum_id: int, *, after: int, author_id: int
    ) -> AsyncIterator[tuple[int, JSON]]:
        """Yield the author's posts in a forum: id and first message."""
        async for thread in self.forum_threads(guild_id, forum_id, after=after):
            if int(thread.get("owner_id") or 0) != author_id:
                continue
            post_id = int(thread["id"])
            message = await self._get_message(post_id, post_id)
            if message is not None:
                yield post_id, message

    async def _get_message(self, channel_id: int, message_id: int) -> JSON | None:
        try:
            return as_object(
                await self._requests.send(message_route("GET", channel_id, message_id))
            )
        except RefusedError as error:
            if error.status == HTTP_NOT_FOUND:
                return None
            raise


def _is_by(author_id: int, message: JSON) -> bool:
    return int(message["author"]["id"]) == author_id


def list_marks(message: JSON) -> tuple[str, ...]:
    """Return the custom_ids of a message's buttons."""
    return tuple(
        component["custom_id"]
        for row in message.get("components", ())
        for component in row.get("components", ())
        if "custom_id" in component
    )
