"""What keeps a claim from being taken over: its owner's lease, and the time to settle after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from storage.sqlite.database import Domain
from storage.sqlite.statements import fetch_all

# Of steps and of mailings: a process that is dead holds neither.
LIST_OWNERS = """
SELECT owner FROM steps WHERE state = 'claimed' AND owner IS NOT NULL
UNION
SELECT owner FROM mailings WHERE state = 'open' AND owner IS NOT NULL
"""
RELEASE_OWNER = """
UPDATE steps SET owner = NULL WHERE state = 'claimed' AND owner = :owner
"""
RELEASE_MAILINGS = """
UPDATE mailings SET owner = NULL WHERE state = 'open' AND owner = :owner
"""


class Leases(Domain):
    """Who holds claims, as `storage.base.LedgerStore` says."""

    async def list_owners(self) -> tuple[str, ...]:
        """Return who holds claims."""
        rows = await self._database.read(fetch_all, LIST_OWNERS, {})
        return tuple(row["owner"] for row in rows)

    async def release_owner(self, owner: str) -> None:
        """End the leases of a dead process; what it claimed stays so, by nobody."""
        await self._database.write(_release_owner, {"owner": owner})


def _release_owner(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    connection.execute(RELEASE_OWNER, values)
    connection.execute(RELEASE_MAILINGS, values)


def look_into(
    row: sqlite3.Row, ours: Mapping[str, Any], *, lease: timedelta, settle: timedelta
) -> tuple[datetime | None, timedelta | None]:
    """Return until when a claim (`owner`, `lease_until`) is held, or in what time it settles.

    `ours` are the `owner` that wants it and `now`; (None, None) where nothing keeps it. A claim
    that was released has no owner any more, and tells still when it was made.
    """
    if row["owner"] == ours["owner"] or row["lease_until"] is None:
        return None, None
    until, now = (datetime.fromisoformat(each) for each in (row["lease_until"], ours["now"]))
    if row["owner"] is not None and until > now:
        return until, None
    # Not longer than that: the other's clock may have been ahead of this one.
    left = min(until - lease + settle - now, settle)
    return None, left if left > timedelta(0) else None
