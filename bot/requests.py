"""Requests past discord.py's own retry loop, so that it is known of each what became of it.

Requests go through discord.py's HTTPClient for its rate-limit buckets, with a client middleware
(aiohttp) that ends that loop on a 5xx: sending again is decided by whoever asked.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.metrics import Metrics
from bot.outcomes import RefusedError, SilenceError, UnsureError
from bot.wire import NONSENSE

# For an answer, from when the request is let go: waiting for its turn may take longer.
ANSWER_SECONDS = 30.0
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
HTTP_NOT_FOUND, HTTP_SERVER_ERROR = 404, 500

JSON = Mapping[str, Any]


class Requests:
    """Sends requests, and says of each whether it was carried out."""

    def __init__(self, http: HTTPClient, *, metrics: Metrics) -> None:
        self._http = http
        self._metrics = metrics

    async def send(self, route: Route, *, deadline: float = math.inf, **kwargs: Any) -> Any:
        """Send one request and return its answer; each attempt takes its turn in the global budget.

        It is not sent later than `deadline`, on the event loop's clock: limits can hold a request
        back for minutes.

        Raises:
            UnsureError: it may or may not have been carried out.
            RefusedError: it was not carried out.
        """
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
        except (aiohttp.ClientError, OSError, *NONSENSE) as error:
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


def message_route(method: str, channel_id: int, message_id: int, tail: str = "") -> Route:
    """Return the route of a message, or of what `tail` names under it."""
    path = "/channels/{channel_id}/messages/{message_id}" + tail
    return Route(method, path, channel_id=channel_id, message_id=message_id)


def as_object(data: Any) -> JSON:
    """Return an answer that is an object.

    Raises:
        UnsureError: it is none.
    """
    if not isinstance(data, dict):
        raise UnsureError("the answer is not a JSON object")
    return data


def as_list(data: Any) -> list[JSON]:
    """Return an answer that is a list of objects.

    Raises:
        UnsureError: it is none.
    """
    if not isinstance(data, list):
        raise UnsureError("the answer is not a JSON list")
    return data


def as_id(data: Any) -> int:
    """Return the id of what an answer describes.

    Raises:
        UnsureError: it has none.
    """
    try:
        return int(as_object(data)["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnsureError("the answer holds no id") from error
