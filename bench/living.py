"""The bot as a process among people: its start, its memory, how soon commands are answered.

The peers are discord.py clients (`bench.peers`) that do as little as can be done, in sandboxes like
the bot's; they and the bot take turns.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.corpus import Corpus
from bench.measuring import Row, percentile, resident_memory
from bench.peers import Answers
from sandbox.bot_process import LAUNCHER, BotProcess
from sandbox.clock import SandboxClock
from sandbox.interactions import Interaction
from sandbox.models import Channel, Guild
from sandbox.options import Options
from sandbox.requests import WRITES
from sandbox.server import Sandbox
from sandbox.users import Person
from storage.sqlite import open_store

NOW = datetime(2030, 1, 1, 3, tzinfo=UTC)
# Questions of each sort, in rounds; and in one where only the median counts.
COMMANDS, ROUNDS, QUICK_COMMANDS, AT_ONCE = 360, 3, 60, 20
TOO_LATE = 9.0  # seconds, for what was not answered within Discord's three
SETTLING = 3.0  # seconds after its start in which the bot reads what it has to
CALLBACK = "/interactions/{interaction_id}/{token}/callback"
# What Discord takes to answer, about: nothing on loopback stands for the network.
ANSWER_SECONDS = 0.08
_PEER = (sys.executable, "-m", "bench.peers")


@dataclass(kw_only=True, slots=True)
class _Stage:
    """A sandbox with somebody in it, and where the processes find what they need."""

    sandbox: Sandbox
    guild: Guild
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
            yield _Stage(
                sandbox=sandbox,
                guild=guild,
                channel=sandbox.world.add_channel(guild, "papers"),
                person=_add_person(sandbox, guild, "reader"),
                folder=folder,
            )


def _add_person(sandbox: Sandbox, guild: Guild, name: str) -> Person:
    user = sandbox.world.add_user(name)
    sandbox.world.add_member(guild, user)
    return sandbox.person(user)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What commands cost: rows of the table, and the median of each in milliseconds by its name."""

    rows: tuple[Row, ...]
    middles: Mapping[str, float]


async def measure_commands(database: Path, papers: int, *, quick: bool = False) -> Commands:
    """Run commands one by one and 20 at once, and look at the memory afterwards.

    The bot and its peers are there at once, each among people of its own, and asked the same in
    turn: what else the machine does, and this process's own pauses, meets them all.
    """
    count = QUICK_COMMANDS if quick else COMMANDS
    wanted = random.Random(7).choices(range(papers), k=count)
    questions = _questions()
    async with open_store(database) as store:
        await store.index_parts()  # as the bot does by itself, soon after its start
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(_stage())
        stages = [await stack.enter_async_context(_stage()) for _ in range(3)]
        client = await stack.enter_async_context(bare.peer("client"))
        await bare.is_ready()
        bot = await stack.enter_async_context(stages[0].bot(database))
        await stack.enter_async_context(stages[1].peer("constant"))
        await stages[0].is_registered()
        await asyncio.sleep(SETTLING)
        answers = stages[2].folder / "answers.sqlite3"
        Answers(answers).write(await _answers(stages[0], questions, wanted))
        await stack.enter_async_context(stages[2].peer("ready", str(answers)))
        for stage in stages[1:]:
            await stage.is_registered()
        taken = {
            name: await _ask_in_turn(stages, question, wanted, at_once=at_once)
            for name, question, at_once in questions
        }
        memory = resident_memory(bot.pid), resident_memory(client.pid)
    aims = {2_000: (1.5, 1.3), 20_000: (2.0, 1.4)}.get(papers, (None, None))
    rows = [_compare(name, papers, each, aims[0]) for name, each in taken.items()]
    rows.append(
        Row(
            what=f"memory after {count * len(taken):,} commands, {papers:,} papers",
            ours=memory[:1],
            unit="MB",
            floor=memory[1:],
            floor_name="discord.py client that imports the five packages",
            most=aims[1],
        )
    )
    middles = {name: percentile(each[0], 0.5) for name, each in taken.items()}
    return Commands(rows=tuple(rows), middles=middles)


