"""/forget-me leaves no row behind, in whatever table there is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bot.client import DigestBot
from bot.forgetting import forget_user
from bot.readers import Readers
from storage.sqlite import open_store
from tests.stored import columns, holders, tables

USER, OTHER = 900_000_001, 900_000_002
USER_COLUMNS = {"user_id", "created_by"}
# What a column may hold where not any text will do.
TEXTS = {"kind": "author", "state": "active", "tags": "[]", "chosen": "[]"}


def add_row(connection: sqlite3.Connection, table: str, user_id: int) -> None:
    """Add a row of a user's, whatever else stands in it."""
    values: dict[str, Any] = {}
    for name, kind in columns(connection, table):
        if name in USER_COLUMNS:
            values[name] = user_id
        else:
            values[name] = TEXTS.get(name, "x") if kind == "TEXT" else user_id % 10 + 1
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608


async def test_no_table_keeps_a_row_of_who_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "digests.sqlite3"
    async with open_store(path) as store:
        with sqlite3.connect(path, isolation_level=None) as connection:
            personal = [
                table
                for table in tables(connection)
                if USER_COLUMNS & {name for name, _ in columns(connection, table)}
            ]
            for table in personal:
                add_row(connection, table, USER)
                add_row(connection, table, OTHER)
            connection.execute(
                "INSERT INTO mailings"
                " (kind, subject_id, day, contents, expires_at, state, created_at)"
                " VALUES ('follow', ?, 'x', '{}', 'x', 'done', 'x')",
                (USER,),
            )
            assert len(personal) >= 7
            before = holders(connection, OTHER)
            bot = cast(DigestBot, SimpleNamespace(store=store, readers=Readers(store)))
            removed = await forget_user(bot, USER)
            assert holders(connection, USER) == []
            assert holders(connection, OTHER) == before
        connection.close()
    assert set(removed.values()) == {1}


async def test_a_column_that_may_name_a_user_is_known(tmp_path: Path) -> None:
    path = tmp_path / "digests.sqlite3"
    async with open_store(path):
        with sqlite3.connect(path) as connection:
            named = {
                name
                for table in tables(connection)
                for name, _ in columns(connection, table)
                if "user" in name or name.endswith("_by") or "member" in name
            }
        connection.close()
    assert named <= USER_COLUMNS


async def test_a_server_still_counts_the_questions_of_who_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "digests.sqlite3"
    async with open_store(path) as store:
        with sqlite3.connect(path, isolation_level=None) as connection:
            add_row(connection, "askings", USER)
            await store.forget_asker(USER)
            (counted,) = connection.execute("SELECT COUNT(*) FROM askings").fetchone()
        connection.close()
    assert counted == 1
