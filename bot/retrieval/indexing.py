"""An entry -> the tokens it is found by, with weights. Pure.

Each posting holds a token's weight in the entry, summed over the fields as BM25F does it
(Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004). Average
field lengths are constants, so that adding an entry never changes another.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from bot.retrieval.analysis import Unit, joined_tokens, prepare, split_units, unit_tokens
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.postings import NAME, TAGGED, WHOLE_NAME, pack
from bot.retrieval.sounds import english_skeleton
from storage.models import DocumentDraft, Entry
from storage.text import tag_key, title_key

# Raise this with any change to what an entry's postings are: the index is then made anew.
_VERSION = 2

TITLE, TAGS, ABSTRACT, KO, EN = range(5)
# Field: weight, usual length in units, how much a longer field counts less (BM25's b).
FIELDS = {
    TITLE: (3.0, 10, 0.3),
    TAGS: (1.5, 3, 0.2),
    ABSTRACT: (1.0, 190, 0.5),
    KO: (1.2, 60, 0.4),
    EN: (1.0, 60, 0.4),
}
_SHORTEST_WORD = 4
# What tokens begin with that are no words: tags, authors and their parts, names.
_LABELS = frozenset("#@~^")
# A name is what stands before a title's colon, or a short title; longer ones are sentences.
_LONGEST_NAME = 4
_LONGEST_WHOLE_NAME = 24
_REPORT = " Technical Report"


def index_version(glossary: Glossary) -> str:
    """Return what names an index made with this code and glossary on this kind of machine."""
    return f"{_VERSION}/{glossary.fingerprint()}/{sys.byteorder}"


class Analyser:
    """Turns entries into what the index stores; one for all that is written at a time."""

    def __init__(self, glossary: Glossary | None = None) -> None:
        self._glossary = glossary or load_glossary()
        self._met: set[str] = set()

    def analyse(self, entry: Entry, *, content: str) -> DocumentDraft:
        """Return an entry's document; `content` is what stands for its text in the store."""
        name = _name(entry.paper.title)
        words: set[str] = set()
        # A name of nothing that can be seen is nobody's.
        authors = {key for author in entry.paper.authors if (key := title_key(author))}
        postings = [pack(*each) for each in _tokens(entry, name, words, self._glossary)]
        postings += [pack(label, 1.0, 0) for label in _labels(entry, authors)]
        return DocumentDraft(
            entry_id=entry.id,
            paper_id=entry.paper.id,
            day=entry.date.toordinal(),
            name_size=min(len(split_units(prepare(name))), 255),
            content=content,
            postings=array("Q", postings),
            words=self._sounds(words),
            authors=self._sounds(authors),
        )

    def _sounds(self, words: Set[str]) -> dict[str, str]:
        """Return how words sound that were not met before; a name by its last part."""
        new = words - self._met
        self._met |= new
        return {word: english_skeleton(word.split()[-1]) for word in sorted(new)}


def describe(entry: Entry, glossary: Glossary) -> Iterator[tuple[str, float]]:
    """Yield the words of an entry's texts as tokens, each once with its weight.

    Left out is what says the same once more: pairs of neighbours, parts of Korean words.
    """
    for token, weight, _ in _tokens(entry, "", set(), glossary):
        if token[0] not in _LABELS and "_" not in token and not "가" <= token[0] <= "힣":
            yield token, weight


def count_tokens(units: list[Unit], glossary: Glossary) -> Counter[str]:
    """Return the tokens that a text is found by, and how often it has each."""
    tokens = [token for unit in units for token in unit_tokens(unit)]
    tokens += joined_tokens(units)
    tokens += [f"§{concept}" for match in glossary.find(units) for concept in match.concepts]
    return Counter(tokens)


def pair_tokens(units: Sequence[Unit]) -> Iterator[str]:
    """Yield a token for each two neighbouring words that are not Hangul."""
    for first, second in pairwise(units):
        if not (first.is_hangul or second.is_hangul):
            yield f"{first.stem}_{second.stem}"


def _tokens(
    entry: Entry, name: str, words: set[str], glossary: Glossary
) -> Iterator[tuple[str, float, int]]:
    """Yield the tokens of an entry's texts, each once, with weights and flags; add to `words`."""
    weights: dict[str, float] = defaultdict(float)
    places: dict[int, Set[str]] = {}
    for field, text in _texts(entry):
        weight, usual, slope = FIELDS[field]
        units = split_units(prepare(text))
        words.update(unit.text for unit in units if _is_word(unit))
        counts, length = count_tokens(units, glossary), len(units)
        if field != ABSTRACT:
            # Pairs of an abstract would be half of the index and help no question.
            counts.update(pair_tokens(units))
        share = weight / (1 - slope + slope * length / usual)
        places[field] = counts.keys()
        for token, count in counts.items():
            weights[token] += count * share
    named = _name_tokens(name, glossary)
    tagged = places[TITLE] & places[TAGS]
    whole = ""
    if word := _whole_name(name):
        words.add(word)
        whole = f"^{word}"
        yield whole, FIELDS[TITLE][0], WHOLE_NAME
    for token in (weights.keys() | named) - {whole}:
        flags = (NAME if token in named else 0) | (TAGGED if token in tagged else 0)
        yield token, weights[token], flags


def _is_word(unit: Unit) -> bool:
    return len(unit.text) >= _SHORTEST_WORD and unit.text.isascii()


def _labels(entry: Entry, authors: Set[str]) -> set[str]:
    """Return the tokens of an entry's tags and authors."""
    labels = {f"#{tag_key(tag)}" for tag in entry.tags}
    for key in authors:
        labels |= {f"@{key}", *(f"~{part}" for part in key.split())}
    return labels


def _name_tokens(name: str, glossary: Glossary) -> set[str]:
    """Return what a name is recognised by: its words as they are spelt, and its concepts."""
    units = split_units(prepare(name))
    concepts = (concept for match in glossary.find(units) for concept in match.concepts)
    return {f"^{unit.text}" for unit in units} | {f"§{concept}" for concept in concepts}


def _whole_name(name: str) -> str:
    """Return a name in one word: `moviegen`, and so `무비젠`, is Movie Gen."""
    word = "".join(unit.text for unit in split_units(prepare(name)))
    return word if word.isascii() and _SHORTEST_WORD <= len(word) <= _LONGEST_WHOLE_NAME else ""


def _name(title: str) -> str:
    """Return what a paper is called for short, if the title says so."""
    head, _, _ = title.partition(":")
    head = head.strip().removesuffix(_REPORT)
    return head if len(head.split()) <= _LONGEST_NAME else ""


def _texts(entry: Entry) -> Iterator[tuple[int, str]]:
    yield TITLE, entry.paper.title
    yield TAGS, " . ".join(entry.tags).replace("_", "-")
    yield ABSTRACT, entry.paper.abstract or ""
    yield KO, "\n".join(entry.ko)
    yield EN, "\n".join(entry.en)
