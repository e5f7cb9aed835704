"""Opening the database to run on: only one that is whole, and never an empty one by mistake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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
async def open_sound_store(settings: Settings) -> AsyncIterator[SqliteStore]:
    """Open the store, for the bot that holds the lock, and close it in the end.

    A restoring that was interrupted is finished first. A damaged database is left as it is; where
    there is none but copies of one, none is made: with an empty ledger every digest would be
    posted again.

    Raises:
        StartupError: the database is damaged, or gone.
        StorageError: it cannot be opened.
    """
    path = settings.database_path
    await asyncio.to_thread(_require_sound, settings)
    async with open_store(path) as store:
        yield store
    await asyncio.to_thread(_note_left, path)


def _require_sound(settings: Settings) -> None:
    path = settings.database_path
    try:
        if aside := finish_restoring(path):
            _log.info("A restoring was finished; the database before it is %s", aside)
        exists = path.exists()
    except OSError as error:
        raise StorageError("storage.unusable", path=str(path), detail=str(error)) from error
    if not exists:
        _refuse("startup.database_gone", settings)
        return
    if _is_as_left(path):
        return
    try:
        check_quickly(path)
    except StorageError as error:
        if error.key != "storage.corrupt":
            raise
        _refuse("startup.database_damaged", settings)
        raise StartupError("startup.database_lost", path=str(path)) from error


def _is_as_left(path: Path) -> bool:
    """Return whether nothing has touched the file since the bot last closed it in order.

    Reading all of it takes longer with every year, and what was in order then still is; the daily
    copy is checked in any case.
    """
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


def _refuse(key: str, settings: Settings) -> None:
    """Say that there is a copy to restore, if there is one."""
    copy = find_good_backup(settings)
    if copy is not None:
        path = str(settings.database_path)
        raise StartupError(key, path=path, copy=str(copy)) from None
