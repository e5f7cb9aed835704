"""What an answer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.retrieval.ranking import Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quote, word for word from the stored text of an entry; `language` is `ko` or `en`."""

    entry_id: int
    title: str
    date: date
    language: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of a paper besides its texts: `label` is `Authors`, `Tags` and the like."""

    entry_id: int
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to a question.

    `text` is plain text (nothing in it is escaped) that names papers and dates and holds the
    quotes of `citations`. An abstaining answer cites nothing and offers `nearest`; one to a
    description offers there what may be meant instead. `ranked` are the papers found, best first.
    `confidence` is from 0 to 1. `facts` are of the cited papers; where they are all that is asked
    for, their titles are the quotes. `are_newest` is true where nothing is near, and `nearest` are
    only the newest papers.
    """

    question: str
    language: str
    abstained: bool
    text: str
    citations: tuple[Citation, ...]
    ranked: tuple[Ranked, ...]
    nearest: tuple[Ranked, ...]
    confidence: float
    facts: tuple[Fact, ...] = ()
    are_newest: bool = False
