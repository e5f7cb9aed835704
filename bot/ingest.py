"""Seed files to the store: reads them, has them parsed, and never parses itself.

One bad file stops nobody: its reason is collected, the others load.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from bot.parsers import MAX_BYTES, PARSER_VERSION, SeedError, find_doubts, parse_digest
from bot.sources import Source, explain, find_sources
from storage.base import PaperStore
from storage.computing import compute
from storage.models import DigestDraft, EntryDraft, IngestReport
from storage.text import title_key

# Files and bytes per transaction: few commits for an archive, little memory for large files. A
# batch is a part of what was read before, so that the first is soon there to be written, and a few
# thousand papers leave a small process small: a batch takes six times its bytes.
_BATCH_FILES = 200
_BATCH_PART, _LEAST_BYTES, _MOST_BYTES = 8, 256 * 1024, 2 * 1024 * 1024
# One is prepared while the one before is written.
_BATCHES_UNDER_WAY = 2
# Of a file that says something else each time: then it is left as it was read last.
_MOST_READINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What an ingest did: files seen and unchanged, papers by what became of them, errors."""

    files: int
    unchanged: int
    added: int
    changed: int
    removed: int
    errors: tuple[SeedError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seed:
    """A file that was read: its bytes, and their fingerprint."""

    source: Source
    data: bytes
    fingerprint: str

    @property
    def key(self) -> str:
        return self.source.key


@dataclass(slots=True)
class _Reading:
    """What came of reading files once: those that were written, and what became of their papers."""

    unchanged: int = 0
    written: list[Source] = field(default_factory=list)
    reports: list[IngestReport] = field(default_factory=list)
    errors: list[SeedError] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """Files that were read: drafts with fingerprints for one transaction, what is wrong, how many.

    Those of `files` that are neither in `drafts` nor in `errors` have not changed. `sources` are
    the files of `drafts`.
    """

    drafts: list[tuple[DigestDraft, str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    errors: list[SeedError] = field(default_factory=list)
    files: int = 0
    size: int = 0

    def is_full(self, most: int) -> bool:
        return self.files >= _BATCH_FILES or self.size >= most


async def ingest(
    paths: Sequence[Path],
    store: PaperStore,
    *,
    root: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> IngestSummary:
    """Read the seed files at `paths` (folders with all below them) into the store.

    A file below `root` goes by its path from there, any other by its absolute path; files whose
    content and parser are unchanged are skipped. `progress` is called with the files done and all
    files, after each.

    Raises:
        StorageError: the store cannot be read or written.
    """
    found = await asyncio.to_thread(find_sources, paths, root)
    return await ingest_sources(found, store, root=root, now=now, progress=progress)


async def ingest_sources(
    found: Sequence[Source | SeedError],
    store: PaperStore,
    *,
    root: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> IngestSummary:
    """Read what `find_sources` found into the store, as `ingest` does.

    A file may be replaced between its reading and its writing, and another process may have
    written by then what is newer. So what was written is read again, until the file says the same;
    one that never does is among the errors.

    Raises:
        StorageError: the store cannot be read or written.
    """
    readings = [await _read_once(found, store, root=root, now=now, progress=progress)]
    while (written := readings[-1].written) and len(readings) < _MOST_READINGS:
        readings.append(await _read_once(written, store, root=root, now=now))
    errors = [error for reading in readings for error in reading.errors]
    errors += [SeedError("seed.changing", file=source.key) for source in written]
    reports = [report for reading in readings for report in reading.reports]
    return IngestSummary(
        files=sum(isinstance(item, Source) for item in found),
        unchanged=readings[0].unchanged,
        added=sum(report.added for report in reports),
        changed=sum(report.changed for report in reports),
        removed=sum(report.removed for report in reports),
        errors=tuple(errors),
    )


async def _read_once(
    found: Sequence[Source | SeedError],
    store: PaperStore,
    *,
    root: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> _Reading:
    known = await store.list_fingerprints()
    reading = _Reading()
    items, done, size = iter(found), 0, 0
    gone: frozenset[str] | None = None
    async with _Adding(store, now=now) as adding:
        while (batch := await compute(_read_batch, items, known, size)).files:
            size += batch.size
            reading.errors += batch.errors
            reading.unchanged += batch.files - len(batch.drafts) - len(batch.errors)
            reading.written += batch.sources
            if batch.drafts:
                if gone is None:
                    gone = await asyncio.to_thread(_list_gone, known, root)
                reading.reports += await adding.add(batch.drafts, gone)
            for _ in range(batch.files):
                done += 1
                if progress is not None:
                    progress(done, len(found))
        reading.reports += await adding.finish()
    return reading


class _Adding:
    """Batches on their way into the store, in order, a few at a time.

    Leaving it early, because of an error, takes back what has not been written.
    """

    def __init__(self, store: PaperStore, *, now: datetime) -> None:
        self._store = store
        self._now = now
        self._tasks: deque[asyncio.Task[tuple[IngestReport, ...]]] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def add(
        self, drafts: Sequence[tuple[DigestDraft, str]], gone: frozenset[str]
    ) -> tuple[IngestReport, ...]:
        """Add a batch; return what has become of an earlier one that had to be waited for."""
        waited = await self._take() if len(self._tasks) == _BATCHES_UNDER_WAY else ()
        adding = self._store.add_digests(drafts, now=self._now, gone=gone)
        self._tasks.append(asyncio.create_task(adding))
        return waited

    async def finish(self) -> list[IngestReport]:
        """Wait for all that are under way."""
        reports: list[IngestReport] = []
        while self._tasks:
            reports += await self._take()
        return reports

    async def _take(self) -> tuple[IngestReport, ...]:
        try:
            return await self._tasks[0]
        finally:
            self._tasks.popleft()


def check(
    paths: Iterable[Path],
    *,
    root: Path = Path(),
    progress: Callable[[int, int], None] | None = None,
    remark: Callable[[SeedError], None] | None = None,
) -> Iterator[DigestDraft | SeedError]:
    """Yield what each seed file at `paths` says, or why it cannot be understood; store nothing.

    `progress` is called as by `ingest`; `remark`, after a file, with each line that was read but
    may mean something else.
    """
    found = find_sources(paths, root)
    for done, item in enumerate(found, start=1):
        try:
            seed = _read(item)
            draft = parse_digest(seed.data, source=seed.key)
        except SeedError as error:
            yield error
        else:
            yield draft
            if remark is not None:
                for doubt in find_doubts(seed.data, draft):
                    remark(doubt)
        if progress is not None:
            progress(done, len(found))


class Repeats:
    """Finds papers that stand twice on one date in other words: each is posted.

    That may be meant, as two people may comment on one paper, so it is no error. What is the same
    word for word is stored once.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[date, str], tuple[str, int, EntryDraft]] = {}

    def find(self, draft: DigestDraft) -> Iterator[SeedError]:
        """Yield a remark on each paper of this file that stands before in other words."""
        for entry in draft.entries:
            key = draft.date, title_key(entry.title)
            said = replace(entry, line=0, links=())
            first = draft.source, entry.line, said
            other, line, there = self._first.setdefault(key, first)
            if there == said:
                continue
            if other == draft.source:
                yield SeedError("seed.repeated_here", file=other, line=entry.line, other=line)
            else:
                yield SeedError("seed.repeated", file=draft.source, line=entry.line, other=other)


def draft_to_json(draft: DigestDraft) -> dict[str, Any]:
    """Return a digest in the shape that `check --json` prints."""
    return {
        "date": draft.date.isoformat(),
        "source": draft.source,
        "papers": [_entry_to_json(entry) for entry in draft.entries],
    }


def _entry_to_json(entry: EntryDraft) -> dict[str, Any]:
    return {
        "title": entry.title,
        "authors": list(entry.authors),
        "abstract": entry.abstract,
        "commentary": {"ko": list(entry.ko), "en": list(entry.en)},
        "tags": list(entry.tags),
        "url": entry.url,
        "links": list(entry.links),
    }


def _list_gone(known: Iterable[str], root: Path) -> frozenset[str]:
    """Return the keys whose files are not there; one out of reach may be there.

    So may one whose name may be spelled out, see `_name`.
    """
    return frozenset(key for key in known if "\\" not in key and _is_gone(root / key))


def _is_gone(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _read_batch(
    items: Iterator[Source | SeedError], known: Mapping[str, str], before: int
) -> _Batch:
    """Read on until a batch is full; one without files means that nothing was left.

    `before` are the bytes that were read already.
    """
    batch, most = _Batch(), min(max(before // _BATCH_PART, _LEAST_BYTES), _MOST_BYTES)
    while not batch.is_full(most) and (item := next(items, None)) is not None:
        batch.files += 1
        try:
            seed = _read(item)
            batch.size += len(seed.data)
            if known.get(seed.key) != seed.fingerprint:
                draft = parse_digest(seed.data, source=seed.key)
                batch.drafts.append((draft, seed.fingerprint))
                batch.sources.append(seed.source)
        except SeedError as error:
            batch.errors.append(error)
    return batch


def _read(item: Source | SeedError) -> _Seed:
    if isinstance(item, SeedError):
        raise item
    try:
        with item.path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more byte is enough to be refused for
    except OSError as error:
        raise explain(error, item.key) from error
    digest = hashlib.sha256(data).hexdigest()
    return _Seed(source=item, data=data, fingerprint=f"{PARSER_VERSION}:{digest}")
