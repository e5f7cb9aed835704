"""Which paper a question names: by its title, or by what stands before the title's colon. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.query import Query
from bot.retrieval.ranking import Ranking
from storage.models import Entry

# A single word may be a name, or not: that ranking decides by how rare it is.
_SHORTEST = 2
_NO_NAMES = frozenset({("technical", "report")})


def put_named_first(query: Query, ranking: Ranking, entries: Mapping[int, Entry]) -> Ranking:
    """Return the ranking with the paper whose title the question spells out first, if any."""
    names = {
        item.entry_id: find_name(query.question, entries[item.entry_id].paper.title)
        for item in ranking.items
        if item.entry_id in entries
    }
    longest = max(names, key=lambda each: len(names[each]), default=None)
    if longest is None or not names[longest]:
        return ranking
    found = next(item for item in ranking.items if item.entry_id == longest)
    named = replace(found, names=found.names | _places(query, names[longest]), is_named=True)
    others = (item for item in ranking.items if item.entry_id != longest)
    return replace(ranking, items=(named, *others))


def find_name(question: str, title: str) -> tuple[str, ...]:
    """Return the words of the title, or of its part before the colon, if a question has them all.

    They stand in the question as in the title, one after the other. A single word is no name, and
    two are one only with the title's capitals, or a number: `Gemma 2`.
    """
    asked = _spell(question)
    head, _, _ = title.partition(":")
    for text in (title, head):
        name = _spell(text)
        if len(name) >= _SHORTEST and name not in _NO_NAMES and _holds(asked, name):
            is_telling = len(name) > _SHORTEST or any(char.isdigit() for char in text)
            return name if is_telling or text.strip() in question else ()
    return ()


def _spell(text: str) -> tuple[str, ...]:
    return tuple(unit.text for unit in split_units(prepare(text)))


def _holds(words: Sequence[str], run: Sequence[str]) -> bool:
    size = len(run)
    return any(tuple(words[at : at + size]) == run for at in range(len(words) - size + 1))


def _places(query: Query, name: Sequence[str]) -> frozenset[int]:
    """Return the places of the terms that are part of a name."""
    needed = (term for term in query.terms if not term.hint)
    return frozenset(
        place for place, term in enumerate(needed) if set(_spell(term.text)) <= set(name)
    )
