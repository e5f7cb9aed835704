"""The ranking index in SQLite: a row for each token in a block of documents.

Blocks follow each other in the table, so that new documents are written at its end and reading a
token is a look into each block. Nothing is kept in memory but `Documents`.

What is added goes in several short transactions, so that nobody waits for long: first numbers are
given, then come postings, then the documents. Postings of a number that is no document are passed
over, so it does not matter where that ends, and numbers are never given twice.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from storage.models import DocumentDraft, Documents, PostingBlock
from storage.sqlite.database import Domain

T = TypeVar("T")

BLOCK = 4096
_BLOCK_BITS = 12  # 2 ** 12 is BLOCK
_TOKEN_BITS = 32
_BYTES = 3  # of a posting: two say which document, one how much
# Postings are written in this many parts, by the first bits of their tokens.
_PARTS, _PART_SHIFT = 8, _TOKEN_BITS - 3

GET_VERSION = "SELECT value FROM meta WHERE key = 'search_index'"
SET_VERSION = """
    INSERT INTO meta (key, value) VALUES ('search_index', :version)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
EMPTY = (
    "DELETE FROM search_documents",
    "DELETE FROM sqlite_sequence WHERE name = 'search_documents'",
    "DELETE FROM search_postings",
    "DELETE FROM search_words",
)
LIST_UNINDEXED = """
    SELECT entries.id FROM entries
    LEFT JOIN search_documents AS known ON known.entry_id = entries.id
    WHERE entries.date <= :until
    AND (known.entry_id IS NULL OR known.content <> entries.date || ' ' || entries.revision)
    ORDER BY entries.id
"""
LIST_KNOWN = """
    SELECT entry_id, content FROM search_documents
    WHERE entry_id IN (SELECT value FROM json_each(:ids))
"""
LAST_DOCUMENT = "SELECT seq FROM sqlite_sequence WHERE name = 'search_documents'"
# Makes SQLite remember that numbers up to this one were given.
ADD_LAST = """
    INSERT INTO search_documents (document, entry_id, paper_id, day, name_size, content)
    VALUES (:document, -1, 0, 0, 0, '')
"""
REMOVE_LAST = "DELETE FROM search_documents WHERE entry_id = -1"
REMOVE_DOCUMENT = "DELETE FROM search_documents WHERE entry_id = :entry_id"
ADD_DOCUMENT = """
    INSERT INTO search_documents (document, entry_id, paper_id, day, name_size, content)
    VALUES (:document, :entry_id, :paper_id, :day, :name_size, :content)
"""
GET_BLOCK = "SELECT data FROM search_postings WHERE key = ?"
SET_BLOCK = """
    INSERT INTO search_postings (key, data) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET data = excluded.data
"""
ADD_WORD = """
    INSERT INTO search_words (kind, word, sound) VALUES (?, ?, ?)
    ON CONFLICT (kind, word) DO NOTHING
"""
HAS_REMOVED = """
    SELECT EXISTS (SELECT 1 FROM search_documents WHERE entry_id NOT IN (SELECT id FROM entries))
"""
DROP_REMOVED = "DELETE FROM search_documents WHERE entry_id NOT IN (SELECT id FROM entries)"
LIST_DOCUMENTS = """
    SELECT document, entry_id, paper_id, day, name_size FROM search_documents ORDER BY document
"""
LAST_KEY = "SELECT MAX(key) FROM search_postings"
LIST_BLOCKS = """
    SELECT key, data FROM search_postings
    WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key
"""
LIST_WORDS = "SELECT id, word FROM search_words WHERE kind = ? AND id > ? ORDER BY id"
LIST_SOUND = """
    SELECT word FROM search_words WHERE kind = ? AND sound = ? AND sound <> '' ORDER BY id
"""


