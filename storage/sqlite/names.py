"""Tags and authors: suggested, corrected, and the entries that carry one."""

from __future__ import annotations

import sqlite3
from datetime import date

from storage.models import Entry, NameCount, Page
from storage.sqlite.database import Domain
from storage.sqlite.nearest import nearest_keys
from storage.sqlite.records import load_entries
from storage.text import tag_key, title_key

# Papers that carry a name only in digests dated after `until`, by name: few, on most days none.
# CROSS JOIN keeps the order: from those entries to their names.
COUNT_LATER = """
    SELECT entry_names.name_id, COUNT(DISTINCT entries.paper_id)
    FROM entries CROSS JOIN entry_names ON entry_names.entry_id = entries.id
    WHERE entries.date > :until
      AND NOT EXISTS (
        SELECT 1
        FROM entries AS earlier CROSS JOIN entry_names AS same ON same.entry_id = earlier.id
        WHERE earlier.paper_id = entries.paper_id AND earlier.date <= :until
          AND same.name_id = entry_names.name_id
      )
    GROUP BY entry_names.name_id
"""
LIST_TOP = """
    SELECT id, key, name, papers, 0 AS rank FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :limit
"""
# `beyond` is above all that begin with `key`.
LIST_BEGINNING = """
    SELECT id, key, name, papers, key <> :key AS rank FROM names
    WHERE kind = :kind AND key >= :key AND key < :beyond
    ORDER BY rank, papers DESC, key
    LIMIT :limit
"""
# A word of it begins with `word` first; tags part their words with hyphens or underscores.
LIST_CONTAINING = """
    SELECT id, key, name, papers,
           instr(replace(replace(key, '-', ' '), '_', ' '), ' ' || :word) = 0 AS rank
    FROM names
    WHERE kind = :kind AND instr(key, :key) > 1
    ORDER BY rank, papers DESC, key
    LIMIT :limit
"""
LIST_KEYS = "SELECT id, key, name, papers FROM names WHERE kind = :kind"
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
    later = _count_later(connection, until)
    params = {
        "kind": kind,
        "key": key,
        "beyond": key + "\U0010ffff",
        "word": key.replace("-", " ").replace("_", " "),
        # `names.papers` counts all dates: names that `later` moves down or out are made up for.
        "limit": limit + len(later),
    }
    found: list[NameCount] = []
    for sql in (LIST_BEGINNING, LIST_CONTAINING) if key else (LIST_TOP,):
        if len(found) < limit:
            rows = connection.execute(sql, params)
            ranked = sorted(
                (row["rank"], later.get(row["id"], 0) - row["papers"], row["key"], row["name"])
                for row in rows
            )
            found += [NameCount(name=name, papers=-less) for _, less, _, name in ranked if less]
    return tuple(found[:limit])


def _nearest(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, limit: int
) -> tuple[str, ...]:
    later = _count_later(connection, until)
    rows = connection.execute(LIST_KEYS, {"kind": kind})
    names = {row["key"]: row["name"] for row in rows if row["papers"] > later.get(row["id"], 0)}
    return tuple(names[found] for found in nearest_keys(key, names, limit=limit))


def _count_later(connection: sqlite3.Connection, until: date) -> dict[int, int]:
    return dict(connection.execute(COUNT_LATER, {"until": until.isoformat()}).fetchall())


def _list_entries(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, offset: int, limit: int
) -> Page[Entry]:
    params = {"kind": kind, "key": key, "until": until.isoformat()}
    total = connection.execute(COUNT_ENTRIES, params).fetchone()[0]
    rows = connection.execute(LIST_ENTRIES, params | {"offset": offset, "limit": limit})
    entries = load_entries(connection, [row["id"] for row in rows], until=until)
    return Page(items=entries, offset=offset, total=total)
