"""One SQLite file: a writer behind a lock, readers beside it, and errors in the store's own words.

Functions that speak SQL are plain ones that take a `sqlite3.Connection` first; `Database.read` and
`Database.write` run each on a connection's own thread, so that a look-up of several statements
costs one thread hop and sees one state of the file.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

import aiosqlite

from storage.base import StorageError
from storage.sqlite.copying import PRIVATE_FOLDER, copy_file, make_private
from storage.sqlite.schema import Migration, is_current, load_migrations, migrate

P = ParamSpec("P")
T = TypeVar("T")

# Longer than the largest write takes: another process may be ingesting thousands of papers.
_BUSY_TIMEOUT_SECONDS = 10.0
# One for a slow search, one so that autocomplete need not wait for it.
_READERS = 2
# In KiB: the system keeps the file's pages anyway, each connection need not do so as well. Readers
# are no slower with an eighth of a megabyte; a writer writes out early what does not fit.
_WRITER_CACHE, _READER_CACHE = "PRAGMA cache_size = -512", "PRAGMA cache_size = -128"

# Bytes: what SQLite makes the log's index grow by (sqlite.org/walformat.html).
_LEAST_ROOM = 32 * 1024

_KEYS = {
    sqlite3.SQLITE_BUSY: "storage.locked",
    sqlite3.SQLITE_LOCKED: "storage.locked",
    sqlite3.SQLITE_READONLY: "storage.read_only",
    sqlite3.SQLITE_PERM: "storage.read_only",
    sqlite3.SQLITE_FULL: "storage.full",
    sqlite3.SQLITE_CORRUPT: "storage.corrupt",
    sqlite3.SQLITE_NOTADB: "storage.corrupt",
}


class Connection(aiosqlite.Connection):
    """An aiosqlite connection that also runs whole functions on its thread."""

    async def __aenter__(self) -> Self:
        try:
            await self
        except BaseException:
            # aiosqlite has told its thread to end but does not wait for it, and the thread's last
            # word would reach a closed loop. It has nothing else to do: this is over at once.
            self._thread.join()
            raise
        return self

    async def run(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call `work(connection, ...)` on the connection's thread and return what it returns."""
        call = partial(work, self._conn, *args, **kwargs)
        result: T = await self._execute(call)  # type: ignore[no-untyped-call]
        return result


