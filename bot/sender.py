"""The only sender of posts: nonce, mark, and a look in the channel before anything is sent again.

Requests go through discord.py's HTTPClient for its rate-limit buckets, with a client middleware
(aiohttp) that ends discord.py's own retry loop on a 5xx: sending again is decided here.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import mimetypes
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.metrics import Metrics
from bot.outcomes import (
    ARCHIVED,
    MISSING_PERMISSIONS,
    PUBLISHED,
    THREAD_EXISTS,
    LimitedError,
    RefusedError,
    SilenceError,
    UnsureError,
)
from bot.render.message import Attachment

PAGE = 100  # docs: Get Channel Messages, List Public Archived Threads: limit 1-100
# For an answer, from when the request is let go: waiting for its turn may take longer.
ANSWER_SECONDS = 30.0
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
AUTO_ARCHIVE_MINUTES = 10_080  # a week, the longest (docs: Channel, auto_archive_duration)

HTTP_NOT_FOUND, HTTP_SERVER_ERROR = 404, 500
# A channel publishes ten messages an hour; the eleventh is held back for up to that long.
PUBLISH_SECONDS = 30.0
_TICK = timedelta(milliseconds=1)

_log = logging.getLogger(__name__)

JSON = Mapping[str, Any]
_CHANNEL = "/channels/{channel_id}"


def nonce_for(channel_id: int, mark: str) -> str:
    """Return the nonce of a marked message, the same each time (<= 25 characters)."""
    text = f"{channel_id}:{mark}".encode()
    return hashlib.blake2b(text, digest_size=12).hexdigest()


class Sender:
    """Posts, finds and edits messages and threads."""

    def __init__(self, http: HTTPClient, *, metrics: Metrics) -> None:
        self._http = http
        self._metrics = metrics

    async def create_message(
        self,
        channel_id: int,
        payload: JSON,
        *,
        mark: str,
        attachments: Sequence[Attachment] = (),
        deadline: float = math.inf,
    ) -> int:
        """Send a message that carries `mark`, with its files; return its id.

        It is not sent later than `deadline`, on the event loop's clock: limits can hold a request
        back for minutes, and by then another process may have taken over.

        Raises:
            UnsureError: it may have been sent; look with `find_message`.
            RefusedError: it was not sent.
        """
        body = {**payload, "nonce": nonce_for(channel_id, mark), "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        upload = _upload(body, body, attachments)
        return _id(await self._request(route, deadline=deadline, **upload))

    async def create_thread(self, channel_id: int, message_id: int, *, name: str) -> int:
        """Start the message's thread, or find that it has one; its id is the message's.

        Raises:
            UnsureError: it may have been started; asking again is safe.
            RefusedError: it was not started.
        """
        route = Route(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            channel_id=channel_id,
            message_id=message_id,
        )
        body = {"name": name, "auto_archive_duration": AUTO_ARCHIVE_MINUTES}
        try:
            return _id(await self._request(route, json=body))
        except RefusedError as error:
            if error.code == THREAD_EXISTS:
                return message_id
            raise

    async def create_forum_post(
        self,
        forum_id: int,
        payload: JSON,
        *,
        name: str,
        tags: tuple[int, ...],
        attachments: Sequence[Attachment] = (),
        deadline: float = math.inf,
    ) -> int:
        """Create a forum post whose first message carries the mark, return the thread's id.

        `deadline` is as for `create_message`.

        Raises:
            UnsureError: it may have been created; look with `find_forum_post`.
            RefusedError: it was not created.
        """
        route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum_id)
        message = dict(payload)
        body = {
            "name": name,
            "auto_archive_duration": AUTO_ARCHIVE_MINUTES,
            "applied_tags": [str(tag) for tag in tags],
            "message": message,
        }
        upload = _upload(body, message, attachments)
        return _id(await self._request(route, deadline=deadline, **upload))

    async def edit_message(self, channel_id: int, message_id: int, payload: JSON) -> None:
        """Replace a message's text, embeds and buttons, in an archived thread too.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not edited; asking again is safe.
        """
        route = Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel_id,
            message_id=message_id,
        )
        await self._edit(route, dict(payload), thread_id=channel_id)

    async def edit_thread(self, thread_id: int, changes: JSON) -> None:
        """Change a thread's name or tags, also when it is archived.

        Raises:
            UnsureError, RefusedError: as for `edit_message`.
        """
        route = Route("PATCH", _CHANNEL, channel_id=thread_id)
        await self._edit(route, dict(changes), thread_id=thread_id)

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Publish an announcement channel's message; one that is published counts as done.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not published; asking again is safe.
            LimitedError: the channel has published as much as it may for the time being.
        """
        route = Route(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/crosspost",
            channel_id=channel_id,
            message_id=message_id,
        )
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._request(route)
        except TimeoutError as error:
            raise LimitedError(f"message {message_id} cannot be published yet") from error
        except RefusedError as error:
            if error.code != PUBLISHED:
                raise

    async def create_forum_tags(
        self, forum_id: int, names: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Add tags to a forum, return all of its tags. Those of that name are kept.

        Raises:
            UnsureError, RefusedError: they were perhaps not, or not added.
        """
        forum = _dict(await self._request(Route("GET", _CHANNEL, channel_id=forum_id)))
        tags: list[Mapping[str, Any]] = list(forum.get("available_tags", ()))
        known = {tag["name"].casefold() for tag in tags}
        new = [{"name": name} for name in names if name.casefold() not in known]
        if not new:
            return tags
        body = {"available_tags": [*tags, *new]}
        changed = await self._request(Route("PATCH", _CHANNEL, channel_id=forum_id), json=body)
        return list(_dict(changed).get("available_tags", ()))

    async def open_dm(self, user_id: int) -> int:
        """Return the id of the channel of direct messages with a user.

        Raises:
            UnsureError, RefusedError: it cannot be opened now, or at all.
        """
        return (await self.locate_dm(user_id))[0]

    async def locate_dm(self, user_id: int) -> tuple[int, int]:
        """Return the channel of direct messages with a user, and its newest message's id or 0.

        Raises:
            UnsureError, RefusedError: it cannot be opened now, or at all.
        """
        body = {"recipient_id": str(user_id)}
        channel = await self._request(Route("POST", "/users/@me/channels"), json=body)
        return _id(channel), int(channel.get("last_message_id") or 0)

    async def delete_message(self, channel_id: int, message_id: int) -> None:
        """Delete one of the bot's own messages; one that is gone already counts as done.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not deleted; asking again is safe.
        """
        route = Route(
            "DELETE",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel_id,
            message_id=message_id,
        )
        await self._delete(route)

    async def list_marks(self, channel_id: int, *, after: int) -> Mapping[str, list[int]]:
        """Return the bot's marked messages newer than `after`: message ids by mark.

        Raises:
            UnsureError, RefusedError: the history could not be read.
        """
        marks: dict[str, list[int]] = {}
        async for message in self.history(channel_id, after=after):
            for mark in list_marks(message):
                marks.setdefault(mark, []).append(int(message["id"]))
        return marks

    async def list_forum_marks(
        self, guild_id: int, forum_id: int, *, after: int, author_id: int
    ) -> Mapping[str, list[int]]:
        """Return the bot's marked posts newer than `after`: post ids by mark.

        Raises:
            UnsureError, RefusedError: the posts could not be read.
        """
        marks: dict[str, list[int]] = {}
        async for post_id, message in self._own_posts(
            guild_id, forum_id, after=after, author_id=author_id
        ):
            for mark in list_marks(message):
                marks.setdefault(mark, []).append(post_id)
        return marks

    async def delete_thread(self, thread_id: int) -> None:
        """Delete a thread or forum post; one that is gone already counts as done.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not deleted; asking again is safe.
        """
        await self._delete(Route("DELETE", _CHANNEL, channel_id=thread_id))

    async def find_message(self, channel_id: int, mark: str, *, after: int) -> int | None:
        """Return the id of the message with this mark among those newer than `after`, or None.

        Without the right to read the history Discord answers an empty list: check that first.

        Raises:
            UnsureError, RefusedError: the history could not be read.
        """
        async for message in self.history(channel_id, after=after):
            if mark in list_marks(message):
                return int(message["id"])
        return None

    async def find_forum_post(
        self, guild_id: int, forum_id: int, mark: str, *, after: int, author_id: int
    ) -> int | None:
        """Return the id of the post whose first message has this mark, or None.

        Looks at the bot's own posts newer than `after`, active and archived.

        Raises:
            UnsureError, RefusedError: the posts could not be read.
        """
        async for post_id, message in self._own_posts(
            guild_id, forum_id, after=after, author_id=author_id
        ):
            if mark in list_marks(message):
                return post_id
        return None

    async def _edit(self, route: Route, body: JSON, *, thread_id: int) -> None:
        """Edit; an archived thread is brought back for that, and archived again."""
        try:
            await self._request(route, json=body)
        except RefusedError as error:
            if error.code != ARCHIVED:
                raise
            await self._edit_archived(route, body, thread_id=thread_id, archived=error)

    async def _edit_archived(
        self, route: Route, body: JSON, *, thread_id: int, archived: RefusedError
    ) -> None:
        thread = Route("PATCH", _CHANNEL, channel_id=thread_id)
        try:
            await self._request(thread, json={"archived": False})
        except RefusedError as error:
            # Locked, or lacking a right in threads: that says nothing about the channel.
            raise (archived if error.code == MISSING_PERMISSIONS else error) from None
        await self._request(route, json=body)
        try:
            await self._request(thread, json={"archived": True})
        except (RefusedError, UnsureError) as error:
            _log.info("Thread %s stays open until it archives itself: %s", thread_id, error)

    async def _own_posts(
        self, guild_id: int, forum_id: int, *, after: int, author_id: int
    ) -> AsyncIterator[tuple[int, JSON]]:
        """Yield the bot's posts in a forum: id and first message."""
        async for thread in self.forum_threads(guild_id, forum_id, after=after):
            if int(thread.get("owner_id") or 0) != author_id:
                continue
            post_id = int(thread["id"])
            message = await self._get_message(post_id, post_id)
            if message is not None:
                yield post_id, message

    async def _delete(self, route: Route) -> None:
        try:
            await self._request(route)
        except RefusedError as error:
            if error.status != HTTP_NOT_FOUND:
                raise

    async def history(self, channel_id: int, *, after: int) -> AsyncIterator[JSON]:
        """Yield a channel's messages newer than `after`, as Discord tells of them.

        Raises:
            UnsureError, RefusedError: they could not be read.
        """
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_id)
        while True:
            params = {"limit": PAGE, "after": after}
            page = _list(await self._request(route, params=params))
            for message in page:
                yield message
            if len(page) < PAGE:
                return
            after = max(int(message["id"]) for message in page)

    async def forum_threads(
        self, guild_id: int, forum_id: int, *, after: int
    ) -> AsyncIterator[JSON]:
        """Yield a forum's posts newer than `after`, active and archived ones.

        Raises:
            UnsureError, RefusedError: they could not be read.
        """
        route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=guild_id)
        active = _dict(await self._request(route))
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
            page = _dict(await self._request(route, params=params))
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

    async def _get_message(self, channel_id: int, message_id: int) -> JSON | None:
        route = Route(
            "GET",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel_id,
            message_id=message_id,
        )
        try:
            return _dict(await self._request(route))
        except RefusedError as error:
            if error.status == HTTP_NOT_FOUND:
                return None
            raise

    async def _request(self, route: Route, *, deadline: float = math.inf, **kwargs: Any) -> Any:
        """Send one request; each attempt takes its turn in the global budget."""
        hold = _Hold(self._metrics)
        paced = partial(self._sent_once, deadline, hold)
        try:
            return await self._http.request(
                route, middlewares=(paced,), timeout=_NO_TIMEOUT, **kwargs
            )
        except discord.DiscordServerError as error:
            raise UnsureError(str(error)) from error
        except discord.HTTPException as error:
            raise RefusedError(error) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UnsureError(f"{type(error).__name__}: {error}") from error
        finally:
            hold.end()  # discord.py waits after the answer that used a bucket up

    async def _sent_once(
        self,
        deadline: float,
        hold: _Hold,
        request: aiohttp.ClientRequest,
        handler: aiohttp.ClientHandlerType,
    ) -> aiohttp.ClientResponse:
        hold.end()
        if asyncio.get_running_loop().time() > deadline:
            raise UnsureError(f"too late for {request.method} {request.url.path}")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await handler(request)
                await response.read()
                hold.begin()
        except TimeoutError as error:
            raise SilenceError(f"no answer to {request.method} {request.url.path}") from error
        except (aiohttp.ClientError, OSError) as error:
            # Here, not later: discord.py itself sends again after some broken connections.
            raise UnsureError(f"{type(error).__name__}: {error}") from error
        if response.status >= HTTP_SERVER_ERROR:
            raise UnsureError(f"{response.status} {request.method} {request.url.path}")
        return response


