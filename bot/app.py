"""The composition root: settings -> lock -> store -> ingest -> client -> scheduler."""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import discord

from bot.client import DigestBot
from bot.clock import Clock
from bot.endpoint import log_in, point_gateway, point_rest_at
from bot.errors import DomainError, SettingsError, StartupError
from bot.health import Health, Vitals
from bot.interpreter import tune
from bot.logs import configure_logging
from bot.metrics import Metrics
from bot.reporting import explain, in_words, report_end
from bot.safety.leases import owner_name, release_others
from bot.safety.lock import hold_lock
from bot.safety.soundness import run_sound
from bot.schedule import local_day
from bot.scheduler import Ticking
from bot.seeds import SeedFolder
from bot.seeds.importing import remove_left
from bot.seeds.watching import watching
from bot.settings import Settings
from storage.base import StorageError, Store

LOCK_SECONDS = 15.0
TICK_SECONDS = 5.0
LOGIN_SECONDS = 60.0  # discord.py itself tries for half of it, and waits minutes for silence
READY_SECONDS = 30.0  # after this the schedule starts without the gateway
PAUSES = (1, 2, 5, 10, 30)  # seconds before Discord is tried again; the last one repeats
# docs: Gateway Close Event Codes, HTTP Response Codes
TOKEN_REFUSED, UNAUTHORIZED = 4004, 401
_UNREACHABLE = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError)

