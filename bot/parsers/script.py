"""Telling Korean from everything else, and a paper's sections apart by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

# Inside of a character class: jamo, compatibility jamo, their extensions, syllables, half width.
HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
_HANGUL = re.compile(f"[{HANGUL}]")


class Sections(NamedTuple):
    """A paper's text: the abstract, and the commentary's Korean and English paragraphs."""

    abstract: str | None
    ko: tuple[str, ...]
    en: tuple[str, ...]


def has_hangul(text: str) -> bool:
    """Return whether `text` is Korean, which a single Hangul letter makes it."""
    return _HANGUL.search(text) is not None


def split_sections(paragraphs: Sequence[str]) -> Sections:
    """Tell sections apart by script and order.

    Before the first Korean paragraph stands the abstract, after the last one the English comment;
    with no Korean at all, the first paragraph is the abstract and the rest the English comment.
    """
    korean = [index for index, text in enumerate(paragraphs) if has_hangul(text)]
    first, end = (korean[0], korean[-1] + 1) if korean else (1, 1)
    return Sections(
        abstract="\n".join(paragraphs[:first]) or None,
        ko=tuple(paragraphs[first:end]),
        en=tuple(paragraphs[end:]),
    )
