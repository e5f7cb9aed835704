"""A query -> papers, best first: BM25F over terms, each by its best alternative. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from bot.retrieval.index import NAME, TAGS, TITLE, Index
from bot.retrieval.query import Alternative, Query, Term

# BM25's saturation; fitted on the development set (docs/retrieval.md).
K1 = 1.6
_COVERAGE_BONUS = 0.6
_TAG_BONUS = 0.35
_NAME_BONUS = 0.5
_NAMED = 0.6
_NOTHING = (0.0, 0.0, 0)
# A name of common words only, as in `Scaling Laws`, is no name: its words are in fewer entries.
_NAME_SHARE, _NAME_COUNT = 0.02, 3
_LENGTH_EXPONENT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A paper, by the entry that matched best.

    `score` compares papers of one query only. `coverage` is the share of the question's terms,
    by rarity, that the entry has; `strengths` says for each term that must be met how well.
    """

    entry_id: int
    paper_id: int
    date: date
    score: float
    coverage: float
    strengths: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Papers, best first, of `total` that match.

    `unmet` names what no entry meets (`date`, `author`, `tag`, `all`: not together); the papers
    then are the nearest without it. `rarities` is each term's, in the order of `strengths`.
    """

    items: tuple[Ranked, ...]
    total: int
    unmet: frozenset[str]
    rarities: tuple[float, ...]


def rank(query: Query, index: Index, *, until: date, limit: int) -> Ranking:
    """Return the papers that a query asks for; digests dated after `until` do not exist."""
    visible = {each for each in index.documents() if index.date(each) <= until}
    allowed, unmet = _filter(query, index, visible)
    needed = [term for term in query.terms if not term.hint]
    scored = [_score_term(term, index) for term in needed]
    rarities = tuple(_rarity(term, index) * term.weight for term in needed)
    totals: dict[int, float] = defaultdict(float)
    rare = index.rarity_of(max(_NAME_COUNT, int(_NAME_SHARE * len(index))))
    named: dict[int, int] = defaultdict(int)
    telling: set[int] = set()
    for term, rarity, found in zip(needed, rarities, scored, strict=True):
        for document, (score, strength, fields) in found.items():
            totals[document] += score * term.weight
            if fields & NAME and strength >= _NAMED:
                named[document] += term.size
                if rarity >= rare:
                    telling.add(document)
    for term in query.terms:
        if term.hint:
            for document, (score, _, _) in _score_term(term, index).items():
                if document in totals:
                    totals[document] += score * term.weight
    excluded = {each for term in query.excluded for each in _strong(_score_term(term, index))}
    constrained = allowed is not visible
    candidates = (allowed if constrained else set(totals) & visible) - excluded
    whole = sum(rarities) or 1.0
    items = []
    for document in candidates:
        strengths = tuple(found.get(document, _NOTHING)[1] for found in scored)
        coverage = sum(s * r for s, r in zip(strengths, rarities, strict=True)) / whole
        score = totals.get(document, 0.0) * (1 + _COVERAGE_BONUS * coverage)
        if document in telling and index.name_size(document) <= named[document]:
            score *= 1 + _NAME_BONUS
        items.append((score, index.date(document), document, coverage, strengths))
    items.sort(key=lambda item: (-item[0], -item[1].toordinal(), item[2]))
    papers: dict[int, Ranked] = {}
    for score, day, document, coverage, strengths in items:
        paper = index.paper_id(document)
        if paper not in papers:
            papers[paper] = Ranked(
                entry_id=index.entry_id(document),
                paper_id=paper,
                date=day,
                score=score,
                coverage=coverage,
                strengths=strengths,
            )
    return Ranking(
        items=tuple(papers.values())[:limit],
        total=len(papers),
        unmet=frozenset(unmet),
        rarities=rarities,
    )


def _filter(query: Query, index: Index, visible: set[int]) -> tuple[set[int], set[str]]:
    """Return the documents that meet dates, authors and tags, and what could not be met."""
    allowed, unmet = visible, set()
    sets: list[tuple[str, set[int]]] = []
    if query.dated:
        days = {
            each for each in visible if any(index.date(each) in days for days in query.dates)
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


_Found = dict[int, tuple[float, float, int]]


def _score_term(term: Term, index: Index) -> _Found:
    """Return (score, strength from 0 to 1, fields) of the term's best alternative, by document."""
    best: _Found = {}
    for alternative in term.alternatives:
        for document, (score, strength, fields) in _score_alternative(alternative, index).items():
            old = best.get(document)
            if old is None:
                best[document] = (score, strength, fields)
            else:
                best[document] = (
                    max(score, old[0]),
                    max(strength, old[1]),
                    fields if strength > old[1] else old[2],
                )
    return best


def _score_alternative(alternative: Alternative, index: Index) -> _Found:
    size = len(alternative.tokens)
    share = alternative.weight / size**_LENGTH_EXPONENT
    sums: dict[int, tuple[float, int, int]] = {}
    for token in alternative.tokens:
        rarity = index.rarity(token)
        for document, weight, fields in index.find(token):
            score = rarity * weight * (K1 + 1) / (weight + K1)
            if fields & TAGS and fields & TITLE:
                score *= 1 + _TAG_BONUS
            old, count, common = sums.get(document, (0.0, 0, 255))
            sums[document] = (old + score, count + 1, common & fields)
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
    """Return how rare the term is: by the most frequent of its full alternatives."""
    counts = [
        min(index.count(token) for token in each.tokens)
        for each in term.alternatives
        if each.weight >= 0.7
    ]
    return index.rarity_of(max(counts, default=0))
