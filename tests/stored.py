"""What a database file holds, in whatever tables it has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator


def tables(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the ordinary tables, without those that a full-text index keeps for itself."""
    for _, name, kind, *_ in connection.execute("PRAGMA table_list"):
        if kind == "table" and not name.startswith("sqlite_"):
            yield name


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """Return a table's columns: name and type."""
    rows = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
    return [(name, kind) for name, kind in rows]


def holders(connection: sqlite3.Connection, user_id: int) -> list[str]:
    """Return every `table.column` that holds the id, as a number or within a text."""
    return [
        f"{table}.{name}"
        for table in tables(connection)
        for name, _ in columns(connection, table)
        if connection.execute(
            f"SELECT 1 FROM {table} WHERE instr({name}, :id) LIMIT 1",  # noqa: S608
            {"id": str(user_id)},
        ).fetchone()
    ]
