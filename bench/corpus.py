"""Digests that never were, in the seed format: as many as are asked for, the same every time.

Words follow Zipf's law in both languages: function words first, then terms of the glossary among
invented ones, so that a question about a term meets what it would meet in a real archive. Korean
nouns carry particles. The vocabulary grows with the number of papers (Heaps' law).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib import resources
from itertools import accumulate
from pathlib import Path

FIRST_DAY = date(2016, 1, 4)
PAPERS_A_DAY = 40
_FUNCTION_WORDS = (
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "we",
    "that",
    "is",
    "for",
    "on",
    "with",
    "this",
    "our",
    "by",
    "as",
    "are",
    "from",
    "it",
    "an",
    "be",
    "can",
    "which",
    "at",
    "these",
    "or",
    "while",
    "show",
    "model",
    "models",
    "data",
    "method",
    "results",
    "using",
    "training",
    "than",
    "between",
    "more",
    "also",
    "both",
    "has",
)
_PARTICLES = ("을", "를", "이", "가", "은", "는", "의", "에", "에서", "으로", "와", "도", "까지")
_KOREAN_FILLERS = ("그런데", "결국", "이", "것", "수", "더", "좀", "역시", "그", "및", "대한")
_ENGLISH, _KOREAN = 60_000, 30_000
_SURNAMES, _GIVEN = 4_000, 1_500
_ZIPF = 1.05


class _Words:
    """Words by rank, drawn by Zipf's law."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._weights = list(accumulate(1 / (rank + 2.7) ** _ZIPF for rank in range(len(words))))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self._weights, k=count)


class Corpus:
    """Makes papers; `seed` decides which."""

    def __init__(self, seed: int = 2026) -> None:
        chance = random.Random(seed)
        english, korean = _load_terms()
        self.english = _Words([*_FUNCTION_WORDS, *_blend(chance, english, _latin, _ENGLISH)])
        self.korean = _Words([*_KOREAN_FILLERS, *_blend(chance, korean, _hangul, _KOREAN)])
        self._tags = _Words([term.replace(" ", "-") for term in english[:400]])
        self._surnames = _Words([_latin(chance).title() for _ in range(_SURNAMES)])
        self._given = _Words([_latin(chance).title() for _ in range(_GIVEN)])
        self._seed = seed

    def write(self, folder: Path, papers: range) -> None:
        """Write the digests that hold these papers; `papers` begins at a digest's first."""
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(papers.start, papers.stop, PAPERS_A_DAY):
            numbers = range(start, min(start + PAPERS_A_DAY, papers.stop))
            day = day_of(start)
            head = f"{day.year}년 {day.month}월 {day.day}일"
            text = "\n\n".join([head, *("\n".join(self.paper(number)) for number in numbers)])
            (folder / f"{day}.txt").write_text(text + "\n", encoding="utf-8")

    def paper(self, number: int) -> Iterator[str]:
        """Yield a paper's lines: title, authors, abstract, two comments, tags."""
        chance = random.Random(self._seed * 1_000_003 + number)
        title = " ".join(self.english.draw(chance, chance.randint(5, 11))).title()
        yield f"{_latin(chance).title()}-{number}: {title}"
        yield f"({', '.join(self._author(chance) for _ in range(chance.randint(2, 12)))})"
        yield " ".join(self._sentence(chance) for _ in range(chance.randint(6, 9)))
        yield " ".join(self._korean_sentence(chance) for _ in range(chance.randint(3, 5)))
        yield " ".join(self._sentence(chance) for _ in range(chance.randint(2, 3)))
        yield " ".join(f"#{tag}" for tag in dict.fromkeys(self._tags.draw(chance, 4)))

    def questions(self, papers: int, count: int) -> Iterator[str]:
        """Yield natural questions, each about words of one of the first `papers`."""
        chance = random.Random(self._seed)
        for number in range(count):
            lines = list(self.paper(chance.randrange(papers)))
            english = chance.sample([each for each in lines[2].split() if _tells(each)], 4)
            korean = chance.sample([each for each in lines[3].split() if _tells(each)], 3)
            yield _QUESTIONS[number % len(_QUESTIONS)].format(*english, *korean)

    def title(self, number: int) -> str:
        """Return a paper's title."""
        return next(self.paper(number))

    def tag(self, number: int) -> str:
        """Return one of a paper's tags."""
        return list(self.paper(number))[-1].split()[0].removeprefix("#")

    def _author(self, chance: random.Random) -> str:
        return f"{self._given.draw(chance, 1)[0]} {self._surnames.draw(chance, 1)[0]}"

    def _sentence(self, chance: random.Random) -> str:
        return " ".join(self.english.draw(chance, chance.randint(14, 28))).capitalize() + "."

    def _korean_sentence(self, chance: random.Random) -> str:
        words = self.korean.draw(chance, chance.randint(8, 14))
        return " ".join(f"{word}{chance.choice(_PARTICLES)}" for word in words) + " 보입니다."


_QUESTIONS = (
    "which paper shows that {0} and {1} help with {2}?",
    "{4} {5} 논문 알려줘",
    "what did they find about {0} {3} for {1}",
    "{4}에서 {0} 쓰는 논문 있나요?",
    "is there a paper on {2} {1} without {0}?",
    "{5}를 다룬 연구 중에 {6} 이야기가 나오는 게 뭐였지",
    "{0} {1} {2} {3}",
    "list papers about {0} from last year",
)


def day_of(number: int) -> date:
    """Return the date of a paper's digest."""
    return FIRST_DAY + timedelta(days=number // PAPERS_A_DAY)


def _tells(word: str) -> bool:
    return word.isalpha() and word not in _FUNCTION_WORDS and not word.startswith(_KOREAN_FILLERS)


def _load_terms() -> tuple[list[str], list[str]]:
    """Return the glossary's English names, and its Korean ones of a single word."""
    text = resources.files("bot.retrieval").joinpath("glossary.tsv").read_text(encoding="utf-8")
    english, korean = [], []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, others = line.lstrip("~").partition("\t")
            english.append(name)
            korean += re.findall(r"(?<![가-힣 ])[가-힣]+(?![가-힣 -])", others)
    return english, korean


def _blend(
    chance: random.Random, terms: Sequence[str], invent: Callable[[random.Random], str], size: int
) -> list[str]:
    """Return terms among invented words: half of the first, fewer and fewer further on."""
    left = list(terms)
    words: list[str] = []
    chance.shuffle(left)
    while len(words) < size:
        words.append(left.pop() if left and chance.random() < _SHARE else invent(chance))
    return words


_SHARE = 0.5


def _latin(chance: random.Random) -> str:
    return "".join(
        chance.choice("bcdfghklmnprstvz") + chance.choice("aeiou")
        for _ in range(chance.randint(2, 4))
    ) + chance.choice(("", "n", "r", "s", "x"))


def _hangul(chance: random.Random) -> str:
    return "".join(
        chr(
            0xAC00 + chance.randrange(19) * 588 + chance.randrange(21) * 28 + chance.choice(_FINALS)
        )
        for _ in range(chance.randint(2, 3))
    )


_FINALS = (0, 0, 0, 1, 4, 8, 16, 21)
