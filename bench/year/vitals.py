"""Whether the bot has nothing left to do, as far as it says so itself, and how it is.

What it says only sets the pace: the audit does not believe any of it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import aiohttp

_UNFINISHED = """
SELECT 'step', d.id, s.channel_id FROM deliveries d
JOIN subscriptions s ON s.id = d.subscription_id
WHERE d.finished_at IS NULL AND s.parked IS NULL
UNION ALL
SELECT 'mail', m.id, s.channel_id FROM mailings m
LEFT JOIN subscriptions s ON m.kind = 'recap' AND s.id = m.subject_id
WHERE m.state = 'open' AND s.parked IS NULL
UNION ALL
SELECT 'changed', 0, 0 FROM changed_digests
"""
_ROUNDED = 0.051  # what its health page leaves out of a tick's age
_SOURCES = "SELECT name, fingerprint FROM sources"


class Vitals:
    """Looks at a bot from outside: its health page, its database, its process."""

    def __init__(self, *, health: str, database: Path, pace: float) -> None:
        self._health = health
        self._database = database
        self._pace = pace
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def last_tick(self) -> tuple[float, float] | None:
        """Return between when its last tick began, by time.monotonic; None if nobody tells."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        asked = time.monotonic()
        try:
            async with self._session.get(self._health) as response:
                found = await response.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None
        age = found["checks"]["scheduler"]["last_tick_seconds"]
        if age is None:
            return None
        return asked - (age + _ROUNDED) / self._pace, time.monotonic() - (
            age - _ROUNDED
        ) / self._pace

    def unfinished(self, *, apart_from: Collection[int]) -> list[tuple[str, int]]:
        """Return what it still has to do, apart from what waits for these channels."""
        with closing(self._connect()) as connection:
            found = connection.execute(_UNFINISHED).fetchall()
        return [(what, number) for what, number, channel in found if channel not in apart_from]

    def has_read(self, files: Collection[Path]) -> bool:
        """Tell whether it has stored these files as they are now."""
        if not files:
            return True
        try:
            with closing(self._connect()) as connection:
                known = dict(connection.execute(_SOURCES).fetchall())
        except sqlite3.OperationalError:  # it is being made
            return False
        return all(
            known.get(path.name, "").endswith(hashlib.sha256(path.read_bytes()).hexdigest())
            for path in files
        )

    def database_bytes(self) -> int:
        """Return the size of the database's pages."""
        with closing(self._connect()) as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        return int(pages * size)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=20)


def count_descriptors(pid: int) -> int:
    """Return how many files and sockets a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names only


def count_threads(pid: int) -> int:
    """Return how many threads a process has."""
    return len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208 - names only
