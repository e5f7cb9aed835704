"""Discord's markdown -> a tree (docs: Message Formatting), for the terminal and the page. Pure.

Discord's own parser is a list of patterns tried in order, not CommonMark: there are underlines,
spoilers, mentions and small print, no paragraphs, no reference links and no raw HTML. A link's text
may hold brackets, one pair within the other.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

Namer = Callable[[str, int], str]
"""Gives the name behind a mention: its mark (`#`, `@` or `@&`) and its id."""

_INLINE = re.compile(
    r"""
      \\(?P<escaped>[^\w\s]|_)
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | \[(?P<label>(?:\\.|\[[^\[\]\\]*\]|[^\[\]\\])+)\]\(<?(?P<target>https?://[^\s<>)]+)>?\)
    | <?(?P<url>https?://[^\s<>]*[^\s<>.,;:!?"')\]*_~|`])>?
    | <(?P<mark>\#|@&|@!?)(?P<id>\d{1,20})>
    | </(?P<command>[^:>]+):\d+>
    | <t:(?P<time>-?\d{1,12})(?::(?P<form>[a-zA-Z]))?>
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
_FENCE = "```"
# Beyond this depth marks stay as they are: nobody writes so, and Python's stack is finite.
_DEPTH = 8


class SpanKind(enum.StrEnum):
    """What a piece of a line is."""

    TEXT = "text"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    LINK = "link"
    URL = "url"
    CODE = "code"
    MENTION = "mention"
    COMMAND = "command"
    TIME = "time"
    EMOJI = "emoji"


class BlockKind(enum.StrEnum):
    """What a line is."""

    LINE = "line"
    HEADING = "heading"
    SMALL = "small"
    QUOTE = "quote"
    ITEM = "item"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line.

    Attributes:
        kind: What it is.
        text: What is shown, if nothing is `inside`; of a TIME its Unix seconds.
        target: The address of a LINK or URL, mark and id of a MENTION (`#123`), the form of a
            TIME (`F`, `R` and so on; empty: Discord's default).
        inside: The spans that a BOLD, LINK and the like holds.
    """

    kind: SpanKind
    text: str = ""
    target: str = ""
    inside: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A line.

    Attributes:
        kind: What it is.
        spans: What it says.
        level: A heading's (1 to 3), or how deep a list's item stands (from 0).
        mark: The number of a NUMBER, such as `1.`.
    """

    kind: BlockKind
    spans: tuple[Span, ...]
    level: int = 0
    mark: str = ""


_BLOCKS = (
    (re.compile(r"-# +"), BlockKind.SMALL),
    (re.compile(r"(?P<hashes>#{1,3}) +"), BlockKind.HEADING),
    (re.compile(r"> "), BlockKind.QUOTE),
    (re.compile(r"(?P<margin> *)[-*] +"), BlockKind.ITEM),
    (re.compile(r"(?P<margin> *)(?P<mark>\d{1,3}\.) +"), BlockKind.NUMBER),
)
_NESTED = {
    "label": SpanKind.LINK,
    "bold": SpanKind.BOLD,
    "underline": SpanKind.UNDERLINE,
    "strike": SpanKind.STRIKE,
    "spoiler": SpanKind.SPOILER,
    "star": SpanKind.ITALIC,
    "italic": SpanKind.ITALIC,
}


def read_markup(text: str, name_of: Namer) -> list[Block]:
    """Return the lines of `text`: no marks, no backslashes, no control characters."""
    blocks: list[Block] = []
    in_fence = False
    for raw in clean(text).split("\n"):
        if raw.startswith(_FENCE):
            in_fence = not in_fence
        elif in_fence:
            blocks.append(Block(BlockKind.CODE, (Span(SpanKind.TEXT, raw),)))
        else:
            blocks.append(_read_line(raw, name_of))
    return blocks


def read_line_markup(text: str, name_of: Namer) -> tuple[Span, ...]:
    """Return the spans of what stands on one line: what would begin a list or heading does not."""
    return _read_spans(clean(text).replace("\n", " "), name_of)


def clean(text: str) -> str:
    """Return `text` with nothing in it that could move a terminal's cursor or turn the text."""
    return "".join(char for char in text.expandtabs(4) if char == "\n" or _is_harmless(char))


def _is_harmless(char: str) -> bool:
    kind = unicodedata.category(char)
    # Of the format characters, joiners are needed: for emoji, and within what is to be no address;
    # the others change directions.
    return kind not in {"Cc", "Cs", "Zl", "Zp"} and (kind != "Cf" or char in "\u200c\u200d\u2060")


def _read_line(raw: str, name_of: Namer) -> Block:
    for mark, kind in _BLOCKS:
        if found := mark.match(raw):
            named = found.groupdict("")
            level = len(named.get("hashes", "")) or len(named.get("margin", "")) // 2
            spans = _read_spans(raw[found.end() :], name_of)
            return Block(kind, spans, level, named.get("mark", ""))
    return Block(BlockKind.LINE, _read_spans(raw, name_of))


def _read_spans(text: str, name_of: Namer, depth: int = 0) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for found in _INLINE.finditer(text):
        spans.append(Span(SpanKind.TEXT, text[at : found.start()]))
        spans.append(_read_mark(found, name_of, depth))
        at = found.end()
    spans.append(Span(SpanKind.TEXT, text[at:]))
    return tuple(span for span in spans if span.text or span.inside)


def _read_mark(found: re.Match[str], name_of: Namer, depth: int) -> Span:
    for name, kind in _NESTED.items():
        inner = found[name]
        if inner is not None and depth < _DEPTH:
            inside = _read_spans(inner, name_of, depth + 1)
            return Span(kind, target=found["target"] or "", inside=inside)
        if inner is not None:
            return Span(SpanKind.TEXT, found.group())
    return _read_leaf(found, name_of)


def _read_leaf(found: re.Match[str], name_of: Namer) -> Span:
    if found["escaped"] is not None:
        return Span(SpanKind.TEXT, found["escaped"])
    if found["code"] is not None:
        return Span(SpanKind.CODE, found["code"].strip() or found["code"])
    if found["url"] is not None:
        return Span(SpanKind.URL, found["url"], found["url"])
    if found["mark"] is not None:
        mark = found["mark"].rstrip("!")
        return Span(SpanKind.MENTION, clean(name_of(mark, int(found["id"]))), mark + found["id"])
    if found["command"] is not None:
        return Span(SpanKind.COMMAND, f"/{found['command']}")
    if found["time"] is not None:
        return Span(SpanKind.TIME, found["time"], found["form"] or "")
    return Span(SpanKind.EMOJI, f":{found['emoji']}:")
