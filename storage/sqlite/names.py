"""Tags and authors: suggested, corrected, and the entries that carry one."""

from __future__ import annotations

import sqlite3
from datetime import date

from storage.models import Entry, NameCount, Page
from storage.sqlite.database import Domain
from storage.sqlite.nearest import nearest_keys
from storage.sqlite.records import load_entries
from storage.text import tag_key, title_key

# `names.papers` counts all dates, so that most names need no counting here. `future` holds what
# is to be taken off: papers that carry the name only in digests dated after `until`.
SUGGEST = """
    WITH future AS MATERIALIZED (
      SELECT entry_names.name_id AS id, COUNT(DISTINCT entries.paper_id) AS papers
      FROM entries JOIN entry_names ON entry_names.entry_id = entries.id
      WHERE entries.date > :until
        AND NOT EXISTS (
          SELECT 1
          FROM entries AS past JOIN entry_names AS same ON same.entry_id = past.id
          WHERE past.paper_id = entries.paper_id AND past.date <= :until
            AND same.name_id = entry_names.name_id
        )
      GROUP BY entry_names.name_id
    )
    SELECT names.name, names.papers - COALESCE(future.papers, 0) AS papers
    FROM names LEFT JOIN future ON future.id = names.id
    WHERE names.kind = :kind AND instr(names.key, :key)
      AND names.papers > COALESCE(future.papers, 0)
    ORDER BY
      CASE instr(names.key, :key)
        WHEN 1 THEN 0
        ELSE instr(replace(' ' || names.key, '-', ' '), ' ' || replace(:key, '-', ' ')) = 0 AND 1
      END,
      2 DESC, names.key
    LIMIT :limit
"""
LIST_KEYS = """
    SELECT names.key, names.name FROM names
    WHERE names.kind = :kind AND EXISTS (
      SELECT 1 FROM entry_names JOIN entries ON entries.id = entry_names.entry_id
      WHERE entry_names.name_id = names.id AND entries.date <= :until
    )
"""
COUNT_ENTRIES = """
    SELECT COUNT(*) FROM entries
    WHERE date <= :until AND id IN (
      SELECT entry_names.entry_id
      FROM names JOIN entry_names ON entry_names.name_id = names.id
      WHERE names.kind = :kind AND names.key = :key
    )
"""
LIST_ENTRIES = """
    SELECT id FROM entries
    WHERE date <= :until AND id IN (
      SELECT entry_names.entry_id
      FROM names JOIN entry_names ON entry_names.name_id = names.id
      WHERE names.kind = :kind AND names.key = :key
    )
    ORDER BY date DESC, position
    LIMIT :limit OFFSET :offset
"""


class NameLookups(Domain):
    """Look-ups by tag and by author."""

    async def suggest_tags(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_suggest, "tag", tag_key(text), until=until, limit=limit)

    async def suggest_authors(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """See `storage.base.PaperStore`."""
        key = title_key(text)
        return await self._database.read(_suggest, "author", key, until=until, limit=limit)

    async def nearest_tags(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_nearest, "tag", tag_key(text), until=until, limit=limit)

    async def nearest_authors(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """See `storage.base.PaperStore`."""
        key = title_key(text)
        return await self._database.read(_nearest, "author", key, until=until, limit=limit)

    async def list_by_tag(self, tag: str, *, until: date, offset: int, limit: int) -> Page[Entry]:
        """See `storage.base.PaperStore`."""
        key = tag_key(tag)
        return await self._database.read(
            _list_entries, "tag", key, until=until, offset=offset, limit=limit
        )

    async def list_by_author(
        self, author: str, *, until: date, offset: int, limit: int
    ) -> Page[Entry]:
        """See `storage.base.PaperStore`."""
        key = title_key(author)
        return await self._database.read(
            _list_entries, "author", key, until=until, offset=offset, limit=limit
        )


def _suggest(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, limit: int
) -> tuple[NameCount, ...]:
    params = {"kind": kind, "key": key, "until": until.isoformat(), "limit": limit}
    rows = connection.execute(SUGGEST, params)
    return tuple(NameCount(name=row["name"], papers=row["papers"]) for row in rows)


def _nearest(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, limit: int
) -> tuple[str, ...]:
    params = {"kind": kind, "until": until.isoformat()}
    names = dict(connection.execute(LIST_KEYS, params).fetchall())
    return tuple(names[found] for found in nearest_keys(key, names, limit=limit))


def _list_entries(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, offset: int, limit: int
) -> Page[Entry]:
    params = {"kind": kind, "key": key, "until": until.isoformat()}
    total = connection.execute(COUNT_ENTRIES, params).fetchone()[0]
    rows = connection.execute(LIST_ENTRIES, params | {"offset": offset, "limit": limit})
    entries = load_entries(connection, [row["id"] for row in rows], until=until)
    return Page(items=entries, offset=offset, total=total)
