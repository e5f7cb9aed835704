"""Files -> entries: what a file says now replaces what it said before."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.models import DigestDraft, EntryDraft, IngestReport
from storage.sqlite.database import Database, Domain
from storage.sqlite.entries import EntryWriter
from storage.sqlite.matching import match_drafts, revision_of
from storage.sqlite.preparing import PreparedDigest, PreparedEntry, prepare
from storage.sqlite.rows import Rows

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
LIST_HELD = """
    SELECT entries.id, entries.date, entries.title, entries.abstract, entries.ko, entries.en,
           entries.url, EXISTS (
             SELECT 1 FROM entry_sources AS other
             WHERE other.entry_id = entries.id AND other.source_id != entry_sources.source_id
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
    FROM entry_sources JOIN entries ON entries.id = entry_sources.entry_id
    WHERE entry_sources.source_id = :source
    ORDER BY entries.position
"""
HOLD = """
    INSERT OR IGNORE INTO entry_sources (source_id, entry_id)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows)
"""
RELEASE = "DELETE FROM entry_sources WHERE source_id = :source AND entry_id = :entry"
IS_HELD = "SELECT 1 FROM entry_sources WHERE entry_id = :entry"


class IngestStore(Domain):
    """What ingest asks of the store."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._preparing = asyncio.Lock()

    async def list_fingerprints(self) -> Mapping[str, str]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_list_fingerprints)

    async def add_digests(
        self, drafts: Sequence[tuple[DigestDraft, str]], *, now: datetime
    ) -> tuple[IngestReport, ...]:
        """See `storage.base.PaperStore`."""
        # In turn, so that batches are written in the order in which they came.
        async with self._preparing:
            digests = await asyncio.to_thread(prepare, drafts)
        return await self._database.write(_add_digests, digests, read_at=int(now.timestamp()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An entry that the file held when it was read last; `shared`: another file holds it too."""

    id: int
    date: str
    shared: bool
    draft: EntryDraft


def _list_fingerprints(connection: sqlite3.Connection) -> dict[str, str]:
    return {row["name"]: row["fingerprint"] for row in connection.execute(LIST_FINGERPRINTS)}


def _add_digests(
    connection: sqlite3.Connection, digests: Sequence[PreparedDigest], *, read_at: int
) -> tuple[IngestReport, ...]:
    return _Batch(connection, digests, read_at=read_at).run()


class _Batch:
    """Files that are read into the store within one transaction."""

    def __init__(
        self, connection: sqlite3.Connection, digests: Sequence[PreparedDigest], *, read_at: int
    ) -> None:
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
        self._new_sources = Rows(connection, ADD_SOURCES)
        self._held = Rows(connection, HOLD)

    def run(self) -> tuple[IngestReport, ...]:
        """Store what the files say, and count."""
        reports = tuple(map(self._add_digest, self._digests))
        self._flush()
        self._writer.settle()
        return reports

    def _flush(self) -> None:
        self._new_sources.write()
        self._writer.flush()
        self._held.write()

    def _add_digest(self, digest: PreparedDigest) -> IngestReport:
        known = self._known.get(digest.source)
        if known is None:
            return self._replace(self._add_source(digest), (), digest)
        self._flush()
        source, *said = known
        if said == [digest.fingerprint, digest.date]:
            held = self._connection.execute(COUNT_HELD, {"source": source}).fetchone()[0]
            return IngestReport(added=0, changed=0, removed=0, unchanged=held)
        self._connection.execute(
            CHANGE_SOURCE,
            {
                "id": source,
                "fingerprint": digest.fingerprint,
                "date": digest.date,
                "read_at": self._read_at,
            },
        )
        self._known[digest.source] = (source, digest.fingerprint, digest.date)
        return self._replace(source, self._load_held(source), digest)

    def _add_source(self, digest: PreparedDigest) -> int:
        self._last_id += 1
        said = (digest.fingerprint, digest.date)
        self._known[digest.source] = (self._last_id, *said)
        self._new_sources.add(self._last_id, digest.source, *said, self._read_at)
        return self._last_id

    def _replace(self, source: int, held: Sequence[_Held], digest: PreparedDigest) -> IngestReport:
        """Store a file's entries, let go of what it held besides, and count."""
        counts = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        # What another file holds under another date must not be moved away from there.
        movable = [entry for entry in held if entry.date == digest.date or not entry.shared]
        drafts = [entry.draft for entry in digest.entries]
        pairs = match_drafts([entry.draft for entry in movable], drafts)
        kept = set()
        for index, entry in enumerate(digest.entries):
            old = movable[pairs[index]] if index in pairs else None
            entry_id, outcome = self._store(entry, old, digest.date)
            self._held.add(source, entry_id)
            kept.add(entry_id)
            counts[outcome] += 1
        for left in held:
            if left.id not in kept:
                counts["removed"] += self._release(source, left.id)
        return IngestReport(**counts)

    def _store(self, entry: PreparedEntry, old: _Held | None, date: str) -> tuple[int, str]:
        """Return the id of the entry that says what the draft says, and what it took."""
        if old and (revision_of(old.draft), old.date) == (entry.revision, date):
            if old.draft.links != entry.draft.links:
                self._writer.set_links(old.id, entry.draft.links)
            return old.id, "unchanged"
        twin = self._writer.find_twin(entry, date)
        if twin is not None:
            return twin, "unchanged"
        if old:
            self._writer.change(old.id, entry, date=date)
            return old.id, "changed"
        return self._writer.add(entry, date=date), "added"

    def _release(self, source: int, entry_id: int) -> bool:
        """Let go of an entry; return whether that removed it, for no other file holds it."""
        self._flush()
        self._connection.execute(RELEASE, {"source": source, "entry": entry_id})
        if self._connection.execute(IS_HELD, {"entry": entry_id}).fetchone():
            return False
        self._writer.remove(entry_id)
        return True

    def _load_held(self, source: int) -> list[_Held]:
        rows = self._connection.execute(LIST_HELD, {"source": source}).fetchall()
        return [
            _Held(
                id=row["id"],
                date=row["date"],
                shared=bool(row["shared"]),
                draft=_draft(row),
            )
            for row in rows
        ]


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
