"""Whether a paper is about what a question has, or only says it in passing. Pure.

A paper is about what its title and its tags say. `What time is it?` has a word of hundreds of
abstracts, and is about none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.retrieval.passages import HEADED, Passage
from bot.retrieval.query import Intent, Query, Term
from bot.retrieval.ranking import Ranked, Ranking
from bot.retrieval.sounds import english_skeleton
from bot.retrieval.terms import SOUNDS

# The strengths from which on a paper has a term, and has it as it is spelt.
_MET, _SPELT = 0.75, 0.9
# A name is nearly as rare as what a single paper has.
_RARE = 0.6
# So few consonants are those of many words.
_COMMON = 2
# More terms than this describe a paper: the more there are, the less any title has of them.
_FEW = 4


def weigh_aside(
    query: Query,
    ranking: Ranking,
    best: Ranked,
    passages: Sequence[Passage],
    heading: Sequence[float],
) -> float:
    """Return how much it counts that the best paper's heading has nothing of a question, 0 to 1.

    `heading` says how well its title and tags have each term. An everyday word there counts only
    where it is the paper's name. A name that the texts spell out says enough if it is rare, or if
    this paper has all of the question; so does a topic of several words for a list, or where many
    papers have it and this one all of the question. Whoever asks for the comment is told it
    whatever there is.
    """
    needed = [term for term in query.terms if not term.hint]
    telling = [place for place, term in enumerate(needed) if term.is_telling]
    if not telling or query.intent is Intent.OPINION:
        return 0.0
    is_whole = all(best.strengths[place] >= _MET for place in telling)
    for place in telling:
        term = needed[place]
        is_own = not term.is_everyday or place in best.names
        if is_own and heading[place] >= HEADED:
            return 0.0
        is_rare = ranking.rarities[place] >= _RARE * ranking.rarest
        if (is_rare or is_whole) and any(_spells(each, place, term) for each in passages):
            return 0.0
        is_enough = query.wants_list or (is_whole and not is_rare)
        if is_enough and _is_topic(term) and best.strengths[place] >= _SPELT:
            return 0.0
    return min(_FEW / len(telling), 1.0)


def _is_topic(term: Term) -> bool:
    """Whether a term is one of the field's, in words that do not meet by chance."""
    return term.is_concept and not term.is_everyday and term.size > 1


def _spells(passage: Passage, place: int, term: Term) -> bool:
    """Whether a sentence has a term as a name that is no plain word: `RLOO`, `NeuScraper`.

    A word in Hangul may be one by its sound: `리믹스` is `ReMix`.
    """
    names = {term.text} if term.text.isascii() else _sounding(term)
    if not names or passage.strengths[place] < (_SPELT if term.text.isascii() else SOUNDS):
        return False
    words = "|".join(re.escape(name).replace(r"\ ", "[ -]") for name in sorted(names))
    found = re.finditer(rf"(?<![a-z\d])(?:{words})(?![a-z\d])", passage.text, re.IGNORECASE)
    return any(char.isupper() or char.isdigit() for match in found for char in match.group()[1:])


def _sounding(term: Term) -> set[str]:
    """Return the English words, as they are spelt, that a term sounds like.

    Two consonants are like too many: `기타` is no `CUDA`.
    """
    tokens = (each.tokens[0] for each in term.alternatives if each.weight >= SOUNDS)
    names = (token[1:] for token in tokens if token.startswith("^"))
    return {name for name in names if len(english_skeleton(name)) > _COMMON}
