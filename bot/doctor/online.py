"""What Discord says: the token, the application, the clock, and each channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord

from bot.clock import Clock
from bot.doctor.channels import examine_channel
from bot.doctor.findings import Finding, Level
from bot.endpoint import log_in, point_rest_at, refuse_strangers
from bot.invite import invite_url
from bot.messages import say
from bot.settings import Settings
from storage.models import Subscription

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL

SKEW_SECONDS = 30
PATIENCE = 20.0  # seconds for an answer, discord.py's own further tries included
FEW_STARTS = 10
_UNREACHABLE = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError)


class _Skew:
    """How far this machine's clock is ahead of Discord's, by its last answer."""

    def __init__(self, clock: Clock) -> None:
        self.seconds: float | None = None
        self._clock = clock

    def trace(self) -> aiohttp.TraceConfig:
        """Return what reads the time of each answer."""

        async def read(_session: Any, _context: Any, end: aiohttp.TraceRequestEndParams) -> None:
            self._read(end.response.headers.get("Date"), self._clock())

        config = aiohttp.TraceConfig()
        config.on_request_end.append(read)
        return config

    def _read(self, header: str | None, now: datetime) -> None:
        try:
            self.seconds = (now - parsedate_to_datetime(header or "")).total_seconds()
        except (ValueError, TypeError):
            return  # no date, or a proxy's own idea of one


async def examine_online(
    settings: Settings, subscriptions: Sequence[Subscription], clock: Clock
) -> AsyncIterator[Finding]:
    """Ask Discord, without connecting to the gateway: a bot that runs is not disturbed."""
    if settings.discord_token is None:
        yield Finding(FAIL, "token", say("en", "settings.discord_token_missing"))
        return
    point_rest_at(settings.discord_api_url)
    logging.getLogger("discord").setLevel(logging.CRITICAL)  # what it warns of is said here
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    skew = _Skew(clock)
    async with discord.Client(
        intents=discord.Intents.none(), http_trace=refuse_strangers(skew.trace())
    ) as client:
        try:
            async with asyncio.timeout(PATIENCE):
                await log_in(client, settings.discord_token.get_secret_value())
        except discord.LoginFailure:
            yield Finding(FAIL, "token", say("en", "startup.token_wrong"))
        except (*_UNREACHABLE, TimeoutError) as error:
            text = f"{settings.discord_api_url} gives no answer ({type(error).__name__})"
            yield Finding(FAIL, "token", f"{text}: check the network and DISCORD_API_URL")
        else:
            async for finding in _examine_account(client, settings, subscriptions):
                yield finding
        for finding in _clock(skew):
            yield finding


async def _examine_account(
    client: discord.Client, settings: Settings, subscriptions: Sequence[Subscription]
) -> AsyncIterator[Finding]:
    assert client.user is not None  # noqa: S101 - set by login
    assert client.application is not None  # noqa: S101 - likewise
    yield Finding(OK, "token", f"Discord knows the bot as {client.user.name} ({client.user.id})")
    for finding in _application(client.application):
        yield finding
    try:
        async with asyncio.timeout(PATIENCE):
            yield await _gateway(client)
            guilds = {guild.id: guild.name async for guild in client.fetch_guilds(limit=None)}
    except (*_UNREACHABLE, TimeoutError) as error:
        text = f"Discord did not say ({type(error).__name__}): try again"
        yield Finding(FAIL, "servers", text)
        return
    yield _servers(guilds)
    yield Finding(OK, "invite", invite_url(client.application.id))
    for channel_id, subscription in _targets(settings, subscriptions):
        async for finding in examine_channel(client, channel_id, subscription, guilds):
            yield finding


def _application(application: discord.AppInfo) -> Iterator[Finding]:
    where = "at https://discord.com/developers/applications"
    wrong = False
    if application.interactions_endpoint_url:
        wrong = True
        text = f"Discord sends commands to {application.interactions_endpoint_url} and not to the "
        text += f"bot: empty “Interactions Endpoint URL” {where}"
        yield Finding(FAIL, "application", text)
    if application.bot_require_code_grant:
        wrong = True
        text = f"invitations fail: switch off “Requires OAuth2 Code Grant” under “Bot” {where}"
        yield Finding(WARN, "application", text)
    if not wrong:
        text = f"{application.name}: no privileged intent is needed, commands come to the bot"
        yield Finding(OK, "application", text)


async def _gateway(client: discord.Client) -> Finding:
    shards, _, limit = await client.http.get_bot_gateway()
    left = limit["remaining"]
    if left < FEW_STARTS:
        hours = limit["reset_after"] / 3_600_000
        text = f"{left} starts left in the next {hours:.1f} hours: does it crash again and again?"
        return Finding(WARN, "gateway", text)
    return Finding(OK, "gateway", f"shards recommended: {shards}, starts left today: {left}")


def _servers(guilds: dict[int, str]) -> Finding:
    if not guilds:
        return Finding(WARN, "servers", "the bot is in no server: open the link below")
    names = ", ".join(sorted(guilds.values())[:5])
    return Finding(OK, "servers", f"{len(guilds)}: {names}")


def _targets(
    settings: Settings, subscriptions: Sequence[Subscription]
) -> Iterator[tuple[int, Subscription | None]]:
    """Yield each channel that gets digests; the environment's too where it is not known yet."""
    known = {each.channel_id for each in subscriptions}
    if settings.digest_channel_id is not None and settings.digest_channel_id not in known:
        yield settings.digest_channel_id, None
    yield from ((each.channel_id, each) for each in subscriptions if each.active)


def _clock(skew: _Skew) -> Iterator[Finding]:
    if skew.seconds is None:
        return
    ahead = round(skew.seconds)
    if abs(ahead) > SKEW_SECONDS:
        where = "ahead of" if ahead > 0 else "behind"
        text = f"this machine's clock is {abs(ahead)} seconds {where} Discord's: switch on NTP"
        yield Finding(WARN, "clock", f"{text} (`timedatectl set-ntp true`)")
    else:
        yield Finding(OK, "clock", f"within {max(abs(ahead), 1)} s of Discord's")
