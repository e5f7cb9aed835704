"""Two papers that a question names, to be told of side by side. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.composing import asks_for_facts, is_about_facts
from bot.answering.naming import spell
from bot.retrieval import intents
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking

# Two words are names alike if the commoner one has this share of the other's rarity.
_AS_RARE = 0.5


def find_pair(
    query: Query, ranking: Ranking, found: Sequence[Ranked]
) -> tuple[Ranked, Ranked] | None:
    """Return the two papers that a question compares, or asks the same facts of.

    Both are named, or else two rare names are all that the question has: either may then be part
    of a longer one, `BAM! Just Like That`.
    """
    if query.intent is not Intent.COMPARISON and not asks_only_facts(query, found):
        return None
    named = [item for item in found if item.is_named]
    for place, first in enumerate(named[:2]):
        for second in named[place + 1 :]:
            if _are_two(query, first, second):
                return first, second
    return _find_rare(query, ranking, found) if query.intent is Intent.COMPARISON else None


def asks_only_facts(query: Query, found: Sequence[Ranked]) -> bool:
    """Whether nothing but authors, dates or tags is asked of papers that are named."""
    names = {place for item in found if item.is_named for place in item.names}
    needed = [term for term in query.terms if not term.hint]
    return asks_for_facts(query) and all(
        place in names or not term.is_telling or is_about_facts(term.text)
        for place, term in enumerate(needed)
    )


def _are_two(query: Query, first: Ranked, second: Ranked) -> bool:
    """Whether two papers have names of their own, and what these share is said for each of them.

    `PaliGemma and PaliGemma 2` are two, and `Gemma 2` is one.
    """
    needed = [term for term in query.terms if not term.hint]
    asked = spell(query.question)
    shared = (word for at in first.names & second.names for word in spell(needed[at].text))
    return first.names != second.names and all(asked.count(word) > 1 for word in shared)


def _find_rare(
    query: Query, ranking: Ranking, found: Sequence[Ranked]
) -> tuple[Ranked, Ranked] | None:
    needed = [term for term in query.terms if not term.hint]
    compared = {
        place for place, term in enumerate(needed) if not intents.COMPARING.search(term.text)
    }
    rarities = [ranking.rarities[place] for place in compared]
    if not rarities or min(rarities) < _AS_RARE * max(rarities):
        return None
    first, *others = found
    for second in others:
        are_words = any(not needed[place].text.isdigit() for place in second.names)
        if are_words and not first.names & second.names and compared == first.names | second.names:
            return (first, second) if first.names else None
    return None
