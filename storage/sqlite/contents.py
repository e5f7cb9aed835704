"""Entries by number: what an index in memory is made of and kept up to date with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date

from storage.models import Entry
from storage.sqlite.database import Domain
from storage.sqlite.records import load_entries

LIST_REVISIONS = "SELECT id, date || ' ' || revision FROM entries WHERE date <= :until ORDER BY id"
LIST_KNOWN = """
    SELECT id FROM entries
    WHERE id IN (SELECT value FROM json_each(:ids)) AND date <= :until
"""


class Contents(Domain):
    """Entries, as `storage.base.ContentStore` says."""

    async def list_revisions(self, *, until: date) -> Mapping[int, str]:
        """Return what stands for the content of each entry, by id."""
        return await self._database.read(_list_revisions, until=until)

    async def list_entries(self, entry_ids: Sequence[int], *, until: date) -> tuple[Entry, ...]:
        """Return those of the entries that exist, in the order of the ids."""
        return await self._database.read(_list_entries, entry_ids, until=until)


def _list_revisions(connection: sqlite3.Connection, *, until: date) -> dict[int, str]:
    return dict(connection.execute(LIST_REVISIONS, {"until": until.isoformat()}).fetchall())


def _list_entries(
    connection: sqlite3.Connection, entry_ids: Sequence[int], *, until: date
) -> tuple[Entry, ...]:
    params = {"ids": json.dumps(list(entry_ids)), "until": until.isoformat()}
    known = {row["id"] for row in connection.execute(LIST_KNOWN, params)}
    return load_entries(connection, [each for each in entry_ids if each in known], until=until)
