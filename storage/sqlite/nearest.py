"""The keys most like a misspelt one, looked for among those that share most with it.

A misspelt name still has most of its letters three by three; by the rarest of these, which an index
knows (`parts`), few keys of many are left to be compared as a whole.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator

from storage import fuzzy

# How often a part stands anywhere is counted up to 1,000; of the rarest, as many are taken as it
# takes to meet 4,000 keys.
_SHARING = """
    WITH
      known AS MATERIALIZED (
        SELECT value AS part,
          (SELECT COUNT(*) FROM (SELECT 1 FROM {terms} WHERE term = value LIMIT 1000)) AS found
        FROM json_each(:parts)
      ),
      rarest AS (
        SELECT part
        FROM (SELECT part, SUM(found) OVER (ORDER BY found, part) - found AS before FROM known)
        WHERE before < 4000
      )
    SELECT json_group_array(doc)
    FROM (
      SELECT doc FROM rarest CROSS JOIN {terms} ON term = part
      GROUP BY doc
      ORDER BY COUNT(*) DESC, doc
      LIMIT 500
    )
"""
_PART = 3  # letters, as the index has them
# One wrong letter in the middle of a text of five leaves no three together, and of the titles and
# names that begin with a short name, few are as short.
_SHORTEST_SHARING = 6

# Scores run from 0 to 100. Random letters stay below both against thousands of real titles, tags
# and authors; one wrong letter in a word of four, or a word left out of three, is above.
_LIKE = 70
_LIKE_A_PART = 82
# A part counts for less than the whole, and a part of a few letters is found anywhere.
_PART_WEIGHT = 0.9
_SHORTEST_PART = 4
# Of names so short one wrong letter leaves too little alike for a ratio: `r1` for `rl`.
_SHORT = 3


def find_alike(connection: sqlite3.Connection, terms: str, key: str) -> dict[str, str | int]:
    """Return what to look among, as parameters of a statement.

    `ids` (a JSON array) are those that share most of the key's rarest parts by the table `terms`.
    Texts of up to `short` letters may share none and be meant.
    """
    is_short = len(key) < _SHORTEST_SHARING
    spellings = [key, *(_respell(key) if is_short else ())]
    parts = {part for text in spellings for part in _list_parts(text)}
    sharing = connection.execute(
        _SHARING.format(terms=terms), {"parts": json.dumps(sorted(parts))}
    ).fetchone()
    return {"ids": sharing[0], "short": len(key) + 1 if is_short else 0}


def _list_parts(text: str) -> list[str]:
    return [text[start : start + _PART] for start in range(len(text) - _PART + 1)]


def _respell(key: str) -> Iterator[str]:
    """Yield the text with two letters exchanged, and without one."""
    for at in range(len(key)):
        yield key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :]
        yield key[:at] + key[at + 1 :]


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
