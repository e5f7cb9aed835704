"""How words sound, coarsely: a Hangul transliteration and its English word get the same skeleton.

A skeleton is the sequence of consonant classes: `어텐션` and `attention` are both `TNSN`. Korean
transliterations drop the r of a closed syllable, fill clusters with ㅡ, and have one letter for
p and f, b and v, l and r; the classes do the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FIRST_SYLLABLE = 0xAC00
_VOWELS, _FINALS = 21, 28
_INITIALS = ("K", "K", "N", "T", "T", "L", "M", "P", "P", "S", "S", "", "J", "J", "J", "K", "T")
_INITIAL_SOUNDS = (*_INITIALS, "P", "")
_FINAL_SOUNDS = (
    *("", "K", "K", "KS", "N", "N", "N", "T", "L", "LK", "LM", "LP", "LS", "LT", "LP", "L"),
    # English has a t where a loanword ends in ㅅ: `봇`.
    *("M", "P", "PS", "T", "S", "N", "J", "J", "K", "T", "P", ""),
)
# From spelling to sound, in this order; the rest is letter by letter. Each first names letters that
# a word must have for it.
_SPELLINGS = tuple(
    (frozenset(letters), re.compile(pattern), sound)
    for letters, pattern, sound in (
        ("in", r"tion|sion|cian|tian", "SN"),
        ("ture", r"ture", "J"),
        ("gh", r"ough|augh|igh", ""),
        ("h", r"ph|gh", "P"),
        ("sh", r"sch|sh", "S"),
        ("", r"tch|ch|dge|dg|j", "J"),
        ("", r"ck|q", "K"),
        ("x", r"x", "KS"),
        ("", r"sc(?=[eiy])|c(?=[eiy])|th|ts|ps(?=y)", "S"),
        ("g", r"g(?=[ei])", "J"),
        ("ng", r"ng", "N"),
        ("r", r"wr|rh", "r"),
        ("kn", r"kn", "N"),
        ("r", r"r(?![aeiouy])", ""),
    )
)
_LETTERS = {
    ord(letter): sound
    for letters, sound in (
        *(("z", "J"), ("aeiouywh", "."), ("kcg", "K"), ("td", "T"), ("pbfv", "P"), ("lr", "L")),
        *(("n", "N"), ("m", "M"), ("s", "S")),
    )
    for letter in letters
}
_REPEATED = re.compile(r"([A-Z])\1+")
_SHORTEST = 2


def hangul_skeleton(word: str) -> str:
    """Return how a Hangul word sounds, or an empty text where that is too little to go by."""
    sounds: list[str] = []
    for char in word:
        code = ord(char) - _FIRST_SYLLABLE
        initial, rest = divmod(code, _VOWELS * _FINALS)
        sounds += [_INITIAL_SOUNDS[initial], _FINAL_SOUNDS[rest % _FINALS]]
    return _finish("".join(sounds))


@lru_cache(maxsize=2048)
def english_skeleton(word: str) -> str:
    """Return how an English word sounds, or an empty text where that is too little to go by."""
    letters = set(word)
    for needed, spelling, sound in _SPELLINGS:
        if needed <= letters:
            word = spelling.sub(sound, word)
    return _finish(_REPEATED.sub(r"\1", word.translate(_LETTERS)).replace(".", ""))


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


_LETTER_NAMES = {
    "에이": "a",
    "비": "b",
    "씨": "c",
    "시": "c",
    "디": "d",
    "이": "e",
    "에프": "f",
    "지": "g",
    "에이치": "h",
    "에치": "h",
    "아이": "i",
    "제이": "j",
    "케이": "k",
    "엘": "l",
    "엠": "m",
    "엔": "n",
    "오": "o",
    "피": "p",
    "큐": "q",
    "아르": "r",
    "알": "r",
    "에스": "s",
    "티": "t",
    "유": "u",
    "브이": "v",
    "더블유": "w",
    "엑스": "x",
    "와이": "y",
    "제트": "z",
}
_LETTER = "|".join(sorted(_LETTER_NAMES, key=len, reverse=True))
_SPELT_OUT = re.compile(f"(?:{_LETTER}){{2,8}}")


def spelt_out(word: str) -> str:
    """Return the letters that a Hangul word spells out (`브이엘엠` -> `vlm`), or an empty text."""
    if not _SPELT_OUT.fullmatch(word):
        return ""
    return "".join(_LETTER_NAMES[name] for name in re.findall(_LETTER, word))


_SAME_SOUND = (
    *(("tion", "syn"), ("ph", "p"), ("ck", "k"), ("sh", "sy"), ("th", "s"), ("x", "ks")),
    *(("zh", "j"), ("ce", "se"), ("ci", "si"), ("cy", "sy")),
    *(("c", "k"), ("q", "k"), ("g", "k"), ("f", "p"), ("v", "p"), ("b", "p"), ("d", "t")),
    *(("l", "r"), ("z", "j"), ("ee", "i"), ("oo", "u")),
)


def spell_sound(word: str) -> str:
    """Return a word in letters that do not tell apart what Hangul does not: for comparing."""
    for spelling, sound in _SAME_SOUND:
        word = word.replace(spelling, sound)
    return undouble(word)


_DOUBLED = re.compile(r"(.)\1+")


def undouble(word: str) -> str:
    """Return a word with each doubled letter once."""
    return _DOUBLED.sub(r"\1", word)
