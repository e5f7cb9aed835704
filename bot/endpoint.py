"""The one place that points discord.py at DISCORD_API_URL."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.wire import NO_CONTENT, NONSENSE, not_discord, read_answers

REDIRECTION = 300  # ... and above: no good status


def point_rest_at(api_url: str) -> None:
    """Send every REST request of this process to `api_url` (without a trailing slash)."""
    Route.BASE = api_url
    read_answers()


def refuse_strangers(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Have a page that came with a good status, as from a login portal, count as no answer.

    discord.py would hand on its text in an object's place.
    """

    async def look(_session: Any, _context: Any, end: aiohttp.TraceRequestEndParams) -> None:
        kind = end.response.content_type
        # 204 has no page, whatever its type.
        is_good = end.response.status < REDIRECTION and end.response.status != NO_CONTENT
        if is_good and kind.startswith("text/") and str(end.url).startswith(f"{Route.BASE}/"):
            raise aiohttp.ClientPayloadError(f"a page ({kind}) from {end.url.host}")

    trace.on_request_end.append(look)
    return trace


async def log_in(client: discord.Client, token: str) -> None:
    """Log in.

    Raises:
        discord.LoginFailure: Discord does not accept the token.
        discord.HTTPException, aiohttp.ClientError, OSError: Discord cannot be reached, or what
            answers is not Discord.
    """
    try:
        await client.login(token)
    except NONSENSE as error:
        if client.application is not None:
            raise  # it has understood all answers: what failed comes after them
        raise not_discord(error) from error


async def point_gateway(client: discord.Client) -> None:
    """Take the gateway's address from `GET /gateway/bot`, also after an invalid session.

    discord.py 2.7.1 asks for it on a sharded client's first connect only, and goes to its built-in
    address when it has to identify again.

    Raises:
        discord.GatewayNotFound, discord.HTTPException, aiohttp.ClientError, OSError: as `log_in`.
    """
    try:
        _shards, url, _limit = await client.http.get_bot_gateway()
    except NONSENSE as error:
        raise not_discord(error) from error
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