class StoredPostings:
    """One state of the index, read as it is asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        (last,) = connection.execute(LAST_KEY).fetchone()
        self._blocks = range(0) if last is None else range((last >> _TOKEN_BITS) + 1)
        self._found: dict[int, tuple[PostingBlock, ...]] = {}

    def count(self, token: int) -> int:
        """See `storage.base.Postings`."""
        return sum(len(block.weights) for block in self.find(token))

    def find(self, token: int) -> Sequence[PostingBlock]:
        """See `storage.base.Postings`."""
        if token not in self._found:
            keys = json.dumps([block << _TOKEN_BITS | token for block in self._blocks])
            rows = self._connection.execute(LIST_BLOCKS, (keys,))
            self._found[token] = tuple(_block(key, data) for key, data in rows)
        return self._found[token]

    def list_words(self, kind: str, *, after: int) -> Sequence[tuple[int, str]]:
        """See `storage.base.Postings`."""
        return [(row[0], row[1]) for row in self._connection.execute(LIST_WORDS, (kind, after))]

    def list_words_of_sound(self, kind: str, sound: str) -> Sequence[str]:
        """See `storage.base.Postings`."""
        return [row[0] for row in self._connection.execute(LIST_SOUND, (kind, sound))]


class PostingIndex(Domain):
    """The index, as `storage.base.PostingStore` says."""

    async def begin_index(self, version: str) -> None:
        """See `storage.base.PostingStore`."""
        if await self._database.read(_get_version) != version:
            await self._database.write(_begin, version)

    async def list_unindexed(self, *, until: date) -> Sequence[int]:
        """See `storage.base.PostingStore`."""
        return await self._database.read(_list_unindexed, until=until)

    async def add_documents(self, drafts: Iterable[DocumentDraft]) -> None:
        """See `storage.base.PostingStore`."""
        numbered = await self._database.write(_give_numbers, tuple(drafts))
        for postings in _arrange(numbered):
            await self._database.write(_add_postings, postings)
        await self._database.write(_add_documents, numbered)

    async def drop_removed(self) -> int:
        """See `storage.base.PostingStore`."""
        if not await self._database.read(_has_removed):  # a file that cannot be written will do
            return 0
        return await self._database.write(_drop_removed)

    async def get_documents(self) -> Documents:
        """See `storage.base.PostingStore`."""
        return await self._database.read(_get_documents)

    async def consult(self, work: Callable[[StoredPostings], T]) -> T:
        """See `storage.base.PostingStore`."""
        return await self._database.read(lambda connection: work(StoredPostings(connection)))


def _block(key: int, data: bytes) -> PostingBlock:
    count = len(data) // _BYTES
    offsets = array("H")
    offsets.frombytes(data[: 2 * count])
    base = key >> _TOKEN_BITS << _BLOCK_BITS
    return PostingBlock(base=base, offsets=offsets, weights=data[2 * count :])


def _get_version(connection: sqlite3.Connection) -> str | None:
    row = connection.execute(GET_VERSION).fetchone()
    return None if row is None else str(row[0])


def _begin(connection: sqlite3.Connection, version: str) -> None:
    if _get_version(connection) == version:
        return  # another process was faster
    for statement in EMPTY:
        connection.execute(statement)
    connection.execute(SET_VERSION, {"version": version})


def _list_unindexed(connection: sqlite3.Connection, *, until: date) -> list[int]:
    rows = connection.execute(LIST_UNINDEXED, {"until": until.isoformat()})
    return [row[0] for row in rows]


def _give_numbers(
    connection: sqlite3.Connection, drafts: Sequence[DocumentDraft]
) -> dict[int, DocumentDraft]:
    """Return the drafts that the index lacks by the numbers that they are to have."""
    ids = json.dumps([draft.entry_id for draft in drafts])
    known = dict(connection.execute(LIST_KNOWN, {"ids": ids}).fetchall())
    lacking = [draft for draft in drafts if known.get(draft.entry_id) != draft.content]
    row = connection.execute(LAST_DOCUMENT).fetchone()
    numbered = dict(enumerate(lacking, start=1 + (row[0] if row else 0)))
    if numbered:
        connection.execute(ADD_LAST, {"document": max(numbered)})
        connection.execute(REMOVE_LAST)
    return numbered


def _arrange(numbered: Mapping[int, DocumentDraft]) -> Iterator[list[tuple[int, int]]]:
    """Yield parts of the postings, in the order of the table: key, and offset and weight in one."""
    blocks: dict[int, list[tuple[int, DocumentDraft]]] = {}
    for document, draft in numbered.items():
        blocks.setdefault(document >> _BLOCK_BITS, []).append((document % BLOCK << 8, draft))
    for block, drafts in sorted(blocks.items()):
        parts = [array("Q") for _ in range(_PARTS)]
        for offset, draft in drafts:
            for posting in draft.postings:
                token = posting >> 8
                parts[token >> _PART_SHIFT].append(token << 20 | offset | posting & 255)
        for part in parts:
            yield [(block << _TOKEN_BITS | row >> 20, row & 0xFFFFF) for row in sorted(part)]


def _add_postings(connection: sqlite3.Connection, postings: Sequence[tuple[int, int]]) -> None:
    changed = []
    for key, group in groupby(postings, key=itemgetter(0)):
        offsets, weights = array("H"), bytearray()
        for _, row in group:
            offsets.append(row >> 8)
            weights.append(row & 255)
        if known := connection.execute(GET_BLOCK, (key,)).fetchone():
            offsets, weights = _join(_block(key, known[0]), offsets, weights)
        changed.append((key, offsets.tobytes() + weights))
    connection.executemany(SET_BLOCK, changed)


def _join(
    known: PostingBlock, offsets: array[int], weights: bytearray
) -> tuple[array[int], bytearray]:
    """Return a block's documents with more of them, ascending."""
    offsets, weights = array("H", known.offsets) + offsets, bytearray(known.weights) + weights
    if known.offsets[-1] > offsets[len(known.offsets)]:
        # Two processes at once: the one that was given the later numbers came first.
        order = sorted(range(len(offsets)), key=offsets.__getitem__)
        return array("H", [offsets[at] for at in order]), bytearray(weights[at] for at in order)
    return offsets, weights


