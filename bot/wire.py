"""Discord's answers, read with more patience than discord.py has.

discord.py 2.7.1 knows the forms that Discord itself uses. Its documentation allows others, which a
proxy in between may make of them, and Discord may come to use.
"""

from __future__ import annotations

import re
from typing import Any

import aiohttp
from discord import http, utils
from discord.webhook import async_ as webhooks
from multidict import CIMultiDict, CIMultiDictProxy

# What discord.py raises where something is not as it takes it to be.
NONSENSE = (LookupError, TypeError, ValueError, AttributeError)
NO_CONTENT, TOO_MANY = 204, 429

_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback$")


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


def not_discord(error: Exception) -> aiohttp.ClientPayloadError:
    """Return what stands for an answer that is not Discord's."""
    return aiohttp.ClientPayloadError(f"not Discord's answer: {type(error).__name__}: {error}")
