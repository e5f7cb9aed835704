"""The page's server: its files, its API, and the port where it listens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.cdn import file_response
from sandbox.demo import Demo, DemoError
from sandbox.errors import DiscordError
from sandbox.filling import ClientRefusal
from sandbox.models import Json
from sandbox.page.actions import Actions, BadRequestError, find_reader, number, text_of
from sandbox.page.controls import Controls, RefusedError
from sandbox.page.guard import guard, protect
from sandbox.page.offers import Offers
from sandbox.page.show import show_forum, show_messages, show_place
from sandbox.page.stream import Stream
from sandbox.page.view import View

PORT = 8080
_PORTS_TRIED = 20
_STATIC = Path(__file__).parent / "static"
_FILE_LIMIT = 16 * 1024 * 1024
"""Above the bot's own limit of a digest file, so that the bot says that one is too big."""

Handler = Callable[[View, web.Request], Awaitable[Json]]


@asynccontextmanager
async def open_page(demo: Demo, *, port: int = PORT) -> AsyncIterator[str]:
    """Serve the demo's page on 127.0.0.1 and give its address.

    Args:
        demo: What is shown.
        port: The port, or the next free one; 0 takes any.

    Raises:
        DemoError: None of the ports that were tried is free.
    """
    site = Site(demo)
    runner = web.AppRunner(site.make_app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        taken = await _listen(runner, port)
        yield f"http://127.0.0.1:{taken}/"
    finally:
        site.close_streams()
        await runner.cleanup()


class Site:
    """Routes to the page's files and its API."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._actions = Actions(demo)
        self._controls = Controls(demo)
        self._streams: set[Stream] = set()

    def make_app(self) -> web.Application:
        """Return the application; nothing of Discord's API is on it."""
        app = web.Application(middlewares=[guard], client_max_size=_FILE_LIMIT)
        app.on_response_prepare.append(protect)
        app.router.add_get("/", _index)
        app.router.add_static("/static/", _STATIC)
        app.router.add_get("/api/events", self._events)
        app.router.add_get("/api/place", self._answering(_place))
        app.router.add_get("/api/messages", self._answering(_messages))
        app.router.add_get("/api/forum", self._answering(_forum))
        app.router.add_get("/api/commands", self._answering(_commands))
        app.router.add_get("/files/{attachment_id}/{filename}", self._file)
        app.router.add_post("/api/upload", self._answering(self._upload))
        app.router.add_post("/api/do/{action}", self._answering(self._act))
        app.router.add_post("/api/demo/{control}", self._answering(self._control))
        return app

    def close_streams(self) -> None:
        """End every page's events: a server waits for them when it stops."""
        for stream in self._streams:
            stream.close()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            reader = find_reader(self._demo, request.query.get("user"))
        except BadRequestError as error:
            return web.Response(status=400, text=f"{error}\n")
        stream = Stream(View(demo=self._demo, reader=reader))
        self._streams.add(stream)
        try:
            return await stream.serve(request)
        finally:
            self._streams.discard(stream)

    def _answering(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a handler that answers with JSON; what is refused with a sentence or a key.

        A refusal that a user brings about is no HTTP error: browsers write those to the console.
        """

        async def answer(request: web.Request) -> web.Response:
            try:
                reader = find_reader(self._demo, request.query.get("user"))
                data = await handler(View(demo=self._demo, reader=reader), request)
            except BadRequestError as error:
                return web.json_response({"refusal": str(error)}, status=400)
            except ClientRefusal as error:
                data = {"refusal": str(error)}
            except DiscordError as error:
                data = {"refusal": error.message}
            except DemoError as error:
                data = {"refusal": str(error)}
            except RefusedError as error:
                data = {"refusal": error.key}
            except TimeoutError:
                data = {"refusal": "took_too_long"}
            except web.HTTPRequestEntityTooLarge:
                data = {"refusal": "too_big"}
            return web.json_response(data)

        return answer

    async def _file(self, request: web.Request) -> web.Response:
        found = request.match_info
        files = self._demo.sandbox.world.files
        return file_response(files, found["attachment_id"], found["filename"])

    async def _upload(self, _view: View, request: web.Request) -> Json:
        return self._actions.upload(request.query.get("name", ""), await request.read())

    async def _act(self, view: View, request: web.Request) -> Json:
        action = self._actions.all.get(request.match_info["action"])
        if action is None:
            raise BadRequestError("there is no such action")
        result = action(view, await _body(request))
        return result if isinstance(result, dict) else await result

    async def _control(self, _view: View, request: web.Request) -> Json:
        controls = self._controls
        match request.match_info["control"]:
            case "file":
                return await controls.read_file(request.query.get("name", ""), await request.read())
            case "skip":
                return await controls.skip()
            case "post":
                return await controls.post(text_of(await _body(request), "date"))
            case "break":
                return await controls.break_posting()
            case "mend":
                return await controls.mend()
            case _:
                raise BadRequestError("there is no such control")


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(_STATIC / "index.html")


async def _place(view: View, _request: web.Request) -> Json:
    return show_place(view)


async def _messages(view: View, request: web.Request) -> Json:
    return show_messages(view, view.channel(number(dict(request.query), "channel")))


async def _forum(view: View, request: web.Request) -> Json:
    asked = dict(request.query)
    tag = number(asked, "tag") if asked.get("tag") else None
    return show_forum(view, view.channel(number(asked, "channel")), tag)


async def _commands(view: View, request: web.Request) -> Json:
    channel = view.channel(number(dict(request.query), "channel"))
    offers = Offers(view=view)
    return {"commands": offers.commands(channel), "on_messages": offers.on_messages(channel)}


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequestError("the body must be a JSON object")
    return body


async def _listen(runner: web.AppRunner, port: int) -> int:
    """Listen on `port` or the next free one; return which."""
    error: OSError | None = None
    for tried in range(port, min(port + _PORTS_TRIED, 65_536)) if port else (0,):
        try:
            await web.TCPSite(runner, "127.0.0.1", tried).start()
        except OSError as failure:
            error = failure
            continue
        return int(runner.addresses[0][1])
    raise DemoError(f"The page cannot listen on port {port} of 127.0.0.1: {error}.")
