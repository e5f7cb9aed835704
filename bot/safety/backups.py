"""Copies of the database: one a UTC day while the bot runs, the newest few kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.reporting import in_words
from bot.settings import Settings
from storage.base import BackupStore, StorageError
from storage.sqlite.inspection import check_fully

RETRY = timedelta(hours=1)  # after a copy that failed

_log = logging.getLogger(__name__)


class DailyBackup:
    """Makes the day's copy.

    `problem` is why the last one failed, None if it did not. Posting never waits for a copy and
    is not stopped by one that fails.
    """

    def __init__(self, *, store: BackupStore, settings: Settings, clock: Clock) -> None:
        self.problem: StorageError | None = None
        self._store = store
        self._settings = settings
        self._clock = clock
        self._done: date | None = None
        self._failed_at: datetime | None = None
        self._copying = asyncio.Lock()

    async def tick(self) -> None:
        """Make the day's copy, unless there is one, and delete the oldest."""
        now = self._clock()
        if self._settings.backup_keep and self._is_due(now) and not self._copying.locked():
            async with self._copying:
                await self._try(now)

    async def wait(self) -> None:
        """Return when no copy is being made; one whose tick was cancelled ends at once."""
        async with self._copying:
            return

    def _is_due(self, now: datetime) -> bool:
        failed = self._failed_at
        # A clock that is set back must not have it wait for what was tomorrow.
        waits = failed is not None and failed <= now < failed + RETRY
        return self._done != now.date() and not waits

    async def _try(self, now: datetime) -> None:
        try:
            await self._make(now.date())
        except (StorageError, OSError) as error:
            self._note(error, now)
        else:
            self.problem = self._failed_at = None
            self._done = now.date()

    async def _make(self, day: date) -> None:
        target = backup_path(self._settings, day)
        if not await asyncio.to_thread(target.exists):
            await self._store.backup(target)
            _log.info("The database was copied to %s", target)
        await asyncio.to_thread(_delete_oldest, self._settings, day)

    def _note(self, error: StorageError | OSError, now: datetime) -> None:
        if isinstance(error, OSError):
            folder, detail = str(backup_folder(self._settings)), error.strerror or str(error)
            error = StorageError("storage.copy_failed", path=folder, detail=detail)
        self._failed_at = now
        if self.problem is None or self.problem.key != error.key:
            _log.error("No copy of the database could be made: %s", in_words(error))
        self.problem = error


def backup_folder(settings: Settings) -> Path:
    """Return where the daily copies are."""
    return settings.backup_dir or settings.database_path.parent / "backups"


def backup_path(settings: Settings, day: date) -> Path:
    """Return where a day's copy is."""
    database = settings.database_path
    return backup_folder(settings) / f"{database.stem}-{day}{database.suffix}"


def list_backups(settings: Settings, *, today: date) -> tuple[Path, ...]:
    """Return the daily copies, newest first; `today` is the UTC day.

    Those of days to come were made while the clock was wrong and stand behind all others: ahead of
    them, one would be taken for the newest, and each day's own deleted as the oldest.

    Raises:
        OSError: the folder cannot be read.
    """
    name = backup_path(settings, today).name
    copies = sorted(_find(settings, ""), key=lambda path: (path.name <= name, path.name))
    return tuple(reversed(copies))


def find_good_backup(settings: Settings, *, today: date) -> Path | None:
    """Return the newest copy without a fault, None where there is none."""
    try:
        copies = list_backups(settings, today=today)
    except OSError:
        return None
    return next((path for path in copies if _is_good(path)), None)


def _is_good(path: Path) -> bool:
    try:
        check_fully(path)
    except StorageError:
        return False
    return path.stat().st_size > 0


def _delete_oldest(settings: Settings, today: date) -> None:
    for path in list_backups(settings, today=today)[settings.backup_keep :]:
        path.unlink(missing_ok=True)
    for path in _find(settings, r"\.part(-wal|-shm)?"):  # what a killed process has left
        path.unlink(missing_ok=True)


def _find(settings: Settings, suffix: str) -> Iterator[Path]:
    folder, database = backup_folder(settings), settings.database_path
    name = re.compile(
        rf"{re.escape(database.stem)}-\d{{4}}-\d\d-\d\d{re.escape(database.suffix)}{suffix}"
    )
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if name.fullmatch(path.name))
