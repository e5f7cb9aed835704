"""The keys most like a misspelt one. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from storage import fuzzy

# Scores run from 0 to 100. Random letters stay below both against thousands of real titles, tags
# and authors; one wrong letter in a word of four, or a word left out of three, is above.
_LIKE = 70
_LIKE_A_PART = 82
# A part counts for less than the whole, and a part of a few letters is found anywhere.
_PART_WEIGHT = 0.9
_SHORTEST_PART = 4
# Of names so short one wrong letter leaves too little alike for a ratio: `r1` for `rl`.
_SHORT = 3


def nearest_keys(key: str, keys: Iterable[str], *, limit: int) -> tuple[str, ...]:
    """Return the keys that `key` may have meant, best first; nothing for nonsense.

    A key is like another as a whole, its words in any order, or one that begins, ends or stands
    within it.
    """
    wanted = _apart(key)
    names = {_apart(candidate): candidate for candidate in keys}
    scores = {
        name: score
        for name, score, _ in fuzzy.process.extract(
            wanted,
            names.keys(),
            scorer=fuzzy.fuzz.token_sort_ratio,
            limit=limit,
            score_cutoff=_LIKE,
        )
    }
    if len(wanted) <= _SHORT:
        for name, _, _ in fuzzy.process.extract(
            wanted, names.keys(), scorer=fuzzy.Levenshtein.distance, limit=limit, score_cutoff=1
        ):
            scores.setdefault(name, _LIKE)
    if len(wanted) >= _SHORTEST_PART:
        longer = [name for name in names if len(name) > len(wanted)]
        for name, score, _ in fuzzy.process.extract(
            wanted, longer, scorer=fuzzy.fuzz.partial_ratio, limit=limit, score_cutoff=_LIKE_A_PART
        ):
            scores[name] = max(scores.get(name, 0), score * _PART_WEIGHT)
    best = sorted(scores, key=lambda name: -scores[name])
    return tuple(names[name] for name in best[:limit])


def _apart(key: str) -> str:
    """Return Hangul as single letters: a misspelt syllable is mostly one wrong letter of three."""
    return unicodedata.normalize("NFD", key)
