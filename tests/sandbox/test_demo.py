"""The demo's parts: the child process, the house and what is kept, what a typed line means."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.bot_process import BotDied, BotProcess
from sandbox.demo import ZONE, DemoError, open_demo, while_bot_lives
from sandbox.models import Json
from sandbox.prompt import find_command, parse_options

NOW = datetime(2025, 12, 24, 20, 0, tzinfo=UTC)  # the 25th in Seoul
WAITS = "import signal; print('ready', flush=True); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS


def process(tmp_path: Path, program: str, settings: dict[str, str] | None = None) -> BotProcess:
    return BotProcess(
        settings or {},
        clock=tmp_path / "clock.json",
        log=tmp_path / "bot.log",
        command=(sys.executable, "-c", program),
    )


async def until_it_says(bot: BotProcess, text: str) -> None:
    async with asyncio.timeout(10):
        while text not in bot.last_lines():  # noqa: ASYNC110 - a file tells nobody of its changes
            await asyncio.sleep(0.01)


# --- the child process -----------------------------------------------------------------------


async def test_the_bot_sees_its_settings_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_LANGUAGE", "klingon")
    shows = "import os; print(os.environ.get('DIGEST_LANGUAGE'), os.environ['DISCORD_TOKEN'])"
    bot = process(tmp_path, shows, {"DISCORD_TOKEN": "given"})
    await bot.start()
    assert await bot.wait() == 0
    assert bot.last_lines() == ["None given"]


async def test_a_killed_bot_starts_again_with_the_same_log(tmp_path: Path) -> None:
    async with process(tmp_path, WAITS) as bot:
        first = bot.pid
        await until_it_says(bot, "ready")
        bot.kill()
        assert await bot.wait() == -signal.SIGKILL
        assert not bot.is_running
        await bot.start()
        await until_it_says(bot, "ready")
        assert bot.last_lines() == ["ready"]  # the earlier process's lines are not this one's
        await bot.restart()
        assert (bot.starts, bot.is_running, bot.pid != first) == (3, True, True)
    assert not bot.is_running
    assert (tmp_path / "bot.log").read_text().count("ready") >= 2


async def test_a_second_start_is_refused(tmp_path: Path) -> None:
    async with process(tmp_path, WAITS) as bot:
        with pytest.raises(RuntimeError):
            await bot.start()


async def test_stopping_asks_before_it_kills(tmp_path: Path) -> None:
    polite = process(tmp_path, WAITS)
    await polite.start()
    await until_it_says(polite, "ready")
    await polite.stop()
    assert await polite.wait() == -signal.SIGTERM
    deaf = process(tmp_path, DEAF)
    await deaf.start()
    await until_it_says(deaf, "ready")
    await deaf.stop(grace=0.05)
    assert await deaf.wait() == -signal.SIGKILL
    await deaf.stop()  # nothing to stop any more


async def test_a_death_of_its_own_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    async with process(tmp_path, "print(*range(9), sep='\\n'); exit(3)") as bot:
        died = await asyncio.wait_for(bot.wait_for_death(), 10)
        assert died.code == 3
        assert died.lines == ("4", "5", "6", "7", "8")
        assert str(died).startswith("The bot has stopped by itself (exit code 3).")


async def test_a_kill_is_no_death_of_its_own(tmp_path: Path) -> None:
    async with process(tmp_path, WAITS) as bot:
        death = asyncio.create_task(bot.wait_for_death())
        await bot.restart()
        assert not death.done()
        os.kill(bot.pid, signal.SIGTERM)
        assert (await asyncio.wait_for(death, 10)).code == -signal.SIGTERM


# --- the demo --------------------------------------------------------------------------------


async def test_the_real_bot_without_a_valid_token_says_why(tmp_path: Path) -> None:
    async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path / "kept") as demo:
        demo.bot.kill()
        await demo.bot.wait()
        demo.sandbox.world.application.token = "another"  # noqa: S105 - opens nothing
        await demo.bot.start()
        waiting = asyncio.create_task(demo.wait_until_ready())
        with pytest.raises(BotDied, match="Check DISCORD_TOKEN"):
            await while_bot_lives(demo, waiting)
    assert waiting.cancelled()


async def test_the_first_day_begins_when_digests_are_due(tmp_path: Path) -> None:
    async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path) as demo:
        assert demo.local_now().isoformat(timespec="minutes") == "2025-12-25T09:00+09:00"
        assert demo.is_new
        demo.sandbox.clock.set(datetime(2025, 12, 27, 1, 0, tzinfo=UTC))
        demo.sandbox.world.add_user("new")
        demo.sandbox.save(tmp_path / "discord.json")
    async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path) as demo:
        assert not demo.is_new
        assert demo.local_now() >= datetime(2025, 12, 27, 10, 0, tzinfo=ZONE)
        assert "new" in {user.name for user in demo.sandbox.world.users.values()}
    async with open_demo(now=NOW + timedelta(days=9), seeds=Path("seeds"), keep=tmp_path) as demo:
        assert demo.local_now().date().isoformat() == "2026-01-03"


async def test_a_demo_that_ended_within_a_digest_sees_the_end_of_it(tmp_path: Path) -> None:
    async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path) as demo:
        await demo.sandbox.wait_for(lambda: len(demo.posts()) >= 3, timeout=60)
        demo.bot.kill()
    async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path) as demo:
        known = len(demo.posts())
        assert await demo.wait_for_digest(known, begin=60)
        header, *papers = demo.posts()
        assert header.edited_at
        assert len(papers) >= known
        assert all(paper.thread_id for paper in papers)


@pytest.mark.parametrize("content", ["{}", "not json"])
async def test_a_kept_folder_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "discord.json").write_text(content)
    with pytest.raises(DemoError, match=r"discord\.json cannot be read"):
        async with open_demo(now=NOW, seeds=Path("seeds"), keep=tmp_path):
            pass


@pytest.mark.parametrize("name", ["missing", "empty"])
async def test_missing_seeds_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DemoError, match=f"There is no .*{name}"):
        async with open_demo(now=NOW, seeds=tmp_path / name):
            pass


# --- what a typed line means -----------------------------------------------------------------

POST: Json = {
    "name": "post",
    "name_localizations": {"ko": "올리기"},
    "options": [
        {"name": "date", "name_localizations": {"ko": "날짜"}},
        {"name": "channel", "name_localizations": {"ko": "채널"}},
        {"name": "again", "name_localizations": None},
    ],
}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("", {}),
        ("2025-04-25", {"date": "2025-04-25"}),
        ("date:2025-04-25 again:true", {"date": "2025-04-25", "again": "true"}),
        ("날짜: 2025-04-25 채널:#papers", {"date": "2025-04-25", "channel": "#papers"}),
        ("2025-04-25 again:true", {"date": "2025-04-25", "again": "true"}),
        ("date:x #papers", {"date": "x #papers"}),
        ("s1: simple", {"date": "s1: simple"}),
        ("date:s1: mandate:x", {"date": "s1: mandate:x"}),
        ("#papers date:x", {"channel": "#papers", "date": "x"}),
        ("date:", {}),
    ],
)
def test_options_are_read_as_typed(text: str, given: dict[str, str]) -> None:
    assert parse_options(POST, text) == given


def test_a_command_without_options_takes_none() -> None:
    assert parse_options({"name": "status"}, "now") == {}


def test_commands_are_found_in_both_languages() -> None:
    assert find_command([POST], "post") is find_command([POST], "올리기") is POST
    assert find_command([POST], "pos") is None
