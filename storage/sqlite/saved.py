"""Reading lists: the papers that a reader saved."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from storage.models import NameCount, Page, SavedPaper
from storage.sqlite.database import Domain
from storage.sqlite.records import load_entries
from storage.sqlite.statements import execute
from storage.text import tag_key

SAVE = """
    INSERT INTO saved_papers (user_id, paper_id, entry_id, guild_id, saved_at)
    SELECT :user_id, paper_id, id, :guild_id, :now FROM entries WHERE id = :entry_id
    ON CONFLICT (user_id, paper_id) DO NOTHING
"""
REMOVE = """
    DELETE FROM saved_papers
    WHERE user_id = :user_id
      AND paper_id = (SELECT paper_id FROM entries WHERE id = :entry_id)
"""
# Without a key every paper, else those that some digest gives the tag.
OF_READER = """
    FROM saved_papers
    WHERE user_id = :user_id
      AND EXISTS (
        SELECT 1 FROM entries
        WHERE entries.paper_id = saved_papers.paper_id AND entries.date <= :until
      )
      AND (
        :key IS NULL
        OR EXISTS (
          SELECT 1
          FROM entries
          JOIN entry_names ON entry_names.entry_id = entries.id AND entry_names.kind = 'tag'
          JOIN names ON names.id = entry_names.name_id
          WHERE entries.paper_id = saved_papers.paper_id AND entries.date <= :until
            AND names.key = :key
        )
      )
"""
COUNT = "SELECT COUNT(*)" + OF_READER
LIST = "SELECT paper_id, saved_at" + OF_READER + "ORDER BY saved_at DESC, paper_id DESC"
LIST_ENTRIES = """
    SELECT paper_id, id, date FROM entries
    WHERE paper_id IN (SELECT value FROM json_each(:ids)) AND date <= :until
    ORDER BY paper_id, date DESC, position
"""
LIST_TAGS = """
    SELECT names.name, COUNT(DISTINCT entries.paper_id) AS papers
    FROM saved_papers
    JOIN entries ON entries.paper_id = saved_papers.paper_id
    JOIN entry_names ON entry_names.entry_id = entries.id AND entry_names.kind = 'tag'
    JOIN names ON names.id = entry_names.name_id
    WHERE saved_papers.user_id = :user_id AND entries.date <= :until
    GROUP BY names.id
    ORDER BY papers DESC, names.key
"""
FORGET = "DELETE FROM saved_papers WHERE user_id = :user_id"
COUNT_SAVES = """
    SELECT paper_id, COUNT(*) AS saves FROM saved_papers
    WHERE paper_id IN (SELECT value FROM json_each(:ids))
      AND (:guild_id IS NULL OR guild_id = :guild_id)
      AND (:since IS NULL OR saved_at >= :since)
    GROUP BY paper_id
"""


class SavedPapers(Domain):
    """Reading lists, as `storage.base.SavedStore` says."""

    async def save_paper(
        self, user_id: int, entry_id: int, *, guild_id: int | None, now: datetime
    ) -> bool:
        """Put an entry's paper on a reader's list; return whether that is news."""
        values = {
            "user_id": user_id,
            "entry_id": entry_id,
            "guild_id": guild_id,
            "now": _stamp(now),
        }
        return await self._database.write(execute, SAVE, values) > 0

    async def remove_saved(self, user_id: int, entry_id: int) -> bool:
        """Take an entry's paper off a reader's list; return whether it was there."""
        values = {"user_id": user_id, "entry_id": entry_id}
        return await self._database.write(execute, REMOVE, values) > 0

    async def count_saved(self, user_id: int, *, until: date) -> int:
        """Return how many papers are on a reader's list."""
        return await self._database.read(_count_saved, user_id, until=until)

    async def list_saved(
        self, user_id: int, *, tag: str | None, until: date, offset: int, limit: int | None
    ) -> Page[SavedPaper]:
        """Return what a reader saved, the latest first."""
        key = None if tag is None else tag_key(tag)
        return await self._database.read(
            _list_saved, user_id, key, until=until, offset=offset, limit=limit
        )

    async def list_saved_tags(self, user_id: int, *, until: date) -> tuple[NameCount, ...]:
        """Return the tags of a reader's papers, most papers first."""
        return await self._database.read(_list_tags, user_id, until=until)

    async def forget_saved(self, user_id: int) -> int:
        """Remove a reader's whole list; return how many papers it held."""
        return await self._database.write(execute, FORGET, {"user_id": user_id})

    async def count_saves(
        self,
        paper_ids: Sequence[int],
        *,
        guild_id: int | None = None,
        since: datetime | None = None,
    ) -> Mapping[int, int]:
        """Return how many readers saved each of these papers, by paper id."""
        values = {
            "ids": json.dumps(list(paper_ids)),
            "guild_id": guild_id,
            "since": None if since is None else _stamp(since),
        }
        return await self._database.read(_count_saves, values)


def _count_saved(connection: sqlite3.Connection, user_id: int, *, until: date) -> int:
    values = {"user_id": user_id, "key": None, "until": until.isoformat()}
    return int(connection.execute(COUNT, values).fetchone()[0])


def _list_saved(
    connection: sqlite3.Connection,
    user_id: int,
    key: str | None,
    *,
    until: date,
    offset: int,
    limit: int | None,
) -> Page[SavedPaper]:
    values = {"user_id": user_id, "key": key, "until": until.isoformat()}
    rows = connection.execute(LIST, values).fetchall()
    shown = rows[offset : None if limit is None else offset + limit]
    wanted = {"ids": json.dumps([row["paper_id"] for row in shown]), "until": until.isoformat()}
    entries: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(LIST_ENTRIES, wanted):
        entries[row["paper_id"]].append(row)
    newest = load_entries(
        connection, [entries[row["paper_id"]][0]["id"] for row in shown], until=until
    )
    items = tuple(
        SavedPaper(
            entry=entry,
            entry_ids=tuple(each["id"] for each in entries[row["paper_id"]]),
            first_date=date.fromisoformat(entries[row["paper_id"]][-1]["date"]),
            saved_at=datetime.fromtimestamp(row["saved_at"] / 1000, UTC),
        )
        for row, entry in zip(shown, newest, strict=True)
    )
    return Page(items=items, offset=offset, total=len(rows))


def _list_tags(
    connection: sqlite3.Connection, user_id: int, *, until: date
) -> tuple[NameCount, ...]:
    rows = connection.execute(LIST_TAGS, {"user_id": user_id, "until": until.isoformat()})
    return tuple(NameCount(name=row["name"], papers=row["papers"]) for row in rows)


def _count_saves(connection: sqlite3.Connection, values: dict[str, Any]) -> dict[int, int]:
    return {row["paper_id"]: row["saves"] for row in connection.execute(COUNT_SAVES, values)}


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