# What the database refuses until somebody makes room or ends what holds it; look-ups go on.
_PASSING = frozenset({"storage.locked", "storage.full", "storage.read_only"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the process is made of before there is a client.

    `alone`: nobody else runs on the database. `owner` is this process's name in its ledger.
    """

    settings: Settings
    store: Store
    sound: asyncio.Future[None]
    clock: Clock
    seeds: SeedFolder
    metrics: Metrics
    tick_seconds: float
    alone: bool
    owner: str = field(default_factory=owner_name)
    vitals: Vitals = field(default_factory=Vitals)


async def run(settings: Settings, *, clock: Clock, tick_seconds: float = TICK_SECONDS) -> None:
    """Run the bot until it is asked to stop (SIGINT, SIGTERM).

    Raises:
        SettingsError: DISCORD_TOKEN is missing.
        StartupError: another copy runs on the database, it is damaged or gone, HEALTH_PORT is
            taken, or Discord refuses the token.
        StorageError: the store cannot be opened.
    """
    if settings.discord_token is None:
        raise SettingsError("settings.discord_token_missing")
    point_rest_at(settings.discord_api_url)
    await _run_until_stopped(_run(settings, clock=clock, tick_seconds=tick_seconds))


async def _run(settings: Settings, *, clock: Clock, tick_seconds: float) -> None:
    async def live(store: Store, sound: asyncio.Future[None]) -> None:
        metrics = Metrics()
        seeds = SeedFolder(settings.seeds_dir, store=store, clock=clock, metrics=metrics)
        parts = _Parts(
            settings=settings,
            store=store,
            sound=sound,
            clock=clock,
            seeds=seeds,
            metrics=metrics,
            tick_seconds=tick_seconds,
            alone=alone,
        )
        async with _answer_health(parts):
            await asyncio.to_thread(remove_left, settings.seeds_dir, now=clock())
            await _unless_held_up(seeds.read, "New seed files wait")
            follow = partial(_follow_environment, settings, store, clock)
            await _unless_held_up(follow, "DIGEST_CHANNEL_ID's subscription waits")
            async with watching(seeds):
                await _serve(parts)

    async with hold_lock(settings.database_path, seconds=LOCK_SECONDS) as alone:
        await run_sound(settings, live, now=clock())


def run_to_exit_code(
    settings: Settings, *, clock: Clock, tick_seconds: float = TICK_SECONDS
) -> int:
    """Run the bot as a process of its own: with a log, and a failure as one sentence on stderr."""
    configure_logging(settings.log_level, settings.log_format, secrets=settings.secrets())
    tune()
    try:
        asyncio.run(run(settings, clock=clock, tick_seconds=tick_seconds))
    except (DomainError, StorageError) as error:
        return report_end(error, settings.log_format)
    return 0


async def _run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until the work ends by itself or the process is asked to stop.

    Asked again, it ends no sooner: the step in hand would be cut off.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    working, asking = asyncio.create_task(work), asyncio.create_task(asked.wait())
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers on the loop
            loop.add_signal_handler(number, asked.set)
    try:
        await asyncio.wait([working, asking], return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        asking.cancel()
        await asyncio.wait([working, asking])
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
    if not working.cancelled():
        working.result()


async def _serve(parts: _Parts) -> None:
    bot = parts.vitals.bot = await _login(parts)
    scheduling = asyncio.create_task(_schedule(bot, parts))
    connecting = asyncio.create_task(_stay_connected(bot))
    try:
        await asyncio.wait([connecting])
    finally:
        scheduling.cancel()
        await asyncio.gather(scheduling, return_exceptions=True)
        # Closed before it is cancelled: discord.py swallows a cancellation while it reconnects.
        await bot.close()
        connecting.cancel()
        await asyncio.wait([connecting])
    connecting.result()


async def _login(parts: _Parts) -> DigestBot:
    """Return a client that is logged in; an unreachable Discord is tried again and again."""
    settings = parts.settings
    assert settings.discord_token is not None  # noqa: S101 - checked by `run`
    token = settings.discord_token.get_secret_value().strip()
    for attempt in itertools.count():
        bot = DigestBot(
            store=parts.store,
            settings=settings,
            clock=parts.clock,
            owner=parts.owner,
            seeds=parts.seeds,
            metrics=parts.metrics,
        )
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await log_in(bot, token)
        except discord.LoginFailure:
            await bot.close()
            raise StartupError("startup.token_wrong") from None
        except _UNREACHABLE as error:
            await bot.close()
            await _wait(attempt, error)
        except BaseException:
            await bot.close()
            raise
        else:
            return bot
    raise AssertionError("the loop above does not end")


async def _stay_connected(bot: DigestBot) -> None:
    """Keep the gateway's connection; discord.py itself mends drops once it was connected."""
    for attempt in itertools.count():
        try:
            await point_gateway(bot)
            await bot.connect()
        except discord.PrivilegedIntentsRequired:
            raise StartupError("startup.privileged") from None
        except discord.ConnectionClosed as error:
            if error.code == TOKEN_REFUSED:
                raise StartupError("startup.token_wrong") from None
            raise StartupError("startup.gateway_closed", code=error.code) from error
        except _UNREACHABLE as error:
            if _is_unauthorized(error):
                raise StartupError("startup.token_wrong") from None
            await _wait(attempt, error)
        else:
            return


def _is_unauthorized(error: BaseException) -> bool:
    """Return whether Discord did not take the token."""
    if isinstance(error, discord.GatewayNotFound):  # made by discord.py of what really happened
        error = error.__cause__ or error
    return isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED


async def _wait(attempt: int, error: Exception) -> None:
    pause = PAUSES[min(attempt, len(PAUSES) - 1)]
    _log.warning("Discord cannot be reached (%s); next try in %s s", explain(error), pause)
    await asyncio.sleep(pause)


async def _schedule(bot: DigestBot, parts: _Parts) -> None:
    """Tick from the first READY on, or without it when the gateway takes too long."""
    await asyncio.shield(parts.sound)
    with suppress(TimeoutError):
        await asyncio.wait_for(bot.wait_until_ready(), READY_SECONDS)
    tick = _once_before(bot.tick, partial(_begin, parts))
    ticking = parts.vitals.ticking = Ticking(tick, every=parts.tick_seconds)
    copying = Ticking(bot.backups.tick, every=parts.tick_seconds)
    try:
        await asyncio.Event().wait()
    finally:
        ticking.stop()
        copying.stop()
        await bot.backups.wait()


async def _begin(parts: _Parts) -> None:
    """Release what another process held; subscribe, if the store did not take that at the start."""
    await release_others(parts.store, owner=parts.owner, alone=parts.alone)
    await _follow_environment(parts.settings, parts.store, parts.clock)


def _once_before(
    tick: Callable[[], Awaitable[None]], begin: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    """Return a tick that begins with `begin` until that went well: a store may not take it yet."""
    has_begun = False

    async def run() -> None:
        nonlocal has_begun
        if not has_begun:
            await begin()
            has_begun = True
        await tick()

    return run


@asynccontextmanager
async def _answer_health(parts: _Parts) -> AsyncIterator[None]:
    """Answer /healthz and /metrics for the length of the block, where HEALTH_PORT says so."""
    async with AsyncExitStack() as stack:
        if parts.settings.health_port is not None:
            # Here, not above: aiohttp's server takes 2 MB, which a bot that is not asked need not.
            from bot.health_server import serve_health

            health = Health(store=parts.store, vitals=parts.vitals, metrics=parts.metrics)
            port = parts.settings.health_port
            await stack.enter_async_context(serve_health(port, health, parts.metrics))
        yield


async def _unless_held_up(work: Callable[[], Awaitable[object]], waits: str) -> None:
    """Do what is done again later, and log that it waits if the store does not take it now.

    Raises:
        StorageError: the store cannot be used.
    """
    try:
        await work()
    except StorageError as error:
        if error.key not in _PASSING:
            raise
        _log.error("%s for the database: %s", waits, in_words(error))


async def _follow_environment(settings: Settings, store: Store, clock: Clock) -> None:
    """Make or update DIGEST_CHANNEL_ID's subscription."""
    if settings.digest_channel_id is None:
        return
    now = clock()
    dates = await store.list_dates(until=local_day(settings.digest_timezone, now))
    await store.follow_environment(
        settings.digest_channel_id,
        settings.subscription_options(),
        since=dates[-1] if dates else None,
        now=now,
    )
