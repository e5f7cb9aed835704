"""Styled text for a terminal: display width, wrapping, and colours where there are any."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

ELLIPSIS = "…"
NO_BREAK = "\u00a0"
_MARK = re.compile(r"(?:\d{1,3}\.|[•▏╰·]) +")
_WIDE = frozenset("WF")
_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})
# Vowels and finals of decomposed Hangul: they are drawn into the syllable before them.
_FIRST_JUNGSEONG, _LAST_JONGSEONG = "\u1160", "\u11ff"


class Style(enum.Flag):
    """How a piece of text looks."""

    PLAIN = 0
    BOLD = enum.auto()
    DIM = enum.auto()
    ITALIC = enum.auto()
    UNDERLINE = enum.auto()
    STRIKE = enum.auto()
    LINK = enum.auto()
    CODE = enum.auto()
    ACCENT = enum.auto()
    WARNING = enum.auto()


# Select Graphic Rendition codes (ECMA-48, 8.3.117).
_CODES = {
    Style.BOLD: "1",
    Style.DIM: "2",
    Style.ITALIC: "3",
    Style.UNDERLINE: "4",
    Style.STRIKE: "9",
    Style.LINK: "36",
    Style.CODE: "33",
    Style.ACCENT: "35",
    Style.WARNING: "31",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one style; it holds no line break and no control character."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Piece, ...]
"""One line, from left to right."""


def line(text: str, style: Style = Style.PLAIN) -> Line:
    """Return a line in one style."""
    return (Piece(text, style),)


def plain(pieces: Iterable[Piece]) -> str:
    """Return a line's text."""
    return "".join(piece.text for piece in pieces)


def width(text: str) -> int:
    """Return how many columns `text` takes: Hangul takes two a syllable, accents none."""
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if _FIRST_JUNGSEONG <= char <= _LAST_JONGSEONG or unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def wrap(pieces: Line, columns: int) -> list[Line]:
    """Break a line between words, and a word that is too long anywhere; at least one line.

    What begins with a list's mark hangs from it. A line is wider than `columns` only where a
    single character is.
    """
    mark = _MARK.match(plain(pieces))
    hang = width(mark[0]) if mark and width(mark[0]) <= columns // 4 else 0
    first, *rest = _wrap(pieces, columns)
    if not rest or not hang:
        return [first, *rest]
    # The mark is a word of its own: what follows is broken as a line beside it.
    head, tail = _cut(pieces, len(mark[0]) if mark else 0)
    beside = _wrap(tail, columns - hang)
    margin = Piece(" " * hang)
    return [(*head, *beside[0]), *((margin, *below) for below in beside[1:])]


def _cut(pieces: Line, at: int) -> tuple[Line, Line]:
    """Return what stands before and after the character at `at`."""
    head: list[Piece] = []
    tail: list[Piece] = []
    for piece in pieces:
        if before := piece.text[: max(0, at)]:
            head.append(Piece(before, piece.style))
        if after := piece.text[max(0, at) :]:
            tail.append(Piece(after, piece.style))
        at -= len(piece.text)
    return tuple(head), tuple(tail)


def _wrap(pieces: Line, columns: int) -> list[Line]:
    lines: list[list[Piece]] = [[]]
    used = 0
    for word in _words(pieces):
        size = width(plain(word))
        is_space = _is_space(word[0].text)
        if used + size > columns and is_space:
            continue
        if used + size > columns and used:
            lines.append([])
            used = 0
        for part in _split(word, columns):
            if used and used + width(plain(part)) > columns:
                lines.append([])
                used = 0
            lines[-1].extend(part)
            used += width(plain(part))
    return [_joined(found) for found in lines]


def _words(pieces: Line) -> list[Line]:
    """Return words and the spaces between them; a word may change its style in the middle."""
    words: list[list[Piece]] = []
    for piece in pieces:
        for text in re.findall(r"[ \t]+|[^ \t]+", piece.text):
            goes_on = words and not _is_space(text) and not _is_space(words[-1][-1].text)
            if goes_on:
                words[-1].append(Piece(text, piece.style))
            else:
                words.append([Piece(text, piece.style)])
    return [tuple(word) for word in words]


def _is_space(text: str) -> bool:
    return text[0] in " \t"  # no-break spaces hold what is a word together


def _split(word: Line, columns: int) -> list[Line]:
    """Return the word in parts that fit."""
    if width(plain(word)) <= columns:
        return [word]
    parts: list[list[Piece]] = [[]]
    used = 0
    for piece in word:
        for char in piece.text:
            if used and used + _char_width(char) > columns:
                parts.append([])
                used = 0
            parts[-1].append(Piece(char, piece.style))
            used += _char_width(char)
    return [tuple(part) for part in parts]


def _joined(pieces: Sequence[Piece]) -> Line:
    """Return the line without spaces at its end and with equal neighbours as one piece."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].style == piece.style:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.style)
        else:
            joined.append(piece)
    while joined and not (text := joined[-1].text.rstrip(" ")):
        joined.pop()
    if joined:
        joined[-1] = Piece(text, joined[-1].style)
    return tuple(joined)


def shorten(lines: Sequence[Line], most: int) -> list[Line]:
    """Return at most `most` lines; where some are left out the last one ends with `…`."""
    if len(lines) <= most:
        return list(lines)
    kept = list(lines[:most])
    while len(kept) > 1 and not plain(kept[-1]).strip():
        kept.pop()
    last = kept[-1]
    style = last[-1].style if last else Style.PLAIN
    return [*kept[:-1], (*last, Piece(f" {ELLIPSIS}", style))]


def paint(pieces: Line, *, colour: bool) -> str:
    """Return the line as it is written to a terminal, with ANSI codes if `colour`."""
    painted = "".join(_paint_piece(p) for p in pieces) if colour else plain(pieces)
    return painted.replace(NO_BREAK, " ")


def _paint_piece(piece: Piece) -> str:
    codes = ";".join(code for style, code in _CODES.items() if style in piece.style)
    return f"\x1b[{codes}m{piece.text}\x1b[0m" if codes and piece.text else piece.text


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether `stream` is a terminal whose user did not ask for no colour (no-color.org)."""
    is_dumb = environment.get("TERM") == "dumb"
    return stream.isatty() and not environment.get("NO_COLOR") and not is_dumb
