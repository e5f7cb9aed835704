"""An error that ends a process: one sentence on stderr, and the exit code."""

from __future__ import annotations

import sys

from bot.errors import DomainError, SettingsError
from bot.messages import say
from bot.terminal import printable
from storage.base import StorageError

FAILED, WRONG_SETTINGS = 1, 2


def in_words(error: DomainError | StorageError) -> str:
    """Return the error's sentence, for the log and the terminal; it names the file it is about."""
    sentence = say("en", error.key, **error.params)
    path = error.params.get("path", "") if isinstance(error, StorageError) else ""
    return sentence if path in sentence else f"{path}: {sentence}"


def report(error: DomainError | StorageError) -> int:
    """Write the error as one sentence a line on stderr, return the exit code."""
    if not isinstance(error, SettingsError):
        sys.stderr.write(printable(in_words(error)) + "\n")
        return FAILED
    for sentence in describe_problems(error):
        sys.stderr.write(printable(sentence) + "\n")
    return WRONG_SETTINGS


def describe_problems(error: SettingsError) -> tuple[str, ...]:
    """Return a sentence for each wrong setting, or the error's own where it names none."""
    if "problems" not in error.params:
        return (in_words(error),)
    return tuple(
        say("en", f"settings.{name}", setting=name.upper(), value=" ".join(value.split()))
        for name, value in error.params["problems"]
    )
