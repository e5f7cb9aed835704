"""Names with a version in a question, `Llama 5`, and which papers have them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from storage.models import Entry

_COUNTED = "개|배|월|일|년|편|명|장|번|가지|단계|위|등|층|억|만|천|조|시간|분|초|회|차|비트|토큰"
_VERSION = re.compile(
    r"(?<![\w.-])(?P<name>[a-z]{2,24}(?:-[a-z]{2,24}){0,2})(?P<joint>[ -]?)"
    rf"[vV]?(?P<number>r?\d{{1,2}}(?:\.\d{{1,2}})?)(?![a-z\d%]|[.-]\d|\s?(?:{_COUNTED}))",
    re.IGNORECASE | re.ASCII,
)
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+")
# `AI2` is no version of `AI`, nor `int8` of `int`.
_SHORTEST_JOINED = 3
# A typing mistake now and then makes no name a word.
_LOWER = 0.2
_FORMATS = frozenset({"int", "uint", "float"})


class Version(NamedTuple):
    """A name, and the number behind it."""

    name: str
    number: str


def find_versions(question: str, entries: Iterable[Entry]) -> Iterator[Version]:
    """Yield the names with a version that a question has.

    A word is a name where the entries have it, and hardly ever in lower case.
    """
    matches = list(_VERSION.finditer(question))
    texts = [text for entry in entries for text in _texts(entry)] if matches else []
    for match in matches:
        name, number = match["name"], match["number"]
        is_whole = len(name) < _SHORTEST_JOINED and not match["joint"]
        if not (is_whole or name.lower() in _FORMATS) and _is_name(name, texts):
            yield Version(name, number.removesuffix(".0"))


def has_version(version: Version, entry: Entry) -> bool:
    """Whether an entry's texts have a name with a version: `Llama3.1` is a `Llama 3`."""
    return any(is_in(version, text) for text in _texts(entry))


def is_of(version: Version, name: str) -> bool:
    """Whether a paper's name has the very version: `Llama 3.2` is no `Llama 3`."""
    return is_in(version, name, end=r"(?![.]?\d)")


def is_in(version: Version, text: str, *, end: str = r"(?!\d)") -> bool:
    """Whether a text has a name with a version, however the two are joined."""
    name = r"[ -]?".join(map(re.escape, version.name.split("-")))
    pattern = rf"(?<![a-z]){name}[ -]?v?{re.escape(version.number)}(?:[.]0)?{end}"
    return re.search(pattern, text, re.IGNORECASE | re.ASCII) is not None


def _texts(entry: Entry) -> list[str]:
    texts = (entry.paper.title, entry.paper.abstract or "", *entry.ko, *entry.en)
    return [_ADDRESS.sub(" ", text) for text in texts]


def _is_name(word: str, texts: Iterable[str]) -> bool:
    if _MONTH.fullmatch(word):
        return False
    pattern = re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])", re.IGNORECASE | re.ASCII)
    written = [found for text in texts for found in pattern.findall(text)]
    lower = [found for found in written if found.islower()]
    return len(lower) < _LOWER * len(written)
