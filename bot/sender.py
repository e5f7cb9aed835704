"""The only sender of posts: what creates, edits, publishes and deletes them, with mark and nonce.

Nothing is sent again here: whoever is unsure what became of a post looks for its mark first
(`bot.histories`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from discord.http import Route

from bot.outcomes import (
    ARCHIVED,
    MISSING_PERMISSIONS,
    PUBLISHED,
    THREAD_EXISTS,
    LimitedError,
    RefusedError,
    UnsureError,
)
from bot.render.message import Attachment
from bot.requests import HTTP_NOT_FOUND, JSON, Requests, as_id, as_object, message_route

AUTO_ARCHIVE_MINUTES = 10_080  # a week, the longest (docs: Channel, auto_archive_duration)
EPHEMERAL = 1 << 6  # docs: Message Flags
# A channel publishes ten messages an hour; the eleventh is held back for up to that long.
PUBLISH_SECONDS = 30.0

_log = logging.getLogger(__name__)

_CHANNEL = "/channels/{channel_id}"


def nonce_for(channel_id: int, mark: str) -> str:
    """Return the nonce of a marked message, the same each time (<= 25 characters)."""
    text = f"{channel_id}:{mark}".encode()
    return hashlib.blake2b(text, digest_size=12).hexdigest()


class Sender:
    """Posts, edits and deletes messages and threads."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

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
            UnsureError: it may have been sent; look with `Histories.find_message`.
            RefusedError: it was not sent.
        """
        body = {**payload, "nonce": nonce_for(channel_id, mark), "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        upload = _upload(body, body, attachments)
        return as_id(await self._requests.send(route, deadline=deadline, **upload))

    async def create_thread(self, channel_id: int, message_id: int, *, name: str) -> int:
        """Start the message's thread, or find that it has one; its id is the message's.

        Raises:
            UnsureError: it may have been started; asking again is safe.
            RefusedError: it was not started.
        """
        route = message_route("POST", channel_id, message_id, "/threads")
        body = {"name": name, "auto_archive_duration": AUTO_ARCHIVE_MINUTES}
        try:
            return as_id(await self._requests.send(route, json=body))
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
            UnsureError: it may have been created; look with `Histories.find_forum_post`.
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
        return as_id(await self._requests.send(route, deadline=deadline, **upload))

    async def edit_message(self, channel_id: int, message_id: int, payload: JSON) -> None:
        """Replace a message's text, embeds and buttons, in an archived thread too.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not edited; asking again is safe.
        """
        route = message_route("PATCH", channel_id, message_id)
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
        route = message_route("POST", channel_id, message_id, "/crosspost")
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._requests.send(route)
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
        forum = as_object(await self._requests.send(Route("GET", _CHANNEL, channel_id=forum_id)))
        tags: list[Mapping[str, Any]] = list(forum.get("available_tags", ()))
        known = {tag["name"].casefold() for tag in tags}
        new = [{"name": name} for name in names if name.casefold() not in known]
        if not new:
            return tags
        body = {"available_tags": [*tags, *new]}
        changed = await self._requests.send(
            Route("PATCH", _CHANNEL, channel_id=forum_id), json=body
        )
        return list(as_object(changed).get("available_tags", ()))

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
        channel = await self._requests.send(Route("POST", "/users/@me/channels"), json=body)
        return as_id(channel), int(channel.get("last_message_id") or 0)

    async def follow_up(self, application_id: int, token: str, payload: JSON) -> None:
        """Send a private message behind an interaction's answer.

        It has no nonce and nothing lists it, so what may have been sent must not be sent again.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not sent.
        """
        route = Route(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            webhook_id=application_id,
            webhook_token=token,
        )
        await self._requests.send(route, json={**payload, "flags": EPHEMERAL})

    async def delete_message(self, channel_id: int, message_id: int) -> None:
        """Delete one of the bot's own messages; one that is gone already counts as done.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not deleted; asking again is safe.
        """
        await self._delete(message_route("DELETE", channel_id, message_id))

    async def delete_thread(self, thread_id: int) -> None:
        """Delete a thread or forum post; one that is gone already counts as done.

        Raises:
            UnsureError, RefusedError: it was perhaps not, or not deleted; asking again is safe.
        """
        await self._delete(Route("DELETE", _CHANNEL, channel_id=thread_id))

    async def _edit(self, route: Route, body: JSON, *, thread_id: int) -> None:
        """Edit; an archived thread is brought back for that, and archived again."""
        try:
            await self._requests.send(route, json=body)
        except RefusedError as error:
            if error.code != ARCHIVED:
                raise
            await self._edit_archived(route, body, thread_id=thread_id, archived=error)

    async def _edit_archived(
        self, route: Route, body: JSON, *, thread_id: int, archived: RefusedError
    ) -> None:
        thread = Route("PATCH", _CHANNEL, channel_id=thread_id)
        try:
            await self._requests.send(thread, json={"archived": False})
        except RefusedError as error:
            # Locked, or lacking a right in threads: that says nothing about the channel.
            raise (archived if error.code == MISSING_PERMISSIONS else error) from None
        await self._requests.send(route, json=body)
        try:
            await self._requests.send(thread, json={"archived": True})
        except (RefusedError, UnsureError) as error:
            _log.info("Thread %s stays open until it archives itself: %s", thread_id, error)

    async def _delete(self, route: Route) -> None:
        try:
            await self._requests.send(route)
        except RefusedError as error:
            if error.status != HTTP_NOT_FOUND:
                raise


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
