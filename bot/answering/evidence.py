"""How good the evidence for an answer is. Pure.

The weights were fitted by logistic regression on the development set (docs/retrieval.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answering.passing import weigh_aside
from bot.retrieval.passages import Passage, asks_for_unit, fits_unit, has_number
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking

# Asked what the curator thinks of a paper, or for the paper itself, no sentence need say more.
_DETAILED = (Intent.FACT, Intent.NUMBER, Intent.COMPARISON)
_BIAS = -3.52
_WEIGHTS = {
    "coverage": 3.22,
    "sentence": 0.82,
    "unknown": -1.21,
    "absent": -3.91,
    "undetailed": -4.25,
    "numberless": -4.05,
    "matched": 1.95,
    "hits": 4.21,
    "filtered": 3.17,
    "opinion": 2.31,
    "lead": 1.82,
    "scant": -2.81,
    "aside": -2.65,
}
# The rarities of the terms that a question has in common with a paper, as a share of so many
# that no other paper has.
_MATCHED = 4.0
_MOST = 0.5
# Who describes a paper at length says much that it puts otherwise: so many terms that it has are
# enough, whatever share of the question they are. One counts from this strength on.
_HITS, _HIT = 6, 0.6
_TOPIC = 0.8  # words that a question puts its own way weigh less
_IN_PART = 0.5  # the strength from which on a term, or a part of its name, is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against the best paper, each from 0 to 1.

    `coverage`: the question's terms that the entry has, by rarity; `sentence`: those that its best
    sentence has; `unknown`: Latin words that no entry at all has; `absent`: the glossary's that
    none has (a Korean word that neither knows says nothing: texts are mostly English);
    `undetailed`: the question names the paper, and no sentence has what it asks about it;
    `numberless`: a number is asked for, and the sentences that have the terms say none of that
    sort; `matched`: how much the entry and the question have in common; `hits`: how many of the
    question's terms the entry has; `filtered`: it has the date, author or tag that was named;
    `opinion`: what the curator thinks is asked, which any comment tells, by the share of the
    question that papers have; `lead`: how far the next paper is behind, which says nothing where no
    other has the little of the question that it has;
    `scant`: the question, which does not name the paper, has but one word in common with it, and
    others besides (`what is the best movie of all time`); `aside`: the paper's title and tags have
    nothing of the question, which is no long description.
    """

    coverage: float
    sentence: float
    unknown: float
    absent: float
    undetailed: float
    numberless: float
    matched: float
    hits: float
    filtered: float
    opinion: float
    lead: float
    scant: float
    aside: float


def weigh(
    query: Query,
    ranking: Ranking,
    best: Ranked,
    passages: Sequence[Passage],
    heading: Sequence[float],
) -> Evidence:
    """Return the evidence for the best paper, of which these are the sentences.

    `heading` says how well its title and tags have each term.
    """
    rarities = _count_what_tells(query, ranking)
    if query.intent is Intent.NUMBER:
        passages = [_credit(query, each) for each in passages]
    details = [0.0 if place in best.names else rarity for place, rarity in enumerate(rarities)]
    detail, numberless = _detail(query, passages, details)
    met = _best_of(best, passages)
    unknown, absent = _missing(query, ranking, met, rarities)
    is_alone = ranking.relevant == 1
    return Evidence(
        coverage=_share(met, rarities),
        sentence=max((_share(each.strengths, rarities) for each in passages), default=0.0),
        unknown=unknown,
        absent=absent,
        undetailed=_weigh_detail(query, best) * (1 - detail)
        if best.is_named and query.intent in _DETAILED
        else 0.0,
        numberless=numberless,
        matched=min(best.coverage * sum(ranking.rarities) / (_MATCHED * ranking.rarest), 1.0),
        hits=min(_count_hits(query, best) / _HITS, 1.0),
        filtered=float(bool(query.dated or query.authors or query.tags)),
        opinion=max(1 - unknown - absent, 0.0) if query.intent is Intent.OPINION else 0.0,
        lead=0.0 if is_alone and unknown + absent >= _MOST else _lead(best, ranking),
        scant=float(query.intent in _DETAILED and not best.names and _has_one_at_most(query, met)),
        aside=weigh_aside(query, ranking, best, passages, heading),
    )


