"""The index: entries in, documents by token, author, tag and date out. Pure; rebuilt at start.

Each posting holds a token's weight in the entry, summed over the fields as BM25F does it
(Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004). Average
field lengths are constants, so that adding an entry never changes another.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from itertools import pairwise

from bot.retrieval.analysis import Unit, joined_tokens, prepare, split_units, unit_tokens
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.postings import Postings
from bot.retrieval.vocabulary import Vocabulary
from storage.models import Entry
from storage.text import tag_key, title_key

TITLE, TAGS, ABSTRACT, KO, EN = range(5)
# Flags of a posting: the token is in the paper's name, or is all of it; it is in title and tags.
NAME, TAGGED, WHOLE_NAME = 1, 2, 3
# Field: weight, usual length in units, how much a longer field counts less (BM25's b).
FIELDS = {
    TITLE: (3.0, 10, 0.3),
    TAGS: (1.5, 3, 0.2),
    ABSTRACT: (1.0, 190, 0.5),
    KO: (1.2, 60, 0.4),
    EN: (1.0, 60, 0.4),
}
_SHORTEST_WORD = 4
# A name is what stands before a title's colon, or a short title; longer ones are sentences.
_LONGEST_NAME = 4
_LONGEST_WHOLE_NAME = 24


class Index:
    """Every entry that can be found. Not thread-safe while entries are added."""

    def __init__(self, entries: Iterable[Entry] = (), *, glossary: Glossary | None = None) -> None:
        self.glossary = glossary or load_glossary()
        self.words = Vocabulary()
        self.authors = Vocabulary()
        self._postings = Postings()
        self._entry_ids = array("q")
        self._paper_ids = array("q")
        self._dates = array("l")
        self._name_sizes = array("B")
        self._alive = bytearray()
        self._documents: dict[int, int] = {}
        self._tags: Counter[str] = Counter()
        self._days: Counter[int] = Counter()
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, entry: Entry) -> None:
        """Add an entry, in place of what has its id."""
        self.remove(entry.id)
        name = _name(entry.paper.title)
        document = self._postings.add(self._tokens(entry, name))
        self._entry_ids.append(entry.id)
        self._paper_ids.append(entry.paper.id)
        self._dates.append(entry.date.toordinal())
        self._name_sizes.append(len(split_units(prepare(name))))
        self._alive.append(1)
        self._documents[entry.id] = document
        self._days[entry.date.toordinal()] += 1
        self._tags.update({tag_key(tag) for tag in entry.tags})

    def remove(self, entry_id: int) -> None:
        """Forget an entry, if it is there."""
        document = self._documents.pop(entry_id, None)
        if document is not None:
            self._alive[document] = 0
            self._days[self._dates[document]] -= 1

    def settle(self) -> None:
        """Finish adding; the next question is then answered without delay."""
        self._postings.settle()

    def find(self, token: str) -> Iterator[tuple[int, float, int]]:
        """Yield (document, weight, flags) of each document with the token."""
        alive = self._alive
        return (hit for hit in self._postings.find(token) if alive[hit[0]])

    def count(self, token: str) -> int:
        """Return how many documents have the token, removed ones included."""
        return self._postings.count(token)

    def rarity(self, token: str) -> float:
        """Return BM25's inverse document frequency."""
        return self.rarity_of(self.count(token))

    def rarity_of(self, count: int) -> float:
        """Return the inverse document frequency of what `count` documents have."""
        return math.log(1 + (len(self._alive) - count + 0.5) / (count + 0.5))

    def documents(self) -> Iterator[int]:
        """Yield every document."""
        return iter(self._documents.values())

    def document(self, entry_id: int) -> int | None:
        """Return an entry's document, or None."""
        return self._documents.get(entry_id)

    def entry_id(self, document: int) -> int:
        """Return a document's entry."""
        return self._entry_ids[document]

    def paper_id(self, document: int) -> int:
        """Return a document's paper."""
        return self._paper_ids[document]

    def date_of(self, document: int) -> date:
        """Return a document's digest date."""
        return date.fromordinal(self._dates[document])

    def name_size(self, document: int) -> int:
        """Return how many units the paper's name has: `s1`, `Token-Shuffle`; 0 if it has none."""
        return self._name_sizes[document]

    def years(self) -> range:
        """Return the years that digests are from."""
        days = [day for day, count in self._days.items() if count]
        if not days:
            return range(0)
        return range(date.fromordinal(min(days)).year, date.fromordinal(max(days)).year + 1)

    def newest(self, until: date) -> date | None:
        """Return the date of the newest digest up to `until`, or None."""
        last = until.toordinal()
        days = (day for day, count in self._days.items() if count and day <= last)
        found = max(days, default=None)
        return None if found is None else date.fromordinal(found)

    def has_tag(self, tag: str) -> bool:
        """Whether an entry carries the tag, in the form of `tag_key`."""
        return self._tags[tag] > 0

    def has_author(self, name: str) -> bool:
        """Whether somebody of that name, in the form of `title_key`, wrote an entry's paper."""
        return self.count(f"@{name}") > 0

    def count_bytes(self) -> int:
        """Return the memory that the postings take."""
        return self._postings.count_bytes()

    def _learn(self, units: Iterable[Unit]) -> None:
        for unit in units:
            if len(unit.text) >= _SHORTEST_WORD and unit.text.isascii():
                self.words.add(unit.text)

    def _tokens(self, entry: Entry, name: str) -> Iterator[tuple[str, float, int]]:
        """Yield an entry's tokens, each once, with weights and flags."""
        weights: dict[str, float] = defaultdict(float)
        places: dict[int, Set[str]] = {}
        for field, text in _texts(entry):
            weight, usual, slope = FIELDS[field]
            units = split_units(prepare(text))
            self._learn(units)
            counts, length = count_tokens(units, self.glossary), len(units)
            if field != ABSTRACT:
                # Pairs of an abstract would be half of the index and help no question.
                counts.update(pair_tokens(units))
            share = weight / (1 - slope + slope * length / usual)
            places[field] = counts.keys()
            for token, count in counts.items():
                weights[token] += count * share
        named = _name_tokens(name, self.glossary)
        tagged = places[TITLE] & places[TAGS]
        if whole := self._whole_name(name):
            yield whole, FIELDS[TITLE][0], WHOLE_NAME
        for token in (weights.keys() | named) - {whole}:
            flags = (NAME if token in named else 0) | (TAGGED if token in tagged else 0)
            yield token, weights[token], flags
        for token in self._labels(entry):
            yield token, 1.0, 0

    def _whole_name(self, name: str) -> str:
        """Return the token of a name in one word: `moviegen`, and so `무비젠`, is Movie Gen."""
        word = "".join(unit.text for unit in split_units(prepare(name)))
        if not (word.isascii() and _SHORTEST_WORD <= len(word) <= _LONGEST_WHOLE_NAME):
            return ""
        self.words.add(word)
        return f"^{word}"

    def _labels(self, entry: Entry) -> set[str]:
        """Return the tokens of an entry's tags and authors."""
        labels = {f"#{tag_key(tag)}" for tag in entry.tags}
        for author in entry.paper.authors:
            key = title_key(author)
            self.authors.add(key)
            labels |= {f"@{key}", *(f"~{part}" for part in key.split())}
        return labels


