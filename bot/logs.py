"""Logging to stderr, as text or as one JSON object a line, with what each line is about.

What a task is about (its guild, channel, digest ...) is set once, where it begins, and stands on
every line that is logged in it, by libraries too. Two things never reach a line: a secret of the
settings, and the words that a user typed into what is being answered.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.terminal import printable

TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# What a line may be about. Nothing else of a record's `extra` is shown, so that no field that
# somebody adds in passing can carry what a user wrote.
FIELDS = (
    "guild",
    "channel",
    "command",
    "subscription",
    "delivery",
    "digest",
    "paper",
    "step",
    "incident",
)
_HIDDEN = "[hidden]"
# What some readers of JSON lines take for the end of one, and what does harm on a terminal.
_ESCAPES = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
# Shorter words are everywhere, in our own sentences too: to hide them would hide the log.
_SHORTEST_TYPED = 4
LONGEST = 1000  # characters of a message; the bot's own sentences are far from it


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    fields: Mapping[str, Any] = field(default_factory=dict)
    typed: tuple[str, ...] = ()

    def and_also(self, fields: Mapping[str, Any], typed: Sequence[str]) -> _About:
        given = {name: value for name, value in fields.items() if value is not None}
        return replace(self, fields={**self.fields, **given}, typed=(*self.typed, *typed))


_log = logging.getLogger(__name__)

_NOTHING = _About()
_about: ContextVar[_About] = ContextVar("about", default=_NOTHING)


@contextmanager
def log_about(**fields: Any) -> Iterator[None]:
    """Have every line of the block name these of `FIELDS`; None says nothing."""
    token = _about.set(_about.get().and_also(fields, ()))
    try:
        yield
    finally:
        _about.reset(token)


def log_task_about(*, typed: Sequence[str] = (), **fields: Any) -> None:
    """Have every line from here to the end of this task name these of `FIELDS`.

    `typed` is what a user wrote: it is taken out of whatever is logged, tracebacks included.
    """
    _about.set(_about.get().and_also(fields, typed))


class _Formatter(logging.Formatter):
    """Shows no secret, and nothing that a user typed: not in messages, not in tracebacks."""

    def __init__(self, form: str | None = None, *, secrets: Sequence[str] = ()) -> None:
        super().__init__(form)
        self._secrets = secrets

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Return the traceback."""
        return self.hide(super().formatException(ei))

    def shorten(self, message: str) -> str:
        """Return a message without what must not be shown, and not all of one that is a page.

        What answers in Discord's place, such as a firewall, does so with one.
        """
        shown = self.hide(message)
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"

    def hide(self, text: str) -> str:
        """Return `text` without what must not be shown."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        for typed in sorted(_about.get().typed, key=len, reverse=True):
            if len(typed) >= _SHORTEST_TYPED:
                # In a traceback it may also stand as Python writes it.
                text = text.replace(typed, _HIDDEN).replace(repr(typed)[1:-1], _HIDDEN)
        return text


class TextFormatter(_Formatter):
    """A line for people: time, level, logger, message, and `[guild=1 digest=2025-04-25]`."""

    def __init__(self, *, secrets: Sequence[str] = ()) -> None:
        super().__init__(TEXT, secrets=secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it if there is one."""
        return printable(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line, before any traceback."""
        # Anybody's who formats it makes it anew.
        record.message = self.shorten(" ".join(map(str.strip, record.message.splitlines())))
        fields = " ".join(f"{name}={value}" for name, value in _fields_of(record).items())
        line = super().formatMessage(record)
        return f"{line} [{fields}]" if fields else line


class JsonFormatter(_Formatter):
    """One JSON object a record: time (ISO 8601, UTC), level, logger, message, fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": self.shorten(record.getMessage()),
            **_fields_of(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str).translate(_ESCAPES)


def configure_logging(level: str, form: str, *, secrets: Sequence[str] = ()) -> None:
    """Send this process's log to stderr; libraries speak up from WARNING on.

    `secrets` are shown nowhere, whoever logs them.
    """
    handler = logging.StreamHandler(sys.stderr)
    formatter = JsonFormatter if form == "json" else TextFormatter
    handler.setFormatter(formatter(secrets=tuple(secret for secret in secrets if secret)))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("bot", "cogs", "storage"):
        logging.getLogger(name).setLevel(level)
    # It warns of every tick that comes while the last one is still at work: that is as it should.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # Of jobs that fail we tell ourselves; it also calls one failed that was due as the bot ended.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    if level == "DEBUG":
        logging.getLogger("discord").setLevel(logging.INFO)


def log_uncaught() -> None:
    """Have whatever nobody caught in this process come through the log too, warnings included.

    Python would write it on stderr as it is: over several lines, and with what must not be shown.
    """

    def log(text: str, error: BaseException | None) -> None:
        _log.critical(text, exc_info=error)

    def end(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log("The process ends", error)

    sys.excepthook = end
    sys.unraisablehook = lambda found: log(found.err_msg or "Ignored", found.exc_value)
    threading.excepthook = lambda found: log(f"{found.thread} has ended", found.exc_value)
    logging.captureWarnings(capture=True)


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a record is about: by its own `extra`, else by the task that logged it."""
    known = {**_about.get().fields, **vars(record)}
    return {name: known[name] for name in FIELDS if known.get(name) is not None}
