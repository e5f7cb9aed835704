"""Opening the database to run on: only one that is whole, and never an empty one by mistake."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import StartupError
from bot.safety.backups import find_good_backup
from bot.settings import Settings
from storage.base import StorageError
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.inspection import check_quickly, is_blank
from storage.sqlite.restoring import finish_restoring

# What runs on a store; the second is done once its file is known to be whole.
Work = Callable[[SqliteStore, asyncio.Future[None]], Awaitable[None]]

_log = logging.getLogger(__name__)


async def run_sound(settings: Settings, work: Work, *, now: datetime) -> None:
    """Run `work(store, sound)` for the bot that holds the lock, on a database that is whole.

    All of it is read meanwhile, 0.25 s for 20,000 papers. Until then `sound` is not done, and what
    would write waits for it; where damage is found, the work is cancelled and the file is as it
    was. A restoring that was interrupted is finished first. Where there is no database but copies
    of one, none is made.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    path = settings.database_path
    await asyncio.to_thread(_finish_restoring, path)
    await asyncio.to_thread(require_there, settings, now=now)
    abandoned = threading.Event()
    sound = asyncio.create_task(asyncio.to_thread(check_quickly, path, abandoned=abandoned))
    working = asyncio.create_task(_work(settings, work, sound))
    try:
        await asyncio.wait({sound, working}, return_when=asyncio.FIRST_EXCEPTION)
        failed = [each for each in (sound, working) if each.done() and each.exception()]
    finally:
        abandoned.set()  # first: who waits to write must not hold up the end
        working.cancel()
        await asyncio.gather(sound, working, return_exceptions=True)
    for each in failed:
        try:
            each.result()
        except StorageError as error:
            await asyncio.to_thread(_refuse_damaged, error, settings, now)
            raise


async def _work(settings: Settings, work: Work, sound: asyncio.Future[None]) -> None:
    async with open_store(settings.database_path, sound=sound) as store:
        await work(store, sound)


@asynccontextmanager
async def open_beside(settings: Settings, *, now: datetime) -> AsyncIterator[SqliteStore]:
    """Open the store for a command, whether or not the bot runs, and close it in the end.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    await asyncio.to_thread(require_there, settings, now=now)
    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(open_store(settings.database_path))
        except StorageError as error:
            await asyncio.to_thread(_refuse_damaged, error, settings, now)
            raise
        yield store


def require_there(settings: Settings, *, now: datetime) -> None:
    """See that there is a database, or that there never was one.

    A file without a table is none. One that is made in the place of another has an empty ledger,
    and every digest would be posted again.

    Raises:
        StartupError: there is none but a copy of one.
    """
    if is_blank(settings.database_path):
        _refuse("startup.database_gone", settings, now)


def _finish_restoring(path: Path) -> None:
    try:
        aside = finish_restoring(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise StorageError("storage.unusable", path=str(path), detail=detail) from error
    if aside:
        _log.info("A restoring was finished; the database before it is %s", aside)


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
