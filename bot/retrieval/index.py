"""The index, as questions see it: documents by token, date, author and tag. Pure.

A common word stands in most documents; what it is asked together with decides. So a token with
more than MOST documents is read at its heaviest ones, and where rarer tokens lead.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import compress

from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.postings import hash_token
from bot.retrieval.vocabulary import Vocabulary, group_by_length, group_by_sound
from storage.base import Postings
from storage.models import Documents, PostingBlock

# Documents of a token that are read whole; of a more frequent one, the heaviest are looked at.
MOST = 1024
_HEAVIEST = 160
# Weights are counted by the 16, the heaviest first, and then one by one.
_STEPS = 16
_COARSE = bytes(packed // _STEPS for packed in range(256))
# To look up a document in a block takes as long as to read so many of it.
_LOOKED_UP = 8


@dataclass(slots=True)
class Lexicon:
    """The spellings that the index has seen; kept from question to question."""

    words: Vocabulary = field(default_factory=lambda: Vocabulary("word", group_by_length))
    authors: Vocabulary = field(default_factory=lambda: Vocabulary("author", group_by_sound))


class Catalogue:
    """What is known of each document, in arrays; made anew when the index changes."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.days = documents.days  # ordinals by document, 0 where there is none any more
        self.size = len(self.days) - self.days.count(0)

    def entry_id(self, document: int) -> int:
        """Return a document's entry."""
        return self._documents.entry_ids[document]

    def paper_id(self, document: int) -> int:
        """Return a document's paper."""
        return self._documents.paper_ids[document]

    def name_size(self, document: int) -> int:
        """Return how many units the paper's name has: `s1`, `Token-Shuffle`; 0 if it has none."""
        return self._documents.name_sizes[document]

    def find_entries(self, entry_ids: Iterable[int]) -> set[int]:
        """Return the documents of entries."""
        wanted = set(entry_ids)
        if not wanted:
            return set()
        ids = self._documents.entry_ids
        return {at for at, each in enumerate(ids) if each in wanted and self.days[at]}

    def between(self, first: int, last: int) -> Sequence[int]:
        """Return the documents of some days (ordinals, both included)."""
        return self._order[bisect_left(self._days, first) : bisect_right(self._days, last)]

    def newest(self, until: int) -> int | None:
        """Return the newest day up to `until`, or None."""
        at = bisect_right(self._days, until)
        return self._days[at - 1] if at else None

    def day_back(self, until: int, *, count: int) -> int | None:
        """Return a day since which, up to `until`, there are so many documents, if there are any.

        It is the first one's where there are fewer.
        """
        at = bisect_right(self._days, until)
        return self._days[max(at - count, 0)] if at else None

    @property
    def first_day(self) -> int | None:
        """The oldest document's day, None if there is no document."""
        return self._days[0] if self._days else None

    @property
    def last_day(self) -> int | None:
        """The newest document's day, None if there is no document."""
        return self._days[-1] if self._days else None

    @cached_property
    def _order(self) -> array[int]:
        days = self.days
        return array("I", sorted(compress(range(len(days)), days), key=days.__getitem__))

    @cached_property
    def _days(self) -> array[int]:
        return array("i", map(self.days.__getitem__, self._order))


