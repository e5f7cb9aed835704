"""Migrations: each whole or not at all, once, and never backwards."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite.database import open_database
from storage.sqlite.schema import Migration, load_migrations, migrate

FIRST = Migration(number=1, name="0001_a.sql", sql="CREATE TABLE a (x);\nINSERT INTO a VALUES (1);")
SECOND = Migration(number=2, name="0002_b.sql", sql="CREATE TABLE b (x);\n-- and that is all")
BROKEN = Migration(
    number=2,
    name="0002_b.sql",
    sql="CREATE TABLE b (x);\nDELETE FROM a;\nINSERT INTO c VALUES (1);",
)

OPEN_STORE = """
import asyncio, pathlib, sys
from storage.sqlite import open_store

async def main():
    async with open_store(pathlib.Path(sys.argv[1])) as store:
        print(await store.list_fingerprints())

asyncio.run(main())
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)
    opened.row_factory = sqlite3.Row
    yield opened
    opened.close()


def content(path: Path) -> bytes:
    return path.read_bytes()


def tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row["name"] for row in rows}


def recorded(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    rows = connection.execute("SELECT number, name FROM migrations ORDER BY number")
    return [(row["number"], row["name"]) for row in rows]


def test_what_is_missing_is_applied_in_order_and_recorded(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))
    migrate(connection, (FIRST, SECOND))
    assert tables(connection) == {"migrations", "a", "b"}
    assert recorded(connection) == [(1, "0001_a.sql"), (2, "0002_b.sql")]
    assert connection.execute("SELECT COUNT(*) FROM a").fetchone()[0] == 1


def test_a_migration_that_fails_leaves_nothing_of_itself_nor_of_those_before_it(
    connection: sqlite3.Connection,
) -> None:
    migrate(connection, (FIRST,))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (FIRST, SECOND, replace(BROKEN, number=3)))
    assert tables(connection) == {"migrations", "a"}
    assert recorded(connection) == [(1, "0001_a.sql")]
    assert connection.execute("SELECT COUNT(*) FROM a").fetchone()[0] == 1
    migrate(connection, (FIRST, SECOND))
    assert recorded(connection) == [(1, "0001_a.sql"), (2, "0002_b.sql")]


def test_a_migration_that_cannot_be_recorded_is_not_applied(
    connection: sqlite3.Connection,
) -> None:
    taken = "CREATE TABLE b (x);\nINSERT INTO migrations VALUES (2, 'taken');"
    migrate(connection, (FIRST,))
    with pytest.raises(sqlite3.IntegrityError):
        migrate(connection, (FIRST, Migration(number=2, name="0002_b.sql", sql=taken)))
    assert tables(connection) == {"migrations", "a"}
    assert recorded(connection) == [(1, "0001_a.sql")]


def test_a_file_that_lacks_nothing_is_not_written_to(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))
    before = connection.total_changes
    connection.execute("PRAGMA query_only = ON")
    migrate(connection, (FIRST,))
    assert connection.total_changes == before


async def test_a_newer_file_is_refused_and_stays_as_it_is(path: Path) -> None:
    async with open_database(path, migrations=(FIRST, SECOND)):
        pass
    before = content(path)
    with pytest.raises(StorageError) as caught:
        async with open_database(path, migrations=(FIRST,)):
            pass
    assert caught.value.key == "storage.newer"
    assert caught.value.params == {"path": str(path), "found": 2, "known": 1}
    assert content(path) == before


def test_migrations_are_read_from_numbered_files(tmp_path: Path) -> None:
    (tmp_path / "0010_z.sql").write_text("SELECT 10;")
    (tmp_path / "0002_y.sql").write_text("SELECT 2;")
    (tmp_path / "README").write_text("not SQL")
    assert [migration.number for migration in load_migrations(tmp_path)] == [2, 10]


def test_the_packaged_migrations_are_numbered_from_one_without_a_gap() -> None:
    numbers = [migration.number for migration in load_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_trigger_is_one_statement(connection: sqlite3.Connection) -> None:
    script = (
        "CREATE TABLE t (x);\nCREATE TRIGGER r AFTER INSERT ON t BEGIN\n"
        "  DELETE FROM t WHERE x < 0;\n  DELETE FROM t WHERE x > 9;\nEND;\n"
        "INSERT INTO t VALUES (99);"
    )
    migrate(connection, (Migration(number=1, name="0001_t.sql", sql=script),))
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone()[0] == 0


async def test_processes_that_open_a_new_store_at_once_make_it_once(path: Path) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN_STORE, str(path), stdout=-1, stderr=-1
        )
        for _ in range(4)
    ]
    outputs = [await process.communicate() for process in processes]
    assert outputs == [(b"{}\n", b"")] * 4
