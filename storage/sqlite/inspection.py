"""What a database file is like, without making, mending or changing it; for a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from storage.base import StorageError
from storage.sqlite.copying import SMALL_CACHE, open_existing
from storage.sqlite.database import translate_errors
from storage.sqlite.schema import GET_MODE, WAL, get_number, load_migrations

CHECK_QUICKLY = "PRAGMA quick_check(1)"
CHECK_FULLY = "PRAGMA integrity_check(1)"
_PROGRESS_STEPS = 10_000  # of SQLite's machine, between two looks whether to go on
COUNT_TABLES = "SELECT COUNT(*) FROM sqlite_master"
_FIRST_PAGE = 4096  # bytes: SQLite's usual page (sqlite.org/pragma.html#pragma_page_size)
NEWEST = "SELECT max(date) FROM entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A file's schema and the one that this version brings it to, its size in bytes with its log.

    `newest` is its newest digest, None for none; `wal` whether readers wait for no writer.
    """

    schema: int
    known: int
    size: int
    wal: bool
    newest: date | None


def check_quickly(path: Path, *, abandoned: threading.Event | None = None) -> None:
    """See whether the file's pages hold together, as fast as it can be read.

    A file that is missing or empty is in order: it is about to be made. Once `abandoned` is set,
    the check ends, with any of the errors.

    Raises:
        StorageError: it is damaged (`storage.corrupt`), locked or cannot be read.
    """
    _check(path, CHECK_QUICKLY, abandoned)


def check_fully(path: Path) -> None:
    """See whether everything in the file, indexes too, is as it should be.

    Raises:
        StorageError: as for `check_quickly`.
    """
    _check(path, CHECK_FULLY)


def is_blank(path: Path) -> bool:
    """Return whether there is no database: no file, one without a byte, or one without a table.

    A log beside it makes no difference: SQLite drops one that is without its file, and a file that
    has all of its tables in its log is without them once that is gone.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return True
    except OSError:
        return False  # opening it says why
    if size > _FIRST_PAGE:
        return False
    try:
        with opened(path) as connection:
            return not connection.execute(COUNT_TABLES).fetchone()[0]
    except StorageError as error:
        return error.key == "storage.foreign"  # without a byte


def inspect_file(path: Path) -> Inspection:
    """Describe a file.

    Raises:
        StorageError: it is no database of this bot (`storage.foreign`), a newer version's
            (`storage.newer`), damaged, locked or cannot be read.
    """
    with opened(path) as connection:
        schema = require_known(connection)
        newest = connection.execute(NEWEST).fetchone()[0]
        wal = connection.execute(GET_MODE).fetchone()[0] == WAL
    log = log_path(path)
    return Inspection(
        schema=schema,
        known=newest_schema(),
        size=path.stat().st_size + (log.stat().st_size if log.exists() else 0),
        wal=wal,
        newest=date.fromisoformat(newest) if newest else None,
    )


def log_path(path: Path) -> Path:
    """Return where a database's log is: beside the file itself, not beside a link to it."""
    real = path.resolve()
    return real.with_name(f"{real.name}-wal")


def newest_schema() -> int:
    """Return the number of the schema that this version works with."""
    return max(migration.number for migration in load_migrations())


def require_known(connection: sqlite3.Connection) -> int:
    """Return the number of a file's schema.

    Raises:
        StorageError: it has none of ours, or a newer one.
    """
    schema, known = get_number(connection), newest_schema()
    if schema < 1:
        raise StorageError("storage.foreign")
    if schema > known:
        raise StorageError("storage.newer", found=schema, known=known)
    return schema


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is there for the length of the block.

    Raises:
        StorageError: it is missing or cannot be read; the driver failed inside the block.
    """
    with translate_errors(path):
        try:
            exists = path.stat()
        except OSError as error:
            detail = error.strerror or str(error)
            raise StorageError("storage.unusable", detail=detail) from error
        if not exists.st_size:
            raise StorageError("storage.foreign")
        with closing(open_existing(path)) as connection:
            yield connection


def _check(path: Path, pragma: str, abandoned: threading.Event | None = None) -> None:
    try:
        if not path.stat().st_size:
            return
    except FileNotFoundError:
        return
    except OSError as error:
        detail = error.strerror or str(error)
        raise StorageError("storage.unusable", path=str(path), detail=detail) from error
    with opened(path) as connection:
        connection.execute(SMALL_CACHE)
        if abandoned is not None:
            connection.set_progress_handler(abandoned.is_set, _PROGRESS_STEPS)
        if connection.execute(pragma).fetchone()[0] != "ok":
            raise StorageError("storage.corrupt")
