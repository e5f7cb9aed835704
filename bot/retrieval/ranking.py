"""A query -> papers, best first: BM25F over terms, each by its best alternative. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from bot.retrieval.index import Index
from bot.retrieval.postings import NAME, WHOLE_NAME
from bot.retrieval.query import Query, Term
from bot.retrieval.scoring import NAMED, Hits, Reach, find_strong, score_term, term_rarity

# Fitted on the development set (docs/retrieval.md).
_COVERAGE_BONUS = 1.6
_NAME_BONUS = 0.5
_KNOWN = 0.6
_NOTHING = (0.0, 0.0, 0)
# Documents of which everything is weighed.
SHORTLIST = 200
# A name of common words only, as in `Scaling Laws`, is no name: its words are in fewer entries.
_NAME_SHARE, _NAME_COUNT = 0.02, 3
# Several words that are each common make a name, as in `DeepSeek-V2`.
_NAME_SUM = 1.5
# A paper is about a topic, not only one that mentions it, if it has this share of what the best
# paper has of the question, and of its score.
RELEVANT, _ABOUT = 0.8, 0.6


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
    """Papers, best first, of `total` that have a term (where any has) and pass the filters.

    `relevant` are those of them that have about as much of the question as the first.
    `unmet` names what no entry meets (`date`, `author`, `tag`, `phrase`, `all`: not together); the
    papers then are the nearest without it. `rarities` is each term's, in the order of `strengths`;
    `unknown` are the places of terms that no entry has; `rarest` is the rarity of what a single
    entry has; `spare` are papers to offer besides (`bot.retrieval.nearest`).
    """

    items: tuple[Ranked, ...]
    total: int
    unmet: frozenset[str]
    rarities: tuple[float, ...]
    unknown: frozenset[int]
    rarest: float
    relevant: int = 0
    spare: tuple[Ranked, ...] = ()


def rank(
    query: Query,
    index: Index,
    *,
    until: date,
    limit: int,
    about: Collection[int] = (),
    least: float = 0.0,
) -> Ranking:
    """Return the papers that a query asks for; digests dated after `until` do not exist.

    Entries that it may be `about` are ranked even if they are far down. What has less of the query
    than the share `least` (0 to 1) of what the best has is left out.
    """
    last = until.toordinal()
    allowed, unmet = _filter(query, index, last)
    needed = tuple(term for term in query.terms if not term.hint)
    reach = Reach(index, needed, among=allowed)
    scored = tuple(score_term(term, reach) for term in needed)
    rarities = tuple(term_rarity(term, index) * term.weight for term in needed)
    found = _Candidates(needed, scored, rarities)
    found.add_hints(query, reach)
    excluded = {each for term in query.excluded for each in find_strong(score_term(term, reach))}
    excluded |= index.catalogue.find_entries(query.without)
    if allowed is None:
        candidates = index.keep_visible(found.totals, until=last) - excluded
    else:
        candidates = allowed - excluded
    if needed and least:
        candidates = found.keep_covered(candidates, least)
    if query.newest_first:
        candidates = found.keep_about(candidates)
    list_first = found.list_newest if query.newest_first else found.list_best
    shortlist = set(list_first(candidates, max(SHORTLIST, limit), index))
    shortlist |= candidates & index.catalogue.find_entries(about)
    items = found.list_papers(query, shortlist, index, limit=limit, about=about)
    met = relevant = candidates
    if any(term.is_telling for term in needed):
        met = candidates & found.totals.keys() or candidates
        relevant = found.keep_like(items[0], met) if items else met
    return Ranking(
        items=items,
        total=len({index.catalogue.paper_id(each) for each in met}),
        relevant=len({index.catalogue.paper_id(each) for each in relevant}),
        unmet=frozenset(unmet),
        rarities=rarities,
        unknown=frozenset(
            place
            for place, hits in enumerate(scored)
            if all(hit[1] < _KNOWN for hit in hits.values())
        ),
        rarest=index.rarity_of(1),
    )


class _Candidates:
    """Documents that have a term: what each scores in all, and how much of the question it has."""

    def __init__(
        self, needed: Sequence[Term], scored: Sequence[Hits], rarities: Sequence[float]
    ) -> None:
        self._needed, self._scored, self._rarities = needed, scored, rarities
        self._whole = sum(rarities) or 1.0
        self.totals: dict[int, float] = {}
        self._covered: dict[int, float] = {}
        totals, covered = self.totals, self._covered
        for term, found, rarity in zip(needed, scored, rarities, strict=True):
            weight = term.weight
            for document, (score, strength, _) in found.items():
                totals[document] = totals.get(document, 0.0) + score * weight
                covered[document] = covered.get(document, 0.0) + strength * rarity

    def add_hints(self, query: Query, reach: Reach) -> None:
        """Add what hints say of documents that have a term."""
        totals = self.totals
        for term in query.terms:
            if term.hint:
                for document, (score, _, _) in score_term(term, reach).items():
                    if document in totals:
                        totals[document] += score * term.weight

    def keep_covered(self, documents: Set[int], least: float) -> set[int]:
        """Return the documents with at least this share of what the best of them has."""
        covered = {each: self._covered.get(each, 0.0) for each in documents}
        enough = least * max(covered.values(), default=0.0)
        return {each for each, share in covered.items() if share >= enough}

    def keep_like(self, first: Ranked, documents: Set[int]) -> set[int]:
        """Return the documents that have about as much of the question as the first paper."""
        enough = RELEVANT * first.coverage * self._whole
        return {each for each in documents if self._covered.get(each, 0.0) >= enough}

    def keep_about(self, documents: Set[int]) -> set[int]:
        """Return the documents that are about what the question is about, as the best one is."""
        totals = self.totals
        best = max((totals.get(each, 0.0) for each in documents), default=0.0)
        scored = {each for each in documents if totals.get(each, 0.0) >= _ABOUT * best}
        return self.keep_covered(scored, RELEVANT)

    def list_best(self, documents: Set[int], limit: int, index: Index) -> list[int]:
        """Return those that score most; the newest where scores are the same."""
        totals, days = self.totals, index.catalogue.days
        if len(documents) > limit:
            least = nlargest(limit, (totals.get(each, 0.0) for each in documents))[-1]
            documents = {each for each in documents if totals.get(each, 0.0) >= least}
        # The newest first, as they mostly have the higher numbers: few then have to make room.
        return nlargest(
            limit,
            sorted(documents, reverse=True),
            key=lambda each: (totals.get(each, 0.0), days[each], -each),
        )

    def list_newest(self, documents: Set[int], limit: int, index: Index) -> list[int]:
        """Return the newest; those that score most where days are the same."""
        totals, days = self.totals, index.catalogue.days
        return nlargest(limit, documents, key=lambda each: (days[each], totals.get(each, 0.0)))

    def list_papers(
        self,
        query: Query,
        documents: Iterable[int],
        index: Index,
        *,
        limit: int,
        about: Collection[int],
    ) -> tuple[Ranked, ...]:
        """Return so many papers in the order that is wanted, and of the others what it is about."""
        catalogue, days, covered = index.catalogue, index.catalogue.days, self._covered
        scores = {each: self._score(each, index) for each in documents}
        order = sorted(scores, key=lambda each: (-scores[each], -days[each], each))
        if query.newest_first:
            order.sort(key=days.__getitem__, reverse=True)
        elif query.wants_list and order:
            # What is counted is what is listed.
            enough = RELEVANT * covered.get(order[0], 0.0)
            order.sort(key=lambda each: covered.get(each, 0.0) < enough)
        papers: dict[int, int] = {}
        for each in order:
            papers.setdefault(catalogue.paper_id(each), each)
        return tuple(
            self._rank(each, scores[each], index)
            for place, each in enumerate(papers.values())
            if place < limit or catalogue.entry_id(each) in about
        )

    def _score(self, document: int, index: Index) -> float:
        """Return what a document scores with all that it has."""
        coverage = self._covered.get(document, 0.0) / self._whole
        score = self.totals.get(document, 0.0) * (1 + _COVERAGE_BONUS * coverage)
        names = self._find_names(document)
        return score * (1 + _NAME_BONUS) if self._is_named(document, names, index) else score

    def _rank(self, document: int, score: float, index: Index) -> Ranked:
        """Return a document with all that is known of it."""
        names = self._find_names(document)
        return Ranked(
            entry_id=index.catalogue.entry_id(document),
            paper_id=index.catalogue.paper_id(document),
            date=date.fromordinal(index.catalogue.days[document]),
            score=score,
            coverage=self._covered.get(document, 0.0) / self._whole,
            strengths=tuple(found.get(document, _NOTHING)[1] for found in self._scored),
            names=names,
            is_named=self._is_named(document, names, index),
        )

    def _find_names(self, document: int) -> frozenset[int]:
        """Return the places of the terms that are (part of) the paper's name."""
        return frozenset(
            [
                place
                for place, found in enumerate(self._scored)
                if (hit := found.get(document)) and hit[2] & NAME and hit[1] >= NAMED
            ]
        )

    def _is_named(self, document: int, names: Set[int], index: Index) -> bool:
        """Whether the terms at these places are all of the paper's name, and a name of its own."""
        if not names:
            return False
        rare = index.rarity_of(max(_NAME_COUNT, int(_NAME_SHARE * index.catalogue.size)))
        words = sum(self._needed[place].size for place in names)
        is_whole = any(self._scored[place][document][2] == WHOLE_NAME for place in names)
        return (is_whole or 0 < index.catalogue.name_size(document) <= words) and (
            max(self._rarities[place] for place in names) >= rare
            or sum(self._rarities[place] for place in names) >= _NAME_SUM * rare
        )


def _filter(query: Query, index: Index, last: int) -> tuple[set[int] | None, set[str]]:
    """Return the documents that meet dates, authors, tags, phrases, and what could not be met.

    None are all documents up to the day `last`.
    """
    sets: list[tuple[str, set[int]]] = []
    if query.dated:
        days = {
            document
            for each in query.dates
            for document in index.catalogue.between(
                each.first.toordinal(), min(each.last.toordinal(), last)
            )
        }
        sets.append(("date", days))
    for author in query.authors:
        written = {each for token in author.tokens for each, _ in index.find(token)}
        sets.append(("author", written))
    sets += [("tag", {each for each, _ in index.find(f"#{tag}")}) for tag in query.tags]
    if query.within is not None:
        sets.append(("phrase", index.catalogue.find_entries(query.within)))
    allowed: set[int] | None = None
    unmet: set[str] = set()
    for name, found in sets:
        members = index.keep_visible(found, until=last)
        if not members:
            unmet.add(name)
        elif allowed is None or allowed & members:
            allowed = members if allowed is None else allowed & members
        else:
            unmet.add("all")
    return allowed, unmet
