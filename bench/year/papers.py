"""Papers and digests that never were, recognisable by what they carry.

Each paper has a number that begins its title (`P00042 …`), and a version that is written into each
of its texts, so that whoever finds a post can tell which paper it shows, and how old a text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from bench.corpus import Corpus

TAGS = (
    *("rl", "reasoning", "agents", "alignment", "vision", "speech", "retrieval", "evaluation"),
    *("efficiency", "inference-time-scaling", "data", "theory"),
)
AUTHORS = tuple(
    f"{given} {family}"
    for given in ("Ada", "Ben", "Chloe", "Dae-jung", "Emil", "Farah", "Goran", "Hana")
    for family in ("Kim", "Nguyen", "Okafor", "Petrova", "Quispe", "Rossi", "Schmidt", "Tanaka")
)
NUMBER = re.compile(r"\bP(\d{5})\b")
_HUGE, _PLAIN, _ONE_SIDED = 0.02, 0.06, 0.14
_SIZES = (1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 7, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """What a digest says of a paper at some time; empty texts are left out of the file."""

    number: int
    version: int
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    abstract: str
    ko: str
    en: str

    @property
    def stamps(self) -> dict[str, str]:
        """The words by which each text of this version is known: `ko`, `en`, `abstract`."""
        stamp = f"{self.number:05}v{self.version}"
        known = {"abstract": f"Abstract{stamp}", "ko": f"설명{stamp}", "en": f"Remark{stamp}"}
        return {name: word for name, word in known.items() if getattr(self, name)}

    def lines(self) -> Iterator[str]:
        """Yield the lines of a seed file."""
        stamps = self.stamps
        yield self.title
        yield f"({', '.join(self.authors)})"
        for name, word in stamps.items():
            yield f"{word} {getattr(self, name)}"
        yield " ".join(f"#{tag}" for tag in self.tags)


def write_file(day: date, papers: Sequence[PaperText]) -> str:
    """Return the text of a seed file."""
    head = f"{day.year}년 {day.month}월 {day.day}일"
    return "\n\n".join([head, *("\n".join(paper.lines()) for paper in papers)]) + "\n"


class PaperMill:
    """Makes papers, one after the other."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._corpus = Corpus(chance.randrange(1_000_000))
        self._numbers = count(1)

    def make_many(self) -> tuple[PaperText, ...]:
        """Return a digest's papers: one to twelve."""
        return tuple(self.make() for _ in range(self._chance.choice(_SIZES)))

    def make(self) -> PaperText:
        """Return a new paper."""
        chance, number = self._chance, next(self._numbers)
        title, _, abstract, ko, en, _ = self._corpus.paper(number)
        kind = chance.random()
        huge = kind < _HUGE
        paper = PaperText(
            number=number,
            version=1,
            title=f"P{number:05} {title}" + " and so on" * (30 if huge else 0),
            authors=tuple(chance.sample(AUTHORS, len(AUTHORS) if huge else chance.randint(1, 8))),
            tags=tuple(chance.sample(TAGS, chance.randint(1, 4))),
            abstract=abstract * (20 if huge else 1),
            ko=ko * (30 if huge else 1),
            en=en * (20 if huge else 1),
        )
        if kind > 1 - _PLAIN:
            return replace(paper, ko="", en="")
        if kind > 1 - _PLAIN - _ONE_SIDED:
            return replace(paper, ko="") if chance.random() < 0.5 else replace(paper, en="")
        return paper

    def revise(self, paper: PaperText) -> PaperText:
        """Return the next version of a paper; now and then its title is another, too."""
        title = paper.title
        if self._chance.random() < 0.4:
            words = title.split()
            words[-1] = f"{words[-1]}-{paper.version + 1}"
            title = " ".join(words)
        return replace(paper, version=paper.version + 1, title=title)
