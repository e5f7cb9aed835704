"""Discord's answers and events, read with more patience than discord.py has.

discord.py 2.7.1 knows the forms that Discord itself uses. Its documentation allows others, which a
proxy in between may make of them, and Discord may come to use.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import http, utils
from discord.webhook import async_ as webhooks
from multidict import CIMultiDict, CIMultiDictProxy

# What discord.py raises where something is not as it takes it to be.
NONSENSE = (LookupError, TypeError, ValueError, AttributeError)
NO_CONTENT, TOO_MANY = 204, 429

_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback$")
# What discord.py wants of an interaction and its parts. Their documentation has partial objects:
# a channel may be no more than id, name, type and permissions, of a thread also its parent.
_INTERACTION = {"version": 1, "attachment_size_limit": 10 * 2**20}  # docs: Uploading Files
_MEMBER = {"flags": 0, "roles": []}
_CHANNEL = {
    **dict.fromkeys(("position", "bitrate", "user_limit", "message_count", "member_count"), 0),
    "name": "",
    "owner_id": 0,
}
_THREAD = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": None}

_log = logging.getLogger(__name__)


def read_answers() -> None:
    """Have discord.py read the answers of this process's requests by `read_answer`."""
    http.json_or_text = webhooks.json_or_text = read_answer  # type: ignore[attr-defined] # imported there


async def read_answer(response: aiohttp.ClientResponse) -> Any:
    """Return an answer's JSON, or its text.

    The type may name a charset; an interaction may be answered with 204 although more was asked
    for; and a rate limit may come without `Via`, for which discord.py would not wait.
    """
    text = await response.text(encoding="utf-8")
    if response.status == NO_CONTENT:
        callback = _CALLBACK.search(response.url.path)
        return {"interaction": {"id": callback[1]}} if callback else ""
    is_json = bool(text) and response.content_type == "application/json"
    data = utils._from_json(text) if is_json else text  # noqa: SLF001 - as discord.py does
    if response.status == TOO_MANY and isinstance(data, dict) and "retry_after" in data:
        passed = CIMultiDict(response.headers)
        passed.setdefault("Via", "1.1 unknown")
        response._cache["headers"] = CIMultiDictProxy(passed)  # noqa: SLF001 - there is no other way
    return data


def read_events(client: discord.Client) -> None:
    """Have an event that discord.py cannot read end nothing but itself: it would end the process.

    Without a READY that can be read there is no session; the client connects again.
    """
    parsers = client._connection.parsers  # noqa: SLF001 - discord.py has no public place for it
    for event, parse in parsers.items():
        parsers[event] = _guarded(event, parse)


def not_discord(error: Exception) -> aiohttp.ClientPayloadError:
    """Return what stands for an answer that is not Discord's."""
    return aiohttp.ClientPayloadError(f"not Discord's answer: {type(error).__name__}: {error}")


def _guarded(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    def read(data: Any) -> None:
        try:
            parse(_complete(data) if event == "INTERACTION_CREATE" else data)
        except NONSENSE as error:
            if event == "READY":
                raise not_discord(error) from error
            _log.warning(
                "An event (%s) could not be read: %s: %s", event, type(error).__name__, error
            )

    return read


def _complete(interaction: Any) -> dict[str, Any]:
    """Return the interaction with all that discord.py wants of it."""
    whole: dict[str, Any] = _INTERACTION | interaction
    if "member" in whole:
        whole["member"] = _MEMBER | whole["member"]
    channel = whole.get("channel")
    if channel is None and "channel_id" in whole:
        kind = discord.ChannelType.text if "guild_id" in whole else discord.ChannelType.private
        channel = {"id": whole["channel_id"], "type": kind.value}
    if channel is not None:
        metadata = _THREAD | channel.get("thread_metadata", {})
        whole["channel"] = _CHANNEL | channel | {"thread_metadata": metadata}
    return whole
