"""Opening the database to run on: only one that is whole, and never an empty one by mistake."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import StartupError
from bot.safety.backups import find_good_backup
from bot.settings import Settings
from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.inspection import check_quickly, log_path
from storage.sqlite.restoring import finish_restoring

_log = logging.getLogger(__name__)


@asynccontextmanager
async def open_sound_store(settings: Settings, *, now: datetime) -> AsyncIterator[SqliteStore]:
    """Open the store, for the bot that holds the lock, and close it in the end.

    A restoring that was interrupted is finished first. A damaged database is left as it is; where
    there is none but copies of one, none is made. All of it is read first: 0.2 s for 20,000 papers.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    await asyncio.to_thread(_finish_restoring, settings.database_path)
    await asyncio.to_thread(require_there, settings, now=now)
    abandoned = threading.Event()
    try:
        await asyncio.to_thread(_require_sound, settings, now, abandoned)
    finally:
        abandoned.set()  # asked to stop, the process ends with its threads
    async with _opened(settings, now) as store:
        yield store


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
    if not any(_holds_something(each) for each in (path, log_path(path))):
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


def _require_sound(settings: Settings, now: datetime, abandoned: threading.Event) -> None:
    try:
        check_quickly(settings.database_path, abandoned=abandoned)
    except StorageError as error:
        _refuse_damaged(error, settings, now)
        raise


def _refuse_damaged(error: StorageError, settings: Settings, now: datetime) -> None:
    """Say what to do about a damaged database, if that is what the error says."""
    if error.key != "storage.corrupt":
        return
    _refuse("startup.database_damaged", settings, now)
    raise StartupError("startup.database_lost", path=str(settings.database_path)) from error


def _refuse(key: str, settings: Settings, now: datetime) -> None:
    """Say that there is a copy to restore, if there is one."""
    copy = find_good_backup(settings, today=now.date())
    if copy is not None:
        path = str(settings.database_path)
        raise StartupError(key, path=path, copy=str(copy)) from None
