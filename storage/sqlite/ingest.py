"""Files -> entries: what a file says now replaces what it said before."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.computing import compute
from storage.models import DigestDraft, EntryDraft, IngestReport
from storage.sqlite.database import Database, Domain
from storage.sqlite.entries import EntryWriter
from storage.sqlite.matching import Version, match_edited, match_surely, version_of
from storage.sqlite.preparing import PreparedDigest, PreparedEntry, prepare
from storage.sqlite.removed import Removed, forget, list_removed, remember
from storage.sqlite.rows import Rows

LIST_IDS = """
    SELECT json_group_array(sources.id) FROM json_each(:names) JOIN sources ON sources.name = value
"""
LIST_FINGERPRINTS = "SELECT name, fingerprint FROM sources"
LIST_SOURCES = """
    SELECT sources.id, name, fingerprint, date
    FROM json_each(:names) JOIN sources ON sources.name = value
"""
GET_LAST_ID = "SELECT COALESCE(MAX(id), 0) FROM sources"
ADD_SOURCES = """
    INSERT INTO sources (id, name, fingerprint, date, read_at)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]'), json_extract(value, '$[4]')
    FROM json_each(:rows)
"""
CHANGE_SOURCE = """
    UPDATE sources SET fingerprint = :fingerprint, date = :date, read_at = :read_at WHERE id = :id
"""
COUNT_HELD = "SELECT COUNT(*) FROM entry_sources WHERE source_id = :source"
HELD = """
    entries.id, entries.date, entries.title, entries.abstract, entries.ko, entries.en, entries.url,
    EXISTS (
      SELECT 1 FROM entry_sources AS other
      WHERE other.entry_id = entries.id AND other.source_id != :source
        AND other.source_id NOT IN (SELECT value FROM json_each(:gone))
    ) AS shared, (
      SELECT json_group_array(json_array(kind, name)) FROM (
        SELECT entry_names.kind, COALESCE(spelling, name) AS name
        FROM entry_names JOIN names ON names.id = entry_names.name_id
        WHERE entry_names.entry_id = entries.id
        ORDER BY entry_names.kind, entry_names.position
      )
    ) AS names, (
      SELECT json_group_array(url) FROM (
        SELECT entry_links.url FROM entry_links
        WHERE entry_links.entry_id = entries.id ORDER BY entry_links.position
      )
    ) AS links
"""
LIST_HELD = (
    "SELECT"
    + HELD
    + """
    FROM entry_sources JOIN entries ON entries.id = entry_sources.entry_id
    WHERE entry_sources.source_id = :source
    ORDER BY entries.position
"""
)
# What only files hold that are gone: a file of that date may be one of them under another name.
LIST_ORPHANED = (
    "SELECT"
    + HELD
    + """
    FROM json_each(:dates) JOIN entries ON entries.date = value
    WHERE NOT shared
    ORDER BY entries.date, entries.position
"""
)
HOLD = """
    INSERT OR IGNORE INTO entry_sources (source_id, entry_id)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows)
