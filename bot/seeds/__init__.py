"""SEEDS_DIR as the bot knows it: what is in the store, what is still being written, what is broken.

A file is taken once it has come to rest: size and times are the same at two looks some seconds
apart. One that cannot be understood is waited for a little longer, since what is copied over a
slow line looks like that; then it is reported, once for each content, until it is mended or gone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.ingest import IngestSummary, ingest_sources
from bot.metrics import Metrics
from bot.parsers import SeedError
from bot.reporting import in_words
from bot.sources import Source, find_sources
from storage.base import PaperStore, StorageError

QUIET = 2.0  # seconds without a change before a file is taken
PATIENCE = 10.0  # ... and before one that cannot be understood is reported

# What the folder itself goes by: managers of servers read it, and need not know where it is.
_ROOT = "SEEDS_DIR"

Stamp = tuple[int, int, int, int]  # size, time of the content, time of the file, inode

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A look at the folder: its files by key with their stamps, and what could not be entered."""

    sources: Mapping[str, Source]
    stamps: Mapping[str, Stamp]
    errors: tuple[SeedError, ...]


@dataclass(slots=True)
class _Moving:
    """A file that is not as it was taken: `since` when it has had this stamp, `failed` or not."""

    stamp: Stamp
    since: float
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Why a file is not in the store, and the hash of the content that this was said of."""

    error: SeedError
    content: str


class SeedFolder:
    """The one way from SEEDS_DIR to the store while the bot runs; one reads at a time."""

    def __init__(self, folder: Path, *, store: PaperStore, clock: Clock, metrics: Metrics) -> None:
        self.folder = folder
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._turn = asyncio.Lock()
        self._taken: dict[str, Stamp] = {}
        self._moving: dict[str, _Moving] = {}
        self._problems: dict[str, _Problem] = {}

    @property
    def problems(self) -> tuple[SeedError, ...]:
        """What cannot be read at the moment, each with file, line and reason."""
        return tuple(problem.error for problem in self._problems.values())

    async def read(self) -> IngestSummary:
        """Read everything in the folder as it is now.

        Raises:
            StorageError: the store cannot be read or written.
        """
        async with self._turn:
            found = await asyncio.to_thread(_look_at, self.folder, [self.folder])
            await self._forget_gone(found)
            return await self._take([*found.errors, *found.sources.values()], found)

    async def take(self, path: Path) -> IngestSummary:
        """Read one file of the folder, which is known to be whole.

        Raises:
            StorageError: the store cannot be read or written.
        """
        async with self._turn:
            found = await asyncio.to_thread(_look_at, self.folder, [path])
            summary = await self._take([*found.errors, *found.sources.values()], found)
            await self._index_parts()
            return summary

    async def look(self) -> float | None:
        """Take what is new and has come to rest.

        Returns:
            Seconds until something that still moves is worth another look; None: nothing moves.

        Raises:
            StorageError: the store cannot be read or written; what is new stays new.
        """
        async with self._turn:
            found = await asyncio.to_thread(_look_at, self.folder, [self.folder])
            await self._forget_gone(found)
            now = _now()
            self._note_moving(found, now)
            ready = [key for key, moving in self._moving.items() if _is_ready(moving, now)]
            if ready:
                await self._take([found.sources[key] for key in ready], found, now=now)
                await self._index_parts()
            return min(
                (_rest(moving) - (_now() - moving.since) for moving in self._moving.values()),
                default=None,
            )

    async def _index_parts(self) -> None:
        """Bring the index of titles and names up to date; what it lacks is read instead."""
        try:
            await self._store.index_parts()
        except StorageError as error:
            _log.warning("New titles and names were not indexed: %s", in_words(error))

    async def _take(
        self, items: Sequence[Source | SeedError], found: _Found, *, now: float | None = None
    ) -> IngestSummary:
        """Read these into the store; with `now`, what fails is waited for first."""
        summary = await ingest_sources(items, self._store, root=self.folder, now=self._clock())
        failed = {error.file: error for error in summary.errors}
        for item in items:
            key = item.key if isinstance(item, Source) else item.file
            moving = self._moving.get(key)
            if key in failed and now is not None and moving and now - moving.since < PATIENCE:
                moving.failed = True
                continue
            self._moving.pop(key, None)
            if key in found.stamps:
                self._taken[key] = found.stamps[key]
            await self._note_problem(key, failed.get(key), found.sources.get(key))
        for change in ("added", "changed", "removed"):
            self._metrics.papers.labels(change).inc(getattr(summary, change))
        _log_summary(summary)
        return summary

    async def _forget_gone(self, found: _Found) -> None:
        """Forget the files that are gone, and note what could not be entered."""
        blocked = {error.file: error for error in found.errors}
        for known in (self._taken, self._moving):
            for key in known.keys() - found.stamps.keys():
                del known[key]
        for key in self._problems.keys() - found.stamps.keys() - blocked.keys():
            await self._note_problem(key, None, None)
        for key, error in blocked.items():
            await self._note_problem(key, error, None)

    def _note_moving(self, found: _Found, now: float) -> None:
        for key, stamp in found.stamps.items():
            if self._taken.get(key) == stamp:
                self._moving.pop(key, None)
            elif key not in self._moving or self._moving[key].stamp != stamp:
                self._moving[key] = _Moving(stamp, now)

    async def _note_problem(self, key: str, error: SeedError | None, source: Source | None) -> None:
        """Remember what is wrong with a file, or that nothing is; report what is news."""
        known = self._problems.get(key)
        if error is None:
            if known is not None:
                del self._problems[key]
                _log.info("%s: no longer in the way", key)
        else:
            content = await asyncio.to_thread(_hash, source.path) if source else ""
            if known is None or known.content != content or str(known.error) != str(error):
                if key == _ROOT:
                    _log.error("%s (%s)", error, self.folder.absolute())
                else:
                    _log.error("%s", error)
                self._metrics.seed_errors.inc()
            self._problems[key] = _Problem(error=error, content=content)
        self._metrics.broken_seeds.set(len(self._problems))


def _is_ready(moving: _Moving, now: float) -> bool:
    return now - moving.since >= _rest(moving)


def _rest(moving: _Moving) -> float:
    """Return for how long a file must be as it is before it is tried."""
    return PATIENCE if moving.failed else QUIET


def _look_at(folder: Path, paths: Sequence[Path]) -> _Found:
    if not _is_folder(folder):
        error = SeedError("seed.no_folder", file=_ROOT)
        return _Found(sources={}, stamps={}, errors=(error,))
    items = find_sources(paths, folder)
    sources = {item.key: item for item in items if isinstance(item, Source)}
    return _Found(
        sources=sources,
        stamps={key: _stamp(source.path) for key, source in sources.items()},
        errors=tuple(_named(_errors(items))),
    )


def _errors(items: Iterable[Source | SeedError]) -> Iterable[SeedError]:
    return (item for item in items if isinstance(item, SeedError))


def _named(errors: Iterable[SeedError]) -> Iterable[SeedError]:
    """Have an error of the folder itself name it: from there its path would be a dot."""
    for error in errors:
        named = _ROOT if error.file == "." else error.file
        yield SeedError(error.key, file=named, line=error.line, **error.params)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _stamp(path: Path) -> Stamp:
    """Return what changes with a file; of one that is linked to, not of the link."""
    try:
        status = path.stat()
    except OSError:  # gone, or a link to nowhere: reading it says so
        return 0, 0, 0, 0
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _log_summary(summary: IngestSummary) -> None:
    _log.info(
        "Seeds: %s files, %s unchanged; papers: %s added, %s changed, %s removed",
        summary.files,
        summary.unchanged,
        summary.added,
        summary.changed,
        summary.removed,
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
