"""Discord's markdown -> styled terminal text (docs: Message Formatting). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from sandbox.terminal import Line, Piece, Style

Namer = Callable[[str, int], str]
"""Gives the name behind a mention: its mark (`#`, `@` or `@&`) and its id."""

_INLINE = re.compile(
    r"""
      \\(?P<escaped>[^\w\s]|_)
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | \[(?P<label>(?:\\.|[^\[\]\\])+)\]\(<?(?P<target>https?://[^\s<>)]+)>?\)
    | <?(?P<url>https?://[^\s<>]*[^\s<>.,;:!?"')\]*_~|`])>?
    | <(?P<mark>\#|@&|@!?)(?P<id>\d{1,20})>
    | </(?P<command>[^:>]+):\d+>
    | <t:(?P<time>-?\d{1,12})(?::[a-zA-Z])?>
    | <a?:(?P<emoji>\w+):\d+>
    | \*\*(?P<bold>(?:\\.|(?!\*\*).)+)\*\*
    | __(?P<underline>(?:\\.|(?!__).)+)__
    | ~~(?P<strike>(?:\\.|(?!~~).)+)~~
    | \|\|(?P<spoiler>(?:\\.|(?!\|\|).)+)\|\|
    | \*(?P<star>(?![\s*])(?:\\.|[^*\\])+)\*
    | (?<!\w)_(?P<italic>(?:\\.|[^_\\])+)_(?!\w)
    """,
    re.VERBOSE,
)
_NESTED = {
    "label": Style.LINK,
    "bold": Style.BOLD,
    "underline": Style.UNDERLINE,
    "strike": Style.STRIKE,
    "spoiler": Style.PLAIN,
    "star": Style.ITALIC,
    "italic": Style.ITALIC,
}
_BLOCKS = (
    (re.compile(r"-# +"), "", Style.DIM),
    (re.compile(r"#{1,3} +"), "", Style.BOLD),
    (re.compile(r"> "), "▏ ", Style.PLAIN),
    (re.compile(r" *[-*] +"), "• ", Style.PLAIN),
)
_FENCE = "```"
_SHORT_URL = 48
# Beyond this depth marks stay as they are: nobody writes so, and Python's stack is finite.
_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """Reads messages for one reader.

    Args:
        name_of: Gives the name behind a mention, with its mark.
        zone: Where times are shown.
    """

    name_of: Namer
    zone: tzinfo = UTC

    def parse(self, text: str) -> list[Line]:
        """Return the lines of `text`: no marks, no backslashes, no control characters."""
        lines: list[Line] = []
        in_fence = False
        for raw in clean(text).split("\n"):
            if raw.startswith(_FENCE):
                in_fence = not in_fence
            elif in_fence:
                lines.append((Piece(raw, Style.CODE),))
            else:
                lines.append(self._parse_line(raw))
        return lines

    def _parse_line(self, raw: str) -> Line:
        for mark, shown, style in _BLOCKS:
            if found := mark.match(raw):
                inner = self._parse_inline(raw[found.end() :], style)
                return (Piece(shown, Style.DIM), *inner) if shown else inner
        return self._parse_inline(raw, Style.PLAIN)

    def _parse_inline(self, text: str, style: Style, depth: int = 0) -> Line:
        pieces: list[Piece] = []
        at = 0
        for found in _INLINE.finditer(text):
            pieces.append(Piece(text[at : found.start()], style))
            pieces.extend(self._parse_mark(found, style, depth))
            at = found.end()
        pieces.append(Piece(text[at:], style))
        return tuple(piece for piece in pieces if piece.text)

    def _parse_mark(self, found: re.Match[str], style: Style, depth: int) -> Line:
        for name, extra in _NESTED.items():
            inner = found[name]
            if inner is not None and depth < _DEPTH:
                return self._parse_inline(inner, style | extra, depth + 1)
            if inner is not None:
                return (Piece(found.group(), style),)
        return (self._parse_leaf(found, style),)

    def _parse_leaf(self, found: re.Match[str], style: Style) -> Piece:
        if found["escaped"] is not None:
            return Piece(found["escaped"], style)
        if found["code"] is not None:
            return Piece(found["code"].strip() or found["code"], style | Style.CODE)
        if found["url"] is not None:
            return Piece(short_url(found["url"]), style | Style.LINK)
        if found["mark"] is not None:
            name = clean(self.name_of(found["mark"].rstrip("!"), int(found["id"])))
            return Piece(name, style | Style.ACCENT)
        if found["command"] is not None:
            return Piece(f"/{found['command']}", style | Style.ACCENT)
        if found["time"] is not None:
            return Piece(self._show_time(int(found["time"])), style)
        return Piece(f":{found['emoji']}:", style)

    def _show_time(self, seconds: int) -> str:
        try:
            return f"{datetime.fromtimestamp(seconds, self.zone):%Y-%m-%d %H:%M}"
        except (OverflowError, ValueError, OSError):
            return str(seconds)


def clean(text: str) -> str:
    """Return `text` with nothing in it that could move a terminal's cursor or turn the text."""
    return "".join(char for char in text.expandtabs(4) if char == "\n" or _is_harmless(char))


def short_url(url: str) -> str:
    """Return what of an address is worth reading: host and path, cut."""
    parts = urlsplit(url)
    short = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return short if len(short) <= _SHORT_URL else f"{short[: _SHORT_URL - 1]}…"


def _is_harmless(char: str) -> bool:
    kind = unicodedata.category(char)
    # Of the format characters, joiners are needed for emoji; the others change directions.
    return kind not in {"Cc", "Cs", "Zl", "Zp"} and (kind != "Cf" or char in "\u200c\u200d")
