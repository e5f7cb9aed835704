"""How words sound, coarsely: a Hangul transliteration and its English word get the same skeleton.

A skeleton is the sequence of consonant classes: `어텐션` and `attention` are both `TNSN`. Korean
transliterations drop the r of a closed syllable, fill clusters with ㅡ, and have one letter for
p and f, b and v, l and r; the classes do the same.
"""

from __future__ import annotations

import re

_FIRST_SYLLABLE = 0xAC00
_VOWELS, _FINALS = 21, 28
_INITIALS = ("K", "K", "N", "T", "T", "L", "M", "P", "P", "S", "S", "", "J", "J", "J", "K", "T")
_INITIAL_SOUNDS = (*_INITIALS, "P", "")
_FINAL_SOUNDS = (
    *("", "K", "K", "KS", "N", "N", "N", "T", "L", "LK", "LM", "LP", "LS", "LT", "LP", "L"),
    *("M", "P", "PS", "S", "S", "N", "J", "J", "K", "T", "P", ""),
)
# From spelling to sound, in this order; the rest is letter by letter.
_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tion|sion|cian|tian", "SN"),
        (r"ture", "J"),
        (r"ough|augh|igh", ""),
        (r"ph|gh", "P"),
        (r"sch|sh", "S"),
        (r"tch|ch|dge|dg|j", "J"),
        (r"ck|q|x(?=[^aeiouy]*$)", "K"),
        (r"x", "KS"),
        (r"sc(?=[eiy])|c(?=[eiy])|th|ts|ps(?=y)", "S"),
        (r"g(?=[ei])", "J"),
        (r"ng", "N"),
        (r"wr|rh", "r"),
        (r"kn", "N"),
        (r"r(?![aeiouy])", ""),
        (r"z", "J"),
        (r"[aeiouywh]", "."),
        (r"[kcg]", "K"),
        (r"[td]", "T"),
        (r"[pbfv]", "P"),
        (r"[lr]", "L"),
        (r"n", "N"),
        (r"m", "M"),
        (r"s", "S"),
    )
)
_REPEATED = re.compile(r"([A-Z])\1+")
_SHORTEST = 3


def hangul_skeleton(word: str) -> str:
    """Return how a Hangul word sounds, or an empty text where that is too little to go by."""
    sounds: list[str] = []
    for char in word:
        code = ord(char) - _FIRST_SYLLABLE
        initial, rest = divmod(code, _VOWELS * _FINALS)
        sounds += [_INITIAL_SOUNDS[initial], _FINAL_SOUNDS[rest % _FINALS]]
    return _finish("".join(sounds))


def english_skeleton(word: str) -> str:
    """Return how an English word sounds, or an empty text where that is too little to go by."""
    for spelling, sound in _SPELLINGS:
        word = spelling.sub(sound, word)
    return _finish(_REPEATED.sub(r"\1", word).replace(".", ""))


def _finish(sounds: str) -> str:
    sounds = _REPEATED.sub(r"\1", sounds)
    return sounds if len(sounds) >= _SHORTEST else ""


_ROMAN_INITIALS = (
    *("k", "k", "n", "t", "t", "r", "m", "b", "p", "s", "s", "", "j", "j", "ch", "k", "t"),
    *("p", "h"),
)
_ROMAN_VOWELS = (
    *("a", "ae", "ya", "ye", "e", "e", "ye", "e", "o", "wa", "wae", "oe", "yo", "u", "wo", "we"),
    *("wi", "yu", "", "ui", "i"),
)
_ROMAN_FINALS = (
    *("", "k", "k", "ks", "n", "n", "n", "t", "l", "lk", "lm", "lp", "ls", "lt", "lp", "l"),
    *("m", "p", "ps", "s", "s", "ng", "t", "t", "k", "t", "p", "h"),
)


def romanise(word: str) -> str:
    """Return a Hangul word in Latin letters, near to how English would spell it."""
    letters: list[str] = []
    for char in word:
        initial, rest = divmod(ord(char) - _FIRST_SYLLABLE, _VOWELS * _FINALS)
        vowel, final = divmod(rest, _FINALS)
        letters += [_ROMAN_INITIALS[initial], _ROMAN_VOWELS[vowel], _ROMAN_FINALS[final]]
    return "".join(letters)
