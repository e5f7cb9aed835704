"""What the sandbox's tests have in common: a house, a raw REST client, plain discord.py bots."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands

from sandbox.models import Channel, Guild, User
from sandbox.server import Sandbox


@dataclass(frozen=True)
class House:
    """A guild with a channel of each kind, and one member."""

    guild: Guild
    text: Channel
    news: Channel
    forum: Channel
    alice: User


def furnish(sandbox: Sandbox) -> House:
    world = sandbox.world
    guild = world.add_guild("Lab")
    alice = world.add_user("alice", locale="ko")
    world.add_member(guild, alice)
    return House(
        guild=guild,
        text=world.add_channel(guild, "general"),
        news=world.add_channel(guild, "news", "announcement"),
        forum=world.add_channel(guild, "papers", "forum", tags=["rl", "vision"]),
        alice=alice,
    )


class Api:
    """A raw REST client with the bot's token."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self._sandbox = sandbox
        self.world = sandbox.world
        self._session = session

    async def __call__(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Answer:
        """Send a request; `path` is below the API's base."""
        headers = {"Authorization": f"Bot {self._sandbox.token}"} | kwargs.pop("headers", {})
        json = {} if body is None else {"json": body}
        url = yarl.URL(f"{self._sandbox.api_url}{path}", encoded=True)
        async with self._session.request(
            method, url, headers=headers, **json, **kwargs
        ) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            data = await response.json() if text and is_json else None
            return Answer(response.status, data, dict(response.headers))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    data: Any
    headers: dict[str, str]

    @property
    def code(self) -> int | None:
        """Discord's error code."""
        return self.data.get("code") if isinstance(self.data, dict) else None

    def fault(self, *path: str | int) -> str:
        """The code of the one fault of a form's field."""
        node = self.data["errors"]
        for step in path:
            node = node[str(step)]
        return str(node["_errors"][0]["code"])


class Bot(discord.Client):
    """A plain discord.py client with a command tree, and a log of its events."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", discord.Intents.default())
        # How long it waits for more guilds before it calls itself ready; 2 s by default.
        options.setdefault("guild_ready_timeout", 0.05)
        super().__init__(**options)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[tuple[str, tuple[Any, ...]]] = []

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note the event."""
        self.seen.append((event, args))
        super().dispatch(event, *args, **kwargs)

    def count(self, event: str) -> int:
        """Return how often an event came."""
        return sum(name == event for name, _ in self.seen)


@contextlib.contextmanager
def pointed_at(sandbox: Sandbox) -> Iterator[None]:
    """Point discord.py at the sandbox."""
    patch = pytest.MonkeyPatch()
    patch.setattr(discord.http.Route, "BASE", sandbox.api_url)
    gateway = yarl.URL(sandbox.gateway.url)
    patch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    try:
        yield
    finally:
        patch.undo()


Run = Callable[[Bot], AbstractAsyncContextManager[Bot]]


async def wait_until(condition: Callable[[], Any]) -> None:
    """Wait for something inside discord.py, whose changes nobody announces."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.01)
