"""Text -> units (words with their places) -> index tokens, the same for papers and questions. Pure.

A unit is a run of Hangul, or a part of a Latin word or number. What is looked up is a token:

- `quantiz`: an English stem, a number, a name; `pretrain` also where the text has `pre-training`;
- `양자`, `자화`: the overlapping pairs of a Korean word without its particles;
- `=양자화`: the Korean word as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from bot.retrieval.stemming import stem
from bot.retrieval.words import QUESTION_ENDINGS
from storage.text import fold
from storage.words import ENDINGS

_PIECE = re.compile(
    r"[가-힣]+"
    r"|(?:\d+(?:\.\d+)+%?|[^\W_가-힣]+\+*)(?:[-_/'\u2019](?:\d+(?:\.\d+)+|[^\W_가-힣]+))*"
)
# The same for a text of ASCII only, as most abstracts are, in half the time.
_ASCII_PIECE = re.compile(
    r"(?:\d+(?:\.\d+)+%?|[a-z0-9]+\+*)(?:[-_/'](?:\d+(?:\.\d+)+|[a-z0-9]+))*", re.ASCII
)
_PART = re.compile(r"[^-_/'\u2019]+")
# The first syllable is U+AC00, the last one U+D7A3.
_BEHIND_HANGUL = "\ud7a4"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# `qwen2.5`, as `Qwen-2.5`: otherwise the dot would part the number.
_GLUED = re.compile(r"([a-z])(?=\d+\.\d)")
_NAME_WITH_NUMBER = re.compile(r"([a-z]{3,})\d")
_LONGEST_WORD = 40

_ENDINGS = frozenset({*ENDINGS, *QUESTION_ENDINGS})
_LONGEST_ENDING = max(map(len, _ENDINGS))
_MOST_ENDINGS = 3
LONGEST_ENDINGS = _MOST_ENDINGS * _LONGEST_ENDING
_SHORTEST_STEM = 2


class Unit(NamedTuple):
    """A piece of text: `text` folded, `stem` without endings; `start`, `end` are in that text.

    Parts of one hyphened word have the same `group`.
    """

    text: str
    stem: str
    start: int
    end: int
    group: int

    @property
    def is_hangul(self) -> bool:
        """Whether it is a run of Hangul."""
        return is_hangul(self.text)


def is_hangul(word: str) -> bool:
    """Whether a word begins with a syllable of Hangul."""
    return "가" <= word < _BEHIND_HANGUL


def prepare(text: str) -> str:
    """Return the folded text that units are cut from."""
    return _GLUED.sub(r"\1-", _THOUSANDS.sub("", fold(text)))


def split_pieces(prepared: str) -> list[str]:
    """Return the runs of Hangul, and the words with all their parts, of a text that is prepared."""
    return (_ASCII_PIECE if prepared.isascii() else _PIECE).findall(prepared)


def split_units(prepared: str) -> list[Unit]:
    """Return the units of a text that `prepare` gave, in order."""
    units: list[Unit] = []
    for group, piece in enumerate(_PIECE.finditer(prepared)):
        units += split_piece(piece.group(), start=piece.start(), group=group)
    return units


def split_piece(text: str, *, start: int = 0, group: int = 0) -> list[Unit]:
    """Return the units of a piece, which begins at `start`."""
    if is_hangul(text):
        return [Unit(text, korean_stem(text), start, start + len(text), group)]
    if text.isalpha() and len(text) <= _LONGEST_WORD:  # most are, and have one part
        return [Unit(text, stem(text), start, start + len(text), group)]
    units = []
    for part in _PART.finditer(text):
        word = part.group().rstrip("%")
        if (word == "s" and part.start() > 0) or len(word) > _LONGEST_WORD or not word:
            continue
        at = start + part.start()
        units.append(Unit(word, stem(word), at, at + len(word), group))
    return units


def korean_stem(word: str) -> str:
    """Strip particles and endings from a Korean word, leaving at least two syllables."""
    return korean_stems(word)[-1]


def korean_stems(word: str) -> list[str]:
    """Return a Korean word with fewer and fewer particles and endings, itself first."""
    stems = [word]
    while len(stems) <= _MOST_ENDINGS and (size := _ending_size(word, len(word) - _SHORTEST_STEM)):
        word = word[:-size]
        stems.append(word)
    return stems


def is_ending(text: str) -> bool:
    """Whether all of `text` may be particles and endings behind a noun."""
    if len(text) > LONGEST_ENDINGS:
        return False
    for _ in range(_MOST_ENDINGS):
        size = _ending_size(text, len(text))
        if not size:
            break
        text = text[:-size]
    return not text


def _ending_size(word: str, most: int) -> int:
    """Return how long the longest ending of a word is, of at most so many syllables."""
    for size in range(min(most, _LONGEST_ENDING), 0, -1):
        if word[-size:] in _ENDINGS:
            return size
    return 0


def unit_tokens(unit: Unit) -> list[str]:
    """Return the index tokens of a unit."""
    if unit.is_hangul:
        return [f"={unit.stem}", *pairs(unit.stem)]
    if not unit.text.isalpha() and (name := _NAME_WITH_NUMBER.match(unit.text)):
        return [unit.stem, stem(name[1])]
    return [unit.stem]


def pairs(word: str) -> list[str]:
    """Return the overlapping pairs of a Korean word's syllables; a single syllable is itself."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def joined_tokens(units: list[Unit]) -> Iterator[str]:
    """Yield the tokens of hyphened words written as one: `pre-training` -> `pretrain`."""
    for first, second in pairwise(units):
        if first.group == second.group:
            yield stem(first.text + second.text)
