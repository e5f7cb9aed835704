"""Opening the database to run on: only one that is whole, and never an empty one by mistake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.errors import StartupError
from bot.safety.backups import find_good_backup
from bot.settings import Settings
from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.inspection import check_quickly
from storage.sqlite.restoring import finish_restoring

_log = logging.getLogger(__name__)


@asynccontextmanager
async def open_sound_store(
    settings: Settings, *, now: datetime
) -> AsyncIterator[tuple[SqliteStore, asyncio.Task[None]]]:
    """Open the store, for the bot that holds the lock, and close it in the end.

    A restoring that was interrupted is finished first. A damaged database is left as it is; where
    there is none but copies of one, none is made. Reading all of it takes longer with every year:
    where nothing has touched it since the bot last closed it in order, it is opened meanwhile.

    Yields:
        The store, and the check, which raises what this raises: wait for it before anything is
        posted.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    path = settings.database_path
    await asyncio.to_thread(_finish_restoring, path)
    await asyncio.to_thread(require_there, settings, now=now)
    checking = asyncio.create_task(asyncio.to_thread(_require_sound, settings, now))
    try:
        if not await asyncio.to_thread(_is_as_left, path):
            await checking
        async with _opened(settings, now) as store:
            yield store, checking
    finally:
        await asyncio.gather(checking, return_exceptions=True)
    await asyncio.to_thread(_note_left, path)


@asynccontextmanager
async def open_beside(settings: Settings, *, now: datetime) -> AsyncIterator[SqliteStore]:
    """Open the store for a command, whether or not the bot runs, and close it in the end.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    await asyncio.to_thread(require_there, settings, now=now)
    async with _opened(settings, now) as store:
        yield store


def require_there(settings: Settings, *, now: datetime) -> None:
    """See that there is a database, or that there never was one.

    A file without a byte is none. One that is made in the place of another has an empty ledger, and
    every digest would be posted again.

    Raises:
        StartupError: there is none but a copy of one.
    """
    path = settings.database_path
    if not any(_holds_something(each) for each in (path, path.with_name(f"{path.name}-wal"))):
        _refuse("startup.database_gone", settings, now)


@asynccontextmanager
async def _opened(settings: Settings, now: datetime) -> AsyncIterator[SqliteStore]:
    """Open the store; name the copy to restore where SQLite sees at once that it is damaged."""
    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(open_store(settings.database_path))
        except StorageError as error:
            _refuse_damaged(error, settings, now)
            raise
        yield store


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError:
        return True  # it cannot be looked at: opening it says why


def _finish_restoring(path: Path) -> None:
    try:
        aside = finish_restoring(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise StorageError("storage.unusable", path=str(path), detail=detail) from error
    if aside:
        _log.info("A restoring was finished; the database before it is %s", aside)


def _require_sound(settings: Settings, now: datetime) -> None:
    try:
        check_quickly(settings.database_path)
    except StorageError as error:
        _refuse_damaged(error, settings, now)
        raise


def _refuse_damaged(error: StorageError, settings: Settings, now: datetime) -> None:
    """Say what to do about a damaged database, if that is what the error says."""
    if error.key != "storage.corrupt":
        return
    _refuse("startup.database_damaged", settings, now)
    raise StartupError("startup.database_lost", path=str(settings.database_path)) from error


def _is_as_left(path: Path) -> bool:
    """Return whether nothing has touched the file since the bot last closed it in order."""
    try:
        return _noted(path).read_text(encoding="ascii") == _state(path)
    except (OSError, ValueError):
        return False


def _note_left(path: Path) -> None:
    with suppress(OSError):
        _noted(path).write_text(_state(path), encoding="ascii")


def _noted(path: Path) -> Path:
    return path.with_name(f"{path.name}.closed")


def _state(path: Path) -> str:
    """Return what changes with every write; a log beside the file counts as one."""
    state = path.stat()
    is_logged = path.with_name(f"{path.name}-wal").exists()
    return f"{state.st_size} {state.st_mtime_ns} {is_logged:d}"


def _refuse(key: str, settings: Settings, now: datetime) -> None:
    """Say that there is a copy to restore, if there is one."""
    copy = find_good_backup(settings, today=now.date())
    if copy is not None:
        path = str(settings.database_path)
        raise StartupError(key, path=path, copy=str(copy)) from None
