"""English word stems (M. F. Porter, "An algorithm for suffix stripping", 1980). Pure.

Two things are left out, which make one word of what papers keep apart: `-ize` stays, so that
`tokenize` is not `token`, and `-izer` too, as an `optimizer` is not its `optimization`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

# Words of a digest follow Zipf's law: this many cached stems answer most look-ups.
_CACHED = 4_096
_SHORTEST = 4

_VOWEL = re.compile(r"[aeiou]|(?<=[^aeiou])y")
_MEASURE = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y)+[^aeiouy]+")
_DOUBLE = re.compile(r"([^aeiouylsz])\1$")
_CVC = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]$")

_STEP_2 = dict(
    (
        *(("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance")),
        *(("abli", "able"), ("alli", "al"), ("entli", "ent"), ("eli", "e")),
        *(("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate")),
        *(("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous")),
        *(("aliti", "al"), ("iviti", "ive"), ("biliti", "ble")),
    )
)
_STEP_3 = dict(
    (
        *(("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic")),
        *(("ful", ""), ("ness", "")),
    )
)
_STEP_4 = dict.fromkeys(
    (
        *("ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti"),
        *("ous", "ive", "ion", "al", "er", "ic", "ou"),
    ),
    "",
)


def _by_last_letter(rules: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the lengths of suffixes by their last letter, longest first."""
    sizes: dict[str, set[int]] = {}
    for suffix in rules:
        sizes.setdefault(suffix[-1], set()).add(len(suffix))
    return {letter: tuple(sorted(found, reverse=True)) for letter, found in sizes.items()}


# Where two suffixes end a word, the longer one counts.
_SIZES_2, _SIZES_3, _SIZES_4 = map(_by_last_letter, (_STEP_2, _STEP_3, _STEP_4))


@lru_cache(maxsize=_CACHED)
def stem(word: str) -> str:
    """Return the stem of a folded word; words with digits and short ones are their own stem."""
    if len(word) < _SHORTEST or not word.isalpha() or not word.isascii():
        return word
    word = _strip_inflection(_strip_plural(word))
    if word.endswith("izer"):
        return word
    if word.endswith("y") and _VOWEL.search(word[:-1]):
        word = f"{word[:-1]}i"
    for rules, sizes in ((_STEP_2, _SIZES_2), (_STEP_3, _SIZES_3)):
        suffix = _find_suffix(word, rules, sizes)
        if suffix and _measure(word[: -len(suffix)]):
            word = word[: -len(suffix)] + rules[suffix]
    return _tidy_end(_strip_suffix(word))


def _measure(word: str) -> int:
    return len(_MEASURE.findall(word))


def _strip_plural(word: str) -> str:
    if word[-1] != "s":
        return word
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def _strip_inflection(word: str) -> str:
    if word[-1] not in "dg":
        return word
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    for suffix in ("ed", "ing"):
        base = word.removesuffix(suffix)
        if base != word and _VOWEL.search(base):
            break
    else:
        return word
    if base.endswith(("at", "bl", "iz")):
        return f"{base}e"
    if _DOUBLE.search(base):
        return base[:-1]
    return f"{base}e" if _measure(base) == 1 and _CVC.search(base) else base


def _find_suffix(word: str, rules: Mapping[str, str], sizes: Mapping[str, Sequence[int]]) -> str:
    """Return the longest of the suffixes that a word ends in, or an empty text."""
    for size in sizes.get(word[-1], ()):
        if (suffix := word[-size:]) in rules:
            return suffix
    return ""


def _strip_suffix(word: str) -> str:
    suffix = _find_suffix(word, _STEP_4, _SIZES_4)
    if not suffix:
        return word
    base = word.removesuffix(suffix)
    if suffix == "ion" and not base.endswith(("s", "t")):
        return word
    return base if _measure(base) > 1 else word


def _tidy_end(word: str) -> str:
    if word.endswith("e") and not word.endswith("oe"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not _CVC.search(base)):
            word = base
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
