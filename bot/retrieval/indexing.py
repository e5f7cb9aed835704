"""An entry -> the tokens it is found by, with weights. Pure.

Each posting holds a token's weight in the entry, summed over the fields as BM25F does it
(Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted fields", 2004). Average
field lengths are constants, so that adding an entry never changes another.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

from bot.retrieval.analysis import Unit, is_hangul, joined_tokens, prepare, split_units, unit_tokens
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.postings import NAME, TAGGED, WHOLE_NAME, hash_token, pack, pack_weight
from bot.retrieval.reading import Reader
from bot.retrieval.sounds import english_skeleton
from storage.models import DocumentDraft, Entry
from storage.text import tag_key, title_key

# Raise this with any change to what an entry's postings are: the index is then made anew.
_VERSION = 6

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
# Words that are remembered while papers are read, to look up less: 0.6 kB each, for that time.
_REMEMBERED = 4_096
# A name is what stands before a title's colon, or a short title; longer ones are sentences.
_LONGEST_NAME = 4
_LONGEST_WHOLE_NAME = 24
_REPORT = " Technical Report"


def index_version(glossary: Glossary) -> str:
    """Return what names an index made with this code and glossary on this kind of machine."""
    return f"{_VERSION}/{glossary.fingerprint()}/{sys.byteorder}"


class Analyser:
    """Turns entries into what the index stores; one for all that is written at a time."""

    def __init__(self, glossary: Glossary | None = None, *, remembered: int = _REMEMBERED) -> None:
        self._glossary = glossary or load_glossary()
        self._reader = Reader(self._glossary, most=remembered, notes_met=True)
        self._words, self._authors = _Known(2 * remembered), _Known(2 * remembered)

    def analyse(self, entry: Entry, *, content: str) -> DocumentDraft:
        """Return an entry's document; `content` is what stands for its text in the store."""
        name = split_units(prepare(_name(entry.paper.title)))
        whole = _whole_name(name)
        # A name of nothing that can be seen is nobody's.
        authors = {key for author in entry.paper.authors if (key := title_key(author))}
        postings = self._weigh(entry, _name_tokens(name, self._glossary) - {f"^{whole}"})
        postings += [pack(label, 1.0, 0) for label in _labels(entry, authors)]
        if whole:
            postings.append(pack(f"^{whole}", FIELDS[TITLE][0], WHOLE_NAME))
        words = {word for word in self._reader.take_met() | {whole} if _is_word(word)}
        return DocumentDraft(
            entry_id=entry.id,
            paper_id=entry.paper.id,
            day=entry.date.toordinal(),
            name_size=min(len(name), 255),
            content=content,
            postings=array("Q", postings),
            words=_sounds(self._words.take_new(words)),
            authors=_sounds(self._authors.take_new(authors)),
        )

    def _weigh(self, entry: Entry, name: Set[str]) -> list[int]:
        """Return the postings of an entry's texts."""
        weights: dict[int, float] = {}
        places: dict[int, Set[int]] = {}
        for field, text in _texts(entry):
            stems, tokens = self._reader.read(prepare(text))
            if field != ABSTRACT:
                # Pairs of an abstract would be half of the index and help no question.
                tokens += map(hash_token, pair_tokens(stems))
            counts, share = Counter(tokens), _share(field, len(stems))
            places[field] = counts.keys()
            for token, count in counts.items():
                weights[token] = weights.get(token, 0.0) + count * share
        named, tagged = set(map(hash_token, name)), places[TITLE] & places[TAGS]
        flagged = [
            token << 8 | pack_weight(weights.pop(token, 0.0), _flags(token, named, tagged))
            for token in named | tagged
        ]
        levels = {weight: pack_weight(weight, 0) for weight in set(weights.values())}
        return flagged + [token << 8 | levels[weight] for token, weight in weights.items()]


class _Known:
    """Spellings that were given before, as far as that is remembered: about `most`."""

    def __init__(self, most: int) -> None:
        self._spellings: set[str] = set()
        self._most = most

    def take_new(self, spellings: Set[str]) -> Set[str]:
        """Return those that were not given before."""
        new = spellings - self._spellings
        if len(self._spellings) > self._most:
            self._spellings.clear()
        self._spellings |= new
        return new


def _sounds(words: Iterable[str]) -> dict[str, str]:
    """Return how words sound; a name by its last part."""
    return {word: english_skeleton(word.split()[-1]) for word in sorted(words)}


def _share(field: int, length: int) -> float:
    """Return what a token counts that a field of so many units has once."""
    weight, usual, slope = FIELDS[field]
    return weight / (1 - slope + slope * length / usual)


def _flags(token: int, named: Set[int], tagged: Set[int]) -> int:
    return (NAME if token in named else 0) | (TAGGED if token in tagged else 0)


def describe(entry: Entry, glossary: Glossary) -> Iterator[tuple[str, float]]:
    """Yield the words of an entry's texts as tokens, each once with its weight.

    Left out is what says the same once more: pairs of neighbours, parts of Korean words.
    """
    weights: dict[str, float] = defaultdict(float)
    for field, text in _texts(entry):
        units = split_units(prepare(text))
        share = _share(field, len(units))
        for token, count in count_tokens(units, glossary).items():
            weights[token] += count * share
    for token, weight in weights.items():
        if not "가" <= token[0] <= "힣":
            yield token, weight


def count_tokens(units: list[Unit], glossary: Glossary) -> Counter[str]:
    """Return the tokens that a text is found by, and how often it has each."""
    tokens = [token for unit in units for token in unit_tokens(unit)]
    tokens += joined_tokens(units)
    tokens += [f"§{concept}" for match in glossary.find(units) for concept in match.concepts]
    return Counter(tokens)


def pair_tokens(stems: Sequence[str]) -> Iterator[str]:
    """Yield a token for each two neighbouring words that are not Hangul."""
    for first, second in pairwise(["" if is_hangul(stem) else stem for stem in stems]):
        if first and second:
            yield f"{first}_{second}"


def _is_word(text: str) -> bool:
    return len(text) >= _SHORTEST_WORD and text.isascii()


def _labels(entry: Entry, authors: Set[str]) -> set[str]:
    """Return the tokens of an entry's tags and authors."""
    labels = {f"#{tag_key(tag)}" for tag in entry.tags}
    for key in authors:
        labels |= {f"@{key}", *(f"~{part}" for part in key.split())}
    return labels


def _name_tokens(name: Sequence[Unit], glossary: Glossary) -> set[str]:
    """Return what a name is recognised by: its words as they are spelt, and its concepts."""
    concepts = (concept for match in glossary.find(name) for concept in match.concepts)
    return {f"^{unit.text}" for unit in name} | {f"§{concept}" for concept in concepts}


def _whole_name(name: Sequence[Unit]) -> str:
    """Return a name in one word: `moviegen`, and so `무비젠`, is Movie Gen."""
    word = "".join(unit.text for unit in name)
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
