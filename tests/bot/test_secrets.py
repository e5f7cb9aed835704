"""Token and key through every failure: in no output, no log, no error."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings, load_settings

TOKEN = "canary.token.A1b2C3d4"  # noqa: S105 - opens nothing
KEY = "canary-key-E5f6G7h8"
NOWHERE = "http://127.0.0.1:9"  # discard: nobody listens there


@pytest.fixture(autouse=True)
def _canaries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path("seeds").mkdir()
    for name, value in {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": NOWHERE,
        "LLM_BASE_URL": f"{NOWHERE}/v1",
        "LLM_MODEL": "m",
        "LLM_API_KEY": KEY,
        "LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(name, value)
    handlers = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers


@pytest.mark.parametrize(
    ("arguments", "broken"),
    [
        (["doctor"], {}),
        (["doctor", "--json"], {}),
        (["status"], {}),
        (["ask", "what is s1?"], {}),
        (["check", "nowhere.txt"], {}),
        (["status"], {"DATABASE_PATH": "seeds"}),
        (["run"], {"DATABASE_PATH": "seeds"}),
        (["run"], {"LOG_LEVEL": "LOUD", "DIGEST_POST_AT": "noon", "BACKUP_KEEP": "-1"}),
        (["run"], {"HEALTH_PORT": "http", "LLM_BASE_URL": "nonsense", "DISCORD_API_URL": "x"}),
        (["doctor"], {"LLM_BASE_URL": f"http://user:{KEY}@127.0.0.1:9/v1"}),
        (["doctor"], {"LLM_BASE_URL": f"http://user:{KEY}@:9:9/v1"}),
    ],
)
def test_no_command_shows_a_secret(
    arguments: list[str],
    broken: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in broken.items():
        monkeypatch.setenv(name, value)
    main(arguments)
    captured = capsys.readouterr()
    assert TOKEN not in captured.out + captured.err
    assert KEY not in captured.out + captured.err


def test_settings_do_not_say_what_is_secret() -> None:
    settings = load_settings(None)
    for text in (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r:>9}"):
        assert TOKEN not in text
        assert KEY not in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_bot_that_cannot_reach_discord_logs_no_secret(form: str) -> None:
    environment = {**os.environ, "LOG_FORMAT": form, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        logged = ""
        for line in running.stderr:
            logged += line
            if "cannot be reached" in line:
                running.terminate()
    assert "cannot be reached" in logged
    assert TOKEN not in logged
    assert KEY not in logged
