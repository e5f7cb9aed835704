"""Citation keys: `vaswani2017attention`, in ASCII, one of its kind in a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import count
from string import ascii_lowercase

from bot.references.names import Name
from bot.retrieval.sounds import romanise

_HANGUL = re.compile(r"[가-힣]+")
# Korean family names of two syllables; all others are one.
_LONG_FAMILIES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
# What has no accent that could be taken off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
# `DeepSeek-V3` and `-V2` are two words each, of which the second tells them apart.
_VERSION = re.compile(r"(?<=\w)-(?=[A-Za-z]?\d)")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORD = re.compile(r"[a-z0-9]+")
# Words that a title is not remembered by.
_SMALL = frozenset({
    "a", "an", "the", "on", "of", "for", "in", "to", "and", "or", "with", "without", "is", "are",
    "be", "can", "do", "does", "from", "via", "at", "by", "as", "into", "towards", "toward", "how",
    "what", "why", "when", "which", "we", "it", "its", "your", "you", "not", "no",
})  # fmt: skip
_LONGEST_PART = 30
_NOBODY = "anon"


def cite_key(first: Name | None, year: int, title: str) -> str:
    """Return the first author's family name, the year, and the title's first word of weight."""
    family = "" if first is None else "".join(_words(_family(first)))[:_LONGEST_PART]
    words = list(_words(_VERSION.sub("", _COMMAND.sub(" ", title))))
    word = next((word for word in words if word not in _SMALL), words[0] if words else "")
    return f"{family or _NOBODY}{year}{word[:_LONGEST_PART]}"


def unique_key(key: str, taken: Container[str]) -> str:
    """Return the key, or where it is taken the first free of `key` with `b`, `c`, … behind it."""
    if key not in taken:
        return key
    return next(other for end in _ends() if (other := f"{key}{end}") not in taken)


def _ends() -> Iterator[str]:
    yield from ascii_lowercase[1:]
    for number in count(2):
        yield f"-{number}"


def _family(name: Name) -> str:
    if name.is_whole and _HANGUL.match(name.family):
        family = name.family.split()[0]
        return family[:2] if family.startswith(_LONG_FAMILIES) else family[:1]
    return name.family


def _words(text: str) -> list[str]:
    """Return the words of a text in lower-case ASCII; what has no Latin spelling is left out."""
    latin = _HANGUL.sub(lambda found: romanise(found[0]), text).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", latin)
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return _WORD.findall(plain.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
