"""Authors as digests write them, taken apart into family and given names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.render.markdown import collapse

# Where a family name of several words begins: `van der Maaten`, `De la Torre`, `Le Scao`.
_PARTICLES = frozenset({
    "van", "von", "vom", "der", "den", "ter", "ten", "zum", "zur", "de", "del", "della", "di", "da",
    "dal", "dos", "das", "du", "des", "la", "le", "las", "los", "el", "al", "st.",
})  # fmt: skip
# These are given names too (`Bin Cui`), so only in lower case.
_LOWER_PARTICLES = frozenset({
    "bin", "ibn", "bint", "ben", "do", "af", "av", "zu",
})  # fmt: skip
_SUFFIXES = frozenset({
    "jr", "sr", "ii", "iii", "iv",
})  # fmt: skip
# What a group's name ends or begins with.
_GROUP_ENDS = frozenset({
    "team", "group", "lab", "labs", "laboratory", "ai", "research", "collaboration", "consortium",
    "project", "initiative", "inc", "inc.", "foundation", "institute", "university", "community",
    "authors", "contributors", "deepmind",
})  # fmt: skip
_GROUP_STARTS = frozenset({"team", "the"})
# No person's name has these; nor has one, in the family-and-given way, letters of East Asia.
_UNUSUAL = re.compile(r"[,;@/()\[\]{}]|[\u3040-\u30ff\u3131-\u318e\u3400-\u9fff\uac00-\ud7a3]")

_MORE = re.compile(
    r"(?:^|\s+)(?:et\.?\s+al\.?|and\s+(?:\d+\s+)?(?:others|more)|others"
    r"|\(additional authors not shown\)|외(?:\s*\d+\s*명)?)\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:^|\s+)and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person's name in its parts; `given` is empty for what stands as a whole.

    That is what a group calls itself, a single name, and a name in Hangul or Chinese characters,
    whose order no bibliography style should change.
    """

    given: str
    family: str
    suffix: str

    @property
    def is_whole(self) -> bool:
        """Whether the name has no parts."""
        return not self.given

    @property
    def spelled(self) -> str:
        """The name as it is read."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    @property
    def sorted(self) -> str:
        """The name as lists sort it: `van der Maaten, Laurens`, `King, Martin Luther, Jr.`."""
        return ", ".join(filter(None, (self.family, self.given, self.suffix)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """A paper's authors; `has_more` where the digest stops with `et al.`."""

    names: tuple[Name, ...]
    has_more: bool


def parse_authors(authors: Sequence[str]) -> Authors:
    """Return the names of an author line.

    `Jamba Team: Barak Lenz` is a group and a person, `and Tri Dao` a person.
    """
    names: list[Name] = []
    has_more = False
    for author in authors:
        text = collapse(author)
        named = _MORE.sub("", text)
        has_more = has_more or named != text
        names += map(_parse_name, _separate(named))
    return Authors(names=tuple(names), has_more=has_more)


def _separate(text: str) -> Iterator[str]:
    """Yield the names that stand between two commas: mostly one."""
    group, colon, rest = text.partition(": ")
    if colon and group and rest.strip():
        yield collapse(group)
        text = rest
    for part in _AND.split(text):
        if name := collapse(part):
            yield name


def _parse_name(text: str) -> Name:
    words = text.split()
    suffix = ""
    if len(words) > 2 and words[-1].rstrip(".").casefold() in _SUFFIXES:
        suffix = words.pop()
    if len(words) == 1 or _is_group(words) or _UNUSUAL.search(text):
        return Name(given="", family=text, suffix="")
    begin = next(
        (place for place in range(1, len(words) - 1) if _is_particle(words[place])),
        len(words) - 1,
    )
    if begin == len(words) - 1 and _is_lower_particle(words[0]):
        return Name(given="", family=text, suffix="")
    return Name(given=" ".join(words[:begin]), family=" ".join(words[begin:]), suffix=suffix)


def _is_group(words: Sequence[str]) -> bool:
    first, last = words[0].casefold(), words[-1].casefold()
    return last in _GROUP_ENDS or first in _GROUP_STARTS


def _is_particle(word: str) -> bool:
    return word.casefold() in _PARTICLES or word in _LOWER_PARTICLES


def _is_lower_particle(word: str) -> bool:
    """Return whether a name that begins with this word has no given name: `de Vries`."""
    return word.islower() and _is_particle(word)
