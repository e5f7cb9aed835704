"""Small things to remember, by name."""

from __future__ import annotations

import secrets
import sqlite3

from storage.sqlite.database import Domain

GET = "SELECT value FROM meta WHERE key = :key"
SET = """
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
DELETE = "DELETE FROM meta WHERE key = :key"


class Notes(Domain):
    """Notes, as `storage.base.StateStore` says; in `meta` under a prefix of their own."""

    async def get_note(self, name: str) -> str | None:
        """Return what was noted, or None."""
        return await self._database.read(_get, f"note:{name}")

    async def set_note(self, name: str, value: str | None) -> None:
        """Note a value; None forgets it."""
        await self._database.write(_set, f"note:{name}", value)

    async def require_writable(self) -> None:
        """Do nothing where the last write went well, else write something."""
        if self._database.is_refusing:
            # Another value each time: SQLite writes nothing where nothing changes.
            await self.set_note("tried", secrets.token_hex(8))


def _get(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute(GET, {"key": key}).fetchone()
    return None if row is None else str(row["value"])


def _set(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    connection.execute(DELETE if value is None else SET, {"key": key, "value": value})