async def _answers(
    stage: _Stage, questions: Sequence[tuple[str, Question, int]], wanted: Sequence[int]
) -> dict[str, Any]:
    """Return what the bot answers to each of the commands, by what they ask for."""
    # Somebody else, as one person may ask so often only.
    alike = replace(stage, person=_add_person(stage.sandbox, stage.guild, "somebody"))
    answers = {}
    for question in (question for _, question, at_once in questions if at_once == 1):
        for number in sorted(set(wanted)):
            asked = await question(alike, number)
            body = next(
                each.body for each in reversed(stage.sandbox.requests) if each.template == CALLBACK
            )
            answers[asked.data["options"][0]["value"]] = body["data"]
    return answers


def _compare(name: str, papers: int, taken: Sequence[Sequence[float]], most: float | None) -> Row:
    """Return p99 of each round; `taken` are milliseconds of bot, constant and ready answers."""
    ours, constant, ready = taken
    whole, line, sent = (percentile(each, 0.5) for each in taken)
    note = (
        f"p50: {whole:.2f} ms = {line:.2f} a constant"
        f" + {sent - line:.2f} to read our answer ready-made, and send it"
        f" + {whole - sent:.2f} to find and make it"
    )
    if most is not None:
        note += f" (the aim leaves {max(most * line - sent, 0):.2f})"
    return Row(
        what=f"{name}, p99, {papers:,} papers",
        ours=_tails(ours),
        unit="ms",
        floor=_tails(constant),
        floor_name="a command that answers a constant",
        least=_tails(ready),
        most=most,
        note=note,
    )


def _tails(samples: Sequence[float]) -> list[float]:
    """Return p99 of each round: the median of several is not moved by one bad moment."""
    size = max(len(samples) // ROUNDS, 1)
    rounds = (samples[start : start + size] for start in range(0, size * ROUNDS, size))
    return [percentile(each, 0.99) for each in rounds if each]


Question = Callable[[_Stage, int], Awaitable[Interaction]]


def _questions() -> list[tuple[str, Question, int]]:
    """Return what is asked about a paper by its number, and how many ask at once."""
    corpus = Corpus()

    async def paper(stage: _Stage, number: int) -> Interaction:
        options = {"title": corpus.title(number)}
        return await stage.person.run(stage.channel, "paper", options, settle=False)

    async def tag(stage: _Stage, number: int) -> Interaction:
        options = {"name": corpus.tag(number)}
        return await stage.person.run(stage.channel, "tag", options, settle=False)

    async def complete(stage: _Stage, number: int) -> Interaction:
        typed = corpus.title(number)[:4]
        return await stage.person.complete(stage.channel, "paper", "title", typed)

    return [
        ("/paper, one by one", paper, 1),
        ("/paper, 20 at once", paper, AT_ONCE),
        ("/tag, one by one", tag, 1),
        ("/tag, 20 at once", tag, AT_ONCE),
        ("autocomplete", complete, 1),
    ]


async def _ask_in_turn(
    stages: Sequence[_Stage], question: Question, wanted: Sequence[int], *, at_once: int
) -> list[list[float]]:
    """Return milliseconds to the first byte of each answer, by stage."""
    taken: list[list[float]] = [[] for _ in stages]
    with _collecting_nothing():
        for start in range(-at_once, len(wanted), at_once):  # the first is not counted
            numbers = wanted[max(start, 0) :][:at_once]
            for stage, samples in zip(stages, taken, strict=True):
                answers = await asyncio.gather(*(question(stage, number) for number in numbers))
                if start >= 0:
                    samples += [(each.seconds or TOO_LATE) * 1000 for each in answers]
    return taken


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Put off the collection of this process's garbage: it keeps three sandboxes waiting."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
