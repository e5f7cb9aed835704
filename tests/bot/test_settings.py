"""Settings from the environment and `.env`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.messages import say
from bot.settings import Settings, load_settings, parse_time, parse_timezone
from storage.models import Language, Start, SubscriptionOptions, Threads

ROOT = Path(__file__).parents[2]
SECRET = "MTIz.not-a-real.token"  # noqa: S105 - made up
NAMES = tuple(name.upper() for name in Settings.model_fields)

DEFAULTS = {
    "discord_token": None,
    "discord_api_url": "https://discord.com/api/v10",
    "discord_requests_per_second": 50,
    "digest_channel_id": None,
    "digest_post_at": time(9, 0),
    "digest_timezone": "Asia/Seoul",
    "digest_language": Language.BOTH,
    "digest_threads": Threads.PAPER,
    "digest_start": Start.BACKLOG,
    "seeds_dir": Path("seeds"),
    "database_path": Path("data/digests.sqlite3"),
    "backup_dir": None,
    "backup_keep": 7,
    "command_guild_id": None,
    "log_level": "INFO",
    "log_format": "text",
    "health_port": None,
    "llm_base_url": None,
    "llm_model": None,
    "llm_api_key": None,
}

GOOD: list[tuple[str, str, Any]] = [
    ("DISCORD_API_URL", "https://proxy.example/api/v10/", "https://proxy.example/api/v10"),
    ("DISCORD_API_URL", " https://proxy.example:8443/x ", "https://proxy.example:8443/x"),
    ("DISCORD_API_URL", "http://localhost:8080/api", "http://localhost:8080/api"),
    ("DISCORD_API_URL", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("DISCORD_API_URL", "http://127.9.9.9:8080", "http://127.9.9.9:8080"),
    ("DISCORD_API_URL", "http://[::1]:8080/api/v10", "http://[::1]:8080/api/v10"),
    ("BACKUP_DIR", "/var/backups", Path("/var/backups")),
    ("BACKUP_KEEP", "0", 0),
    ("DISCORD_REQUESTS_PER_SECOND", "1", 1),
    ("DISCORD_REQUESTS_PER_SECOND", "500", 500),
    ("DIGEST_CHANNEL_ID", "1234567890123456789", 1234567890123456789),
    ("DIGEST_CHANNEL_ID", str(2**63 - 1), 2**63 - 1),
    ("DIGEST_POST_AT", "23:59", time(23, 59)),
    ("DIGEST_POST_AT", "00:00", time(0, 0)),
    ("DIGEST_POST_AT", " 9:05 ", time(9, 5)),
    ("DIGEST_TIMEZONE", "Europe/Paris", "Europe/Paris"),
    ("DIGEST_TIMEZONE", " UTC ", "UTC"),
    ("DIGEST_LANGUAGE", "ko", Language.KO),
    ("DIGEST_LANGUAGE", " EN ", Language.EN),
    ("DIGEST_THREADS", "digest", Threads.DIGEST),
    ("DIGEST_THREADS", "None", Threads.NONE),
    ("DIGEST_START", "Latest", Start.LATEST),
    ("SEEDS_DIR", "/srv/씨앗", Path("/srv/씨앗")),
    ("SEEDS_DIR", "~/seeds", Path.home() / "seeds"),
    ("DATABASE_PATH", "x.sqlite3", Path("x.sqlite3")),
    ("DATABASE_PATH", "~/data/x.sqlite3", Path.home() / "data/x.sqlite3"),
    ("BACKUP_DIR", "~/copies", Path.home() / "copies"),
    ("COMMAND_GUILD_ID", "42", 42),
    ("LOG_LEVEL", "debug", "DEBUG"),
    ("LOG_FORMAT", "JSON", "json"),
    ("HEALTH_PORT", "65535", 65535),
    ("LLM_BASE_URL", "http://10.0.0.5:8000/v1", "http://10.0.0.5:8000/v1"),
    ("LLM_MODEL", "some/model", "some/model"),
]

BAD = [
    ("SEEDS_DIR", "~nobody-of-that-name/seeds"),
    ("DATABASE_PATH", "~nobody-of-that-name/x.sqlite3"),
    ("DISCORD_API_URL", "http://discord.com/api/v10"),
    ("DISCORD_API_URL", "http://127.0.0.1.evil.example/api"),
    ("DISCORD_API_URL", "http://localhost.evil.example/api"),
    ("DISCORD_API_URL", "discord.com/api/v10"),
    ("DISCORD_API_URL", "ftp://discord.com"),
    ("DISCORD_API_URL", "https://"),
    ("DISCORD_API_URL", "https://discord.com:port/api"),
    ("DISCORD_API_URL", "https://discord.com/api?x=1"),
    ("DISCORD_API_URL", "https://discord.com/api#x"),
    ("DISCORD_API_URL", "http://[::1/api"),
    ("DISCORD_REQUESTS_PER_SECOND", "0"),
    ("DISCORD_REQUESTS_PER_SECOND", "10001"),
    ("DISCORD_REQUESTS_PER_SECOND", "1.5"),
    ("DISCORD_REQUESTS_PER_SECOND", "many"),
    ("DIGEST_CHANNEL_ID", "0"),
    ("DIGEST_CHANNEL_ID", "-5"),
    ("DIGEST_CHANNEL_ID", "#papers"),
    ("DIGEST_CHANNEL_ID", str(2**63)),
    ("DIGEST_POST_AT", "24:00"),
    ("DIGEST_POST_AT", "9"),
    ("DIGEST_POST_AT", "09:00:30"),
    ("DIGEST_POST_AT", "9 am"),
    ("DIGEST_TIMEZONE", "Seoul"),
    ("DIGEST_TIMEZONE", "Asia"),
    ("DIGEST_TIMEZONE", "../Asia/Seoul"),
    ("DIGEST_TIMEZONE", "+09:00"),
    ("DIGEST_LANGUAGE", "jp"),
    ("DIGEST_THREADS", "all"),
    ("DIGEST_LANGUAGE", "Deutsch"),
    ("DIGEST_START", "first"),
    ("COMMAND_GUILD_ID", "my server"),
    ("LOG_LEVEL", "loud"),
    ("LOG_FORMAT", "XML"),
    ("HEALTH_PORT", "0"),
    ("HEALTH_PORT", "65536"),
    ("LLM_BASE_URL", "localhost:8000"),
    ("LLM_BASE_URL", "http://"),
]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def write_env(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    Path(".env").write_bytes(data)


def run_bot(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` in this test's folder, with no other settings than these."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(  # noqa: S603 - this project's own command
        [sys.executable, "-m", "bot", *arguments],
        env=bare | settings,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def problems() -> tuple[tuple[str, str], ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    found = caught.value.params["problems"]
    assert isinstance(found, tuple)
    return found


# --- values ----------------------------------------------------------------------------------


def test_every_setting_has_its_default() -> None:
    assert load_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_counts_as_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_env("".join(f"{each}=\n" for each in NAMES))
    monkeypatch.setenv(name, "")
    assert load_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_good_value_is_understood(
    name: str, value: str, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), name.lower()) == expected


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named_with_its_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert problems() == ((name.lower(), value),)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "LLM_API_KEY"])
@pytest.mark.parametrize("value", ["a\nb", "Bot abc", "a\tb", "토큰", "a\x7fb"])
def test_a_secret_that_cannot_stand_in_a_header_is_named_and_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert problems() == ((name.lower(), ""),)


@pytest.mark.parametrize("value", [" ", "\t \n"])
def test_a_secret_of_blanks_counts_as_unset(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", value)
    assert load_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("DISCORD_API_URL", "https://me:secret@discord.com/api", "https://…@discord.com/api"),
        ("LLM_BASE_URL", "ftp://me:sec@ret@10.0.0.5", "ftp://…@10.0.0.5"),
        ("LLM_BASE_URL", "me:secret@10.0.0.5", "…@10.0.0.5"),
    ],
)
def test_an_address_with_a_password_is_named_without_it(
    name: str, value: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert problems() == ((name.lower(), shown),)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_setting_has_a_sentence_that_names_it(name: str, language: str) -> None:
    assert name in say(language, f"settings.{name.lower()}", setting=name, value="x")


def test_every_bad_value_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_PORT", "x")
    monkeypatch.setenv("LOG_FORMAT", "xml")
    write_env("LLM_BASE_URL=nowhere\nHEALTH_PORT=y\n")
    assert dict(problems()) == {"health_port": "x", "log_format": "xml", "llm_base_url": "nowhere"}


def test_the_environments_subscription_says_every_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_POST_AT", "18:30")
    assert load_settings().subscription_options() == SubscriptionOptions(
        at=time(18, 30),
        timezone="Asia/Seoul",
        language=Language.BOTH,
        threads=Threads.PAPER,
        tags=(),
        start=Start.BACKLOG,
    )


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "noon", "12", "12:00 pm"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted data"):
        parse_time(text)


@pytest.mark.parametrize(
    "name", ["", " ", "Mars/Base", "Asia/", "/etc/localtime", "a\0b", "\udcff"]
)
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever zoneinfo says, it is one of these
        parse_timezone(name)


# --- .env ------------------------------------------------------------------------------------


def test_settings_are_read_from_dotenv(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env('# a comment\nDIGEST_POST_AT="18:30"\nSEEDS_DIR=씨앗 # mine\nOTHER_PROGRAM=1\n')
    settings = load_settings()
    assert (settings.digest_post_at, settings.seeds_dir) == (time(18, 30), Path("씨앗"))
    monkeypatch.setenv("DIGEST_POST_AT", "07:00")
    assert load_settings().digest_post_at == time(7, 0)


def test_a_byte_order_mark_does_not_hide_the_first_setting() -> None:
    write_env(b"\xef\xbb\xbfDIGEST_LANGUAGE=ko\r\nDIGEST_START=latest\r\n")
    settings = load_settings()
    assert (settings.digest_language, settings.digest_start) == (Language.KO, Start.LATEST)


def test_a_dotenv_that_is_not_utf_8_is_named() -> None:
    write_env("SEEDS_DIR=씨앗\n".encode("cp949"))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.key == "settings.env_file"
    assert caught.value.params["path"] == ".env"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('# mine\nDISCORD_TOKEN="abc\nHEALTH_PORT=80\n', 2),
        ("HEALTH_PORT=80\n\n=x\n", 3),
        ("HEALTH_PORT: 80\n", 1),
    ],
)
def test_a_line_of_dotenv_that_is_no_setting_is_named(text: str, line: int) -> None:
    """It would be left out, and the bot do what nobody asked for."""
    write_env(text)
    result = run_bot("status")
    assert (result.returncode, result.stdout) == (2, "")
    (said,) = result.stderr.splitlines()
    assert said.startswith(f".env:{line}: ")


@pytest.mark.parametrize(
    "text", ["", "\n# a\n", "export LOG_LEVEL=INFO # why\r\nA\n", "A='b\nc'\n"]
)
def test_what_dotenv_may_hold_besides_is_no_matter(text: str) -> None:
    write_env(text)
    assert load_settings().model_dump() == DEFAULTS


def test_a_folder_in_dotenvs_place_is_named() -> None:
    """A container engine makes one where the file that it is to mount is missing."""
    Path(".env").mkdir()
    result = run_bot("status")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == ".env cannot be read: Is a directory\n"


def test_dotenv_can_be_left_out() -> None:
    write_env("DIGEST_START=latest\n")
    assert load_settings(None).digest_start is Start.BACKLOG


# --- secrets ---------------------------------------------------------------------------------


def test_secrets_are_not_in_what_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", SECRET)
    monkeypatch.setenv("LLM_API_KEY", SECRET)
    settings = load_settings()
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert SECRET not in text
    assert settings.discord_token
    assert settings.discord_token.get_secret_value() == SECRET


def test_secrets_are_not_in_the_error_about_another_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", SECRET)
    monkeypatch.setenv("HEALTH_PORT", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


# --- the process -----------------------------------------------------------------------------


def test_each_bad_setting_is_one_line_on_stderr_and_the_code_is_2() -> None:
    result = run_bot(
        "status",
        DISCORD_TOKEN=SECRET,
        DIGEST_POST_AT="25:00",
        DIGEST_TIMEZONE="Mars/\nBase",
        LOG_LEVEL="LOUD",
    )
    assert (result.returncode, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["DIGEST_POST_AT", "DIGEST_TIMEZONE", "LOG_LEVEL"]
    for value, line in zip(("25:00", "Mars/ Base", "LOUD"), lines, strict=True):
        assert value in line
    assert SECRET not in result.stderr


@pytest.mark.parametrize("arguments", [(), ("run",)])
def test_run_without_a_token_names_the_setting_and_the_demo(arguments: tuple[str, ...]) -> None:
    write_env("DISCORD_TOKEN=\n")
    result = run_bot(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "DISCORD_TOKEN" in line
    assert "make demo" in line
    assert [path.name for path in Path.cwd().iterdir()] == [".env"]


def test_a_dotenv_that_is_not_utf_8_ends_in_one_line() -> None:
    write_env(b"SEEDS_DIR=\xff\xfe\n")
    result = run_bot("status")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert ".env" in result.stderr
