"""A query -> papers, best first: BM25F over terms, each by its best alternative. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from bot.retrieval.index import NAME, TAGGED, WHOLE_NAME, Index
from bot.retrieval.query import Alternative, Query, Term

# BM25's saturation; fitted on the development set (docs/retrieval.md).
K1 = 1.6
_COVERAGE_BONUS = 0.6
_TAG_BONUS = 0.35
_NAME_BONUS = 0.5
_NAMED, _FULL, _KNOWN = 0.6, 0.85, 0.6
_NOTHING = (0.0, 0.0, 0)
_SHORTLIST = 200
# A name of common words only, as in `Scaling Laws`, is no name: its words are in fewer entries.
_NAME_SHARE, _NAME_COUNT = 0.02, 3
_LENGTH_EXPONENT = 0.6


# Document: score, strength from 0 to 1, flags.
_Found = dict[int, tuple[float, float, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A paper, by the entry that matched best.

    `score` compares papers of one query only. `coverage` is the share of the question's terms,
    by rarity, that the entry has; `strengths` says for each term that must be met how well.
    `names` are the places of the terms that are (part of) the paper's name; `is_named` is true
    where they are all of it.
    """

    entry_id: int
    paper_id: int
    date: date
    score: float
    coverage: float
    strengths: tuple[float, ...]
    names: frozenset[int]
    is_named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Papers, best first, of `total` that have a term (where there are any) and pass the filters.

    `unmet` names what no entry meets (`date`, `author`, `tag`, `all`: not together); the papers
    then are the nearest without it. `rarities` is each term's, in the order of `strengths`;
    `unknown` are the places of terms that no entry has.
    """

    items: tuple[Ranked, ...]
    total: int
    unmet: frozenset[str]
    rarities: tuple[float, ...]
    unknown: frozenset[int]


def rank(query: Query, index: Index, *, until: date, limit: int) -> Ranking:
    """Return the papers that a query asks for; digests dated after `until` do not exist."""
    visible = {each for each in index.documents() if index.date_of(each) <= until}
    allowed, unmet = _filter(query, index, visible)
    needed = [term for term in query.terms if not term.hint]
    scored = [_score_term(term, index) for term in needed]
    rarities = tuple(_rarity(term, index) * term.weight for term in needed)
    totals = _sum_scores(query, needed, scored, index)
    excluded = {each for term in query.excluded for each in _strong(_score_term(term, index))}
    candidates = (set(totals) & visible if allowed is visible else allowed) - excluded
    # By date where there are no terms; names and coverage can at most double a score.
    shortlist = nlargest(
        max(_SHORTLIST, limit),
        candidates,
        key=lambda each: (totals.get(each, 0.0), index.date_of(each), -each),
    )
    found = [
        _ranked(document, totals.get(document, 0.0), needed, scored, rarities, index)
        for document in shortlist
    ]
    found.sort(key=lambda each: (-each.score, -each.date.toordinal(), each.entry_id))
    papers: dict[int, Ranked] = {}
    for each in found:
        papers.setdefault(each.paper_id, each)
    return Ranking(
        items=tuple(papers.values())[:limit],
        total=len({index.paper_id(each) for each in candidates if not needed or each in totals}),
        unmet=frozenset(unmet),
        rarities=rarities,
        unknown=frozenset(
            place
            for place, hits in enumerate(scored)
            if all(hit[1] < _KNOWN for hit in hits.values())
        ),
    )


def _sum_scores(
    query: Query, needed: Sequence[Term], scored: Sequence[_Found], index: Index
) -> dict[int, float]:
    totals: dict[int, float] = defaultdict(float)
    for term, found in zip(needed, scored, strict=True):
        for document, (score, _, _) in found.items():
            totals[document] += score * term.weight
    for term in query.terms:
        if term.hint:
            for document, (score, _, _) in _score_term(term, index).items():
                if document in totals:
                    totals[document] += score * term.weight
    return totals


def _ranked(
    document: int,
    score: float,
    needed: Sequence[Term],
    scored: Sequence[_Found],
    rarities: Sequence[float],
    index: Index,
) -> Ranked:
    hits = [found.get(document, _NOTHING) for found in scored]
    whole = sum(rarities) or 1.0
    coverage = sum(hit[1] * rarity for hit, rarity in zip(hits, rarities, strict=True)) / whole
    names = frozenset(place for place, hit in enumerate(hits) if hit[2] & NAME and hit[1] >= _NAMED)
    rare = index.rarity_of(max(_NAME_COUNT, int(_NAME_SHARE * len(index))))
    words = sum(needed[place].size for place in names)
    is_whole = any(hits[place][2] == WHOLE_NAME for place in names)
    is_named = (is_whole or 0 < index.name_size(document) <= words) and (
        max(rarities[place] for place in names) >= rare
    )
    score *= 1 + _COVERAGE_BONUS * coverage
    return Ranked(
        entry_id=index.entry_id(document),
        paper_id=index.paper_id(document),
        date=index.date_of(document),
        score=score * (1 + _NAME_BONUS) if is_named else score,
        coverage=coverage,
        strengths=tuple(hit[1] for hit in hits),
        names=names,
        is_named=is_named,
    )


def _filter(query: Query, index: Index, visible: set[int]) -> tuple[set[int], set[str]]:
    """Return the documents that meet dates, authors and tags, and what could not be met."""
    allowed, unmet = visible, set()
    sets: list[tuple[str, set[int]]] = []
    if query.dated:
        days = {
            each for each in visible if any(index.date_of(each) in days for days in query.dates)
        }
        sets.append(("date", days))
    for author in query.authors:
        written = {hit[0] for token in author.tokens for hit in index.find(token)} & visible
        sets.append(("author", written))
    for tag in query.tags:
        tagged = {hit[0] for hit in index.find(f"#{tag}")} & visible
        sets.append(("tag", tagged))
    for name, members in sets:
        if not members:
            unmet.add(name)
        elif allowed & members:
            allowed = allowed & members
        else:
            unmet.add("all")
    return allowed, unmet


def _score_term(term: Term, index: Index) -> _Found:
    """Return (score, strength from 0 to 1, flags) of the term's best alternative, by document."""
    best: _Found = {}
    for alternative in term.alternatives:
        for document, (score, strength, flags) in _score_alternative(alternative, index).items():
            old = best.get(document)
            if old is None:
                best[document] = (score, strength, flags if strength >= _NAMED else 0)
            else:
                best[document] = (
                    max(score, old[0]),
                    max(strength, old[1]),
                    old[2] | flags if strength >= _NAMED else old[2],
                )
    return best


