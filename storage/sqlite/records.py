"""Rows -> records: entries with their names and links, papers as their entries describe them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date

from storage.models import Entry, Paper

# A horizon that nothing lies behind, for look-ups that name their digest.
ALL_DATES = date.max

_NEWEST_KNOWN = """(
    SELECT {column} FROM entries AS other
    WHERE paper_id = entries.paper_id AND date <= :until AND {column} IS NOT NULL
    ORDER BY date DESC, position
    LIMIT 1
)"""
_NAMES = """(
    SELECT json_group_array(name) FROM (
      SELECT COALESCE(entry_names.spelling, names.name) AS name
      FROM entry_names JOIN names ON names.id = entry_names.name_id
      WHERE entry_names.entry_id = {entry}.id AND entry_names.kind = '{kind}'
      ORDER BY entry_names.position
    )
)"""
# One row an entry, with all that hangs on it: after every row, the thread that reads has to wait
# for Python's lock. `newest` names the paper: its newest entry, of one date the first.
LIST_ENTRIES = f"""
    SELECT
      entries.id, entries.paper_id, entries.date, entries.position,
      entries.ko, entries.en, entries.revision, newest.title,
      COALESCE(newest.abstract, {_NEWEST_KNOWN.format(column="abstract")}) AS abstract,
      COALESCE(newest.url, {_NEWEST_KNOWN.format(column="url")}) AS url,
      {_NAMES.format(entry="newest", kind="author")} AS authors,
      {_NAMES.format(entry="entries", kind="tag")} AS tags,
      (
        SELECT json_group_array(url) FROM (
          SELECT url FROM entry_links WHERE entry_id = entries.id ORDER BY position
        )
      ) AS links
    FROM json_each(:ids)
    CROSS JOIN entries ON entries.id = json_each.value
    JOIN entries AS newest ON newest.id = {_NEWEST_KNOWN.format(column="id")}
    ORDER BY json_each.key
"""  # noqa: S608 - constants
# A paper's newest entry, of one date the first; what is looked for is its title alone.
LIST_TITLES = """
    SELECT (
      SELECT title FROM entries
      WHERE paper_id = json_each.value AND date <= :until
      ORDER BY date DESC, position
      LIMIT 1
    ) AS title
    FROM json_each(:ids)
    ORDER BY json_each.key
"""


def load_entries(
    connection: sqlite3.Connection, ids: Iterable[int], *, until: date
) -> tuple[Entry, ...]:
    """Return these entries in the order of `ids`; their papers as known on `until`.

    The newest entry names a paper; an abstract or address that it lacks comes from the newest that
    has one.
    """
    wanted = {"ids": json.dumps(tuple(ids)), "until": until.isoformat()}
    return tuple(_entry(row) for row in connection.execute(LIST_ENTRIES, wanted))


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        paper=Paper(
            id=row["paper_id"],
            title=row["title"],
            authors=tuple(json.loads(row["authors"])),
            abstract=row["abstract"],
            url=row["url"],
        ),
        date=date.fromisoformat(row["date"]),
        position=row["position"],
        ko=tuple(json.loads(row["ko"])),
        en=tuple(json.loads(row["en"])),
        tags=tuple(json.loads(row["tags"])),
        links=tuple(json.loads(row["links"])),
        revision=row["revision"],
    )


def load_titles(
    connection: sqlite3.Connection, ids: Iterable[int], *, until: date
) -> tuple[str, ...]:
    """Return these papers' titles, in the order of `ids`, as their entries up to `until` say."""
    known = {"ids": json.dumps(tuple(ids)), "until": until.isoformat()}
    rows = connection.execute(LIST_TITLES, known)
    return tuple(row["title"] for row in rows if row["title"] is not None)
