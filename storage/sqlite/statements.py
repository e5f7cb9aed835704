"""Single statements: what `Database.read` and `Database.write` run where one is all there is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any


def fetch_all(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]
) -> list[sqlite3.Row]:
    """Return the rows of a query."""
    return connection.execute(sql, values).fetchall()


def execute(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> int:
    """Carry out a statement, return how many rows it changed."""
    return connection.execute(sql, values).rowcount


def execute_many(
    connection: sqlite3.Connection, sql: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Carry out a statement for each of the rows."""
    connection.executemany(sql, rows)
