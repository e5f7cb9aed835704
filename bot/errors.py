"""Domain errors: a message key and its parameters, so that they can be said in two languages.

DomainError
├── SettingsError      a setting is missing or wrong (exit code 2)
├── StartupError       the bot cannot start: token, lock (exit code 1)
├── SeedError          a seed file cannot be understood (in bot.parsers)
└── UserError          what was asked cannot be done; shown to the person who asked
└── NotFoundError  nothing of that name
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """An expected failure: `key` names its sentence in `bot/messages/*.toml`."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


class SettingsError(DomainError):
    """A setting is missing or wrong; `setting` names it."""


class StartupError(DomainError):
    """The bot cannot start."""


class UserError(DomainError):
    """What a user asked for cannot be done."""


class NotFoundError(UserError):
    """Nothing goes by that name; `params` may hold the nearest names, and what leads to them."""