class _Hold:
    """Counts the seconds that limits hold a request back: before, between, after its attempts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._since: float | None = asyncio.get_running_loop().time()

    def begin(self) -> None:
        self._since = asyncio.get_running_loop().time()

    def end(self) -> None:
        if self._since is not None:
            self._metrics.held_back.inc(asyncio.get_running_loop().time() - self._since)
        self._since = None


def list_marks(message: JSON) -> tuple[str, ...]:
    """Return the custom_ids of a message's buttons."""
    return tuple(
        component["custom_id"]
        for row in message.get("components", ())
        for component in row.get("components", ())
        if "custom_id" in component
    )


def _upload(
    body: JSON, message: dict[str, Any], attachments: Sequence[Attachment]
) -> dict[str, Any]:
    """Return the request's arguments: a JSON body, or one in parts when files go with `message`.

    The parts are made of bytes, so that a request held back by a limit can be let go again.
    """
    if not attachments:
        return {"json": body}
    message["attachments"] = [
        {"id": number, "filename": each.name}
        | ({"description": each.description} if each.description else {})
        for number, each in enumerate(attachments)
    ]
    files = [
        {
            "name": f"files[{number}]",
            "value": each.content,
            "filename": each.name,
            "content_type": mimetypes.guess_type(each.name)[0] or "application/octet-stream",
        }
        for number, each in enumerate(attachments)
    ]
    return {"form": [{"name": "payload_json", "value": json.dumps(body)}, *files]}


def _dict(data: Any) -> JSON:
    if not isinstance(data, dict):
        raise UnsureError("the answer is not a JSON object")
    return data


def _list(data: Any) -> list[JSON]:
    if not isinstance(data, list):
        raise UnsureError("the answer is not a JSON list")
    return data


def _id(data: Any) -> int:
    try:
        return int(_dict(data)["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnsureError("the answer holds no id") from error
