"""The ranking index in SQLite: a row for each token in a block of documents.

Blocks follow each other in the table, so that new documents are written at its end and reading a
token is a look into each block. Nothing is kept in memory but `Documents`.

What is added goes in several short transactions, so that nobody waits for long: first numbers are
given, then come postings, then the documents. Postings of a number that is no document are passed
over, so it does not matter where that ends, and numbers are never given twice.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from storage.models import DocumentDraft, Documents, PostingBlock
from storage.sqlite.database import Domain

T = TypeVar("T")

BLOCK = 16_384
_BLOCK_BITS = 14  # 2 ** 14 is BLOCK
_TOKEN_BITS = 32
_BYTES = 3  # of a posting: two say which document, one how much
# Postings are put in order in this many parts, by the first bits of their tokens; a posting's token
# then stands before 24 other bits. So many rows are written at a time.
_PARTS, _PART_SHIFT = 8, 24 + _TOKEN_BITS - 3
_ROWS = 8192

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
# An entry's older document goes.
ADD_DOCUMENT = """
    INSERT OR REPLACE INTO search_documents (document, entry_id, paper_id, day, name_size, content)
    VALUES (:document, :entry_id, :paper_id, :day, :name_size, :content)
"""
ADD_ROW = """
    INSERT INTO search_postings (key, data) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET data = join_postings(data, excluded.data)
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
# By their ids, not all of a kind (the plus): mostly there are no new ones.
LIST_WORDS = "SELECT id, word, sound FROM search_words WHERE +kind = ? AND id > ? ORDER BY id"
# One row: after every row, the thread that reads has to wait for Python's lock.
LIST_SOUND = """
    SELECT json_group_array(word) FROM (
      SELECT word FROM search_words WHERE kind = ? AND sound = ? AND sound <> '' ORDER BY id
    )
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

    def list_words(self, kind: str, *, after: int) -> Sequence[tuple[int, str, str]]:
        """See `storage.base.Postings`."""
        rows = self._connection.execute(LIST_WORDS, (kind, after))
        return [(row[0], row[1], row[2]) for row in rows]

    def list_words_of_sound(self, kind: str, sound: str) -> Sequence[str]:
        """See `storage.base.Postings`."""
        (words,) = self._connection.execute(LIST_SOUND, (kind, sound)).fetchone()
        found: list[str] = json.loads(words)
        return found


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
        rows = _arrange(numbered)
        while some := await asyncio.to_thread(list, islice(rows, _ROWS)):
            await self._database.write(_add_rows, some)
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


def _arrange(numbered: Mapping[int, DocumentDraft]) -> Iterator[tuple[int, bytes]]:
    """Yield the rows that new postings make, in the order of the table."""
    blocks: dict[int, list[array[int]]] = {}
    for document, draft in numbered.items():
        parts = blocks.setdefault(document >> _BLOCK_BITS, [array("Q") for _ in range(_PARTS)])
        offset = document % BLOCK << 8
        postings = array("Q", sorted([p >> 8 << 24 | offset | p & 255 for p in draft.postings]))
        start = 0
        for number, part in enumerate(parts, start=1):
            end = bisect_left(postings, number << _PART_SHIFT, start)
            part.extend(postings[start:end])
            start = end
    for block, parts in sorted(blocks.items()):
        for part in parts:
            for token, data in _group(array("Q", sorted(part))):
                yield block << _TOKEN_BITS | token, data


def _group(postings: array[int]) -> Iterator[tuple[int, bytes]]:
    """Yield each token with its row's data; a posting is a token and 16 and 8 bits, in order.

    Bytes are taken by the column: to take numbers apart one by one would be most of the work.
    """
    raw = postings.tobytes()
    tokens = _from_columns("I", [_column(raw, place) for place in (3, 4, 5, 6)])
    offsets = _from_columns("H", [_column(raw, place) for place in (1, 2)]).tobytes()
    weights = _column(raw, 0)
    start = 0
    for token, count in Counter(tokens).items():
        end = start + count
        yield token, offsets[2 * start : 2 * end] + weights[start:end]
        start = end


def _column(raw: bytes, place: int) -> bytes:
    """Return a byte of each 64-bit number, 0 being the least."""
    return raw[place if sys.byteorder == "little" else 7 - place :: 8]


def _from_columns(typecode: str, columns: Sequence[bytes]) -> array[int]:
    """Return the numbers that have these bytes, the least first."""
    size = len(columns)
    raw = bytearray(size * len(columns[0]))
    for place, column in enumerate(columns):
        raw[place if sys.byteorder == "little" else size - 1 - place :: size] = column
    return array(typecode, bytes(raw))


def _add_rows(connection: sqlite3.Connection, rows: Sequence[tuple[int, bytes]]) -> None:
    connection.create_function("join_postings", 2, _join, deterministic=True)
    connection.executemany(ADD_ROW, rows)


def _join(known: bytes, new: bytes) -> bytes:
    """Return the data of two rows in one, documents ascending."""
    end, more = (len(data) // _BYTES * 2 for data in (known, new))
    offsets, weights = known[:end] + new[:more], known[end:] + new[more:]
    if _offset(known, end - 2) < _offset(new, 0):
        return offsets + weights
    # Two processes at once: the one that was given the later numbers came first.
    numbers = array("H", offsets)
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    return array("H", [numbers[at] for at in order]).tobytes() + bytes(weights[at] for at in order)


def _offset(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], sys.byteorder)


def _add_documents(connection: sqlite3.Connection, numbered: Mapping[int, DocumentDraft]) -> None:
    rows = (
        {
            "document": document,
            "entry_id": draft.entry_id,
            "paper_id": draft.paper_id,
            "day": draft.day,
            "name_size": draft.name_size,
            "content": draft.content,
        }
        for document, draft in numbered.items()
    )
    connection.executemany(ADD_DOCUMENT, rows)
    words: dict[tuple[str, str], str] = {}
    for draft in numbered.values():
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
