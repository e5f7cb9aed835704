"""What a question asks for, as records. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.retrieval.days import DateRange

# Terms that matter less than this need not be met where date, author or tag are.
_TELLING = 0.5


class Intent(enum.StrEnum):
    """What kind of answer is wanted."""

    KNOWN_ITEM = "known item"
    FACT = "fact"
    NUMBER = "number"
    OPINION = "opinion"
    LIST = "list"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Tokens that together stand for a term; `weight` is how much they are it, from 0 to 1."""

    tokens: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Something a question is about, with all the ways to say it.

    `size` is how many words it is. `weight` is how much it matters; a `hint` only helps to order
    results and need not be met. `is_concept` is true where the glossary has it, `is_everyday` where
    that has it only among words that are near to each other.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    size: int = 1
    weight: float = 1.0
    hint: bool = False
    is_concept: bool = False
    is_everyday: bool = False

    @property
    def is_telling(self) -> bool:
        """Whether it says what the question is about."""
        return self.weight > _TELLING and not self.hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An author a question names; `tokens` are the spellings known to the index, maybe none."""

    text: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question, understood.

    `dates` are alternatives; `dated` is true where a date was named, even an impossible one. All
    `tags` and `authors` must be met. `excluded` terms must not. With `newest_first`, papers that
    are about it are wanted by their dates; `most` are how many, if that is said. A known item with
    `wants_list` is a topic, if it is no paper's name. Only entries `within` are looked at, if that
    is given, and none `without`.
    """

    question: str
    language: str
    intent: Intent
    terms: tuple[Term, ...]
    dates: tuple[DateRange, ...] = ()
    dated: bool = False
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    excluded: tuple[Term, ...] = ()
    wants_list: bool = False
    newest_first: bool = False
    most: int | None = None
    within: frozenset[int] | None = None
    without: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.terms or self.dated or self.authors or self.tags)
