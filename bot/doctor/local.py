"""What can be looked at without a network: files, disk, time zones."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.doctor.findings import Finding, Level
from bot.errors import StartupError
from bot.ingest import check
from bot.parsers import SeedError
from bot.reporting import in_words
from bot.safety.backups import backup_folder, find_good_backup, list_backups
from bot.safety.lock import is_held, lock_path
from bot.safety.soundness import require_there
from bot.settings import Settings, parse_timezone
from bot.terminal import count
from storage.base import StorageError
from storage.models import Subscription
from storage.sqlite.inspection import check_fully, inspect_file, log_path

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL

MIB = 1024 * 1024
LEAST_FREE, LITTLE_FREE = 50 * MIB, 500 * MIB
OLD_BACKUP_DAYS = 2
_FIRST_ERRORS = 3
_ENV_FILE = Path(".env")  # where `bot.settings` looks for it


def examine_locally(
    settings: Settings, subscriptions: Sequence[Subscription], now: datetime
) -> tuple[Finding, ...]:
    """Look at everything on this machine; for a thread."""
    return (
        *_timezones(settings, subscriptions, now),
        *_seeds(settings.seeds_dir),
        *_database(settings, now),
        *_backups(settings, now),
        *_disk(settings.database_path),
        *_running(settings.database_path),
        *_privacy(settings, now),
    )


def _timezones(
    settings: Settings, subscriptions: Sequence[Subscription], now: datetime
) -> Iterator[Finding]:
    wrong = False
    for subscription in subscriptions:
        try:
            parse_timezone(subscription.timezone)
        except ValueError:
            wrong = True
            text = (
                f"channel {subscription.channel_id} is posted to in {subscription.timezone}, which "
                "is not known here: run `pip install --upgrade tzdata`, or /subscribe again"
            )
            yield Finding(FAIL, "time zones", text)
    if not wrong:
        zone = settings.digest_timezone
        local = now.astimezone(ZoneInfo(zone))
        text = f"it is {local:%H:%M} in {zone} (tzdata {version('tzdata')})"
        yield Finding(OK, "time zones", text)


def _seeds(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding(FAIL, "seeds", f"{folder} is not a folder: make it, or set SEEDS_DIR")
        return
    if not os.access(folder, os.R_OK | os.X_OK):
        yield Finding(FAIL, "seeds", f"{folder} may not be read: see its owner and permissions")
        return
    errors, files, papers = [], 0, 0
    for result in check([folder], root=folder):
        files += 1
        if isinstance(result, SeedError):
            errors.append(result)
        else:
            papers += len(result.entries)
    for error in errors[:_FIRST_ERRORS]:
        yield Finding(FAIL, "seeds", f"{folder / error.file}:{error.line}: {error.reason('en')}")
    if len(errors) > _FIRST_ERRORS:
        rest = len(errors) - _FIRST_ERRORS
        text = f"{count(rest, 'more file')} refused: see `python -m bot check`"
        yield Finding(FAIL, "seeds", text)
    if not errors:
        level = OK if files else WARN
        note = "" if files else ": put digest files there"
        held = f"{count(files, 'file')} with {count(papers, 'paper')}"
        yield Finding(level, "seeds", f"{held} in {folder}{note}")


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    path = settings.database_path
    try:
        require_there(settings, now=now)
    except StartupError as error:
        yield Finding(FAIL, "database", in_words(error))
        return
    if not path.exists():
        folder = _nearest_folder(path)
        if os.access(folder, os.W_OK | os.X_OK):
            yield Finding(WARN, "database", f"{path} is not there yet: the first start makes it")
        else:
            yield Finding(FAIL, "database", f"{path} cannot be made: {folder} is write-protected")
        return
    try:
        found = inspect_file(path)
        check_fully(path)
    except StorageError as error:
        yield Finding(FAIL, "database", f"{in_words(error)}{_way_out(error, settings, now)}")
        return
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        yield Finding(FAIL, "database", f"{path} or its folder may not be written to")
        return
    newest = f"newest digest {found.newest}" if found.newest else "no digests yet"
    size = f"{found.size / MIB:.1f} MiB"
    journal = "WAL" if found.wal else "WAL from the next start on"
    if found.schema < found.known:
        text = f"{path} has schema {found.schema}: the next start copies it and brings it to "
        yield Finding(WARN, "database", f"{text}{found.known}")
    else:
        text = f"{path} is sound: schema {found.schema}, {size}, {journal}, {newest}"
        yield Finding(OK, "database", text)


def _way_out(error: StorageError, settings: Settings, now: datetime) -> str:
    if error.key != "storage.corrupt":
        return ""
    copy = find_good_backup(settings, today=now.date()) or "FILE"
    return f" Stop the bot, then: `python -m bot restore {copy}`"


def _backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    folder = backup_folder(settings)
    if not settings.backup_keep:
        yield Finding(WARN, "backups", "BACKUP_KEEP is 0: no daily copies are made")
        return
    if obstacle := _no_copy(folder, settings.database_path):
        yield Finding(FAIL, "backups", f"{obstacle}, or set BACKUP_DIR")
        return
    try:
        copies = list_backups(settings, today=now.date())
        if not copies:
            text = f"none in {folder} yet: the running bot makes one a day"
            yield Finding(OK, "backups", text)
            return
        check_fully(copies[0])
        age = now.timestamp() - copies[0].stat().st_mtime
    except (StorageError, OSError) as error:
        reason = in_words(error) if isinstance(error, StorageError) else str(error)
        yield Finding(FAIL, "backups", f"{folder}: {reason}")
        return
    days = int(age // 86_400)
    text = f"{folder} holds {len(copies)}, and the newest, {copies[0].name}, is sound"
    if days >= OLD_BACKUP_DAYS:
        yield Finding(WARN, "backups", f"{text} but {days} days old: is the bot running?")
    else:
        yield Finding(OK, "backups", text)


def _no_copy(folder: Path, database: Path) -> str:
    """Return why no copy can be written into a folder and what to do, "" where one can."""
    place = _nearest_folder(folder / database.name)
    if not os.access(place, os.W_OK | os.X_OK):
        return f"{place} may not be written to, so no copy is made: see its owner and permissions"
    free, needed = shutil.disk_usage(place).free, _size(database)
    if free < needed:
        return (
            f"{free // MIB} MiB free for {folder}, and a copy takes {needed / MIB:.1f}: free space"
        )
    return ""


def _size(database: Path) -> int:
    """Return the bytes that a copy takes at most: what is in the log may not be in the file yet."""
    size = 0
    for path in (database, log_path(database)):
        with suppress(OSError):
            size += path.stat().st_size
    return size


def _disk(path: Path) -> Iterator[Finding]:
    folder = _nearest_folder(path)
    free = shutil.disk_usage(folder).free
    text = f"{free // MIB} MiB free for {folder}"
    if free < LEAST_FREE:
        yield Finding(FAIL, "disk", f"{text}: posting stops when it is full; free some space")
    elif free < LITTLE_FREE:
        yield Finding(WARN, "disk", f"{text}: free some space")
    else:
        yield Finding(OK, "disk", text)


def _running(path: Path) -> Iterator[Finding]:
    try:
        held = is_held(path)
    except OSError as error:
        yield Finding(FAIL, "running", f"{lock_path(path)} cannot be used: {error.strerror}")
    else:
        text = "a bot runs on this database" if held else "no bot runs on this database"
        yield Finding(OK, "running", text)


def _privacy(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Find files that others on this machine can read: the token, what people asked and keep."""
    if os.name == "nt":  # it has no permission bits
        return
    copies: Sequence[Path] = ()
    with suppress(OSError):
        copies = list_backups(settings, today=now.date())
    for path in (_ENV_FILE, settings.database_path, *copies[:1]):
        if path.is_file() and path.stat().st_mode & 0o007:
            text = f"{path} is open to everybody on this machine: `chmod o= {path}`"
            yield Finding(WARN, "privacy", text)


def _nearest_folder(path: Path) -> Path:
    """Return the folder that a file is in, or the one that this would be made in."""
    return next(folder for folder in path.parents if folder.is_dir())
