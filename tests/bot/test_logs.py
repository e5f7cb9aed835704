"""The log on stderr."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from bot.logs import configure_logging, log_about, log_task_about


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the process's loggers back as they were."""
    names = (None, "bot", "cogs", "storage", "discord")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    handlers = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    for logger, level in before:
        logger.setLevel(level)


def log_in_json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    record = json.loads(line)
    assert isinstance(record, dict)
    return record


def test_a_text_line_names_level_and_logger(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "text")
    logging.getLogger("bot.delivery").info("Posted %s", "2025-04-25")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("INFO    bot.delivery: Posted 2025-04-25\n")


def test_a_json_line_holds_time_level_logger_and_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO", "json")
    logging.getLogger("bot.ingest").warning("추론 %s\nand more", 1)
    record = log_in_json(capsys)
    time = datetime.fromisoformat(record.pop("time"))
    assert time.utcoffset() is not None
    assert record == {"level": "WARNING", "logger": "bot.ingest", "message": "추론 1\nand more"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_page_in_a_message_is_one_line_and_not_all_of_it(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("INFO", form)
    logging.getLogger("bot").warning("403: %s", "<html>\n  <p>no\n" + "<p>\n" * 1000)
    (line,) = capsys.readouterr().err.splitlines()
    assert "403: <html>" in line
    assert len(line) < 2000


def test_an_exception_is_one_json_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    try:
        int("broken")
    except ValueError:
        logging.getLogger("bot").exception("Failed")
    error = log_in_json(capsys)["error"]
    assert error.startswith("Traceback")
    assert error.endswith("base 10: 'broken'")


def test_no_character_ends_a_json_line_or_moves_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO", "json")
    text = "a\u2028b\x85c\x9b31md\u202ee\r\x1b"
    logging.getLogger("bot").info(text)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert json.loads(line)["message"] == text


@pytest.mark.parametrize(
    ("level", "logger", "record_level", "shown"),
    [
        ("INFO", "bot", logging.INFO, True),
        ("INFO", "cogs.lookups", logging.INFO, True),
        ("INFO", "storage", logging.DEBUG, False),
        ("ERROR", "bot", logging.WARNING, False),
        ("INFO", "discord.gateway", logging.INFO, False),
        ("INFO", "apscheduler", logging.WARNING, False),
        ("INFO", "apscheduler.scheduler", logging.ERROR, True),
        ("INFO", "apscheduler.executors.default", logging.ERROR, False),
        ("DEBUG", "bot", logging.DEBUG, True),
        ("DEBUG", "discord", logging.INFO, True),
        ("DEBUG", "discord", logging.DEBUG, False),
        ("DEBUG", "asyncio", logging.DEBUG, False),
    ],
)
def test_libraries_speak_up_from_warning_on(
    level: str,
    logger: str,
    record_level: int,
    shown: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger("discord").setLevel(logging.NOTSET)
    configure_logging(level, "text")
    logging.getLogger(logger).log(record_level, "a line")
    assert ("a line" in capsys.readouterr().err) is shown


def test_configuring_twice_does_not_double_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        configure_logging("INFO", "text")
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1


def test_a_line_names_what_its_task_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    with log_about(guild=1, channel=2, digest=date(2025, 4, 25), paper=None):
        logging.getLogger("bot.delivery").info("Posted", extra={"step": "paper", "channel": 3})
    record = log_in_json(capsys)
    assert (record["guild"], record["channel"], record["step"]) == (1, 3, "paper")
    assert record["digest"] == "2025-04-25"
    assert "paper" not in record


def test_what_it_is_about_ends_with_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    with log_about(guild=1):
        pass
    logging.getLogger("bot.delivery").info("Posted")
    assert "guild" not in log_in_json(capsys)


def test_a_library_s_line_says_so_too_and_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "text")
    with log_about(guild=1), log_about(digest="2025-04-25"):
        logging.getLogger("discord.http").warning("Slow")
    assert capsys.readouterr().err.endswith("discord.http: Slow [guild=1 digest=2025-04-25]\n")


def test_only_known_fields_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    logging.getLogger("bot").warning("Asked", extra={"question": "who am I", "guild": 1})
    assert log_in_json(capsys).keys() == {"time", "level", "logger", "message", "guild"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_and_what_users_typed_are_hidden_wherever_they_turn_up(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    secret, question = "s3cret-token", "my 'own'\nprivate question"
    configure_logging("INFO", form, secrets=(secret, ""))

    def fail() -> None:
        log_task_about(typed=(question, "a"))
        try:
            int(question)
        except ValueError:
            logging.getLogger("bot").exception("%s failed for %r with %s", 1, question, secret)

    contextvars.copy_context().run(fail)
    err = capsys.readouterr().err
    assert "[hidden]" in err
    assert "ValueError" in err
    assert secret not in err
    assert "private" not in err
    logging.getLogger("bot").warning("private")
    assert "private" in capsys.readouterr().err
