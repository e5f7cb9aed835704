"""The bot as a process among people: its start, its memory, how soon commands are answered.

The peer is a discord.py client (`bench.peers`) that does as little as can be done, in the same
sandbox, with the same people; it and the bot take turns.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.corpus import Corpus
from bench.measuring import Row, percentile, resident_memory
from sandbox.bot_process import LAUNCHER, BotProcess
from sandbox.clock import SandboxClock
from sandbox.models import Channel
from sandbox.options import Options
from sandbox.requests import WRITES
from sandbox.server import Sandbox
from sandbox.users import Person

NOW = datetime(2030, 1, 1, 3, tzinfo=UTC)
COMMANDS, AT_ONCE = 1000, 20
# What Discord takes to answer, about: nothing on loopback stands for the network.
ANSWER_SECONDS = 0.08
_PEER = (sys.executable, "-m", "bench.peers")


@dataclass(kw_only=True, slots=True)
class _Stage:
    """A sandbox with somebody in it, and where the processes find what they need."""

    sandbox: Sandbox
    channel: Channel
    person: Person
    folder: Path

    def bot(
        self, database: Path, *, seeds: Path | None = None, channel: bool = False
    ) -> BotProcess:
        """Return the bot on a database."""
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        settings = {"DATABASE_PATH": str(database), "SEEDS_DIR": str(seeds or empty)}
        if channel:
            settings["DIGEST_CHANNEL_ID"] = str(self.channel.id)
        return self._process(LAUNCHER, settings)

    def peer(self, *arguments: str) -> BotProcess:
        """Return a peer."""
        return self._process((*_PEER, *arguments), {})

    def _process(self, command: Sequence[str], settings: dict[str, str]) -> BotProcess:
        ours = {"DISCORD_TOKEN": self.sandbox.token, "DISCORD_API_URL": self.sandbox.api_url}
        return BotProcess(
            ours | settings,
            clock=self.folder / "clock.json",
            log=self.folder / "log",
            command=command,
        )

    async def is_ready(self) -> None:
        """Wait for a process to be READY."""
        await self.sandbox.wait_for(lambda: bool(self.sandbox.gateway.live_sessions), timeout=60)

    async def is_registered(self) -> None:
        """Wait for its commands too."""
        await self.is_ready()
        await self.sandbox.wait_for(lambda: bool(self.sandbox.world.commands), timeout=60)


@asynccontextmanager
async def _stage(*, answer_seconds: float = 0.0) -> AsyncIterator[_Stage]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = SandboxClock(NOW, folder / "clock.json")
        options = Options(limits_on=False, answer_seconds=answer_seconds)
        async with Sandbox(clock=clock, options=options) as sandbox:
            guild = sandbox.world.add_guild("Lab")
            user = sandbox.world.add_user("reader")
            sandbox.world.add_member(guild, user)
            yield _Stage(
                sandbox=sandbox,
                channel=sandbox.world.add_channel(guild, "papers"),
                person=sandbox.person(user),
                folder=folder,
            )


async def measure_start(database: Path, papers: int, *, runs: int) -> Row:
    """Time from the start of the process to READY, in turn with the peer."""
    ours, floor = [], []
    async with _stage() as stage:
        for _ in range(runs):
            ours.append(await _start(stage, stage.bot(database)))
            floor.append(await _start(stage, stage.peer("client")))
    return Row(
        what=f"start with {papers:,} papers, nothing changed, to READY",
        ours=ours,
        unit="s",
        floor=floor,
        floor_name="discord.py client alone",
        most=1.3,
        plus=0.3,
    )


async def _start(stage: _Stage, process: BotProcess) -> float:
    stage.sandbox.gateway.forget_sessions()
    begun = time.perf_counter()
    async with process:
        await stage.is_ready()
        return time.perf_counter() - begun


async def measure_commands(database: Path, papers: int, *, quick: bool = False) -> list[Row]:
    """Run commands one by one and 20 at once, and look at the memory afterwards."""
    count = COMMANDS // (10 if quick else 1)
    bounds = {2_000: (1.5, 1.3), 20_000: (2.0, 1.4)}.get(papers, (None, None))
    async with _stage() as stage:
        async with stage.peer("client") as client:
            await stage.is_ready()
            floor = resident_memory(client.pid)
        async with stage.peer("constant"):
            await stage.is_registered()
            constant = await _latencies(stage, papers, count // 2)
        stage.sandbox.world.commands.clear()
        async with stage.bot(database) as bot:
            await stage.is_registered()
            mine = await _latencies(stage, papers, count)
            memory = resident_memory(bot.pid)
    rows = [
        Row(
            what=f"{what}, p99, {papers:,} papers",
            ours=(percentile(mine[what], 0.99),),
            unit="ms",
            floor=(percentile(constant[what], 0.99),),
            floor_name="a command that answers a constant",
            most=bounds[0],
            note=f"p50: {_middle(mine[what])} and {_middle(constant[what])} ms",
        )
        for what in mine
    ]
    rows.append(
        Row(
            what=f"memory after {count:,} commands, {papers:,} papers",
            ours=(memory,),
            unit="MB",
            floor=(floor,),
            floor_name="discord.py client that imports the five packages",
            most=bounds[1],
        )
    )
    return rows


def _middle(samples: Sequence[float]) -> str:
    return f"{percentile(samples, 0.5):.1f}"


async def _latencies(stage: _Stage, papers: int, count: int) -> dict[str, list[float]]:
    """Return milliseconds to the first byte of the answer, by what was asked."""
    corpus, chance = Corpus(), random.Random(7)
    person, channel = stage.person, stage.channel
    wanted = [chance.randrange(papers) for _ in range(count)]
    asked: dict[str, list[tuple[str, str]]] = {
        "/paper": [("paper", corpus.title(number)) for number in wanted],
        "/tag": [("tag", corpus.tag(number)) for number in wanted],
    }
    taken: dict[str, list[float]] = {}
    for what, options in asked.items():
        option = "title" if what == "/paper" else "name"
        for name, text in options[:5]:
            await person.run(channel, name, {option: text})
        singles = []
        for name, text in options[: count // 5]:
            singles.append(await person.run(channel, name, {option: text}, settle=False))
        taken[f"{what}, one by one"] = [(each.seconds or 9) * 1000 for each in singles]
        crowd = []
        for start in range(count // 5, count // 2, AT_ONCE):
            crowd += await asyncio.gather(
                *(
                    person.run(channel, name, {option: text}, settle=False)
                    for name, text in options[start : start + AT_ONCE]
                )
            )
        taken[f"{what}, 20 at once"] = [(each.seconds or 9) * 1000 for each in crowd]
    typed = [
        await person.complete(channel, "paper", "title", corpus.title(number)[:4])
        for number in wanted[: count // 5]
    ]
    taken["autocomplete"] = [(each.seconds or 9) * 1000 for each in typed]
    return taken


async def measure_delivery(*, runs: int) -> Row:
    """Post a digest to a channel, and send the same requests one after the other."""
    ours, floor = [], []
    for _ in range(runs):
        async with _stage(answer_seconds=ANSWER_SECONDS) as stage:
            seeds = stage.folder / "seeds"
            Corpus().write(seeds, range(20))
            async with stage.bot(stage.folder / "d.sqlite3", seeds=seeds, channel=True):
                await stage.sandbox.wait_for(lambda: _is_complete(stage), timeout=60)
            sent = [each for each in stage.sandbox.requests if _posts(each.path, each.method)]
            ours.append(sent[-1].at - sent[0].at)
            plan = stage.folder / "requests.json"
            plan.write_text(
                json.dumps([_again(stage, each.method, each.path, each.body) for each in sent])
            )
            floor.append(await _replay(stage, plan))
    return Row(
        what="delivery of a digest of 20 papers, with threads, to one channel",
        ours=ours,
        unit="s",
        floor=floor,
        floor_name=f"the same requests in a row, {ANSWER_SECONDS * 1000:.0f} ms each",
        most=1.1,
    )


def _is_complete(stage: _Stage) -> bool:
    return any(message.edited_at for message in stage.sandbox.world.visible_messages(stage.channel))


def _posts(path: str, method: str) -> bool:
    return method in WRITES and path.startswith("/channels/")


def _again(stage: _Stage, method: str, path: str, body: object) -> dict[str, object]:
    """Return a request that does the same once more: posts and edits elsewhere would be others."""
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("nonce", "enforce_nonce")}
    if path.endswith("/threads"):
        # A message has one thread: that it has one is what is answered.
        return {"method": "GET", "path": f"/channels/{path.split('/')[-2]}", "body": None}
    return {"method": method, "path": path, "body": body}


async def _replay(stage: _Stage, plan: Path) -> float:
    process = stage.peer("replay", str(plan))
    async with process:
        await process.wait()
    return float(process.last_lines(1)[0])
