"""Entries' authors and tags written, and how many papers and entries each name has."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from storage.sqlite.preparing import PreparedEntry
from storage.sqlite.rows import Rows

LIST_KNOWN = """
    SELECT json_group_array(json_array(names.id, names.kind, names.key, names.name))
    FROM json_each(:keys) JOIN names
      ON names.kind = json_extract(value, '$[0]') AND names.key = json_extract(value, '$[1]')
"""
GET_LAST_ID = "SELECT COALESCE(MAX(id), 0) FROM names"
ADD_NAMES = """
    INSERT INTO names (id, kind, key, name, papers, entries)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[4]')
    FROM json_each(:rows)
"""
ADD_ENTRY_NAMES = """
    INSERT INTO entry_names (entry_id, kind, position, name_id, spelling, date)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
    FROM json_each(:rows)
"""
LIST_IDS = "SELECT name_id FROM entry_names WHERE entry_id = :entry"
REMOVE_ENTRY_NAMES = "DELETE FROM entry_names WHERE entry_id = :entry"
REMOVE_UNUSED = """
    DELETE FROM names
    WHERE id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (SELECT 1 FROM entry_names WHERE entry_names.name_id = names.id)
"""
GAIN = """
    UPDATE names SET
      papers = names.papers + json_extract(value, '$[1]'),
      entries = names.entries + json_extract(value, '$[1]')
    FROM json_each(:rows)
    WHERE names.id = json_extract(value, '$[0]')
"""
COUNT_ALL = """
    UPDATE names SET (papers, entries) = (
      SELECT COUNT(DISTINCT entries.paper_id), COUNT(DISTINCT entries.id)
      FROM entry_names JOIN entries ON entries.id = entry_names.entry_id
      WHERE entry_names.name_id = names.id
    )
    WHERE id IN (SELECT value FROM json_each(:ids))
"""


class NameWriter:
    """Writes names within one transaction: `flush` what is collected, `settle` at the end.

    `entries` are all whose names will be added.
    """

    def __init__(self, connection: sqlite3.Connection, entries: Iterable[PreparedEntry]) -> None:
        self._connection = connection
        keys = {(kind, key) for entry in entries for kind, key, _ in entry.names}
        known = connection.execute(LIST_KNOWN, {"keys": json.dumps(list(keys))}).fetchone()[0]
        self._known: dict[tuple[str, str], tuple[int, str]] = {
            (kind, key): (name_id, name) for name_id, kind, key, name in json.loads(known)
        }
        self._last_id: int = connection.execute(GET_LAST_ID).fetchone()[0]
        self._new: list[tuple[int, str, str, str]] = []
        self._entry_names = Rows(connection, ADD_ENTRY_NAMES)
        self._gained: Counter[int] = Counter()
        self._to_count: set[int] = set()

    def add(
        self,
        entry_id: int,
        names: tuple[tuple[str, str, str], ...],
        *,
        date: str,
        is_new_paper: bool,
    ) -> None:
        """Give an entry its names; those of a paper that is new have one more of each."""
        ids = set()
        places: Counter[str] = Counter()
        for kind, key, spelling in names:
            name_id, name = self._find(kind, key, spelling)
            own = None if spelling == name else spelling
            self._entry_names.add(entry_id, kind, places[kind], name_id, own, date)
            places[kind] += 1
            ids.add(name_id)
        if is_new_paper:
            self._gained.update(ids)
        else:
            self._to_count |= ids

    def remove(self, entry_id: int) -> None:
        """Take an entry's names away."""
        entry = {"entry": entry_id}
        self._to_count.update(name_id for (name_id,) in self._connection.execute(LIST_IDS, entry))
        self._connection.execute(REMOVE_ENTRY_NAMES, entry)

    def flush(self) -> None:
        """Write what is collected; the entries must have been written."""
        names = Rows(self._connection, ADD_NAMES)
        for name_id, kind, key, name in self._new:
            names.add(name_id, kind, key, name, self._gained.pop(name_id, 0))
        self._new.clear()
        names.write()
        self._entry_names.write()

    def settle(self) -> None:
        """Drop the names that nothing carries now, and count what the others have."""
        gained = Rows(self._connection, GAIN)
        for name_id, papers in self._gained.items():
            gained.add(name_id, papers)
        gained.write()
        if self._to_count:
            ids = {"ids": json.dumps(list(self._to_count))}
            self._connection.execute(REMOVE_UNUSED, ids)
            self._connection.execute(COUNT_ALL, ids)

    def _find(self, kind: str, key: str, spelling: str) -> tuple[int, str]:
        """Return a name's id and spelling, this one if the name is new."""
        known = self._known.get((kind, key))
        if known is None:
            self._last_id += 1
            known = self._known[kind, key] = (self._last_id, spelling)
            self._new.append((self._last_id, kind, key, spelling))
        return known
