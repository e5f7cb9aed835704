"""A checked copy of a database file, while others use it; plain functions, for a thread."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from storage.base import StorageError

# A copy goes on at most at 512 pages (2 MiB) a pause: it leaves the disk to the posts.
_STEP_PAGES, _PAUSE_SECONDS = 512, 0.01
BUSY_SECONDS = 10.0  # another process may be writing
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700
_PROGRESS_STEPS = 10_000  # of SQLite's machine, between two looks whether to go on

# In KiB: each page is read once or twice, and what was taken for a cache stays with the process.
SMALL_CACHE = "PRAGMA cache_size = -128"
# A real read, so that the transaction has its state of the file from here on.
PIN = "SELECT count(*) FROM sqlite_master"
# What every database begins with (sqlite.org/fileformat2.html).
_MAGIC = b"SQLite format 3\0"
CHECK = "PRAGMA integrity_check(1)"


class AbandonedError(Exception):
    """The copy is no longer wanted."""


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, unless there is one.

    It will hold what people asked, keep and follow. SQLite gives the files that it lays beside a
    database the same rights. That it cannot be made is for SQLite to say.
    """
    with suppress(OSError):
        os.close(os.open(os.path.realpath(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))


def open_existing(path: Path) -> sqlite3.Connection:
    """Open a file that is there, without making one and without changing it.

    Not `mode=ro`: what a killed process left in the file's log could then not be read.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def copy_file(
    source: Path,
    target: Path,
    *,
    abandoned: threading.Event | None = None,
    pause: float | None = None,
) -> None:
    """Write one state of a database to `target`, which appears whole and checked or not at all.

    `pause` are the seconds between two steps; None leaves others room.

    Raises:
        AbandonedError: `abandoned` was set meanwhile.
        StorageError: the copy does not check out, or would take the place of its source, or of
            something that is no database.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    _require_place(source, target)
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    _delete(part)  # what a copy that was killed has left
    try:
        seconds = _PAUSE_SECONDS if pause is None else pause
        _write(source, part, abandoned or threading.Event(), seconds)
        part.replace(target)
        sync(target.parent)
    finally:
        # A disk that is gone must not hide why.
        with suppress(OSError):
            _delete(part)


def _require_place(source: Path, target: Path) -> None:
    """See that a copy would take the place of nothing, or of another database.

    Raises:
        StorageError: it would not.
        OSError: what is there cannot be looked at, or is a folder.
    """
    if not target.name or target.is_dir():  # a path such as "." has no name
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not target.exists():
        return
    if target.samefile(source):
        raise StorageError("storage.unusable", detail="a copy cannot take the database's own place")
    if not target.is_file():
        raise StorageError("storage.copy_failed", detail="this is no file")
    with target.open("rb") as file:
        if file.read(len(_MAGIC)) not in (_MAGIC, b""):
            raise StorageError("storage.copy_failed", detail="this file holds something else")


def _write(source: Path, part: Path, abandoned: threading.Event, pause: float) -> None:
    def go_on(*_: int) -> None:
        if abandoned.is_set():
            raise AbandonedError
        time.sleep(pause)

    make_private(part)
    with closing(open_existing(source)) as origin, closing(sqlite3.connect(part)) as copy:
        origin.execute("BEGIN")
        origin.execute(PIN).fetchone()
        # Whole or not at all by its name: no journal, and synced once, below.
        for connection in (origin, copy):
            connection.execute(SMALL_CACHE)
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        origin.backup(copy, pages=_STEP_PAGES, progress=go_on)
        origin.rollback()
        copy.set_progress_handler(abandoned.is_set, _PROGRESS_STEPS)
        try:
            found = copy.execute(CHECK).fetchone()[0]
        except sqlite3.OperationalError:
            if abandoned.is_set():
                raise AbandonedError from None
            raise
        if found != "ok":
            raise StorageError("storage.corrupt")
        copy.set_progress_handler(None, 0)
        copy.execute("PRAGMA journal_mode = DELETE")
    sync(part)


def _delete(part: Path) -> None:
    """Delete a file and what SQLite lays beside it."""
    for suffix in ("", "-wal", "-shm"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the disk keep a file's content, or what a folder holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
