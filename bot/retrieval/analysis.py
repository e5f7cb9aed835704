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
    r"(?P<hangul>[가-힣]+)"
    r"|(?P<word>(?:\d+(?:\.\d+)+%?|[^\W_가-힣]+\+*)(?:[-_/'\u2019](?:\d+(?:\.\d+)+|[^\W_가-힣]+))*)"
)
_PART = re.compile(r"[^-_/'\u2019]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NAME_WITH_NUMBER = re.compile(r"([a-z]{3,})\d")
_LONGEST_WORD = 40

_ALL_ENDINGS = sorted({*ENDINGS, *QUESTION_ENDINGS}, key=len, reverse=True)
_ENDING = re.compile(f"(?:{'|'.join(_ALL_ENDINGS)})$")
_LONGEST_ENDING = max(map(len, _ALL_ENDINGS))
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
        return "가" <= self.text[0] <= "힣"


def prepare(text: str) -> str:
    """Return the folded text that units are cut from."""
    return _THOUSANDS.sub("", fold(text))


def split_units(prepared: str) -> list[Unit]:
    """Return the units of a text that `prepare` gave, in order."""
    units: list[Unit] = []
    for group, piece in enumerate(_PIECE.finditer(prepared)):
        text, start = piece.group(), piece.start()
        if piece.lastgroup == "hangul":
            units.append(Unit(text, korean_stem(text), start, piece.end(), group))
            continue
        if text.isalpha() and len(text) <= _LONGEST_WORD:  # most are, and have one part
            units.append(Unit(text, stem(text), start, piece.end(), group))
            continue
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
    for _ in range(_MOST_ENDINGS):
        ending = _ENDING.search(word, max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING))
        if ending is None:
            break
        word = word[: ending.start()]
        stems.append(word)
    return stems


def is_ending(text: str) -> bool:
    """Whether all of `text` may be particles and endings behind a noun."""
    if len(text) > LONGEST_ENDINGS:
        return False
    for _ in range(_MOST_ENDINGS):
        if not text:
            return True
        ending = _ENDING.search(text)
        if ending is None:
            return False
        text = text[: ending.start()]
    return not text


def unit_tokens(unit: Unit) -> Iterator[str]:
    """Yield the index tokens of a unit."""
    if unit.is_hangul:
        word = unit.stem
        yield f"={word}"
        yield from pairs(word)
        return
    yield unit.stem
    if name := _NAME_WITH_NUMBER.match(unit.text):
        yield stem(name[1])


def pairs(word: str) -> list[str]:
    """Return the overlapping pairs of a Korean word's syllables; a single syllable is itself."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def joined_tokens(units: list[Unit]) -> Iterator[str]:
    """Yield the tokens of hyphened words written as one: `pre-training` -> `pretrain`."""
    for first, second in pairwise(units):
        if first.group == second.group:
            yield stem(first.text + second.text)