def _score_alternative(alternative: Alternative, index: Index) -> _Found:
    size = len(alternative.tokens)
    share = alternative.weight / size**_LENGTH_EXPONENT
    sums: dict[int, tuple[float, int, int]] = {}
    for token in alternative.tokens:
        rarity = index.rarity(token)
        for document, weight, flags in index.find(token):
            score = rarity * weight * (K1 + 1) / (weight + K1)
            if flags == TAGGED:
                score *= 1 + _TAG_BONUS
            old, count, common = sums.get(document, (0.0, 0, 3))
            sums[document] = (old + score, count + 1, common & flags)
    return {
        document: (
            score * share * (count / size),
            alternative.weight * (count / size) ** 2,
            common,
        )
        for document, (score, count, common) in sums.items()
    }


def _strong(found: _Found) -> set[int]:
    return {document for document, (_, strength, _) in found.items() if strength >= 1}


def _rarity(term: Term, index: Index) -> float:
    """Return how rare the term is: by the most frequent of its full alternatives.

    Where none of those is known, by the rarest guess.
    """
    counts = [
        (min(index.count(token) for token in each.tokens), each.weight)
        for each in term.alternatives
    ]
    full = max((count for count, weight in counts if weight >= _FULL), default=0)
    guesses = (count for count, weight in counts if count and weight >= _NAMED)
    return index.rarity_of(full or min(guesses, default=0))
