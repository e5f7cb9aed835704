"""The log on stderr."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.logs import configure_logging


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


def log_in_json(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
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


def test_an_exception_is_one_json_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    try:
        int("broken")
    except ValueError:
        logging.getLogger("bot").exception("Failed")
    error = log_in_json(capsys)["error"]
    assert error.startswith("Traceback")
    assert error.endswith("base 10: 'broken'")


@pytest.mark.parametrize(
    ("level", "logger", "record_level", "shown"),
    [
        ("INFO", "bot", logging.INFO, True),
        ("INFO", "cogs.lookups", logging.INFO, True),
        ("INFO", "storage", logging.DEBUG, False),
        ("ERROR", "bot", logging.WARNING, False),
        ("INFO", "discord.gateway", logging.INFO, False),
        ("INFO", "apscheduler", logging.WARNING, False),
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
