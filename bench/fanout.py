"""Fan-out: many channels that are due at once, against the time that Discord's limits dictate.

The sandbox answers with Discord's limits on (50 requests a second, 5 messages in 5 seconds a
channel); the bot is a process of its own. The floor is the number of requests over the global
limit.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from bench.measuring import Row, peak_memory
from sandbox.bot_process import BotProcess
from sandbox.clock import SandboxClock
from sandbox.models import Channel
from sandbox.requests import LoggedRequest
from sandbox.server import Sandbox
from storage.models import Language, Start, SubscriptionOptions, Threads
from storage.sqlite import open_store

PAPERS = 6
PER_SECOND = 50
TOO_MANY = 429
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
OPTIONS = SubscriptionOptions(
    at=time(9, 0),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.NONE,
    tags=(),
    start=Start.BACKLOG,
)


async def measure(channels: int) -> Row:
    """Post one digest to so many channels."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = SandboxClock(NOW, folder / "clock.json")
        async with Sandbox(clock=clock) as sandbox:
            guild = sandbox.world.add_guild("Large")
            targets = [sandbox.world.add_channel(guild, f"c{n}") for n in range(channels)]
            await _subscribe(folder / "digests.sqlite3", targets, guild.id)
            _write_digest(folder / "seeds")
            async with _bot(sandbox, folder) as bot:
                total = channels * (PAPERS + 1)
                await sandbox.wait_for(
                    lambda: len(_posts(sandbox)) >= total or not bot.is_running,
                    timeout=60 + 2 * total / PER_SECOND,
                )
                peak = peak_memory(bot.pid)
            return _describe(sandbox, channels, total, peak)


def _bot(sandbox: Sandbox, folder: Path) -> BotProcess:
    return BotProcess(
        {
            "DISCORD_TOKEN": sandbox.token,
            "DISCORD_API_URL": sandbox.api_url,
            "DATABASE_PATH": str(folder / "digests.sqlite3"),
            "SEEDS_DIR": str(folder / "seeds"),
        },
        clock=folder / "clock.json",
        log=folder / "bot.log",
    )


async def _subscribe(path: Path, targets: list[Channel], guild_id: int) -> None:
    async with open_store(path) as store:
        for target in targets:
            await store.set_subscription(
                target.id,
                SubscriptionOptions(),
                defaults=OPTIONS,
                guild_id=guild_id,
                since=None,
                by=None,
                now=NOW,
            )


def _write_digest(folder: Path) -> None:
    folder.mkdir()
    papers = "\n".join(
        f"Paper number {n}\n(Ada Kim, Ben Lee)\nAn abstract.\n한국어 코멘트.\nA comment.\n#rl"
        for n in range(PAPERS)
    )
    text = f"{DAY.year}년 {DAY.month}월 {DAY.day}일\n{papers}\n"
    (folder / "digest.txt").write_text(text, encoding="utf-8")


def _posts(sandbox: Sandbox) -> list[LoggedRequest]:
    return [
        request
        for request in sandbox.requests
        if request.method == "POST" and request.path.endswith("/messages") and request.acted
    ]


def _describe(sandbox: Sandbox, channels: int, total: int, peak: float) -> Row:
    posts = _posts(sandbox)
    refused = [request.response for request in sandbox.requests if request.status == TOO_MANY]
    everywhere = sum(bool(answer.get("global")) for answer in refused)
    return Row(
        what=f"fan-out, {channels:,} channels x {PAPERS} papers, threads `none`",
        ours=(posts[-1].at - posts[0].at,),
        unit="s",
        floor=((total - 1) / PER_SECOND,),
        floor_name="what the limits dictate",
        most=1.05,
        note=f"{len(posts):,} of {total:,} posts, {len(refused)} answers 429 "
        f"({everywhere} global), peak memory {peak:.0f} MB",
    )
