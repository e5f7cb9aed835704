"""The full-text index: one document per entry, kept in step with it and with the analyser."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from storage.models import EntryDraft
from storage.sqlite.rows import Rows
from storage.text import ANALYSER_VERSION, index_tokens

GET_VERSION = "SELECT value FROM meta WHERE key = 'analyser'"
SET_VERSION = """
    INSERT INTO meta (key, value) VALUES ('analyser', :version)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
ADD_DOCUMENT = """
    INSERT INTO entry_index (rowid, title, authors, tags, abstract, ko, en)
    VALUES (:id, :title, :authors, :tags, :abstract, :ko, :en)
"""
ADD_DOCUMENTS = """
    INSERT INTO entry_index (rowid, title, authors, tags, abstract, ko, en)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
           json_extract(value, '$[6]')
    FROM json_each(:rows)
"""
# A contentless table has to be told what it forgets (sqlite.org/fts5.html#the_delete_command).
REMOVE_DOCUMENT = """
    INSERT INTO entry_index (entry_index, rowid, title, authors, tags, abstract, ko, en)
    VALUES ('delete', :id, :title, :authors, :tags, :abstract, :ko, :en)
"""
REMOVE_ALL = "INSERT INTO entry_index (entry_index) VALUES ('delete-all')"
LAST_ID = 2**63 - 1
LIST_TEXTS = """
    SELECT id, title, abstract, ko, en, (
      SELECT json_group_array(COALESCE(spelling, name)) FROM (
        SELECT entry_names.spelling, names.name
        FROM entry_names JOIN names ON names.id = entry_names.name_id
        WHERE entry_names.entry_id = entries.id AND entry_names.kind = 'author'
        ORDER BY entry_names.position
      )
    ) AS authors, (
      SELECT json_group_array(COALESCE(spelling, name)) FROM (
        SELECT entry_names.spelling, names.name
        FROM entry_names JOIN names ON names.id = entry_names.name_id
        WHERE entry_names.entry_id = entries.id AND entry_names.kind = 'tag'
        ORDER BY entry_names.position
      )
    ) AS tags
    FROM entries
    WHERE id BETWEEN :first AND :last
"""


class Document(NamedTuple):
    """An entry's texts as tokens."""

    title: str
    authors: str
    tags: str
    abstract: str
    ko: str
    en: str


class IndexWriter:
    """Collects what to index within one transaction; `flush` must end it.

    All at once, because FTS5 writes out what it holds in memory whenever another statement comes
    between: thousands of entries one by one take six times as long.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._removed: list[dict[str, int | str]] = []
        self._added: dict[int, Document] = {}

    def add(self, entry_id: int, document: Document) -> None:
        """Index an entry that is new, or was removed from the index."""
        self._added[entry_id] = document

    def remove(self, entry_id: int) -> None:
        """Take an entry out of the index; its rows must still be as they were indexed."""
        if self._added.pop(entry_id, None) is None:
            rows = self._connection.execute(LIST_TEXTS, {"first": entry_id, "last": entry_id})
            self._removed.extend(_row_document(row) for row in rows)

    def flush(self) -> None:
        """Write the index."""
        self._connection.executemany(REMOVE_DOCUMENT, self._removed)
        added = Rows(self._connection, ADD_DOCUMENTS)
        for entry_id, document in self._added.items():
            added.add(entry_id, *document)
        added.write()


def document_of(draft: EntryDraft) -> Document:
    """Return what the index holds of an entry."""
    return _document(
        draft.title,
        authors=draft.authors,
        tags=draft.tags,
        abstract=draft.abstract,
        ko=draft.ko,
        en=draft.en,
    )


def is_index_current(connection: sqlite3.Connection) -> bool:
    """Return whether the index was made by this version's analyser."""
    row = connection.execute(GET_VERSION).fetchone()
    return row is not None and row["value"] == ANALYSER_VERSION


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Index every entry again, one at a time, unless another process just did."""
    if is_index_current(connection):
        return
    connection.execute(REMOVE_ALL)
    rows = connection.execute(LIST_TEXTS, {"first": 0, "last": LAST_ID})
    connection.executemany(ADD_DOCUMENT, (_row_document(row) for row in rows))
    connection.execute(SET_VERSION, {"version": ANALYSER_VERSION})


def _row_document(row: sqlite3.Row) -> dict[str, int | str]:
    document = _document(
        row["title"],
        authors=json.loads(row["authors"]),
        tags=json.loads(row["tags"]),
        abstract=row["abstract"],
        ko=json.loads(row["ko"]),
        en=json.loads(row["en"]),
    )
    return {"id": row["id"], **document._asdict()}


def _document(
    title: str,
    *,
    authors: Sequence[str],
    tags: Sequence[str],
    abstract: str | None,
    ko: Sequence[str],
    en: Sequence[str],
) -> Document:
    return Document(
        title=index_tokens(title),
        authors=index_tokens("\n".join(authors)),
        tags=index_tokens("\n".join(tags)),
        abstract=index_tokens(abstract or ""),
        ko=index_tokens("\n".join(ko)),
        en=index_tokens("\n".join(en)),
    )
