"""Texts that mean harm: what each reader of a text is known to stumble over, and mixtures of it.

They stand in hostile.json by what they are meant for; `found` are those that did harm once.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from hypothesis import strategies as st

from tests.bot.render.builders import BLOCKS, FRAGMENTS

_GROUPS: dict[str, list[str]] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)
# What no UTF-8 holds: it may come from a command line, and from nowhere else.
SURROGATES = tuple(_GROUPS.pop("surrogates"))
FOES = tuple(
    dict.fromkeys((*FRAGMENTS, *BLOCKS, *(foe for foes in _GROUPS.values() for foe in foes)))
)

_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060\ufeff"

# Most of them once; drawn together, which takes a fraction of the time of drawing each choice.
_PIECES = tuple(
    piece * times for times in (1, 1, 1, 1, 2, 30, 130) for piece in (*FOES, " ", " ", "a", "가")
)


def texts(*, most: int = 8, longest: int = 4000) -> st.SearchStrategy[str]:
    """Return mixtures of up to `most` foes, some of them many times over, and other characters."""
    pieces = st.lists(st.sampled_from(_PIECES), max_size=most).map("".join)
    mixed = st.tuples(st.text(max_size=6), pieces, st.text(max_size=3)).map("".join)
    return st.one_of(pieces, pieces, mixed).map(lambda text: text[:longest])


def lines(*, most: int = 5, longest: int = 400) -> st.SearchStrategy[str]:
    """Return mixtures that a seed file can hold as a title, a name or a tag."""
    return texts(most=most, longest=longest).map(_to_line)


def typed(*, longest: int = 2000) -> st.SearchStrategy[str]:
    """Return mixtures that somebody may type, on a command line too."""
    surrogates = st.lists(st.sampled_from((*SURROGATES, *FOES[:40], " ")), max_size=6).map("".join)
    return st.one_of(texts(longest=longest), texts(longest=longest), surrogates)


def _to_line(text: str) -> str:
    """Return a line as the parser leaves it: not blank, in NFC, without a NUL or a line's end."""
    line = " ".join(text.replace("\x00", "").replace("\r", "\n").split("\n"))
    return unicodedata.normalize("NFC", line).strip(_BLANKS) or "a"
