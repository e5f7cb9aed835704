"""Which documents hold which tokens: sorted arrays, a few bytes for each posting. Pure.

A token is known by a 32-bit hash: among 100,000 tokens about one pair collides, which costs a
stray match. Documents come in segments of `SEGMENT_SIZE`; adding one rewrites the last segment,
nothing else.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from zlib import crc32

SEGMENT_SIZE = 128
# A posting's weight is stored in a byte, in steps of 1/16.
WEIGHT_STEPS = 16
_LARGEST = 255


class _Segment:
    """The postings of up to SEGMENT_SIZE documents, ordered by hash and document."""

    __slots__ = ("documents", "fields", "hashes", "size", "weights")

    def __init__(self) -> None:
        self.size = 0
        self.hashes = array("I")
        self.documents = array("B")
        self.weights = array("B")
        self.fields = array("B")

    def pack(self, rows: list[int]) -> None:
        rows.sort()
        self.hashes = array("I", [row >> 24 for row in rows])
        self.documents = array("B", [row >> 16 & 255 for row in rows])
        self.weights = array("B", [row >> 8 & 255 for row in rows])
        self.fields = array("B", [row & 255 for row in rows])

    def unpack(self) -> list[int]:
        columns = zip(self.hashes, self.documents, self.weights, self.fields, strict=True)
        return [h << 24 | d << 16 | w << 8 | f for h, d, w, f in columns]

    def find(self, key: int) -> range:
        first = bisect_left(self.hashes, key)
        return range(first, bisect_right(self.hashes, key, first))


class Postings:
    """Documents 0, 1, 2, … by token. Documents are only ever added."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._pending: list[int] | None = None

    def __len__(self) -> int:
        return sum(segment.size for segment in self._segments)

    def add(self, tokens: Mapping[str, tuple[float, int]]) -> int:
        """Add a document's tokens, each with its weight and a byte of field flags; return its number."""
        if not self._segments or self._segments[-1].size == SEGMENT_SIZE:
            self.settle()
            self._segments.append(_Segment())
            self._pending = []
        segment = self._segments[-1]
        if self._pending is None:
            self._pending = segment.unpack()
        for token, (weight, fields) in tokens.items():
            level = min(_LARGEST, max(1, round(weight * WEIGHT_STEPS)))
            self._pending.append(hash_token(token) << 24 | segment.size << 16 | level << 8 | fields)
        segment.size += 1
        return (len(self._segments) - 1) * SEGMENT_SIZE + segment.size - 1

    def settle(self) -> None:
        """Sort what was added; finding does so by itself."""
        if self._pending is not None:
            self._segments[-1].pack(self._pending)
            self._pending = None

    def find(self, token: str) -> Iterator[tuple[int, float, int]]:
        """Yield (document, weight, fields) for each document with the token, in order."""
        self.settle()
        key = hash_token(token)
        for number, segment in enumerate(self._segments):
            base = number * SEGMENT_SIZE
            for at in segment.find(key):
                yield (
                    base + segment.documents[at],
                    segment.weights[at] / WEIGHT_STEPS,
                    segment.fields[at],
                )

    def count(self, token: str) -> int:
        """Return how many documents have the token."""
        self.settle()
        key = hash_token(token)
        return sum(len(segment.find(key)) for segment in self._segments)

    def count_bytes(self) -> int:
        """Return the memory that the arrays take."""
        return sum(
            len(column) * column.itemsize
            for segment in self._segments
            for column in (segment.hashes, segment.documents, segment.weights, segment.fields)
        )


def hash_token(token: str) -> int:
    """Return a token's 32-bit hash."""
    return crc32(token.encode("utf-8", "surrogatepass"))
