"""Small things to remember, and copies of everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


class StateStore(Protocol):
    """Small things to remember: button state that does not fit into a custom_id, and notes."""

    async def get_note(self, name: str) -> str | None:
        """Return what was noted under a name, or None."""

    async def set_note(self, name: str, value: str | None) -> None:
        """Note a value under a name; None forgets it."""

    async def require_writable(self) -> None:
        """See that what is written is taken: where the last write was not, try one.

        Raises:
            StorageError: it is not.
        """

    async def add_view_state(self, state: Mapping[str, Any], *, now: datetime) -> str:
        """Store a JSON object, return its key (<= 22 characters); drop what is over 30 days old."""

    async def get_view_state(self, key: str, *, now: datetime) -> Mapping[str, Any] | None:
        """Return the object, or None when there is none or it is over 30 days old."""


class BackupStore(Protocol):
    """Copies of everything."""

    async def backup(self, target: Path) -> None:
        """Write a copy to `target`, which appears whole or not at all.

        Raises:
            StorageError: it cannot be written, or the copy does not check out.
        """
