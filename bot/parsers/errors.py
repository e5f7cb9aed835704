"""The one error that reading a seed file may end in."""

from __future__ import annotations

from typing import Any

from bot.errors import DomainError
from bot.messages import say


class SeedError(DomainError):
    """A seed file cannot be understood: `file`, `line` (1-based), and the reason as a key.

    `str()` gives `FILE:LINE: reason` in English.
    """

    def __init__(self, key: str, *, file: str, line: int = 1, **params: Any) -> None:
        super().__init__(key, **params)
        self.file = file
        self.line = line

    def reason(self, language: str) -> str:
        """Return the reason in `language` (`en` or `ko`), without file and line."""
        return say(language, self.key, **self.params)

    def __str__(self) -> str:
        # A file's name may have several lines, which would pass for several errors.
        return f"{' '.join(self.file.splitlines())}:{self.line}: {self.reason('en')}"