"""
RELEASE = "DELETE FROM entry_sources WHERE source_id = :source AND entry_id = :entry"
IS_HELD = "SELECT 1 FROM entry_sources WHERE entry_id = :entry"
IS_POSTED = "SELECT 1 FROM steps WHERE entry_id = :entry"
REPLACE = "UPDATE entry_sources SET entry_id = :by WHERE entry_id = :entry"

NONE = "[]"
Match = Callable[[Sequence[Version], Sequence[Version]], Mapping[int, int]]


class IngestStore(Domain):
    """What ingest asks of the store."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._preparing = asyncio.Lock()

    async def list_fingerprints(self) -> Mapping[str, str]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_list_fingerprints)

    async def add_digests(
        self,
        drafts: Sequence[tuple[DigestDraft, str]],
        *,
        now: datetime,
        gone: Collection[str] = (),
    ) -> tuple[IngestReport, ...]:
        """See `storage.base.PaperStore`."""
        # In turn, so that batches are written in the order in which they came.
        async with self._preparing:
            digests = await compute(prepare, drafts)
        read_at = int(now.timestamp())
        return await self._database.write(_add_digests, digests, read_at=read_at, gone=gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An entry as it was before; `shared`: another file, which is not gone, holds it too."""

    id: int
    date: str
    shared: bool
    links: tuple[str, ...]
    version: Version


@dataclass(slots=True, kw_only=True)
class _File:
    """A file on its way into the store.

    `held` are the entries that it held when it was read last, `kept` those that it holds now,
    `left` the drafts that none has been found for yet; `counts` become its report.
    """

    source: int
    digest: PreparedDigest
    held: Sequence[_Held]
    left: list[PreparedEntry]
    kept: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)


def _list_fingerprints(connection: sqlite3.Connection) -> dict[str, str]:
    return {row["name"]: row["fingerprint"] for row in connection.execute(LIST_FINGERPRINTS)}


def _add_digests(
    connection: sqlite3.Connection,
    digests: Sequence[PreparedDigest],
    *,
    read_at: int,
    gone: Collection[str],
) -> tuple[IngestReport, ...]:
    return _Batch(connection, digests, read_at=read_at, gone=gone).run()


class _Batch:
    """Files that are read into the store within one transaction.

    A paper may have gone from one of them to another, which may hold its place in turn. So what
    stands somewhere word for word is settled first for all files, then what was edited, then what
    no file holds any more; and what is new last, because it may be what has just left.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        digests: Sequence[PreparedDigest],
        *,
        read_at: int,
        gone: Collection[str],
    ) -> None:
        """`gone` names files that were read once and are not there any more."""
        self._connection = connection
        self._digests = digests
        self._read_at = read_at
        self._writer = EntryWriter(connection, digests)
        names = json.dumps([digest.source for digest in digests])
        rows = connection.execute(LIST_SOURCES, {"names": names})
        self._known: dict[str, tuple[int, str, str]] = {
            row["name"]: (row["id"], row["fingerprint"], row["date"]) for row in rows
        }
        self._last_id: int = connection.execute(GET_LAST_ID).fetchone()[0]
        self._gone = NONE
        if gone:
            listed = {"names": json.dumps(list(gone))}
            self._gone = connection.execute(LIST_IDS, listed).fetchone()[0]
        self._new_sources = Rows(connection, ADD_SOURCES)
        self._held = Rows(connection, HOLD)

    def run(self) -> tuple[IngestReport, ...]:
        """Store what the files say, and count."""
        reports = [
            report for digests in _without_repeats(self._digests) for report in self._add(digests)
        ]
        self._flush()
        self._writer.settle()
        return tuple(reports)

    def _flush(self) -> None:
        self._new_sources.write()
        self._writer.flush()
        self._held.write()

    def _add(self, digests: Sequence[PreparedDigest]) -> list[IngestReport]:
        self._flush()
        files = [self._open(digest) for digest in digests]
        kept = set().union(*(self._keep_unchanged(file) for file in files))
        for file in files:
            self._change_edited(file, kept)
        for file in files:
            self._release_removed(file)
        self._add_left([file for file in files if file.left])
        return [_report(file) for file in files]

    def _open(self, digest: PreparedDigest) -> _File:
        """Return a file with what it held; with nothing left to do where it has not changed."""
        known = self._known.get(digest.source)
        if known is None:
            source, held = self._add_source(digest), []
        else:
            source, *said = known
            if said == [digest.fingerprint, digest.date]:
                count = self._connection.execute(COUNT_HELD, {"source": source}).fetchone()[0]
                counts = Counter(unchanged=count)
                return _File(source=source, digest=digest, held=(), left=[], counts=counts)
            self._change_source(source, digest)
            held = self._load(LIST_HELD, source=source)
        return _File(source=source, digest=digest, held=held, left=list(digest.entries))

    def _add_source(self, digest: PreparedDigest) -> int:
        self._last_id += 1
        said = (digest.fingerprint, digest.date)
        self._known[digest.source] = (self._last_id, *said)
        self._new_sources.add(self._last_id, digest.source, *said, self._read_at)
        return self._last_id

    def _change_source(self, source: int, digest: PreparedDigest) -> None:
        values = {
            "id": source,
            "fingerprint": digest.fingerprint,
            "date": digest.date,
            "read_at": self._read_at,
        }
        self._connection.execute(CHANGE_SOURCE, values)
        self._known[digest.source] = (source, digest.fingerprint, digest.date)

    def _keep_unchanged(self, file: _File) -> set[int]:
        """Hold what stands there word for word; return the entries."""
        date, left = file.digest.date, []
        own = {(entry.version.revision, entry.date): entry for entry in file.held}
        for draft in file.left:
            old = own.get((draft.revision, date))
            if old and old.links != draft.draft.links:
                self._writer.set_links(old.id, draft.draft.links)
            found = old.id if old else self._writer.find_twin(draft, date)
            if found is None:
                left.append(draft)
            else:
                self._hold(file, found, "unchanged")
        file.left = left
        return file.kept

    def _change_edited(self, file: _File, kept: set[int]) -> None:
        """Let the entries that the file held say what it says of them now.

        Not those that some file holds unchanged (`kept`), nor those that another file holds under
        another date: they must not be moved away from there.
        """
        date = file.digest.date
        own = [entry for entry in file.held if entry.id not in kept]
        here = [entry for entry in own if entry.date == date]
        moved = [entry for entry in own if entry.date != date and not entry.shared]
        self._change_matched(file, [each for each in here if not each.shared], match_edited)
        self._change_matched(file, [each for each in here if each.shared], match_surely)
        self._change_matched(file, moved, match_surely)

    def _change_matched(self, file: _File, old: Sequence[_Held], match: Match) -> None:
        if not file.left or not old:
            return
        versions = [version_of(draft.draft) for draft in file.left]
        pairs = match([entry.version for entry in old], versions)
        for index, j in sorted(pairs.items()):
            self._change(file, old[j].id, file.left[index])
        file.left = [draft for index, draft in enumerate(file.left) if index not in pairs]

    def _change(self, file: _File, entry_id: int, draft: PreparedEntry) -> None:
        twin = self._writer.find_twin(draft, file.digest.date)
        if twin is None:
            self._writer.change(entry_id, draft, date=file.digest.date)
            self._hold(file, entry_id, "changed")
        else:
            self._hold(file, twin, "unchanged")

    def _release_removed(self, file: _File) -> None:
        for entry in file.held:
            if entry.id not in file.kept:
                file.counts["removed"] += self._release(file, entry)

    def _release(self, file: _File, entry: _Held) -> bool:
        """Let go of an entry; return whether that removed it, for no other file holds it."""
        self._flush()
        self._connection.execute(RELEASE, {"source": file.source, "entry": entry.id})
        if self._connection.execute(IS_HELD, {"entry": entry.id}).fetchone():
            return False
        if self._take_along(file, entry):
            return False
        remember(self._connection, entry.id, entry.version)
        self._writer.remove(entry.id)
        return True

    def _take_along(self, file: _File, entry: _Held) -> bool:
        """Have an entry that nobody holds go to its file's new date; return whether it does.

        While a copy of the file held it, it had to stay; and a copy that got the date before may
        have brought the same there as an entry of its own, which is taken for this one unless it
        has been posted.
        """
        date, revision = file.digest.date, entry.version.revision
        draft = next((each for each in file.digest.entries if each.revision == revision), None)
        if draft is None or entry.date == date:
            return False
        twin = self._writer.find_twin(draft, date)
        if twin is None:
            file.left.remove(draft)
            self._hold(file, entry.id, "changed")
        else:
            replaced = {"entry": twin, "by": entry.id}
            if self._connection.execute(IS_POSTED, replaced).fetchone():
                return False
            self._connection.execute(REPLACE, replaced)
            self._writer.remove(twin)
        self._writer.change(entry.id, draft, date=date)
        return True

    def _add_left(self, files: Sequence[_File]) -> None:
        """Add what no entry was found for, unless it is one that has lost its file, or was removed.

        Only one of the same date: a paper of an old digest may be in a new one as well.
        """
        dates = json.dumps(sorted({file.digest.date for file in files}))
        orphaned = self._load(LIST_ORPHANED, dates=dates) if self._gone != NONE else []
        removed = list_removed(self._connection, dates)
        kept = set().union(*(file.kept for file in files))
        for file in files:
            old = [each for each in orphaned if each.date == file.digest.date]
            self._change_matched(file, [each for each in old if each.id not in kept], match_edited)
            former = [each for each in removed if each.date == file.digest.date]
            self._add_former_and_new(file, [each for each in former if each.id not in kept])
            kept |= file.kept

    def _add_former_and_new(self, file: _File, former: Sequence[Removed]) -> None:
        versions = [version_of(draft.draft) for draft in file.left] if former else []
        pairs = match_edited([entry.version for entry in former], versions)
        date = file.digest.date
        for index, draft in enumerate(file.left):
            twin = self._writer.find_twin(draft, date)
            if twin is not None:
                self._hold(file, twin, "unchanged")
            elif index in pairs:
                old = former[pairs[index]]
                forget(self._connection, old.id)
                self._writer.add_again(old.id, old.paper, draft, date=date)
                self._hold(file, old.id, "added")
            else:
                self._hold(file, self._writer.add(draft, date=date), "added")

    def _hold(self, file: _File, entry_id: int, outcome: str) -> None:
        self._held.add(file.source, entry_id)
        file.kept.add(entry_id)
        file.counts[outcome] += 1

    def _load(self, sql: str, *, source: int = 0, dates: str = NONE) -> list[_Held]:
        values = {"source": source, "dates": dates, "gone": self._gone}
        return [
            _Held(
                id=row["id"],
                date=row["date"],
                shared=bool(row["shared"]),
                links=tuple(json.loads(row["links"])),
                version=version_of(_draft(row)),
            )
            for row in self._connection.execute(sql, values).fetchall()
        ]


def _without_repeats(digests: Sequence[PreparedDigest]) -> Iterator[Sequence[PreparedDigest]]:
    """Yield the digests in order, in parts in which no file comes twice."""
    part: dict[str, PreparedDigest] = {}
    for digest in digests:
        if digest.source in part:
            yield tuple(part.values())
            part = {}
        part[digest.source] = digest
    yield tuple(part.values())


def _report(file: _File) -> IngestReport:
    counts = file.counts
    return IngestReport(
        added=counts["added"],
        changed=counts["changed"],
        removed=counts["removed"],
        unchanged=counts["unchanged"],
    )


def _draft(row: sqlite3.Row) -> EntryDraft:
    names = json.loads(row["names"])
    return EntryDraft(
        title=row["title"],
        authors=tuple(name for kind, name in names if kind == "author"),
        abstract=row["abstract"],
        ko=tuple(json.loads(row["ko"])),
        en=tuple(json.loads(row["en"])),
        tags=tuple(name for kind, name in names if kind == "tag"),
        url=row["url"],
        links=tuple(json.loads(row["links"])),
        line=0,
    )
