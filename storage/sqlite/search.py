"""Full-text search: the papers whose entries' texts match, best first."""

from __future__ import annotations

import sqlite3
from datetime import date

from storage.models import Hit, Page
from storage.sqlite.database import Domain
from storage.sqlite.records import load_entries
from storage.text import SearchText, match_phrase, match_query, split_search

# What a word is worth by where it stands: title 10, authors and tags 5, comments 2, abstract 1.
SEARCH = """
    WITH found AS MATERIALIZED (
      SELECT rowid AS id, bm25(entry_index, 10, 5, 5, 1, 2, 2) AS score
      FROM entry_index
      WHERE entry_index MATCH :match
    ),
    ranked AS (
      SELECT entries.paper_id, MIN(found.score) AS score, MAX(entries.date) AS newest
      FROM found JOIN entries ON entries.id = found.id
      WHERE entries.date <= :until
      GROUP BY entries.paper_id
      ORDER BY 2, 3 DESC, 1
      LIMIT :limit OFFSET :offset
    )
    SELECT score, (
      SELECT id FROM entries
      WHERE entries.paper_id = ranked.paper_id AND date <= :until
      ORDER BY date DESC, position
      LIMIT 1
    ) AS entry_id
    FROM ranked
    ORDER BY score, newest DESC, paper_id
"""
COUNT = """
    SELECT COUNT(DISTINCT entries.paper_id)
    FROM entry_index JOIN entries ON entries.id = entry_index.rowid
    WHERE entry_index MATCH :match AND entries.date <= :until
"""


FIND_PHRASE = "SELECT rowid FROM entry_index WHERE entry_index MATCH :match"


class Search(Domain):
    """Full-text search."""

    async def search(self, query: str, *, until: date, offset: int, limit: int) -> Page[Hit]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_search, query, until=until, offset=offset, limit=limit)

    async def find_phrase(self, phrase: str) -> frozenset[int]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_find_phrase, phrase)


def _search(
    connection: sqlite3.Connection, query: str, *, until: date, offset: int, limit: int
) -> Page[Hit]:
    asked = split_search(query)
    match = match_query(asked.words)
    for expression in (match.all_words, match.any_word) if match else ():
        params = {"match": _narrow(expression, asked), "until": until.isoformat()}
        if total := connection.execute(COUNT, params).fetchone()[0]:
            rows = connection.execute(SEARCH, params | {"offset": offset, "limit": limit})
            scores = {row["entry_id"]: -row["score"] for row in rows}
            entries = load_entries(connection, scores, until=until)
            hits = tuple(Hit(entry=entry, score=scores[entry.id]) for entry in entries)
            return Page(items=hits, offset=offset, total=total)
    return Page(items=(), offset=offset, total=0)


def _narrow(expression: str, asked: SearchText) -> str:
    """Return an expression for what it finds that has the phrases, and nothing excluded."""
    required = (match_phrase(each) for each in asked.phrases)
    excluded = [match_phrase(each) for each in asked.excluded]
    narrowed = " AND ".join([f"({expression})", *filter(None, required)])
    return f"({narrowed}) NOT ({' OR '.join(filter(None, excluded))})" if excluded else narrowed


def _find_phrase(connection: sqlite3.Connection, phrase: str) -> frozenset[int]:
    match = match_phrase(phrase)
    rows = connection.execute(FIND_PHRASE, {"match": match}) if match else ()
    return frozenset(row["rowid"] for row in rows)
