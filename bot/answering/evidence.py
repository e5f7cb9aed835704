"""How good the evidence for an answer is. Pure.

The weights were fitted by logistic regression on the development set (docs/retrieval.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.retrieval.passages import Passage, has_number
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking

# Asked what the curator thinks of a paper, or for the paper itself, no sentence need say more.
_DETAILED = (Intent.FACT, Intent.NUMBER, Intent.COMPARISON)
_BIAS = -1.5
_WEIGHTS = {
    "coverage": 6.74,
    "sentence": 0.5,
    "unknown": -3.34,
    "undetailed": -3.27,
    "numberless": -3.18,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against the best paper, each from 0 to 1.

    `coverage`: the question's terms that the entry has, by rarity; `sentence`: those that its best
    sentence has; `unknown`: those that no entry at all has; `undetailed`: the
    question names the paper, and no sentence has what it asks about it; `numberless`: a number is
    asked for, and the sentences that have the terms say none.
    """

    coverage: float
    sentence: float
    unknown: float
    undetailed: float
    numberless: float


def weigh(query: Query, ranking: Ranking, best: Ranked, passages: Sequence[Passage]) -> Evidence:
    """Return the evidence for the best paper, of which these are the sentences."""
    rarities = ranking.rarities
    details = [0.0 if place in best.names else rarity for place, rarity in enumerate(rarities)]
    detail, numberless = _detail(query, passages, details)
    unknown = [float(place in ranking.unknown) for place in range(len(rarities))]
    return Evidence(
        coverage=best.coverage,
        sentence=max((_share(each.strengths, rarities) for each in passages), default=0.0),
        unknown=_share(unknown, rarities) if sum(rarities) else 0.0,
        undetailed=1 - detail if best.is_named and query.intent in _DETAILED else 0.0,
        numberless=numberless,
    )


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
    numbers = max((share for share, each in shares if has_number(each.text)), default=0.0)
    return detail, detail - numbers if detail else 1.0


def confidence(evidence: Evidence) -> float:
    """Return how likely it is that the best paper answers, from 0 to 1."""
    total = _BIAS + sum(weight * getattr(evidence, name) for name, weight in _WEIGHTS.items())
    return 1 / (1 + math.exp(-total))