def count_tokens(units: list[Unit], glossary: Glossary) -> Counter[str]:
    """Return the tokens that a text is found by, and how often it has each."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(unit_tokens(unit))
    counts.update(joined_tokens(units))
    for match in glossary.find(units):
        counts.update(f"§{concept}" for concept in match.concepts)
    return counts


def pair_tokens(units: Sequence[Unit]) -> Iterator[str]:
    """Yield a token for each two neighbouring words that are not Hangul."""
    for first, second in pairwise(units):
        if not (first.is_hangul or second.is_hangul):
            yield f"{first.stem}_{second.stem}"


def _name_tokens(name: str, glossary: Glossary) -> set[str]:
    """Return what a name is recognised by: its words as they are spelt, and its concepts."""
    units = split_units(prepare(name))
    concepts = (concept for match in glossary.find(units) for concept in match.concepts)
    return {f"^{unit.text}" for unit in units} | {f"§{concept}" for concept in concepts}


def _name(title: str) -> str:
    """Return what a paper is called for short, if the title says so."""
    head, _, _ = title.partition(":")
    return head if len(head.split()) <= _LONGEST_NAME else ""


def _texts(entry: Entry) -> Iterator[tuple[int, str]]:
    yield TITLE, entry.paper.title
    yield TAGS, " . ".join(entry.tags).replace("_", "-")
    yield ABSTRACT, entry.paper.abstract or ""
    yield KO, "\n".join(entry.ko)
    yield EN, "\n".join(entry.en)
