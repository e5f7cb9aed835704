"""An error that ends a process: one sentence on stderr, and the exit code."""

from __future__ import annotations

import sys

from bot.errors import DomainError, SettingsError
from bot.messages import say
from storage.base import StorageError

FAILED, WRONG_SETTINGS = 1, 2


def report(error: DomainError | StorageError) -> int:
    """Write the error as one sentence a line on stderr, return the exit code."""
    if not isinstance(error, SettingsError):
        sys.stderr.write(say("en", error.key, **error.params) + "\n")
        return FAILED
    if "problems" not in error.params:
        sys.stderr.write(say("en", error.key, **error.params) + "\n")
    for name, value in error.params.get("problems", ()):
        one_line = " ".join(value.split())
        sentence = say("en", f"settings.{name}", setting=name.upper(), value=one_line)
        sys.stderr.write(sentence + "\n")
    return WRONG_SETTINGS