def _best_of(best: Ranked, passages: Sequence[Passage]) -> list[float]:
    """Return how well the entry has each term, all in all."""
    return [
        max(each) for each in zip(best.strengths, *(p.strengths for p in passages), strict=True)
    ]


def _count_what_tells(query: Query, ranking: Ranking) -> list[float]:
    """Return how rare terms are: not at all what a question puts its own way and no entry has.

    That no paper of a small digest has `deal` says nothing of what it is about.
    """
    needed = [term for term in query.terms if not term.hint]
    is_weak = [term.is_telling and term.weight < _TOPIC for term in needed]
    if all(is_weak):
        return list(ranking.rarities)
    return [
        0.0 if weak and place in ranking.unknown else rarity
        for place, (weak, rarity) in enumerate(zip(is_weak, ranking.rarities, strict=True))
    ]


def _missing(
    query: Query, ranking: Ranking, met: Sequence[float], rarities: Sequence[float]
) -> tuple[float, float]:
    """Return the shares of Latin words and of concepts that no entry has."""
    whole = sum(rarities) or 1.0
    needed = [term for term in query.terms if not term.hint]
    unknown = absent = 0.0
    for place in ranking.unknown:
        share = (1 - met[place]) * rarities[place] / whole
        if needed[place].is_concept:
            absent += share
        elif not "가" <= needed[place].text[0] <= "힣":
            unknown += share
    return unknown, absent


def _count_hits(query: Query, best: Ranked) -> int:
    needed = (term for term in query.terms if not term.hint)
    return sum(
        term.is_telling and strength >= _HIT
        for term, strength in zip(needed, best.strengths, strict=True)
    )


def _has_one_at_most(query: Query, met: Sequence[float]) -> bool:
    """Whether an entry lacks terms of a question, and has no two of them."""
    needed = (term for term in query.terms if not term.hint)
    have = [each >= _IN_PART for term, each in zip(needed, met, strict=True) if term.is_telling]
    return sum(have) <= 1 and not all(have)


def _lead(best: Ranked, ranking: Ranking) -> float:
    others = (item.score for item in ranking.items if item.paper_id != best.paper_id)
    return 1 - min(next(others, 0.0) / best.score, 1.0) if best.score else 0.0


def _share(strengths: Sequence[float], rarities: Sequence[float]) -> float:
    whole = sum(rarities)
    if not whole:
        return 1.0
    return sum(s * r for s, r in zip(strengths, rarities, strict=True)) / whole


def _detail(
    query: Query, passages: Sequence[Passage], details: Sequence[float]
) -> tuple[float, float]:
    shares = [(_share(each.strengths, details), each) for each in passages]
    detail = max((share for share, _ in shares), default=0.0)
    if query.intent is not Intent.NUMBER:
        return detail, 0.0
    numbers = max((share for share, each in shares if _says_number(query, each)), default=0.0)
    return detail, detail - numbers if detail else 1.0


def _credit(query: Query, passage: Passage) -> Passage:
    """Return a sentence as having the words of the question that its number answers: `27%`."""
    if not fits_unit(passage.text, query):
        return passage
    needed = (term for term in query.terms if not term.hint)
    strengths = (
        1.0 if asks_for_unit(term.text) else strength
        for term, strength in zip(needed, passage.strengths, strict=True)
    )
    return replace(passage, strengths=tuple(strengths))


def _weigh_detail(query: Query, best: Ranked) -> float:
    """Return how much what is asked of a named paper counts, from 0 to 1.

    Words that a question puts its own way are told in others: `how does X decide`.
    """
    needed = (term for term in query.terms if not term.hint)
    weights = [term.weight for place, term in enumerate(needed) if place not in best.names]
    return 1.0 if query.intent is Intent.NUMBER else max(weights, default=1.0)


def _says_number(query: Query, passage: Passage) -> bool:
    return has_number(passage.text) and fits_unit(passage.text, query) is not False


def confidence(evidence: Evidence) -> float:
    """Return how likely it is that the best paper answers, from 0 to 1."""
    total = _BIAS + sum(weight * getattr(evidence, name) for name, weight in _WEIGHTS.items())
    return 1 / (1 + math.exp(-total))
