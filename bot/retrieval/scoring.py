"""A term -> what it scores, by document: BM25, by the best of its alternatives. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.retrieval.index import MOST, Index
from bot.retrieval.postings import FLAGS, TAGGED, WEIGHTS
from bot.retrieval.query import Alternative, Term

# BM25's saturation; fitted on the development set (docs/retrieval.md).
K1 = 1.6
_TAG_BONUS = 0.35
_LENGTH_EXPONENT = 0.6
# The strength from which on a term can be a name, and is meant as it stands.
NAMED, _FULL = 0.6, 0.85

# Score, strength from 0 to 1, flags; by document.
Hit = tuple[float, float, int]
Hits = dict[int, Hit]
# What a posting scores, without its token's rarity.
SATURATED = tuple(
    weight * (K1 + 1) / (weight + K1) * (1 + _TAG_BONUS if flags == TAGGED else 1)
    for weight, flags in zip(WEIGHTS, FLAGS, strict=True)
)


class Reach:
    """Which documents of a token a question looks at.

    Of a common token these are the ones that `among` allows, if that is given, or else that a
    rarer token of the question has, and its own heaviest.
    """

    def __init__(
        self, index: Index, terms: Sequence[Term], *, among: Collection[int] | None
    ) -> None:
        self.index = index
        alternatives = {each for term in terms for each in term.alternatives}
        tokens = {token for alternative in alternatives for token in alternative.tokens}
        common = [token for token in tokens if index.count(token) > MOST]
        self._core: Sequence[int] = ()
        if common and among is not None:
            self._core = sorted(among)
        elif common:
            core: set[int] = set()
            for alternative in alternatives:
                core |= _lead(alternative, index)
            for token in common:
                core.update(index.find_heaviest(token))
            self._core = sorted(core)

    def find(self, token: str) -> Iterable[tuple[int, int]]:
        """Return (document, packed weight and flags)."""
        if self.index.count(token) > MOST:
            return self.index.find_among(token, self._core)
        return self.index.find(token)


def _lead(alternative: Alternative, index: Index) -> set[int]:
    """Return the documents that an alternative's rarer tokens lead to.

    One that is weak even where it is whole leads only there.
    """
    found = [
        {document for document, _ in index.find(token)}
        for token in alternative.tokens
        if index.count(token) <= MOST
    ]
    if not found:
        return set()
    return set.union(*found) if alternative.weight >= NAMED else set.intersection(*found)


def score_term(term: Term, reach: Reach) -> Hits:
    """Return (score, strength from 0 to 1, flags) of the term's best alternative, by document."""
    best: Hits = {}
    for alternative in term.alternatives:
        found = _score_alternative(alternative, reach)
        if not best:
            best = found
            continue
        for document, hit in found.items():
            old = best.get(document)
            # Mostly a document has two names of a term, one as good as both.
            if old is None:
                best[document] = hit
            elif hit[0] > old[0] or hit[1] > old[1] or hit[2] & ~old[2]:
                best[document] = _better(hit, old)
    return best


def _better(hit: Hit, old: Hit) -> Hit:
    """Return two ways of meeting a term as one."""
    return max(hit[0], old[0]), max(hit[1], old[1]), old[2] | hit[2]


def _score_alternative(alternative: Alternative, reach: Reach) -> Hits:
    size = len(alternative.tokens)
    share = alternative.weight / size**_LENGTH_EXPONENT
    if size == 1:
        return _score_token(alternative.tokens[0], share, alternative.weight, reach)
    sums: dict[int, tuple[float, int, int]] = {}
    for token in alternative.tokens:
        rarity = reach.index.rarity(token)
        for document, packed in reach.find(token):
            old, count, common = sums.get(document, (0.0, 0, 3))
            sums[document] = (old + rarity * SATURATED[packed], count + 1, common & FLAGS[packed])
    found = {}
    for document, (score, count, common) in sums.items():
        strength = alternative.weight * (count / size) ** 2
        flags = common if strength >= NAMED else 0
        found[document] = (score * share * (count / size), strength, flags)
    return found


def _score_token(token: str, share: float, strength: float, reach: Reach) -> Hits:
    factor = reach.index.rarity(token) * share
    mask = 3 if strength >= NAMED else 0
    if reach.index.count(token) < len(SATURATED):
        return {
            document: (factor * SATURATED[packed], strength, FLAGS[packed] & mask)
            for document, packed in reach.find(token)
        }
    hits = [
        (factor * score, strength, flags & mask)
        for score, flags in zip(SATURATED, FLAGS, strict=True)
    ]
    return {document: hits[packed] for document, packed in reach.find(token)}


def find_strong(found: Hits) -> set[int]:
    """Return the documents that have a term as it stands."""
    return {document for document, (_, strength, _) in found.items() if strength >= 1}


def term_rarity(term: Term, index: Index) -> float:
    """Return how rare the term is: by the most frequent of its full alternatives.

    Where none of those is known, by the rarest guess.
    """
    counts = [
        (min(index.count(token) for token in each.tokens), each.weight)
        for each in term.alternatives
    ]
    full = max((count for count, weight in counts if weight >= _FULL), default=0)
    guesses = (count for count, weight in counts if count and weight >= NAMED)
    return index.rarity_of(full or min(guesses, default=0))
