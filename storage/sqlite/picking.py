"""The first few of many rows, and keys that hold a text, without reading all there are.

What an index finds is sorted where it is little. Where it is much, the first are soon met on a
walk through everything in order. So a thousand times the papers take some thirty times as long
at worst, mostly no longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Rows that are sorted without further ado, and those that a walk passes before it is given up:
# each a few milliseconds.
MOST, BUDGET = 2_000, 4_000
# What FTS5's trigram tokenizer needs to find a text (sqlite.org/fts5.html#the_trigram_tokenizer).
_LEAST_INDEXED = 3


# One row each: after every row, the thread that reads has to wait for Python's lock.
_FIND = "SELECT json_group_array(id), COUNT(*) FROM ({})"
_WALK = """
    SELECT json_group_array(id), COUNT(*)
    FROM (SELECT DISTINCT id FROM ({}) WHERE fits LIMIT :limit)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking:
    """Three statements about the same rows.

    `find` returns each `id`, `:most` at most, in any order (-1: all); `walk` the `id` of the first
    `:budget` rows of the whole table in order, each with whether it `fits`; `sort` the rows of
    `:ids` (a JSON array) in that order, `:limit` at most.
    """

    find: str
    walk: str
    sort: str

    def pick(
        self,
        connection: sqlite3.Connection,
        params: Mapping[str, Any],
        *,
        limit: int,
        most: int = MOST,
        budget: int = BUDGET,
    ) -> list[sqlite3.Row]:
        """Return the first rows, each id once."""
        values = {**params, "limit": limit, "budget": budget}

        def run(sql: str, most: int) -> tuple[str, int]:
            ids, number = connection.execute(sql, values | {"most": most}).fetchone()
            return ids, number

        find = _FIND.format(self.find)
        ids, number = run(find, most + 1)
        if number > most:
            ids, number = run(_WALK.format(self.walk), most)
            if number < limit:
                ids, number = run(find, -1)
        return connection.execute(self.sort, values | {"ids": ids}).fetchall()


def is_indexed(text: str) -> bool:
    """Return whether a trigram index finds the text."""
    return len(text) >= _LEAST_INDEXED and "\0" not in text  # which would end the expression


def phrase(text: str) -> str:
    """Return the FTS5 expression for a text, whatever stands in it."""
    quoted = text.replace('"', '""')
    return f'"{quoted}"'
