"""The lock beside the database: one running bot on each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import filelock

from bot.errors import StartupError

_PAUSE = 0.05  # seconds until the lock is asked for again


@asynccontextmanager
async def hold_lock(database: Path, *, seconds: float) -> AsyncIterator[bool]:
    """Hold the lock for the length of the block; wait so long for a copy that is about to end.

    Yields true: nobody else runs on the database.

    Raises:
        StartupError: another copy runs on the database, or there can be no lock file.
    """
    path = lock_path(database)
    lock = _lock(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await _acquire(lock, seconds)
    except filelock.Timeout:
        raise StartupError("startup.locked", path=str(database)) from None
    except OSError as error:
        detail = error.strerror or str(error)
        raise StartupError("startup.lock_failed", path=str(path), detail=detail) from error
    try:
        yield True
    finally:
        lock.release()


async def _acquire(lock: filelock.BaseFileLock, seconds: float) -> None:
    """Ask again and again: who waits in a thread cannot be told to stop.

    Raises:
        filelock.Timeout: somebody else held it all the time.
        OSError: there can be no lock file.
    """
    clock = asyncio.get_running_loop().time
    ends_at = clock() + seconds
    while True:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            if clock() >= ends_at:
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return


def is_held(database: Path) -> bool:
    """Return whether a bot runs on the database.

    Raises:
        OSError: the lock file cannot be looked at.
    """
    path = lock_path(database)
    if not path.exists():
        return False
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    lock.release()
    return False


def _lock(path: Path) -> filelock.BaseFileLock:
    """Return the lock: whoever could read its file could hold it, and the bot would not start."""
    return filelock.FileLock(path, mode=0o600, thread_local=False)


def lock_path(database: Path) -> Path:
    """Return where the lock of a database is: beside the file itself, whatever links lead to it."""
    file = Path(os.path.realpath(database))
    return file.with_name(file.name + ".lock")