def _add_documents(connection: sqlite3.Connection, numbered: Mapping[int, DocumentDraft]) -> None:
    words: dict[tuple[str, str], str] = {}
    for document, draft in numbered.items():
        connection.execute(REMOVE_DOCUMENT, {"entry_id": draft.entry_id})
        connection.execute(
            ADD_DOCUMENT,
            {
                "document": document,
                "entry_id": draft.entry_id,
                "paper_id": draft.paper_id,
                "day": draft.day,
                "name_size": draft.name_size,
                "content": draft.content,
            },
        )
        words.update({("word", word): sound for word, sound in draft.words.items()})
        words.update({("author", name): sound for name, sound in draft.authors.items()})
    connection.executemany(ADD_WORD, [(*word, sound) for word, sound in words.items()])


def _has_removed(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute(HAS_REMOVED).fetchone()[0])


def _drop_removed(connection: sqlite3.Connection) -> int:
    return connection.execute(DROP_REMOVED).rowcount


def _get_documents(connection: sqlite3.Connection) -> Documents:
    rows: Sequence[Mapping[str, int]] = connection.execute(LIST_DOCUMENTS).fetchall()
    size = rows[-1]["document"] + 1 if rows else 0
    zeros = [0] * size
    documents = Documents(
        entry_ids=array("q", zeros),
        paper_ids=array("q", zeros),
        days=array("i", zeros),
        name_sizes=array("B", zeros),
    )
    pick = itemgetter("document", "entry_id", "paper_id", "day", "name_size")
    for document, entry_id, paper_id, day, name_size in map(pick, rows):
        documents.entry_ids[document] = entry_id
        documents.paper_ids[document] = paper_id
        documents.days[document] = day
        documents.name_sizes[document] = name_size
    return documents
