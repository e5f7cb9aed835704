"""The first few of many rows, and keys that hold a text, without reading all there are.

What an index finds is sorted where it is little. Where it is much, the first are soon met on a
walk through everything in order. So a thousand times the papers take some thirty times as long
at worst, mostly no longer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

# Rows that are sorted without further ado, and those that a walk passes before it is given up:
# each a few milliseconds.
MOST, BUDGET = 2_000, 4_000
# What FTS5's trigram tokenizer needs to find a text (sqlite.org/fts5.html#the_trigram_tokenizer).
_LEAST_INDEXED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking:
    """Three statements about the same rows.

    `find` returns their ids, `:most` at most, in any order (-1: all); `walk` the ids of the first
    `:budget` rows of the whole table in order, each with whether it `fits`; `sort` the rows of
    `:ids` in that order, `:limit` at most.
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
        ids = self._find(connection, params, most + 1)
        if len(ids) > most:
            met = self._walk(connection, {**params, "budget": budget}, limit)
            ids = met if len(met) == limit else self._find(connection, params, -1)
        values = {**params, "ids": json.dumps(ids), "limit": limit}
        return connection.execute(self.sort, values).fetchall()

    def _find(
        self, connection: sqlite3.Connection, params: Mapping[str, Any], most: int
    ) -> list[int]:
        return [row_id for (row_id,) in connection.execute(self.find, {**params, "most": most})]

    def _walk(
        self, connection: sqlite3.Connection, params: Mapping[str, Any], limit: int
    ) -> list[int]:
        rows = connection.execute(self.walk, params)
        return list(islice(unique(row_id for row_id, fits in rows if fits), limit))


def unique(ids: Iterable[int]) -> Iterator[int]:
    """Yield each id once, as it first comes."""
    seen: set[int] = set()
    for number in ids:
        if number not in seen:
            seen.add(number)
            yield number


def is_indexed(text: str) -> bool:
    """Return whether a trigram index finds the text."""
    return len(text) >= _LEAST_INDEXED and "\0" not in text  # which would end the expression


def phrase(text: str) -> str:
    """Return the FTS5 expression for a text, whatever stands in it."""
    quoted = text.replace('"', '""')
    return f'"{quoted}"'
