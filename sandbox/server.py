"""The server: `async with Sandbox(...)` is a Discord on a port of this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox import cdn, limits, threads
from sandbox.bodies import read_body
from sandbox.clock import SandboxClock
from sandbox.errors import DiscordError, Json, not_found, unauthorized
from sandbox.events import Change
from sandbox.faults import Drop, Fault, Faults, Trouble
from sandbox.gateway import Gateway
from sandbox.interactions import Interactions
from sandbox.models import Message, User
from sandbox.objects import stamp
from sandbox.options import Options
from sandbox.ratelimits import RateLimited, RateLimits, Verdict, refuse_anyway
from sandbox.requests import WRITES, LoggedRequest
from sandbox.rest import (  # noqa: F401 - importing them registers their routes
    channels,
    commands,
    guilds,
    identity,
    interactions,
    messages,
)
from sandbox.rest import threads as thread_routes  # noqa: F401 - as above
from sandbox.rest.routing import ROUTES, Answer, Backend, Call, Route, Router
from sandbox.users import Person
from sandbox.world import World

API = "/api/v10"
DEFAULT_START = datetime(2025, 4, 25, 0, 0, tzinfo=UTC)


class Sandbox:
    """A loopback Discord with one bot application.

    Args:
        clock: Its clock; by default one that starts on 2025-04-25 at midnight UTC.
        world: A world that was loaded; by default an empty one.
        options: How strict it is; by default as Discord is.
        port: The port on 127.0.0.1; 0 takes a free one.

    Attributes:
        world: The state, with its builders.
        faults: Trouble on purpose.
        gateway: The gateway, with trouble of its own.
        requests: Every request so far.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        world: World | None = None,
        options: Options | None = None,
        port: int = 0,
    ) -> None:
        self.clock = clock or (world.clock if world else SandboxClock(DEFAULT_START))
        self.world = world or World(self.clock)
        self.options = options or Options()
        self.faults = Faults()
        self.requests: list[LoggedRequest] = []
        self.gateway = Gateway(self.world, self.options)
        self.interactions = Interactions(self.world, self.options)
        self._backend = Backend(
            world=self.world,
            gateway=self.gateway,
            interactions=self.interactions,
            rate_limits=RateLimits(self.options),
            options=self.options,
        )
        self._router = Router(ROUTES)
        self._port = port
        self._writes = 0
        self._archived_at = self.clock.now()
        self._runner: web.AppRunner | None = None
        self.clock.on_move(self._follow_clock)

    # --- starting and stopping --------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=limits.REQUEST_BYTES)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/resume", self.gateway.serve)
        app.router.add_route("*", f"{API}/{{path:.*}}", self._serve)
        app.router.add_get(cdn.PATH, self._serve_file)
        app.router.add_get(cdn.PRIVATE_PATH, self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway.base_url = f"ws://127.0.0.1:{self._port}"
        self.world.files.base_url = self.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.shut()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The REST base, for DISCORD_API_URL."""
        return f"{self.url}{API}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.application.token

    # --- for tests --------------------------------------------------------------------------

    def person(self, user: User) -> Person:
        """Return a user at their client."""
        return Person(
            user=user,
            world=self.world,
            interactions=self.interactions,
            options=self.options,
            reachable=lambda: self.gateway.reachable,
        )

    async def wait_for(
        self,
        predicate: Callable[[], Any],
        *,
        timeout: float = 10.0,  # noqa: ASYNC109 - callers read better so
    ) -> Any:
        """Return the first true value of `predicate`, asked now and after each change.

        Raises:
            TimeoutError: It did not come within `timeout` real seconds.
        """
        return await self.world.hub.wait_for(predicate, timeout=timeout)

    def subscribe(self, callback: Callable[[Json], None]) -> Callable[[], None]:
        """Call `callback` with each change as `{event, at, data}`; returns what ends that."""

        def pass_on(change: Change) -> None:
            at = stamp(self.clock.now())
            callback({"event": change.name, "at": at, "data": change.data})

        return self.world.hub.listen(pass_on)

    def writes(self) -> list[LoggedRequest]:
        """Return the logged requests that write, in order."""
        return [request for request in self.requests if request.number is not None]

    def pings(self) -> list[Message]:
        """Return the bot's messages that notified somebody, oldest first."""
        bot_id = self.world.bot_id
        found = [m for kept in self.world.messages.values() for m in kept.values() if m.pinged]
        return sorted((m for m in found if m.author_id == bot_id), key=lambda m: m.id)

    def save(self, path: Path) -> None:
        """Write the world to a file."""
        self.world.save(path)

    # --- serving ----------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        logged = self._log(request)
        await asyncio.sleep(self.options.answer_seconds)
        try:
            route, params = self._find_route(request)
            logged.template = route.template
            body, uploads = await read_body(request)
            logged.body, logged.files = body, len(uploads)
            call = Call(
                backend=self._backend,
                params=params,
                query=logged.query,
                body=body,
                uploads=uploads,
            )
            return await self._handle(request, route, call, logged)
        except DiscordError as error:
            return self._respond(logged, error.status, error.to_json(), {})
        except RateLimited as refusal:
            return self._refuse(logged, refusal.verdict)
        except Drop:
            return self._drop(request, logged)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        return await cdn.serve_file(request, self.world.files, self.faults, self.clock.now())

    def _find_route(self, request: web.Request) -> tuple[Route, dict[str, str]]:
        path = request.rel_url.raw_path.removeprefix(API)
        found = self._router.find(request.method, path)
        if found is None:
            raise not_found()
        return found

    def _log(self, request: web.Request) -> LoggedRequest:
        number = None
        if request.method in WRITES:
            self._writes += 1
            number = self._writes
        logged = LoggedRequest(
            number=number,
            method=request.method,
            path=request.rel_url.raw_path.removeprefix(API),
            query=dict(request.query),
            at=asyncio.get_running_loop().time(),
            sandbox_time=self.clock.now(),
        )
        self.requests.append(logged)
        return logged

    async def _handle(
        self, request: web.Request, route: Route, call: Call, logged: LoggedRequest
    ) -> web.StreamResponse:
        if route.authorized and request.headers.get("Authorization") != f"Bot {self.token}":
            raise unauthorized()
        fault = self.faults.pick(logged)
        if fault is not None:
            logged.fault = fault.trouble.value
            if fault.trouble is Trouble.PAGE:
                return self._show_page(logged, fault)
            await self._trouble_before(fault)
        self.faults.run_before(logged)
        verdict = self._count(route, call)
        if verdict.retry_after > 0:
            return self._refuse(logged, verdict)
        try:
            answer = self._act(route, call, logged)
        except DiscordError as error:
            return self._respond(logged, error.status, error.to_json(), verdict.headers)
        if fault is not None and fault.trouble is Trouble.LOSE:
            return self._respond(logged, fault.status, _broken(fault.status), {})
        if fault is not None and fault.trouble is Trouble.DROP_AFTER:
            raise Drop
        return self._respond(logged, answer.status, answer.data, verdict.headers)

    def _count(self, route: Route, call: Call) -> Verdict:
        return self._backend.rate_limits.check(
            route.method,
            route.template,
            route.major(call.params),
            self.clock.now(),
            counts_globally=route.authorized,
        )

    def _act(self, route: Route, call: Call, logged: LoggedRequest) -> Answer:
        now = self.clock.now()
        if now - self._archived_at >= timedelta(seconds=1):
            self._archive_idle()
        result = route.handler(call)
        logged.acted = True
        self.faults.run_after(logged)
        return result if isinstance(result, Answer) else Answer(data=result)

    async def _trouble_before(self, fault: Fault) -> None:
        if fault.trouble is Trouble.STALL:
            await asyncio.sleep(fault.seconds)
        elif fault.trouble is Trouble.REFUSE:
            raise DiscordError(fault.status, 0, _broken(fault.status)["message"])
        elif fault.trouble is Trouble.LIMIT:
            raise RateLimited(refuse_anyway(fault.seconds, is_global=fault.is_global))
        elif fault.trouble is Trouble.DROP_BEFORE:
            raise Drop

    def _archive_idle(self) -> None:
        self._archived_at = self.clock.now()
        threads.archive_idle(self.world)

    def _follow_clock(self) -> None:
        self._archive_idle()
        self.world.hub.note("CLOCK")

    # --- answering --------------------------------------------------------------------------

    def _respond(
        self, logged: LoggedRequest, status: int, data: Any, headers: dict[str, str]
    ) -> web.Response:
        logged.status, logged.response = status, data
        self.world.hub.note("REQUEST", method=logged.method, path=logged.path, status=status)
        if data is None:
            return web.Response(status=204, headers=headers)
        # Without a charset, as Discord sends it: discord.py compares the type as a whole.
        body = json.dumps(data).encode()
        typed = headers | {"Content-Type": "application/json"}
        return web.Response(body=body, status=status, headers=typed)

    def _refuse(self, logged: LoggedRequest, verdict: Verdict) -> web.Response:
        return self._respond(logged, 429, verdict.to_json(), verdict.headers)

    def _show_page(self, logged: LoggedRequest, fault: Fault) -> web.Response:
        logged.status = fault.status
        self.world.hub.note("REQUEST", method=logged.method, path=logged.path, status=fault.status)
        headers = {"Retry-After": f"{fault.seconds:g}"} if fault.seconds else {}
        text = f"<html><title>Error {fault.status}</title>"
        return web.Response(
            status=fault.status, text=text, content_type="text/html", headers=headers
        )

    def _drop(self, request: web.Request, logged: LoggedRequest) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        self.world.hub.note("REQUEST", method=logged.method, path=logged.path, status=0)
        return web.Response(status=500)


def _broken(status: int) -> Json:
    return {"message": f"{status}: Server Error", "code": 0}
