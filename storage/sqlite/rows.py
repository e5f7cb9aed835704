"""Rows on their way into a table, all by one statement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence


class Rows:
    """Collects rows for a statement that takes them as the JSON array `:rows`.

    One statement for all: row by row, a thread that writes has to get Python's lock back after
    each, and waits up to 5 ms for it while another thread computes. It is the same with what is
    read, so that comes as one JSON value, too.
    """

    def __init__(self, connection: sqlite3.Connection, sql: str) -> None:
        self._connection = connection
        self._sql = sql
        self._rows: list[Sequence[str | int | None]] = []

    def add(self, *columns: str | int | None) -> None:
        """Take a row."""
        self._rows.append(columns)

    def write(self) -> None:
        """Carry the statement out, if there is anything to write."""
        if self._rows:
            rows = json.dumps(self._rows, ensure_ascii=False)
            self._rows.clear()
            self._connection.execute(self._sql, {"rows": rows})
