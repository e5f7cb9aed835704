"""Bringing a file's schema up to date: numbered .sql files, applied and recorded together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from storage.base import StorageError

# How often to try for WAL while other processes open the same new file; each try waits for them.
_WAL_TRIES = 20

FIND_RECORD = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
GET_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM migrations"
GET_MODE, ENTER_WAL, WAL = "PRAGMA journal_mode", "PRAGMA journal_mode = WAL", "wal"
CREATE_RECORD = """
    CREATE TABLE IF NOT EXISTS migrations (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL
    ) STRICT
"""
ADD_RECORD = "INSERT INTO migrations (number, name) VALUES (:number, :name)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step from the schema before it; applied in the order of the numbers, from 1."""

    number: int
    name: str
    sql: str


def load_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """Return the migrations in a folder of `0001_name.sql` files (the packaged one if None)."""
    folder = resources.files(__package__).joinpath("migrations") if folder is None else folder
    found = [
        Migration(
            number=int(file.name.partition("_")[0]),
            name=file.name,
            sql=file.read_text(encoding="utf-8"),
        )
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(
    connection: sqlite3.Connection,
    migrations: tuple[Migration, ...],
    *,
    save: Callable[[int], object] = lambda _: None,
) -> None:
    """Apply what the file lacks, all of it or nothing, in WAL mode.

    A file that lacks nothing is not written to. One that has a schema already is saved first:
    `save` is called with its number while nobody can write to the file, and what it raises stops
    the migration.

    Raises:
        StorageError: the file has a number that `migrations` lacks; it stays as it is.
        sqlite3.Error: a migration failed; the file stays as it is.
    """
    known = _newest(migrations)
    _refuse_newer(connection, known)
    _enter_wal(connection)
    if get_number(connection) == known:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again now that the file is ours: another process may have been faster.
        _refuse_newer(connection, known)
        number = get_number(connection)
        if 0 < number < known:
            save(number)
        for migration in migrations:
            if migration.number > number:
                _apply(connection, migration)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def is_current(connection: sqlite3.Connection, migrations: tuple[Migration, ...]) -> bool:
    """Return whether `migrate` would leave the file as it is."""
    mode = connection.execute(GET_MODE).fetchone()[0]
    return mode == WAL and get_number(connection) == _newest(migrations)


def _newest(migrations: tuple[Migration, ...]) -> int:
    return max((migration.number for migration in migrations), default=0)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute(CREATE_RECORD)
    # Not executescript: it would commit first.
    for statement in _split(migration.sql):
        connection.execute(statement)
    connection.execute(ADD_RECORD, {"number": migration.number, "name": migration.name})


def get_number(connection: sqlite3.Connection) -> int:
    """Return the number of the newest migration that the file has, 0 for none."""
    if connection.execute(FIND_RECORD).fetchone() is None:
        return 0
    return int(connection.execute(GET_NUMBER).fetchone()[0])


def _refuse_newer(connection: sqlite3.Connection, known: int) -> None:
    number = get_number(connection)
    if number > known:
        raise StorageError("storage.newer", found=number, known=known)


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL, in which readers do not wait for the writer; a file remembers it."""
    for tries_left in reversed(range(_WAL_TRIES)):
        try:
            mode = connection.execute(ENTER_WAL).fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            # The switch does not wait for other processes, as BEGIN EXCLUSIVE does.
            connection.execute("BEGIN EXCLUSIVE")
            connection.rollback()
            continue
        if mode != WAL:
            raise StorageError("storage.unusable", detail=f"journal mode is {mode}, not wal")
        return


def _split(script: str) -> Iterator[str]:
    """Yield a script's statements; a trigger's inner semicolons do not end it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
