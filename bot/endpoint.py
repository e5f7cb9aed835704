"""The one place that points discord.py at DISCORD_API_URL."""

from __future__ import annotations

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def point_rest_at(api_url: str) -> None:
    """Send every REST request of this process to `api_url` (without a trailing slash)."""
    Route.BASE = api_url


async def point_gateway(client: discord.Client) -> None:
    """Take the gateway's address from `GET /gateway/bot`, also after an invalid session.

    discord.py 2.7.1 asks for it on a sharded client's first connect only, and goes to its built-in
    address when it has to identify again.
    """
    _shards, url, _limit = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
