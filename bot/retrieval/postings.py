"""Which documents hold which tokens: sorted arrays, about four bytes for each posting. Pure.

A token is known by a 32-bit hash: among 100,000 tokens about one pair collides, which costs a
stray match. Documents come in segments of `SEGMENT_SIZE`; adding one rewrites the last segment,
nothing else.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from zlib import crc32

# A document's number in its segment is a byte.
SEGMENT_SIZE = 128
# Two flags and a weight share a byte: 64 weights from 1/16 on, each 12 % above the one before.
_FLAG_BITS = 2
_LEVELS, _SMALLEST, _PER_DOUBLING = 64, 1 / 16, 6
_WEIGHTS = tuple(_SMALLEST * 2 ** (level / _PER_DOUBLING) for level in range(_LEVELS))
# Where the postings of every 64th token begin is known; between them, counts are added up.
_STRIDE = 64


class _Segment:
    """The postings of up to SEGMENT_SIZE documents, ordered by hash and document."""

    __slots__ = ("_counts", "_documents", "_hashes", "_packed", "_starts", "size")

    def __init__(self) -> None:
        self.size = 0
        self._hashes = array("I")
        self._counts = array("H")
        self._starts = array("I")
        self._documents = array("B")
        self._packed = array("B")

    def pack(self, rows: Iterable[int]) -> None:
        """Take over all postings: hash, document and packed byte in one number each."""
        self._hashes, self._counts = array("I"), array("H")
        self._documents, self._packed = array("B"), array("B")
        last = -1
        for row in sorted(rows):
            key = row >> 16
            if key != last:
                self._hashes.append(key)
                self._counts.append(0)
                last = key
            self._counts[-1] += 1
            self._documents.append(row >> 8 & 255)
            self._packed.append(row & 255)
        starts = accumulate(self._counts, initial=0)
        self._starts = array("I", [at for place, at in enumerate(starts) if not place % _STRIDE])

    def unpack(self) -> array[int]:
        """Return what `pack` took."""
        rows = array("Q")
        at = 0
        for key, count in zip(self._hashes, self._counts, strict=True):
            for place in range(at, at + count):
                rows.append(key << 16 | self._documents[place] << 8 | self._packed[place])
            at += count
        return rows

    def count(self, key: int) -> int:
        place = bisect_left(self._hashes, key)
        found = place < len(self._hashes) and self._hashes[place] == key
        return self._counts[place] if found else 0

    def find(self, key: int) -> Iterable[tuple[int, int]]:
        """Return (document in the segment, packed byte) of each posting."""
        place = bisect_left(self._hashes, key)
        if place == len(self._hashes) or self._hashes[place] != key:
            return ()
        before = place - place % _STRIDE
        first = self._starts[before // _STRIDE] + sum(self._counts[before:place])
        last = first + self._counts[place]
        return zip(self._documents[first:last], self._packed[first:last], strict=True)

    def count_bytes(self) -> int:
        columns = (self._hashes, self._counts, self._starts, self._documents, self._packed)
        return sum(len(column) * column.itemsize for column in columns)


class Postings:
    """Documents 0, 1, 2, … by token. Documents are only ever added."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._pending: array[int] | None = None

    def __len__(self) -> int:
        return sum(segment.size for segment in self._segments)

    def add(self, tokens: Iterable[tuple[str, float, int]]) -> int:
        """Add a document's tokens, each with a weight and flags (0 to 3); return its number."""
        if not self._segments or self._segments[-1].size == SEGMENT_SIZE:
            self.settle()
            self._segments.append(_Segment())
        segment = self._segments[-1]
        if self._pending is None:
            self._pending = segment.unpack()
        document = segment.size << 8
        for token, weight, flags in tokens:
            packed = _level(weight) << _FLAG_BITS | flags
            self._pending.append(hash_token(token) << 16 | document | packed)
        segment.size += 1
        return len(self) - 1

    def settle(self) -> None:
        """Sort what was added; finding does so by itself."""
        if self._pending is not None:
            self._segments[-1].pack(self._pending)
            self._pending = None

    def find(self, token: str) -> Iterator[tuple[int, float, int]]:
        """Yield (document, weight, flags) for each document with the token, in order."""
        self.settle()
        key = hash_token(token)
        for number, segment in enumerate(self._segments):
            base = number * SEGMENT_SIZE
            for document, packed in segment.find(key):
                yield base + document, _WEIGHTS[packed >> _FLAG_BITS], packed & 3

    def count(self, token: str) -> int:
        """Return how many documents have the token."""
        self.settle()
        key = hash_token(token)
        return sum(segment.count(key) for segment in self._segments)

    def count_bytes(self) -> int:
        """Return the memory that the arrays take."""
        return sum(segment.count_bytes() for segment in self._segments)


def hash_token(token: str) -> int:
    """Return a token's 32-bit hash."""
    return crc32(token.encode("utf-8", "surrogatepass"))


def _level(weight: float) -> int:
    level = round(_PER_DOUBLING * math.log2(max(weight, _SMALLEST) / _SMALLEST))
    return min(level, _LEVELS - 1)
