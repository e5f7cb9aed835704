"""Tags and authors: suggested, corrected, and the entries that carry one."""

from __future__ import annotations

import sqlite3
from datetime import date

from storage.models import Entry, NameCount, Near, Page
from storage.sqlite.database import Domain
from storage.sqlite.nearest import find_alike, nearest_keys
from storage.sqlite.picking import Picking, is_indexed, phrase
from storage.sqlite.posts import load_posts
from storage.sqlite.records import load_entries
from storage.text import tag_key, title_key

# Papers that carry a name only in digests dated after `until`, by name: few, on most days none.
# CROSS JOIN keeps the order: from those entries to their names.
COUNT_LATER = """
    SELECT entry_names.name_id, COUNT(DISTINCT entries.paper_id) AS papers
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
    SELECT id, key, name, papers FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :limit
"""
LIST_EXACT = "SELECT id, key, name, papers FROM names WHERE kind = :kind AND key = :key"
# `beyond` is above all that begin with `key`.
FIND_BEGINNING = """
    SELECT id FROM names
    WHERE kind = :kind AND key >= :key AND key < :beyond
    LIMIT :most
"""
WALK_BEGINNING = """
    SELECT id, key >= :key AND key < :beyond AS fits FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :budget
"""
# Tags part their words with hyphens.
FIND_WORD_BY_LETTERS = """
    SELECT id FROM names
    WHERE kind = :kind
      AND (instr(key, ' ' || :key) OR instr(key, '-' || :key))
    LIMIT :most
"""
WALK_WORD = """
    SELECT id,
      instr(key, ' ' || :key) OR instr(key, '-' || :key) AS fits
    FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :budget
"""
# CROSS JOIN keeps the order: from what is found to its kind. What is not in the index yet is read.
FIND_WORD = """
    SELECT names.id FROM name_parts CROSS JOIN names ON names.id = name_parts.rowid
    WHERE name_parts MATCH :match AND names.kind = :kind
    UNION ALL
    SELECT id FROM names
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM name_parts_docsize) AND +kind = :kind
      AND (instr(key, ' ' || :key) OR instr(key, '-' || :key))
    LIMIT :most
"""
# Names that end with the word: last names, as most are written. `:ending` begins with a blank.
FIND_ENDING = """
    SELECT names.id FROM name_parts CROSS JOIN names ON names.id = name_parts.rowid
    WHERE name_parts MATCH :match AND names.kind = :kind
      AND substr(names.key, -length(:ending)) = :ending
    UNION ALL
    SELECT id FROM names
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM name_parts_docsize) AND +kind = :kind
      AND substr(key, -length(:ending)) = :ending
    LIMIT :most
"""
WALK_ENDING = """
    SELECT id, substr(key, -length(:ending)) = :ending AS fits FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :budget
"""
FIND_HOLDING = """
    SELECT names.id FROM name_parts CROSS JOIN names ON names.id = name_parts.rowid
    WHERE name_parts MATCH :match AND names.kind = :kind
    UNION ALL
    SELECT id FROM names
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM name_parts_docsize) AND +kind = :kind
      AND instr(key, :key)
    LIMIT :most
"""
FIND_BY_LETTERS = "SELECT id FROM names WHERE kind = :kind AND instr(key, :key) LIMIT :most"
WALK_HOLDING = """
    SELECT id, instr(key, :key) AS fits FROM names
    WHERE kind = :kind
    ORDER BY papers DESC, key
    LIMIT :budget
"""
SORT_NAMES = """
    SELECT id, key, name, papers FROM names
    WHERE id IN (SELECT value FROM json_each(:ids))
    ORDER BY papers DESC, key
    LIMIT :limit
"""
LIST_TAGS = """
    SELECT id, key, name, papers FROM names WHERE kind = 'tag' ORDER BY papers DESC, key
"""
# See `storage.sqlite.nearest`. What is not in the index yet is read.
LIST_ALIKE_AUTHORS = """
    SELECT id, key, name, papers FROM names
    WHERE +kind = 'author'
      AND id IN (
        SELECT value FROM json_each(:ids)
        UNION ALL
        SELECT id FROM names WHERE :short > 0 AND length(key) <= :short
        UNION ALL
        SELECT id FROM names WHERE id > (SELECT COALESCE(MAX(id), 0) FROM name_parts_docsize)
      )
    ORDER BY papers DESC, key
"""
GET_NAME = "SELECT id, entries FROM names WHERE kind = :kind AND key = :key"
# An author may stand twice in one entry. On most days there are none.
COUNT_LATER_ENTRIES = """
    SELECT COUNT(DISTINCT entry_id) FROM entry_names WHERE name_id = :name AND date > :until
"""
LIST_ENTRIES = """
    SELECT DISTINCT entries.id
    FROM entry_names CROSS JOIN entries ON entries.id = entry_names.entry_id
    WHERE entry_names.name_id = :name AND entry_names.date <= :until
    ORDER BY entry_names.date DESC, entries.position, entries.id
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
        return await self._database.read(_nearest_tags, tag_key(text), until=until, limit=limit)

    async def nearest_authors(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """See `storage.base.PaperStore`."""
        key = title_key(text)
        return await self._database.read(_nearest_authors, key, until=until, limit=limit)

    async def list_by_tag(
        self, tag: str, *, until: date, offset: int, limit: int, near: Near | None = None
    ) -> Page[Entry]:
        """See `storage.base.PaperStore`."""
        key = tag_key(tag)
        return await self._database.read(
            _list_entries, "tag", key, until=until, offset=offset, limit=limit, near=near
        )

    async def list_by_author(
        self, author: str, *, until: date, offset: int, limit: int, near: Near | None = None
    ) -> Page[Entry]:
        """See `storage.base.PaperStore`."""
        key = title_key(author)
        return await self._database.read(
            _list_entries, "author", key, until=until, offset=offset, limit=limit, near=near
        )


def _suggest(
    connection: sqlite3.Connection, kind: str, key: str, *, until: date, limit: int
) -> tuple[NameCount, ...]:
    later = _count_later(connection, until)
    # `names.papers` counts all dates: names that `later` moves down or out are made up for.
    wanted = limit + len(later)
    found: dict[str, NameCount] = {}
    whole = (_end, _begin_whole) if kind == "author" else ()
    for find in (_exact, *whole, _begin, _have_word, _hold) if key else (_top,):
        if len(found) < limit:
            rows = find(connection, {"kind": kind, "key": key}, wanted)
            ranked = sorted(
                (later.get(row["id"], 0) - row["papers"], row["key"], row["name"]) for row in rows
            )
            for less, known, name in ranked:
                if less:
                    found.setdefault(known, NameCount(name=name, papers=-less))
    return tuple(found.values())[:limit]


def _top(connection: sqlite3.Connection, params: dict[str, str], limit: int) -> list[sqlite3.Row]:
    return connection.execute(LIST_TOP, {**params, "limit": limit}).fetchall()


def _exact(connection: sqlite3.Connection, params: dict[str, str], _: int) -> list[sqlite3.Row]:
    return connection.execute(LIST_EXACT, params).fetchall()


def _end(connection: sqlite3.Connection, params: dict[str, str], limit: int) -> list[sqlite3.Row]:
    ending = f" {params['key']}"
    if not is_indexed(ending):
        return []  # one letter is hardly a last name, and would take reading all of them
    picking = Picking(find=FIND_ENDING, walk=WALK_ENDING, sort=SORT_NAMES)
    values = {**params, "ending": ending, "match": phrase(ending)}
    return picking.pick(connection, values, limit=limit)


def _begin_whole(
    connection: sqlite3.Connection, params: dict[str, str], limit: int
) -> list[sqlite3.Row]:
    return _begin(connection, {**params, "key": f"{params['key']} "}, limit)


def _begin(connection: sqlite3.Connection, params: dict[str, str], limit: int) -> list[sqlite3.Row]:
    picking = Picking(find=FIND_BEGINNING, walk=WALK_BEGINNING, sort=SORT_NAMES)
    beyond = params["key"] + "\U0010ffff"
    return picking.pick(connection, {**params, "beyond": beyond}, limit=limit)


def _have_word(
    connection: sqlite3.Connection, params: dict[str, str], limit: int
) -> list[sqlite3.Row]:
    words = [f"{before}{params['key']}" for before in " -"]
    find = FIND_WORD if all(map(is_indexed, words)) else FIND_WORD_BY_LETTERS
    match = " OR ".join(map(phrase, words))
    picking = Picking(find=find, walk=WALK_WORD, sort=SORT_NAMES)
    return picking.pick(connection, {**params, "match": match}, limit=limit)


def _hold(connection: sqlite3.Connection, params: dict[str, str], limit: int) -> list[sqlite3.Row]:
    find = FIND_HOLDING if is_indexed(params["key"]) else FIND_BY_LETTERS
    picking = Picking(find=find, walk=WALK_HOLDING, sort=SORT_NAMES)
    return picking.pick(connection, {**params, "match": phrase(params["key"])}, limit=limit)


def _nearest_tags(
    connection: sqlite3.Connection, key: str, *, until: date, limit: int
) -> tuple[str, ...]:
    rows = connection.execute(LIST_TAGS).fetchall()
    return _nearest(connection, rows, key, until=until, limit=limit)


def _nearest_authors(
    connection: sqlite3.Connection, key: str, *, until: date, limit: int
) -> tuple[str, ...]:
    params = find_alike(connection, "name_terms", key)
    rows = connection.execute(LIST_ALIKE_AUTHORS, params).fetchall()
    return _nearest(connection, rows, key, until=until, limit=limit)


def _nearest(
    connection: sqlite3.Connection, rows: list[sqlite3.Row], key: str, *, until: date, limit: int
) -> tuple[str, ...]:
    later = _count_later(connection, until)
    names = {row["key"]: row["name"] for row in rows if row["papers"] > later.get(row["id"], 0)}
    return tuple(names[found] for found in nearest_keys(key, names, limit=limit))


def _count_later(connection: sqlite3.Connection, until: date) -> dict[int, int]:
    return dict(connection.execute(COUNT_LATER, {"until": until.isoformat()}).fetchall())


def _list_entries(
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    *,
    until: date,
    offset: int,
    limit: int,
    near: Near | None,
) -> Page[Entry]:
    name = connection.execute(GET_NAME, {"kind": kind, "key": key}).fetchone()
    if name is None:
        return Page(items=(), offset=offset, total=0)
    params = {"name": name["id"], "until": until.isoformat()}
    total = name["entries"] - connection.execute(COUNT_LATER_ENTRIES, params).fetchone()[0]
    rows = connection.execute(LIST_ENTRIES, params | {"offset": offset, "limit": limit})
    entries = load_entries(connection, [row["id"] for row in rows], until=until)
    posts = load_posts(connection, (entry.id for entry in entries), near=near)
    return Page(items=entries, offset=offset, total=total, posts=posts)
