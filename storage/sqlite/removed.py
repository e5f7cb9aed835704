"""Entries that no file holds any more: remembered, and recognised when a file holds them again."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from storage.sqlite.matching import Version

REMEMBER = """
    INSERT INTO removed_entries
      (entry_id, paper_id, date, revision, title, authors, body)
    SELECT id, paper_id, date, :revision, :title, :authors, :body FROM entries WHERE id = :entry
"""
LIST_REMOVED = """
    SELECT entry_id, paper_id, date, revision, title, authors, body
    FROM removed_entries
    WHERE date IN (SELECT value FROM json_each(:dates))
    ORDER BY entry_id
"""
FORGET = "DELETE FROM removed_entries WHERE entry_id = :entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """An entry that was removed, and the paper that it belonged to; `date` is ISO."""

    id: int
    paper: int
    date: str
    version: Version


def remember(connection: sqlite3.Connection, entry_id: int, version: Version) -> None:
    """Remember an entry that is about to be removed."""
    values = {
        "entry": entry_id,
        "revision": version.revision,
        "title": version.title,
        "authors": json.dumps(sorted(version.authors), ensure_ascii=False),
        "body": version.body,
    }
    connection.execute(REMEMBER, values)


def list_removed(connection: sqlite3.Connection, dates: str) -> list[Removed]:
    """Return what was removed from the digests of these dates, a JSON array."""
    rows = connection.execute(LIST_REMOVED, {"dates": dates})
    return [
        Removed(
            id=row["entry_id"],
            paper=row["paper_id"],
            date=row["date"],
            version=Version(
                revision=row["revision"],
                title=row["title"],
                authors=frozenset(json.loads(row["authors"])),
                body=row["body"],
            ),
        )
        for row in rows
    ]


def forget(connection: sqlite3.Connection, entry_id: int) -> None:
    """Forget an entry that is there again."""
    connection.execute(FORGET, {"entry": entry_id})