class Index:
    """One state of what can be found."""

    def __init__(
        self,
        catalogue: Catalogue,
        postings: Postings,
        *,
        lexicon: Lexicon | None = None,
        glossary: Glossary | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.glossary = glossary or load_glossary()
        lexicon = lexicon or Lexicon()
        self.words = lexicon.words.over(postings)
        self.authors = lexicon.authors.over(postings)
        self._postings = postings

    def find(self, token: str) -> Iterator[tuple[int, int]]:
        """Yield (document, packed weight and flags) of each document with the token, in order."""
        for block in self._postings.find(hash_token(token)):
            yield from _unpack(block)

    def find_heaviest(self, token: str) -> list[int]:
        """Return those documents of a common token that have most of it, the newest of equals."""
        blocks = self._postings.find(hash_token(token))
        least, room = _heaviness(blocks)
        heavier = re.compile(b"[%s-\xff]" % re.escape(bytes((min(least + 1, 255),))), re.DOTALL)
        found: list[int] = []
        for block in blocks:
            base, offsets = block.base, block.offsets
            found += [base + offsets[each.start()] for each in heavier.finditer(block.weights)]
        for block in reversed(blocks):
            at = len(block.weights)
            while room and (at := block.weights.rfind(least, 0, at)) >= 0:
                found.append(block.base + block.offsets[at])
                room -= 1
        return found

    def find_among(self, token: str, documents: Sequence[int]) -> list[tuple[int, int]]:
        """Return those of some documents, ascending, that have a common token."""
        found: list[tuple[int, int]] = []
        for block in self._postings.find(hash_token(token)):
            offsets, weights, base = block.offsets, block.weights, block.base
            first = bisect_left(documents, base)
            wanted = documents[first : bisect_right(documents, base + offsets[-1], first)]
            if len(offsets) < _LOOKED_UP * len(wanted):
                among = {each - base for each in wanted}
                pairs = zip(offsets, weights, strict=True)
                found += [(base + offset, weight) for offset, weight in pairs if offset in among]
                continue
            at, size = 0, len(offsets)
            for document in wanted:
                at = bisect_left(offsets, document - base, at)
                if at < size and offsets[at] == document - base:
                    found.append((document, weights[at]))
        return found

    def count(self, token: str) -> int:
        """Return how many documents have the token, removed ones included."""
        return self._postings.count(hash_token(token))

    def rarity(self, token: str) -> float:
        """Return BM25's inverse document frequency."""
        return self.rarity_of(self.count(token))

    def rarity_of(self, count: int) -> float:
        """Return the inverse document frequency of what `count` documents have."""
        size = max(self.catalogue.size, count)
        return math.log(1 + (size - count + 0.5) / (count + 0.5))

    def keep_visible(self, documents: Iterable[int], *, until: int) -> set[int]:
        """Return those documents that (still) exist, up to a day (ordinal)."""
        days = self.catalogue.days
        size = len(days)
        return {each for each in documents if each < size and 0 < days[each] <= until}

    def years(self) -> range:
        """Return the years that digests are from."""
        first, last = self.catalogue.first_day, self.catalogue.last_day
        if first is None or last is None:
            return range(0)
        return range(date.fromordinal(first).year, date.fromordinal(last).year + 1)

    def newest(self, until: date) -> date | None:
        """Return the date of the newest digest up to `until`, or None."""
        found = self.catalogue.newest(until.toordinal())
        return None if found is None else date.fromordinal(found)

    def has_tag(self, tag: str) -> bool:
        """Whether an entry carries the tag, in the form of `tag_key`."""
        tagged = (document for document, _ in self.find(f"#{tag}"))
        return bool(self.keep_visible(tagged, until=date.max.toordinal()))

    def has_author(self, name: str) -> bool:
        """Whether somebody of that name, in the form of `title_key`, wrote an entry's paper.

        Its parts are known too: what only shares the whole name's hash has none of them.
        """
        return all(map(self.count, (f"@{name}", *(f"~{part}" for part in name.split()))))

    def means_something(self, stem: str) -> bool:
        """Whether a word, by its stem, is one of the glossary's."""
        return self.glossary.knows(stem)


def _unpack(block: PostingBlock) -> Iterator[tuple[int, int]]:
    base = block.base
    return zip([base + offset for offset in block.offsets], block.weights, strict=True)


def _heaviness(blocks: Sequence[PostingBlock]) -> tuple[int, int]:
    """Return the weight (packed) at which there are enough, and how many of it to take."""
    room = _HEAVIEST
    weights = b"".join(block.weights for block in blocks)
    coarse = weights.translate(_COARSE)
    step = _STEPS - 1
    while step and (found := coarse.count(step)) < room:
        room -= found
        step -= 1
    for packed in range(_STEPS * step + _STEPS - 1, 0, -1):
        found = weights.count(packed)
        if found >= room:
            return packed, room
        room -= found
    return 0, room
