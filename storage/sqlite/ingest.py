"""Files -> entries: what a file says now replaces what it said before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.models import DigestDraft, EntryDraft, IngestReport
from storage.sqlite.database import Domain
from storage.sqlite.entries import EntryWriter
from storage.sqlite.matching import match_drafts, revision_of

LIST_FINGERPRINTS = "SELECT name, fingerprint FROM sources"
GET_SOURCE = "SELECT id, fingerprint, date FROM sources WHERE name = :name"
SET_SOURCE = """
    INSERT INTO sources (name, fingerprint, date, read_at)
    VALUES (:name, :fingerprint, :date, :read_at)
    ON CONFLICT (name) DO UPDATE
    SET fingerprint = excluded.fingerprint, date = excluded.date, read_at = excluded.read_at
    RETURNING id
"""
COUNT_HELD = "SELECT COUNT(*) FROM entry_sources WHERE source_id = :source"
LIST_HELD = """
    SELECT entries.id, entries.date, entries.title, entries.abstract, entries.ko, entries.en,
           entries.url, EXISTS (
             SELECT 1 FROM entry_sources AS other
             WHERE other.entry_id = entries.id AND other.source_id != entry_sources.source_id
           ) AS shared
    FROM entry_sources JOIN entries ON entries.id = entry_sources.entry_id
    WHERE entry_sources.source_id = :source
    ORDER BY entries.position
"""
LIST_NAMES = """
    SELECT COALESCE(entry_names.spelling, names.name) AS name
    FROM entry_names JOIN names ON names.id = entry_names.name_id
    WHERE entry_names.entry_id = :entry AND entry_names.kind = :kind
    ORDER BY entry_names.position
"""
LIST_LINKS = "SELECT url FROM entry_links WHERE entry_id = :entry ORDER BY position"
GET_TWIN = "SELECT id FROM entries WHERE revision = :revision AND date = :date"
HOLD = "INSERT OR IGNORE INTO entry_sources (source_id, entry_id) VALUES (:source, :entry)"
RELEASE = "DELETE FROM entry_sources WHERE source_id = :source AND entry_id = :entry"
IS_HELD = "SELECT 1 FROM entry_sources WHERE entry_id = :entry"


class IngestStore(Domain):
    """What ingest asks of the store."""

    async def list_fingerprints(self) -> Mapping[str, str]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_list_fingerprints)

    async def add_digests(
        self, drafts: Sequence[tuple[DigestDraft, str]], *, now: datetime
    ) -> tuple[IngestReport, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.write(_add_digests, drafts, now=now)


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
    connection: sqlite3.Connection,
    drafts: Sequence[tuple[DigestDraft, str]],
    *,
    now: datetime,
) -> tuple[IngestReport, ...]:
    writer = EntryWriter(connection)
    reports = tuple(
        _add_digest(connection, writer, draft, fingerprint, read_at=int(now.timestamp()))
        for draft, fingerprint in drafts
    )
    writer.settle()
    return reports


def _add_digest(
    connection: sqlite3.Connection,
    writer: EntryWriter,
    draft: DigestDraft,
    fingerprint: str,
    *,
    read_at: int,
) -> IngestReport:
    now_said = {"name": draft.source, "fingerprint": fingerprint, "date": draft.date.isoformat()}
    source = connection.execute(GET_SOURCE, now_said).fetchone()
    if source and all(source[column] == now_said[column] for column in ("fingerprint", "date")):
        held = connection.execute(COUNT_HELD, {"source": source["id"]}).fetchone()[0]
        return IngestReport(added=0, changed=0, removed=0, unchanged=held)
    (source_id,) = connection.execute(SET_SOURCE, now_said | {"read_at": read_at}).fetchone()
    return _Replacement(connection, writer, source_id, now_said["date"]).run(draft.entries)


class _Replacement:
    """One file's entries replaced by its new ones."""

    def __init__(
        self, connection: sqlite3.Connection, writer: EntryWriter, source: int, date: str
    ) -> None:
        self._connection = connection
        self._writer = writer
        self._source = source
        self._date = date

    def run(self, drafts: Sequence[EntryDraft]) -> IngestReport:
        """Store the drafts, let go of the rest, and count."""
        counts = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        held = self._load_held()
        # What another file holds under another date must not be moved away from there.
        movable = [entry for entry in held if entry.date == self._date or not entry.shared]
        pairs = match_drafts([entry.draft for entry in movable], drafts)
        kept = set()
        for index, draft in enumerate(drafts):
            old = movable[pairs[index]] if index in pairs else None
            entry_id, outcome = self._store(draft, old)
            self._connection.execute(HOLD, {"source": self._source, "entry": entry_id})
            kept.add(entry_id)
            counts[outcome] += 1
        for entry in held:
            if entry.id not in kept:
                counts["removed"] += self._release(entry.id)
        return IngestReport(**counts)

    def _store(self, draft: EntryDraft, old: _Held | None) -> tuple[int, str]:
        """Return the id of the entry that says what the draft says, and what it took."""
        revision = revision_of(draft)
        if old and (revision_of(old.draft), old.date) == (revision, self._date):
            if old.draft.links != draft.links:
                self._writer.set_links(old.id, draft.links)
            return old.id, "unchanged"
        known = {"revision": revision, "date": self._date}
        if twin := self._connection.execute(GET_TWIN, known).fetchone():
            return twin["id"], "unchanged"
        if old:
            self._writer.change(old.id, draft, revision=revision, date=self._date)
            return old.id, "changed"
        return self._writer.add(draft, revision=revision, date=self._date), "added"

    def _release(self, entry_id: int) -> bool:
        """Let go of an entry; return whether that removed it, for no other file holds it."""
        self._connection.execute(RELEASE, {"source": self._source, "entry": entry_id})
        if self._connection.execute(IS_HELD, {"entry": entry_id}).fetchone():
            return False
        self._writer.remove(entry_id)
        return True

    def _load_held(self) -> list[_Held]:
        rows = self._connection.execute(LIST_HELD, {"source": self._source}).fetchall()
        return [
            _Held(
                id=row["id"],
                date=row["date"],
                shared=bool(row["shared"]),
                draft=self._load_draft(row),
            )
            for row in rows
        ]

    def _load_draft(self, row: sqlite3.Row) -> EntryDraft:
        return EntryDraft(
            title=row["title"],
            authors=self._texts(LIST_NAMES, entry=row["id"], kind="author"),
            abstract=row["abstract"],
            ko=tuple(json.loads(row["ko"])),
            en=tuple(json.loads(row["en"])),
            tags=self._texts(LIST_NAMES, entry=row["id"], kind="tag"),
            url=row["url"],
            links=self._texts(LIST_LINKS, entry=row["id"]),
            line=0,
        )

    def _texts(self, sql: str, **params: int | str) -> tuple[str, ...]:
        return tuple(text for (text,) in self._connection.execute(sql, params))
