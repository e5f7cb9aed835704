"""An error that ends a process: one sentence on stderr, and the exit code."""

from __future__ import annotations

import logging
import sys

from bot.errors import DomainError, SettingsError
from bot.messages import say
from bot.render.notices import render_error
from bot.terminal import printable
from storage.base import StorageError

FAILED, WRONG_SETTINGS = 1, 2

_log = logging.getLogger(__name__)


def in_words(error: DomainError | StorageError) -> str:
    """Return the error's sentence, for the log and the terminal; it names the file it is about."""
    sentence = say("en", error.key, **error.params)
    path = error.params.get("path", "") if isinstance(error, StorageError) else ""
    return sentence if path in sentence else f"{path}: {sentence}"


def explain(error: BaseException) -> str:
    """Return what there is to say of any error, for the log; some of Python's own say nothing."""
    if isinstance(error, StorageError):
        return in_words(error)
    if isinstance(error, DomainError):  # it may name channels and permissions
        return render_error(error, language="en").content
    return str(error) or type(error).__name__


def report(error: DomainError | StorageError) -> int:
    """Write the error as one sentence a line on stderr, return the exit code."""
    for sentence in _sentences(error):
        sys.stderr.write(printable(sentence) + "\n")
    return _exit_code(error)


def report_end(error: DomainError | StorageError, log_format: str) -> int:
    """Report why a running bot ends: among JSON lines as one of them."""
    if log_format != "json":
        return report(error)
    for sentence in _sentences(error):
        _log.critical("%s", sentence)
    return _exit_code(error)


def _sentences(error: DomainError | StorageError) -> tuple[str, ...]:
    return describe_problems(error) if isinstance(error, SettingsError) else (in_words(error),)


def _exit_code(error: DomainError | StorageError) -> int:
    return WRONG_SETTINGS if isinstance(error, SettingsError) else FAILED


def describe_problems(error: SettingsError) -> tuple[str, ...]:
    """Return a sentence for each wrong setting, or the error's own where it names none."""
    if "problems" not in error.params:
        return (in_words(error),)
    return tuple(
        say("en", f"settings.{name}", setting=name.upper(), value=" ".join(value.split()))
        for name, value in error.params["problems"]
    )