class Database:
    """An open SQLite file. Made by `open_database`."""

    def __init__(
        self,
        path: Path,
        *,
        writer: Connection,
        readers: tuple[Connection, ...],
        sound: asyncio.Future[None] | None = None,
    ) -> None:
        self._path = path
        self._file = _identify(path)
        self._writer = writer
        self._sound = sound
        self._writing = asyncio.Lock()
        self.is_refusing = False  # whether the last transaction failed for the file's sake
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def require_in_place(self) -> None:
        """See that what is open is still what goes by the file's name.

        SQLite would go on in a file that was deleted or exchanged, and all that it writes there is
        lost with the process.

        Raises:
            StorageError: it is not (`storage.gone`).
        """
        if _identify(self._path) != self._file:
            raise StorageError("storage.gone", path=str(self._path))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Give the writer for one transaction: commit at the end, roll back on any exception.

        Writers of this process queue for one lock, those of others are waited for. The lock is
        not reentrant: a task must not open a transaction inside its own.

        Raises:
            StorageError: the driver failed, inside the block too, or the file is not sound.
        """
        if self._sound is not None:
            await asyncio.shield(self._sound)
        with translate_errors(self._path):
            async with self._writing:
                try:
                    await self._writer.run(self._begin)
                    yield self._writer
                    await self._writer.commit()
                except BaseException as error:
                    self.is_refusing |= isinstance(error, sqlite3.Error | StorageError)
                    # Right even if this await is cancelled as well: the connection's thread
                    # works in order, so the rollback comes before anyone's next BEGIN.
                    await self._writer.rollback()
                    raise
                self.is_refusing = False

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work(connection, ...)` as one transaction.

        Raises:
            StorageError: the driver failed.
        """
        async with self.transaction() as connection:
            return await connection.run(work, *args, **kwargs)

    async def read(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work(connection, ...)` on one state of the file, without waiting for writers.

        Raises:
            StorageError: the driver failed.
        """

        def call(connection: sqlite3.Connection) -> T:
            self.require_in_place()
            return work(connection, *args, **kwargs)

        reader = await self._idle.get()
        try:
            with translate_errors(self._path):
                return await reader.run(_read_snapshot, call)
        finally:
            self._idle.put_nowait(reader)

    def _begin(self, connection: sqlite3.Connection) -> None:
        self.require_in_place()
        connection.execute("BEGIN IMMEDIATE")


class Domain:
    """Base of the store's parts: each holds the methods of one domain, all share one database."""

    def __init__(self, database: Database) -> None:
        self._database = database


@asynccontextmanager
async def open_database(
    path: Path,
    *,
    migrations: tuple[Migration, ...] | None = None,
    sound: asyncio.Future[None] | None = None,
) -> AsyncIterator[Database]:
    """Open the file, bring its schema up to date, and close it in the end.

    The folder is created. `migrations` are the packaged ones if None. A file of an older version
    is first copied to the name that `saved_path` gives. Whatever writes waits for `sound`, if it is
    given, and fails as that does; who only reads need not wait.

    Raises:
        StorageError: the file cannot be opened, is no database or a newer version's, or is an
            older one's and cannot be copied.
    """
    known = load_migrations() if migrations is None else migrations
    try:
        # Blocks the loop for a moment, once, before anything else runs on it.
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        detail = error.strerror or str(error)
        raise StorageError("storage.unusable", path=str(path), detail=detail) from error
    async with AsyncExitStack() as stack:
        with translate_errors(path):
            writer = await stack.enter_async_context(_connect(path, _open_writer))
            if sound is not None and not await writer.run(is_current, known):
                await asyncio.shield(sound)
            await writer.run(migrate, known, save=partial(_save, path))
            readers = [
                await stack.enter_async_context(_connect(path, _open_reader))
                for _ in range(_READERS)
            ]
        yield Database(path, writer=writer, readers=tuple(readers), sound=sound)


def saved_path(path: Path, number: int) -> Path:
    """Return where a file is kept as it was with that schema, before it got a newer one."""
    return path.with_name(f"{path.stem}-schema-{number}{path.suffix}")


def _save(path: Path, number: int) -> None:
    target = saved_path(path, number)
    try:
        copy_file(path, target, pause=0)
    except (sqlite3.Error, OSError) as error:
        raise StorageError("storage.not_saved", target=str(target), detail=str(error)) from error


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn what the driver raises into `StorageError`, naming the file."""
    try:
        yield
    except StorageError as error:
        error.params.setdefault("path", str(path))
        raise
    except sqlite3.Error as error:
        # The low byte is the primary code, the rest says more about it (sqlite.org/rescode.html).
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        key = _KEYS.get(code) or _ask_disk(path, code)
        raise StorageError(key, path=str(path), detail=str(error)) from error


def _ask_disk(path: Path, code: int) -> str:
    """Return what an error means that may come of a disk without room or a protected one.

    So it is with the log's index (`-shm`), which needs both.
    """
    folder = path.parent
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and folder.is_dir():
        if not os.access(folder, os.W_OK):
            return "storage.read_only"
        if shutil.disk_usage(folder).free < _LEAST_ROOM:
            return "storage.full"
    return "storage.unusable"


def _connect(path: Path, opener: Callable[[Path], sqlite3.Connection]) -> Connection:
    return Connection(partial(opener, path), iter_chunk_size=64)


def _open_writer(path: Path) -> sqlite3.Connection:
    # FULL: NORMAL does not sync the WAL at a commit, and a power cut could then take back a
    # recorded post, which would be posted again (sqlite.org/pragma.html#pragma_synchronous).
    make_private(path)
    return _open(path, _WRITER_CACHE, "PRAGMA synchronous = FULL")


def _open_reader(path: Path) -> sqlite3.Connection:
    return _open(path, _READER_CACHE, "PRAGMA query_only = ON")


def _open(path: Path, *pragmas: str) -> sqlite3.Connection:
    # isolation_level None: sqlite3 begins no transaction by itself.
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        for pragma in ("PRAGMA foreign_keys = ON", *pragmas):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name, None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _read_snapshot(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        connection.rollback()
