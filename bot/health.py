"""Whether the bot is well: its event loop, gateway, schedule and database."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.metrics import Metrics
from bot.reporting import in_words
from storage.base import StorageError, Store

if TYPE_CHECKING:
    from bot.client import DigestBot
    from bot.scheduler import Ticking

BEAT = 0.5  # seconds between two looks at the event loop and the gateway
WINDOW = 60.0  # seconds: the worst lag of the last two such windows counts
LAG_SECONDS = 5.0  # an answer within Discord's three seconds is out of reach long before
TICKS_MISSED = 3  # ... or failed one after another
FIRST_TICK_SECONDS = 60.0  # the schedule waits for the gateway before its first tick
GATEWAY_SECONDS = 120.0  # discord.py's own reconnects take seconds; a deployment must not flap
DATABASE_SECONDS = 5.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Vitals:
    """What the process has by now of what health asks: set as it comes to life."""

    bot: DigestBot | None = None
    ticking: Ticking | None = None


class Health:
    """Measures; `check` says what it comes to."""

    def __init__(self, *, store: Store, vitals: Vitals, metrics: Metrics) -> None:
        self._store = store
        self._vitals = vitals
        self._metrics = metrics
        self._began = self._connected_at = _now()
        self._lags = (0.0, 0.0)  # the worst of the window before, and of this one
        self._window_began = self._began

    async def measure(self) -> None:
        """Look at the event loop and the gateway, until cancelled."""
        while True:
            planned = _now() + BEAT
            await asyncio.sleep(BEAT)
            self._note_lag(_now() - planned)
            if self._is_connected():
                self._connected_at = _now()

    async def check(self) -> dict[str, Any]:
        """Return each check with what it found, and `status`: `ok` or `failing`."""
        checks = {
            "event_loop": self._check_loop(),
            "gateway": self._check_gateway(),
            "scheduler": self._check_scheduler(),
            "database": await self._check_database(),
        }
        well = all(check["ok"] for check in checks.values())
        return {"status": "ok" if well else "failing", "checks": checks}

    async def refresh_gauges(self) -> None:
        """Set the gauges that nobody sets in passing."""
        self._metrics.loop_lag.set(max(self._lags))
        latency = self._latency()
        self._metrics.gateway_latency.set(math.nan if latency is None else latency)
        bot = self._vitals.bot
        self._metrics.backup_failing.set(bot is not None and bot.backups.problem is not None)
        try:
            subscriptions = [each for each in await self._store.list_subscriptions() if each.active]
        except StorageError as error:
            _log.warning("The subscriptions could not be counted: %s", in_words(error))
            return
        parked = sum(each.parked is not None for each in subscriptions)
        self._metrics.subscriptions.labels("parked").set(parked)
        self._metrics.subscriptions.labels("posting").set(len(subscriptions) - parked)

    def _check_loop(self) -> dict[str, Any]:
        lag = max(self._lags)
        return {"ok": lag <= LAG_SECONDS, "lag_seconds": round(lag, 3)}

    def _check_gateway(self) -> dict[str, Any]:
        connected = self._is_connected()
        away = 0.0 if connected else _now() - self._connected_at
        latency = self._latency()
        return {
            "ok": away <= GATEWAY_SECONDS,
            "connected": connected,
            "latency_seconds": None if latency is None else round(latency, 3),
            "away_seconds": round(away, 1),
        }

    def _check_scheduler(self) -> dict[str, Any]:
        ticking = self._vitals.ticking
        if ticking is None:
            waited = _now() - self._began
            return {"ok": waited <= FIRST_TICK_SECONDS, "last_tick_seconds": None}
        age = _now() - ticking.called_at
        failing = 0.0 if ticking.failing_since is None else _now() - ticking.failing_since
        return {
            "ok": max(age, failing) <= TICKS_MISSED * ticking.every,
            "last_tick_seconds": round(age, 1),
            "failing_seconds": round(failing, 1),
        }

    async def _check_database(self) -> dict[str, Any]:
        asked = _now()
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                await self._store.get_digests_version()
                await self._store.require_writable()
        except StorageError as error:
            return {"ok": False, "error": in_words(error)}
        except TimeoutError:
            return {"ok": False, "error": f"no answer within {DATABASE_SECONDS:g} s"}
        return {"ok": True, "read_seconds": round(_now() - asked, 4)}

    def _note_lag(self, lag: float) -> None:
        before, worst = self._lags
        if _now() - self._window_began > WINDOW:
            self._window_began = _now()
            before, worst = worst, 0.0
        self._lags = before, max(worst, lag)

    def _is_connected(self) -> bool:
        bot = self._vitals.bot
        if bot is None or not bot.is_ready():
            return False
        return bool(bot.shards) and not any(shard.is_closed() for shard in bot.shards.values())

    def _latency(self) -> float | None:
        """Return a heartbeat's round trip in seconds, None before there was one."""
        bot = self._vitals.bot
        if bot is None or not bot.shards:
            return None
        return bot.latency if math.isfinite(bot.latency) else None


def _now() -> float:
    return asyncio.get_running_loop().time()
