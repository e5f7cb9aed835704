"""Text -> units (words with their places) -> index tokens, the same for papers and questions. Pure.

A unit is a run of Hangul, or a part of a Latin word or number. What is looked up is a token:

- `quantiz`: an English stem, a number, a name; `pretrain` also where the text has `pre-training`;
- `양자`, `자화`: the overlapping pairs of a Korean word without its particles;
- `=양자화`: the Korean word as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.retrieval.stemming import stem
from storage.text import fold
from storage.words import ENDINGS

_PIECE = re.compile(
    r"(?P<hangul>[가-힣]+)"
    r"|(?P<word>(?:\d+(?:\.\d+)+%?|[^\W_가-힣]+\+*)(?:[-_/'’](?:\d+(?:\.\d+)+|[^\W_가-힣]+))*)"
)
_PART = re.compile(r"[^-_/'’]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NAME_WITH_NUMBER = re.compile(r"([a-z]{3,})\d")
_LONGEST_WORD = 40

# Endings of verbs and adjectives as questions put them, besides storage.words' particles.
_VERB_ENDINGS = """
    하였나요 하였는지 하였다 하나요 하는가 하는군요 했나요 했는가 했는지 했다고 했다는 했어 했지 한다고 하겠죠
    하네요 했네요 됐나요 됐는지 됐어 됐다고 되나요 되는가 되었나요 되었는지 되었 되네요 된다고 될까
    시켰나요 시켰는지 시켰다 시켰 시킨다고 인지를 인가를 인데 이에요 예요 이야 이죠 이지 이네요 이군요
    이랑은 에서랑 에서부터 에대해 에대한 에관한 관련 쪽 들이랑 으로만 이라도 라도 이라서 라서 이나마 하기에 하려고
    적인지 적이다 적인가요 스러운 에선 에게선 으로선 로선 은요 는요 이요 용 식 식으로
"""
_ALL_ENDINGS = sorted({*ENDINGS, *_VERB_ENDINGS.split()}, key=len, reverse=True)
_ENDING = re.compile(f"(?:{'|'.join(_ALL_ENDINGS)})$")
_LONGEST_ENDING = max(map(len, _ALL_ENDINGS))
_MOST_ENDINGS = 3
_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of text: `text` folded, `stem` without endings; `start`, `end` are in the folded text.

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
    for first, second in zip(units, units[1:], strict=False):
        if first.group == second.group:
            yield stem(first.text + second.text)
