"""A seed file that comes through Discord: checked, safely named, written whole or not at all."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import tempfile
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath

import aiohttp
import discord

from bot.errors import UserError
from bot.ingest import IngestSummary
from bot.parsers import MAX_BYTES, SeedError, find_doubts, parse_digest
from bot.seeds import SeedFolder
from bot.sources import is_seed_name

DOWNLOAD_SECONDS = 60.0
_MIB = 1024 * 1024
_LONGEST_NAME = 120  # bytes; most file systems take 255
_SEPARATORS = re.compile(r"[/\\]")
_PUNCTUATION = frozenset(" ._-()[]+,'")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_READABLE = 0o644  # tempfile's own are for nobody else
_HIDDEN = ".import-"
# What has not changed for so long is nobody's any more: a file takes a moment to be written. If
# another bot on the folder takes longer, it says that it could not write, and nothing is lost.
_LEFT = timedelta(seconds=5)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of an imported file: its name in SEEDS_DIR, its digest, the papers in it.

    `doubts` are remarks on lines that were read but may mean something else.
    """

    name: str
    date: date
    papers: int
    summary: IngestSummary
    doubts: tuple[SeedError, ...] = ()


async def download(attachment: discord.Attachment) -> bytes:
    """Return the file that came with a command, from where Discord says that it is.

    Raises:
        UserError: it is too big, or it does not come.
    """
    if attachment.size > MAX_BYTES:
        raise UserError("error.import_too_big", limit=MAX_BYTES // _MIB)
    try:
        async with asyncio.timeout(DOWNLOAD_SECONDS):
            return await attachment.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise UserError("error.import_not_downloaded") from error


def name_of(attachment: discord.Attachment) -> str:
    """Return the name that a file had where it was chosen.

    Discord keeps ASCII letters and digits in `filename`, and a name of others in `title`.
    """
    if not attachment.title:
        return attachment.filename
    return attachment.title + PurePath(attachment.filename).suffix


async def import_seed(seeds: SeedFolder, name: str, data: bytes, *, replace: bool) -> Imported:
    """Put a file into SEEDS_DIR and the store.

    Raises:
        SeedError: it cannot be understood; nothing was written.
        UserError: its name cannot be used or is taken by another file, or it cannot be written.
        StorageError: it is in SEEDS_DIR, and the store cannot be written.
    """
    clean = clean_name(name)
    draft = await asyncio.to_thread(parse_digest, data, source=clean)
    doubts = await asyncio.to_thread(lambda: tuple(find_doubts(data, draft)))
    written = await asyncio.to_thread(_put, seeds.folder, clean, data, replace=replace)
    summary = await seeds.take(written)
    return Imported(
        name=written.name,
        date=draft.date,
        papers=len(draft.entries),
        summary=summary,
        doubts=doubts,
    )


def remove_left(folder: Path, *, now: datetime) -> None:
    """Remove the hidden files that imports have left in SEEDS_DIR which were killed."""
    with suppress(OSError):  # a later start may
        for path in folder.glob(f"{_HIDDEN}*"):
            if now.timestamp() - path.stat().st_mtime > _LEFT.total_seconds():
                path.unlink()
                _log.info("Removed what an import has left: %s", path)


def clean_name(name: str) -> str:
    """Return a name for a file of its own in one folder, whatever stands in `name`.

    Folders are dropped, so is what cannot be seen (directions of writing, controls); other
    characters than letters, digits and some punctuation become `_`.

    Raises:
        UserError: nothing is left, or it is no seed file's name.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    plain = "".join(_plain(char) for char in last).lstrip(" .-").rstrip(" .")
    stem, dot, suffix = " ".join(plain.split()).rpartition(".")
    while len(stem.encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    cleaned = f"{stem.rstrip()}{dot}{suffix}"
    if not stem.strip(" ._") or not is_seed_name(cleaned):
        raise UserError("error.import_name")
    return cleaned


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "C":
        return ""
    if category[0] == "Z":
        return " "
    return char if category[0] in "LMN" or char in _PUNCTUATION else "_"


def _put(folder: Path, name: str, data: bytes, *, replace: bool) -> Path:
    """Write the file; one that is there already is written over only if asked, or the same."""
    if not folder.is_dir():
        raise UserError("error.import_no_folder")
    try:
        known = _find(folder, name)
        if known is not None and _holds(known, data):
            return known
        if known is not None and not replace:
            raise UserError("error.import_exists", name=known.name)
        path = known or folder / name
        _write(path, data)
    except OSError as error:
        key = "error.import_full" if error.errno in _NO_ROOM else "error.import_not_written"
        raise UserError(key, detail=error.strerror or type(error).__name__) from error
    return path


def _find(folder: Path, name: str) -> Path | None:
    """Return the file that goes by this name, also where case or spelling in Unicode differ."""
    wanted = _fold(name)
    return next((path for path in folder.iterdir() if _fold(path.name) == wanted), None)


def _holds(path: Path, data: bytes) -> bool:
    """Return whether a file holds just this; a link to nowhere and a folder do not."""
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _write(path: Path, data: bytes) -> None:
    """Write a file that appears whole; hidden until then, so that nobody takes it half-written."""
    handle, temporary = tempfile.mkstemp(prefix=_HIDDEN, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_READABLE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
