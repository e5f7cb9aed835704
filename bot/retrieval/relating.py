"""A paper -> the papers nearest to it: by text, tags, authors, and by who cites whom. Pure.

Nothing is kept for this: a paper is a query of its own most telling words to the index that
answers questions. Scores compare with each other, whatever the paper: 1 would be its twin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from bot.retrieval.index import MOST, Index
from bot.retrieval.indexing import describe
from bot.retrieval.postings import WEIGHTS
from bot.retrieval.scoring import K1
from storage.models import Citations, Entry
from storage.text import tag_key, title_key

# From here on two papers have something to do with each other, and from there on it is worth
# pointing out unasked. Read off pairs of papers of a year of digests.
LEAST, CLOSE = 0.15, 0.3

_TEXT, _TAGS, _AUTHORS, _CITES, _SHARED_LINK = 1.0, 0.3, 0.06, 0.35, 0.15
_WORDS = 60
# A word that more of the papers have tells nothing, unless there are hardly any papers.
_COMMON_SHARE, _COMMON_COUNT = 0.1, 8
# What a text of some length and tags of some number add up to: less is no ground to stand on.
_LEAST_TEXT, _LEAST_TAGS = 200.0, 6.0
# Of a long list of authors: who did the work and who leads the group.
_FIRST, _LAST = 12, 6
_MOST_AUTHORS = 3
_SATURATED = tuple(weight * (K1 + 1) / (weight + K1) for weight in WEIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A paper near another, by the entry that is nearest; a higher `score` is nearer."""

    entry_id: int
    paper_id: int
    date: date
    score: float


def relate(
    entry: Entry, index: Index, citations: Citations, *, until: date, limit: int
) -> tuple[Relation, ...]:
    """Return the papers nearest to an entry's, best first; digests after `until` do not exist."""
    scores: dict[int, float] = defaultdict(float)
    for document, score in _by_text(entry, index):
        scores[document] += _TEXT * score
    for document, score in _by_tags(entry, index):
        scores[document] += _TAGS * score
    for document, shared in _by_authors(entry, index).items():
        scores[document] += _AUTHORS * min(shared, _MOST_AUTHORS)
    for document, score in _by_citations(citations, index):
        scores[document] += score
    near = {each: score for each, score in scores.items() if score >= LEAST}
    return _list_best(near, entry, index, until=until, limit=limit)


def find_by_authors(
    index: Index, entry: Entry, authors: Sequence[str], *, until: date, limit: int
) -> tuple[Relation, ...]:
    """Return the other papers by some of an entry's authors, those by most of them first."""
    shared: dict[int, float] = defaultdict(float)
    for token in {f"@{title_key(name)}" for name in authors}:
        for document, _ in index.find(token):
            shared[document] += 1
    return _list_best(shared, entry, index, until=until, limit=limit)


def _list_best(
    scores: Mapping[int, float], entry: Entry, index: Index, *, until: date, limit: int
) -> tuple[Relation, ...]:
    """Return the papers of the documents that score most, without the entry's own."""
    catalogue = index.catalogue
    visible = index.keep_visible(scores, until=until.toordinal())
    papers: dict[int, Relation] = {}
    for document in sorted(visible, key=lambda each: (-scores[each], -each)):
        relation = Relation(
            entry_id=catalogue.entry_id(document),
            paper_id=catalogue.paper_id(document),
            date=date.fromordinal(catalogue.days[document]),
            score=scores[document],
        )
        if relation.paper_id != entry.paper.id:
            papers.setdefault(relation.paper_id, relation)
        if len(papers) == limit:
            break
    return tuple(papers.values())


def _by_text(entry: Entry, index: Index) -> Iterator[tuple[int, float]]:
    """Yield (document, share of the entry's most telling words that it has)."""
    most = min(max(_COMMON_COUNT, int(_COMMON_SHARE * index.catalogue.size)), MOST)
    words = []
    for token, weight in describe(entry, index.glossary):
        if 1 < index.count(token) <= most:
            factor = weight * (K1 + 1) / (weight + K1)
            words.append((index.rarity(token) * factor, factor, token))
    telling = nlargest(_WORDS, words)
    whole = max(_LEAST_TEXT, sum(value * factor for value, factor, _ in telling))
    found: dict[int, float] = defaultdict(float)
    for value, _, token in telling:
        for document, packed in index.find(token):
            found[document] += value * _SATURATED[packed]
    for document, score in found.items():
        yield document, score / whole


def _by_tags(entry: Entry, index: Index) -> Iterator[tuple[int, float]]:
    """Yield (document, share of the entry's tags, by rarity, that it carries)."""
    tokens = {f"#{tag_key(tag)}" for tag in entry.tags}
    whole = max(_LEAST_TAGS, sum(map(index.rarity, tokens)))
    for token in tokens:
        rarity = index.rarity(token)
        for document, _ in index.find(token):
            yield document, rarity / whole


def _by_authors(entry: Entry, index: Index) -> dict[int, int]:
    """Return how many authors documents share with the entry."""
    names = entry.paper.authors
    if len(names) > _FIRST + _LAST:
        names = (*names[:_FIRST], *names[-_LAST:])
    shared: dict[int, int] = defaultdict(int)
    for token in {f"@{title_key(name)}" for name in names}:
        for document, _ in index.find(token):
            shared[document] += 1
    return shared


def _by_citations(citations: Citations, index: Index) -> Iterator[tuple[int, float]]:
    cited = citations.cites | citations.cited_by
    weights = dict.fromkeys(citations.shared, _SHARED_LINK) | dict.fromkeys(cited, _CITES)
    for document in index.catalogue.find_entries(weights):
        yield document, weights[index.catalogue.entry_id(document)]
