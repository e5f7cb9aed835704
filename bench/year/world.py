"""The sandbox of the year: its guilds, channels and people, and the bot's process in it."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.year.haste import PACE
from bench.year.plan import Place, Plan
from sandbox.bot_process import BotProcess
from sandbox.clock import SandboxClock
from sandbox.models import Channel, Guild
from sandbox.options import Options
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.users import Person

TICK_SECONDS = 0.25  # of the bot's time
GUILDS = 6
# glibc's allocator, as deploy/paper-digest-bot.service sets it.
ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
_HEARTBEAT_SECONDS = 41.25
_LAUNCHER = (sys.executable, "-m", "bench.year.launch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A guild: who manages it, where they type, and the role that is told of digests."""

    guild: Guild
    office: Channel
    manager: Person
    role_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The sandbox furnished, by the numbers of the plan, and the bot in it."""

    sandbox: Sandbox
    clock: SandboxClock
    folder: Path
    bot: BotProcess
    health: str
    homes: tuple[Home, ...]
    channels: Mapping[int, Channel]
    readers: Mapping[int, Person]

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.folder / "digests.sqlite3"

    @property
    def seeds(self) -> Path:
        """The folder that the bot watches."""
        return self.folder / "seeds"

    @property
    def log(self) -> Path:
        """What the bot has said."""
        return self.folder / "bot.log"


@asynccontextmanager
async def open_house(plan: Plan, folder: Path, *, pace: float) -> AsyncIterator[House]:
    """Start a sandbox with everybody in it; the bot is not started, and killed at the end."""
    clock = SandboxClock(plan.start, folder / "clock.json", factor=pace)
    options = Options(
        limits_on=False,
        heartbeat_seconds=_HEARTBEAT_SECONDS / pace,  # its heart beats in a thread, in real time
        interaction_seconds=120.0,  # readers of a machine that does other things, too
    )
    async with Sandbox(clock=clock, options=options) as sandbox:
        homes = tuple(_make_home(sandbox, number) for number in range(GUILDS))
        readers = {
            reader.number: _person(sandbox, f"reader{reader.number}") for reader in plan.readers
        }
        for reader in plan.readers:
            sandbox.world.add_member(homes[reader.guild].guild, readers[reader.number].user)
        port = _free_port()
        bot = BotProcess(
            {
                "DISCORD_TOKEN": sandbox.token,
                "DISCORD_API_URL": sandbox.api_url,
                "DATABASE_PATH": str(folder / "digests.sqlite3"),
                "SEEDS_DIR": str(folder / "seeds"),
                "HEALTH_PORT": str(port),
                PACE: str(pace),
                **ALLOCATOR,
            },
            clock=folder / "clock.json",
            log=folder / "bot.log",
            tick_seconds=TICK_SECONDS,
            command=_LAUNCHER,
        )
        try:
            yield House(
                sandbox=sandbox,
                clock=clock,
                folder=folder,
                bot=bot,
                health=f"http://127.0.0.1:{port}/healthz",
                homes=homes,
                channels={
                    place.number: _make_channel(sandbox, homes[place.guild], place)
                    for place in plan.places
                },
                readers=readers,
            )
        finally:
            await bot.stop()


def _make_home(sandbox: Sandbox, number: int) -> Home:
    world = sandbox.world
    guild = world.add_guild(f"Guild {number}", locale="ko" if number % 2 else "en-US")
    manager = _person(sandbox, f"manager{number}")
    world.add_member(
        guild, manager.user, permissions=Permission.MANAGE_GUILD | Permission.MENTION_EVERYONE
    )
    listeners = [world.add_user(f"listener{number}-{each}") for each in range(3)]
    for listener in listeners:
        world.add_member(guild, listener)
    role = world.add_role(guild, "papers", mentionable=True, members=listeners)
    office = world.add_channel(guild, "office")
    return Home(guild=guild, office=office, manager=manager, role_id=role.id)


def _person(sandbox: Sandbox, name: str) -> Person:
    person = sandbox.person(
        sandbox.world.add_user(name, locale="ko" if name[-1] in "13579" else "en-US")
    )
    return replace(person, settle_seconds=600.0)


def _make_channel(sandbox: Sandbox, home: Home, place: Place) -> Channel:
    return sandbox.world.add_channel(home.guild, f"place{place.number}", place.kind)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
