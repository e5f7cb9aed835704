"""Rows -> records: entries with their names and links, papers as their entries describe them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from storage.models import Entry, Paper

# A horizon that nothing lies behind, for look-ups that name their digest.
ALL_DATES = date.max

LIST_ENTRIES = """
    SELECT id, paper_id, date, position, ko, en, revision
    FROM entries
    WHERE id IN (SELECT value FROM json_each(:ids))
"""
LIST_NAMES = """
    SELECT entry_names.entry_id, COALESCE(entry_names.spelling, names.name) AS name
    FROM entry_names JOIN names ON names.id = entry_names.name_id
    WHERE entry_names.kind = :kind
      AND entry_names.entry_id IN (SELECT value FROM json_each(:ids))
    ORDER BY entry_names.entry_id, entry_names.position
"""
LIST_LINKS = """
    SELECT entry_id, url
    FROM entry_links
    WHERE entry_id IN (SELECT value FROM json_each(:ids))
    ORDER BY entry_id, position
"""
# Newest first. Within one date: the entry that stands first in the digest.
LIST_DESCRIPTIONS = """
    SELECT paper_id, id, title, abstract, url
    FROM entries
    WHERE paper_id IN (SELECT value FROM json_each(:ids)) AND date <= :until
    ORDER BY paper_id, date DESC, position
"""
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
    """Return these entries in the order of `ids`; their papers as known on `until`."""
    wanted = tuple(ids)
    numbers = {"ids": json.dumps(wanted)}
    rows = {row["id"]: row for row in connection.execute(LIST_ENTRIES, numbers)}
    paper_ids = dict.fromkeys(row["paper_id"] for row in rows.values())
    papers = {paper.id: paper for paper in load_papers(connection, paper_ids, until=until)}
    tags = _group(connection.execute(LIST_NAMES, numbers | {"kind": "tag"}))
    links = _group(connection.execute(LIST_LINKS, numbers))
    return tuple(
        Entry(
            id=row["id"],
            paper=papers[row["paper_id"]],
            date=date.fromisoformat(row["date"]),
            position=row["position"],
            ko=tuple(json.loads(row["ko"])),
            en=tuple(json.loads(row["en"])),
            tags=tags[row["id"]],
            links=links[row["id"]],
            revision=row["revision"],
        )
        for row in (rows[entry_id] for entry_id in wanted if entry_id in rows)
    )


def load_papers(
    connection: sqlite3.Connection, ids: Iterable[int], *, until: date
) -> tuple[Paper, ...]:
    """Return these papers in the order of `ids`, each as its entries up to `until` describe it.

    The newest entry names it; an abstract or address that it lacks comes from the newest that
    has one.
    """
    wanted = tuple(ids)
    known = {"ids": json.dumps(wanted), "until": until.isoformat()}
    described: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(LIST_DESCRIPTIONS, known):
        described[row["paper_id"]].append(row)
    newest = [described[paper_id][0]["id"] for paper_id in wanted if paper_id in described]
    authors = _group(connection.execute(LIST_NAMES, {"ids": json.dumps(newest), "kind": "author"}))
    return tuple(
        Paper(
            id=paper_id,
            title=rows[0]["title"],
            authors=authors[rows[0]["id"]],
            abstract=_first(row["abstract"] for row in rows),
            url=_first(row["url"] for row in rows),
        )
        for paper_id, rows in ((paper_id, described[paper_id]) for paper_id in wanted)
        if rows
    )


def load_titles(
    connection: sqlite3.Connection, ids: Iterable[int], *, until: date
) -> tuple[str, ...]:
    """Return these papers' titles, in the order of `ids`, as their entries up to `until` say."""
    known = {"ids": json.dumps(tuple(ids)), "until": until.isoformat()}
    rows = connection.execute(LIST_TITLES, known)
    return tuple(row["title"] for row in rows if row["title"] is not None)


def _group(rows: Iterable[sqlite3.Row]) -> defaultdict[int, tuple[str, ...]]:
    """Gather (entry id, text) rows into a tuple per entry; an entry without any has ()."""
    groups: dict[int, list[str]] = defaultdict(list)
    for entry_id, text in rows:
        groups[entry_id].append(text)
    return defaultdict(tuple, {entry_id: tuple(texts) for entry_id, texts in groups.items()})


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
