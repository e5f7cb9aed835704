"""The real bot in the sandbox: its server, channels and people, and what was posted there."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from discord.gateway import KeepAliveHandler

from bot import app
from bot.settings import Settings
from sandbox.clock import SandboxClock
from sandbox.interactions import Interaction
from sandbox.models import Channel, Guild, Message
from sandbox.options import Options
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.users import Person

SEEDS = Path(__file__).parents[2] / "seeds"
# 09:05 in Seoul: the day's post is due. No seed is of the last seven days, so the oldest is next.
MORNING = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
TICK = 0.05


@dataclass(kw_only=True)
class House:
    """A sandbox with a guild, its channels and people, and a bot that can be started in it."""

    sandbox: Sandbox
    clock: SandboxClock
    folder: Path
    guild: Guild
    text: Channel
    news: Channel
    forum: Channel
    manager: Person
    member: Person

    def settings(self, **overrides: Any) -> Settings:
        """Return settings that point at the sandbox, whatever the environment says."""
        values: dict[str, Any] = {
            "discord_token": self.sandbox.token,
            "discord_api_url": self.sandbox.api_url,
            "digest_channel_id": self.text.id,
            "database_path": self.folder / "digests.sqlite3",
            "seeds_dir": SEEDS,
            "discord_requests_per_second": 1000,
            "_env_file": None,
        }
        return Settings(**(values | overrides))

    @contextlib.asynccontextmanager
    async def bot(self, **overrides: Any) -> AsyncIterator[None]:
        """Run the bot for the length of the block, with its commands registered."""
        work = app.run(self.settings(**overrides), clock=self.clock.now, tick_seconds=TICK)
        running = asyncio.create_task(work)
        registered = asyncio.create_task(
            self.sandbox.wait_for(lambda: self.sandbox.gateway.live_sessions and self.commands())
        )
        try:
            await asyncio.wait({running, registered}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            await registered
            yield
        finally:
            registered.cancel()
            running.cancel()
            await asyncio.gather(running, registered, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def bot_without_gateway(self, **overrides: Any) -> AsyncIterator[None]:
        """Run the bot for the length of the block, which may begin before it is there."""
        work = app.run(self.settings(**overrides), clock=self.clock.now, tick_seconds=TICK)
        running = asyncio.create_task(work)
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def commands(self) -> list[str]:
        """Return the names of the registered slash commands."""
        return [command.body["name"] for command in self.sandbox.world.commands.values()]

    def messages(self, channel: Channel) -> list[Message]:
        """Return what a reader finds in a channel, oldest first."""
        return self.sandbox.world.visible_messages(channel)

    def titles(self, channel: Channel) -> list[str]:
        """Return the first embed's title of each message."""
        return [title_of(message) for message in self.messages(channel)]

    def threads(self, channel: Channel) -> list[Channel]:
        """Return a channel's threads or a forum's posts, oldest first."""
        found = [
            each
            for each in self.sandbox.world.channels.values()
            if each.thread is not None and each.parent_id == channel.id
        ]
        return sorted(found, key=lambda each: each.id)

    async def delivered(self, *, headers: int = 1, channel: Channel | None = None) -> None:
        """Wait until so many digests are complete: their headers link to their posts."""
        place = channel or self.text

        def linked() -> bool:
            edited = [message for message in self.messages(place) if message.edited_at]
            return len(edited) >= headers

        await self.sandbox.wait_for(linked, timeout=20)


def title_of(message: Message) -> str:
    """Return the title of a message's first embed, or nothing."""
    return str(message.embeds[0].get("title", "")) if message.embeds else ""


def text_of(message: Message) -> str:
    """Return everything that can be read in a message."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [f"{each['name']}\n{each['value']}" for each in embed.get("fields", [])]
        parts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(part for part in parts if part)


def buttons_of(message: Message) -> list[dict[str, Any]]:
    """Return a message's buttons."""
    return [button for row in message.components for button in row["components"]]


def titles_of(message: Message) -> list[str]:
    """Return the papers that a list or a digest's header names, in order."""
    return re.findall(r"^(?:\*\*\d+\.\*\*|\d+\.) \[(.*?)\]\(http", text_of(message), re.MULTILINE)


def options_of(message: Message) -> dict[str, str]:
    """Return the values of a message's first menu by what they say."""
    return {option["label"]: option["value"] for option in buttons_of(message)[0]["options"]}


def nearest_of(message: Message) -> list[str]:
    """Return the names that a reply offers where it found nothing."""
    lines = message.content.replace("\\", "").splitlines()
    return [line[2:] for line in lines if line.startswith("- ")]


def names_of(completed: Interaction) -> list[str]:
    """Return the names of the choices that were offered."""
    assert completed.error is None
    return [choice["name"] for choice in completed.choices or []]


def disabled_of(message: Message) -> list[bool]:
    """Return whether each of a message's buttons is disabled."""
    return [button.get("disabled", False) for button in buttons_of(message)]


def write_digest(
    folder: Path,
    day: date,
    titles: Sequence[str],
    *,
    tags: str = "#rl",
    comment: str = "A comment.",
) -> Path:
    """Write a digest file with these papers, by one author, into a folder of seeds."""
    folder.mkdir(exist_ok=True)
    papers = [f"{title}\n(Ada Lovelace)\n{comment}\n{tags}\n" for title in titles]
    path = folder / f"{day}.txt"
    path.write_text(
        "\n".join((f"{day.year}년 {day.month}월 {day.day}일", *papers)), encoding="utf-8"
    )
    return path


def _stop_heartbeats() -> None:
    """End the threads that discord.py 2.7.1 leaves behind when it is stopped while it reconnects.

    Their next beat would come in another test, on a loop that is closed.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.stop()


@contextlib.asynccontextmanager
async def open_house(
    folder: Path, *, start: datetime = MORNING, options: Options | None = None
) -> AsyncIterator[House]:
    """Start a sandbox with a furnished guild."""
    clock = SandboxClock(start, folder / "clock.json")
    async with Sandbox(clock=clock, options=options or Options(limits_on=False)) as sandbox:
        world = sandbox.world
        guild = world.add_guild("Lab")
        manager = world.add_user("manager", locale="ko")
        member = world.add_user("member")
        world.add_member(guild, manager, permissions=Permission.MANAGE_GUILD)
        world.add_member(guild, member)
        try:
            yield House(
                sandbox=sandbox,
                clock=clock,
                folder=folder,
                guild=guild,
                text=world.add_channel(guild, "papers"),
                news=world.add_channel(guild, "news", "announcement"),
                forum=world.add_channel(guild, "forum", "forum"),
                manager=sandbox.person(manager),
                member=sandbox.person(member),
            )
        finally:
            _stop_heartbeats()
