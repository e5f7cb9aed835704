"""A demo without the real bot, and its page's server, for tests."""

from __future__ import annotations

import contextlib
import json
import struct
import sys
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp
from aiohttp import web

from sandbox.bot_process import BotProcess
from sandbox.demo import Demo, House
from sandbox.models import Json, User
from sandbox.page.site import Site
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.world import World

IDLE = (sys.executable, "-c", "import signal; signal.pause()")


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = png(30, 20)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page's server and a client of it, as a browser would ask."""

    demo: Demo
    url: str
    client: aiohttp.ClientSession

    async def get(self, path: str, user: User | None = None, **query: str | int) -> Json:
        """Return what the page's server answers."""
        address = f"{self.url}/api/{path}"
        async with self.client.get(address, params=_params(user, query)) as response:
            found: Json = await response.json()
            return found

    async def do(self, action: str, user: User | None = None, **body: Any) -> Json:
        """Do something as a user, the manager if None."""
        return await self._post(f"do/{action}", _params(user, {}), json=body)

    async def control(self, name: str, **body: Any) -> Json:
        """Use one of the demo's controls."""
        return await self._post(f"demo/{name}", {}, json=body)

    async def drop(self, name: str, content: bytes | BinaryIO) -> Json:
        """Drop a file."""
        return await self._post("demo/file", {"name": name}, data=content)

    async def _post(self, path: str, params: dict[str, str], **body: Any) -> Json:
        headers = {"Origin": self.url}
        address = f"{self.url}/api/{path}"
        async with self.client.post(address, params=params, headers=headers, **body) as response:
            found: Json = await response.json()
            return found

    @contextlib.asynccontextmanager
    async def events(self, user: User | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """Follow what the page hears; `hello` has come already."""
        address = f"{self.url}/api/events"
        async with self.client.get(address, params=_params(user, {})) as response:
            heard = _read(response)
            assert (await anext(heard))[0] == "hello"
            yield heard


Event = tuple[str, Json]


def _params(user: User | None, query: dict[str, Any]) -> dict[str, str]:
    given = {name: str(value) for name, value in query.items()}
    return given | ({"user": user.name} if user else {})


async def _read(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    name = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


@contextlib.asynccontextmanager
async def open_page(sandbox: Sandbox, folder: Path) -> AsyncIterator[Page]:
    """Give the page of a demo whose bot process does nothing; another bot may come."""
    (folder / "seeds").mkdir()
    bot = BotProcess({}, clock=folder / "clock.json", log=folder / "bot.log", command=IDLE)
    async with bot:
        demo = Demo(
            sandbox=sandbox,
            house=furnish(sandbox.world),
            bot=bot,
            folder=folder,
            seeds=folder / "seeds",
            is_new=True,
        )
        async with serve(demo) as page:
            yield page


def furnish(world: World) -> House:
    guild = world.add_guild("Lab")
    text, forum = world.add_channel(guild, "papers"), world.add_channel(guild, "posts", "forum")
    news = world.add_channel(guild, "news", "announcement")
    manager, member = world.add_user("mina"), world.add_user("jun")
    world.add_member(guild, manager, permissions=Permission.MANAGE_GUILD)
    world.add_member(guild, member)
    world.open_dm(member.id)
    return House(guild=guild, text=text, forum=forum, news=news, manager=manager, member=member)


@contextlib.asynccontextmanager
async def serve(demo: Demo) -> AsyncIterator[Page]:
    site = Site(demo)
    runner = web.AppRunner(site.make_app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as client:
            yield Page(demo=demo, url=url, client=client)
    finally:
        site.close_streams()
        await runner.cleanup()


def text_of(element: Any) -> str:
    """Return what can be read in an element's JSON."""
    if isinstance(element, str):
        return element
    return "".join(text_of(child) for child in element[2:])


def walk(element: Any) -> list[Any]:
    """Return an element's JSON and all that are in it."""
    if isinstance(element, str):
        return []
    return [element, *(found for child in element[2:] for found in walk(child))]
