"""/healthz and /metrics on 127.0.0.1: whether the bot is well, and what it has counted.

Only this machine can ask, and only by its own name: a web page that resolves its own name to
127.0.0.1 sends that name along, and is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import StartupError
from bot.health import Health
from bot.metrics import CONTENT_TYPE, Metrics

HOST = "127.0.0.1"
_NAMES = frozenset({"127.0.0.1", "localhost"})

_GOODBYE_SECONDS = 1.0  # for answers in hand when the process ends
_OK, _FAILING = 200, 503


@asynccontextmanager
async def serve_health(port: int, health: Health, metrics: Metrics) -> AsyncIterator[None]:
    """Answer /healthz and /metrics for the length of the block.

    Raises:
        StartupError: something else listens on the port.
    """
    application = web.Application(middlewares=[_only_by_name])
    application.router.add_get("/healthz", _healthz(health))
    application.router.add_get("/metrics", _metrics(health, metrics))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_GOODBYE_SECONDS)
    measuring = asyncio.create_task(health.measure())
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            detail = error.strerror or str(error)
            raise StartupError("startup.health_port", port=port, detail=detail) from error
        yield
    finally:
        measuring.cancel()
        with suppress(asyncio.CancelledError):
            await measuring
        await runner.cleanup()


@web.middleware
async def _only_by_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse who asks for another host than this machine."""
    if request.url.host not in _NAMES:
        raise web.HTTPMisdirectedRequest(text="Ask for 127.0.0.1.\n")
    return await handler(request)


def _healthz(health: Health) -> Callable[[web.Request], Any]:
    async def answer(_request: web.Request) -> web.Response:
        found = await health.check()
        status = _OK if found["status"] == "ok" else _FAILING
        return web.json_response(found, status=status, headers={"Cache-Control": "no-store"})

    return answer


def _metrics(health: Health, metrics: Metrics) -> Callable[[web.Request], Any]:
    async def answer(_request: web.Request) -> web.Response:
        await health.refresh_gauges()
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    return answer
