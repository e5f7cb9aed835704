"""The index: entries in, documents by token, author, tag and date out. Pure; rebuilt at start.

Each posting holds a token's weight in the entry, summed over the fields as BM25F does it
(Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004). Average
field lengths are constants, so that adding an entry never changes another.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from bot.retrieval.analysis import Unit, joined_tokens, prepare, split_units, unit_tokens
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.postings import Postings
from bot.retrieval.vocabulary import Vocabulary
from storage.models import Entry
from storage.text import tag_key, title_key

TITLE, AUTHORS, TAGS, ABSTRACT, KO, EN, NAME = (1 << bit for bit in range(7))
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
        """Yield (document, weight, fields) of each document with the token."""
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

    def date(self, document: int) -> date:
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

    def _tokens(self, entry: Entry, name: str) -> dict[str, tuple[float, int]]:
        tokens: dict[str, tuple[float, int]] = {}
        for field, text in _texts(entry):
            weight, usual, slope = FIELDS[field]
            units = split_units(prepare(text))
            self._learn(units)
            counts, length = count_tokens(units, self.glossary), len(units)
            share = weight / (1 - slope + slope * length / usual)
            for token, count in counts.items():
                value, fields = tokens.get(token, (0.0, 0))
                tokens[token] = (value + count * share, fields | field)
        units = split_units(prepare(name))
        spelt = count_tokens(units, self.glossary).keys() - {_word_part(unit.text) for unit in units}
        for token in spelt:
            value, fields = tokens.get(token, (0.0, 0))
            tokens[token] = (value, fields | NAME)
        for tag in entry.tags:
            tokens[f"#{tag_key(tag)}"] = (1.0, TAGS)
        for author in entry.paper.authors:
            key = title_key(author)
            self.authors.add(key)
            tokens[f"@{key}"] = (1.0, AUTHORS)
            tokens.update({f"~{part}": (1.0, AUTHORS) for part in key.split()})
        return tokens


def count_tokens(units: list[Unit], glossary: Glossary) -> Counter[str]:
    """Return the tokens that a text is found by, and how often it has each."""
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(unit_tokens(unit))
    counts.update(joined_tokens(units))
    for first, second in zip(units, units[1:], strict=False):
        if not (first.is_hangul or second.is_hangul):
            counts[f"{first.stem}_{second.stem}"] += 1
    for match in glossary.find(units):
        counts.update(f"§{concept}" for concept in match.concepts)
    return counts


def _word_part(text: str) -> str:
    """Return what `unit_tokens` gives besides the stem: a name's letters are not its name."""
    return next(iter(list(unit_tokens(split_units(text)[0]))[1:]), "") if text.isascii() else ""


def _name(title: str) -> str:
    """Return what a paper is called for short, if the title says so."""
    head, _, _ = title.partition(":")
    return head if len(head.split()) <= _LONGEST_NAME else ""
