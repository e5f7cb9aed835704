"""How the process starts and ends: exit codes, one sentence each, no traceback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import app, registration
from bot.errors import StartupError
from sandbox.faults import Fault, Trouble
from sandbox.requests import LoggedRequest
from sandbox.server import Sandbox
from tests.e2e.house import SEEDS, House, text_of, titles_of, write_digest

COMMANDS = "/applications/{application_id}/commands"

ROOT = SEEDS.parent
RUN = ("-m", "bot")
SECRET = "a-secret-token"  # noqa: S105 - opens nothing


@contextlib.asynccontextmanager
async def started(
    folder: Path, settings: Mapping[str, str], *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start Python in an empty folder with nothing but these settings in its environment."""
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=inherited | {"SEEDS_DIR": str(SEEDS)} | dict(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def run(
    folder: Path, settings: Mapping[str, str], *arguments: str
) -> tuple[int | None, list[str], str]:
    """Run Python to its end, return its exit code, stderr's lines, and stdout."""
    async with started(folder, settings, *arguments) as process:
        out, err = await process.communicate()
    text = err.decode()
    assert "Traceback" not in text
    return process.returncode, text.splitlines(), out.decode()


def environment(house: House) -> dict[str, str]:
    """Return the settings that point a process at the sandbox."""
    return {
        "DISCORD_TOKEN": house.sandbox.token,
        "DISCORD_API_URL": house.sandbox.api_url,
        "DIGEST_CHANNEL_ID": str(house.text.id),
    }


async def test_each_wrong_setting_is_one_line_and_the_exit_code_is_2(tmp_path: Path) -> None:
    wrong = {
        "DISCORD_TOKEN": SECRET,
        "DISCORD_API_URL": "http://example.org",
        "DIGEST_CHANNEL_ID": "papers",
        "DIGEST_POST_AT": "25:00",
        "DIGEST_TIMEZONE": "Mars/Olympus",
        "DIGEST_LANGUAGE": "fr",
        "LOG_LEVEL": "LOUD",
    }
    code, lines, _ = await run(tmp_path, wrong, *RUN)
    assert code == 2
    assert [line.partition(" ")[0] for line in lines] == list(wrong)[1:]
    for line, value in zip(lines, list(wrong.values())[1:], strict=True):
        assert value in line
    assert not any(SECRET in line for line in lines)


async def test_without_a_token_it_says_what_to_do(tmp_path: Path) -> None:
    code, (line,), _ = await run(tmp_path, {}, *RUN)
    assert code == 2
    assert "DISCORD_TOKEN" in line
    assert "make demo" in line


async def test_a_wrong_token_is_one_sentence_and_the_exit_code_is_1(house: House) -> None:
    wrong = environment(house) | {"DISCORD_TOKEN": SECRET, "LOG_LEVEL": "ERROR"}
    code, (line,), _ = await run(house.folder, wrong, *RUN, "run")
    assert code == 1
    assert "DISCORD_TOKEN" in line
    assert SECRET not in line


async def test_a_damaged_database_is_one_sentence_and_the_exit_code_is_1(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite3").write_bytes(b"no database at all" * 1000)
    settings = {"DISCORD_TOKEN": SECRET, "DATABASE_PATH": "broken.sqlite3"}
    code, (line,), _ = await run(tmp_path, settings, *RUN)
    assert code == 1
    assert "damaged" in line


async def test_among_json_lines_the_reason_for_the_end_is_one_of_them(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite3").write_bytes(b"no database at all" * 1000)
    settings = {
        "DISCORD_TOKEN": SECRET,
        "DATABASE_PATH": "broken.sqlite3",
        "LOG_FORMAT": "json",
    }
    code, (line,), _ = await run(tmp_path, settings, *RUN)
    assert code == 1
    found = json.loads(line)
    assert found["level"] == "CRITICAL"
    assert "broken.sqlite3 is damaged" in found["message"]
    # What somebody asks for at a terminal is answered there as ever.
    code, (line,), _ = await run(tmp_path, settings, *RUN, "status")
    assert code == 1
    assert line.startswith("The database broken.sqlite3 is damaged")


@pytest.mark.parametrize("form", ["json", "text"])
async def test_what_nobody_caught_is_in_the_log_without_secrets(tmp_path: Path, form: str) -> None:
    """Also what a thread ends with, and a warning."""
    code = """
import runpy, sys, threading, warnings
from bot import cli
async def fail(_options, settings, _clock):
    warnings.warn("careful")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    raise LookupError("unforeseen: " + settings.discord_token.get_secret_value())
cli.run = fail
sys.argv = ["bot", "run"]
runpy.run_module("bot", run_name="__main__")
"""
    settings = {"DISCORD_TOKEN": SECRET, "LOG_FORMAT": form}
    async with started(tmp_path, settings, "-c", code) as process:
        _, err = await process.communicate()
    assert process.returncode == 1
    text = err.decode()
    assert SECRET not in text
    for part in ("careful", "ZeroDivisionError", "LookupError: unforeseen: [hidden]"):
        assert part in text
    if form == "json":
        assert [json.loads(line)["logger"] for line in text.splitlines()] == [
            "py.warnings",
            "bot.logs",
            "bot.logs",
        ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_stop_it_ends_with_0_and_leaves_everything_whole(
    house: House, number: signal.Signals
) -> None:
    settings = environment(house) | {"DIGEST_POST_AT": "00:00"}  # by the machine's own clock
    async with started(house.folder, settings, *RUN) as process:
        await house.sandbox.wait_for(lambda: house.commands() and house.messages(house.text))
        process.send_signal(number)
        _, err = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in err.decode()
    async with started(house.folder, settings, *RUN):
        await house.delivered()
    assert len(house.titles(house.text)) == len(set(house.titles(house.text))) == 8


async def test_a_second_run_on_the_same_database_is_refused(house: House) -> None:
    settings = environment(house) | {"DATABASE_PATH": str(house.folder / "digests.sqlite3")}
    hasty = (
        "import sys; from bot import app; from bot.__main__ import main; "
        "app.LOCK_SECONDS = 0.1; sys.exit(main(['run']))"
    )
    async with house.bot():
        logins = house.sandbox.gateway.identifies
        (code, (line,), _), (found_code, _, found) = await asyncio.gather(
            run(house.folder, settings, "-c", hasty),
            run(house.folder, settings, *RUN, "search", "reasoning", "--json"),
        )
        assert house.sandbox.gateway.identifies == logins
    assert code == 1
    assert "already running" in line
    assert str(house.folder / "digests.sqlite3") in line
    # Every other command works beside it.
    assert found_code == 0
    assert json.loads(found)["results"]


async def test_a_second_run_waits_for_a_dying_copy(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.LOCK_SECONDS == 15
    monkeypatch.setattr(app, "LOCK_SECONDS", 0.1)
    async with house.bot():
        with pytest.raises(StartupError) as refused:
            await app.run(house.settings(), clock=house.clock.now)
    assert refused.value.key == "startup.locked"
    monkeypatch.setattr(app, "LOCK_SECONDS", 5)
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(contextlib.AsyncExitStack())
        await first.enter_async_context(house.bot())
        second = asyncio.create_task(stack.enter_async_context(house.bot()))
        await first.aclose()
        await second


@pytest.mark.parametrize("trouble", [Trouble.DROP_BEFORE, Trouble.REFUSE])
async def test_an_unreachable_discord_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    monkeypatch.setattr(app, "PAUSES", (0.01,))
    faults = [
        house.sandbox.faults.add(
            Fault(trouble=trouble, method="GET", template=template, times=2, status=503)
        )
        for template in ("/users/@me", "/gateway/bot")
    ]
    async with house.bot():
        await house.delivered()
    assert [fault.hits for fault in faults] == [2, 2]


STRANGERS = {
    "a portal's page": ("text/html", b"<html>\n<p>Please log in."),
    "null": ("application/json", b"null"),
    "an empty object": ("application/json", b"{}"),
    "half an object": ("application/json", b'{"id": '),
}


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_whoever_answers_in_discords_place_is_waited_out(
    house: House, monkeypatch: pytest.MonkeyPatch, stranger: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "PAUSES", (0.01,))
    kind, body = STRANGERS[stranger]
    asked: list[str] = []
    respond = Sandbox._respond

    def answer(sandbox: Sandbox, logged: LoggedRequest, *rest: Any) -> web.Response:
        response = respond(sandbox, logged, *rest)
        asked.append(logged.path)
        is_answered = asked.count(logged.path) > 2
        if is_answered or logged.path not in ("/users/@me", "/gateway/bot"):
            return response
        return web.Response(body=body, headers={"Content-Type": kind})

    monkeypatch.setattr(Sandbox, "_respond", answer)
    async with house.bot():
        await house.delivered()
    assert asked.count("/users/@me") == 3
    assert not any(each.exc_info for each in caplog.records if each.name.startswith("bot"))
    assert caplog.text.count("Discord cannot be reached") == 4


async def test_a_discord_that_is_silent_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "PAUSES", (0.01,))
    monkeypatch.setattr(app, "LOGIN_SECONDS", 2.0)
    silent = Fault(trouble=Trouble.STALL, template="/users/@me", seconds=60.0, times=1)
    house.sandbox.faults.add(silent)
    async with house.bot():
        await house.delivered()
    assert "Discord cannot be reached (TimeoutError)" in caplog.text


async def test_commands_are_registered_however_long_discord_refuses_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "PAUSES", (0.01, 0.01))
    refused = house.sandbox.faults.add(
        Fault(trouble=Trouble.REFUSE, method="PUT", times=30, status=503)
    )
    async with house.bot():
        assert "post" in house.commands()
    assert refused.hits == 30


async def test_a_missing_seeds_folder_is_no_obstacle(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.bot(seeds_dir=house.folder / "nowhere", digest_channel_id=None):
        answered = await house.member.run(house.text, "digest", {})
        assert "no digests yet" in answered.message.content
    assert "SEEDS_DIR" in caplog.text
    assert "nowhere" in caplog.text


async def test_a_bad_seed_file_is_named_and_the_others_load(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "mixed"
    write_digest(folder, date(2025, 5, 1), ["Paper one"])
    (folder / "bad.txt").write_text(
        "2025년 5월 2일\n\nPaper two\nno authors here\n", encoding="utf-8"
    )
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "search", {"query": "paper"})
        assert titles_of(answered.message) == ["Paper one"]
    assert "bad.txt:" in caplog.text


async def test_a_channel_that_is_gone_does_not_keep_the_bot_from_answering(house: House) -> None:
    async with house.bot(digest_channel_id=123456789012345678):
        answered = await house.member.run(house.text, "paper", {"title": "s1"})
        assert "s1: Simple test-time scaling" in text_of(answered.message)


def scopes(house: House) -> set[int | None]:
    return {command.guild_id for command in house.sandbox.world.commands.values()}


async def test_commands_stand_in_one_scope_only(house: House) -> None:
    async with house.bot(command_guild_id=house.guild.id, digest_channel_id=None):
        await house.sandbox.wait_for(lambda: scopes(house) == {house.guild.id})
        answered = await house.member.run(house.text, "paper", {"title": "s1"})
        assert answered.error is None
    async with house.bot(digest_channel_id=None):
        await house.sandbox.wait_for(lambda: scopes(house) == {None})


async def test_commands_that_a_dying_process_registered_do_not_stay(house: House) -> None:
    house.sandbox.faults.add(Fault(trouble=Trouble.DROP_BEFORE, method="PUT", template=COMMANDS))
    async with house.bot(command_guild_id=house.guild.id, digest_channel_id=None):
        await house.sandbox.wait_for(lambda: scopes(house) == {house.guild.id})
    house.sandbox.faults.clear()
    async with house.bot(digest_channel_id=None):
        await house.sandbox.wait_for(lambda: scopes(house) == {None})
