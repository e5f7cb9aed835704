"""Discord's markdown as elements. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sandbox.markup import (
    Block,
    BlockKind,
    Namer,
    Span,
    SpanKind,
    read_line_markup,
    read_markup,
)
from sandbox.page.dates import Dates
from sandbox.page.elements import Element, e

_TAGS = {
    SpanKind.BOLD: "strong",
    SpanKind.ITALIC: "em",
    SpanKind.UNDERLINE: "u",
    SpanKind.STRIKE: "s",
    SpanKind.CODE: "code",
    SpanKind.EMOJI: "span",
}
_INSIDE = re.compile(r"https://discord\.com/channels/\d+/(\d+)(?:/(\d+))?")
_DEEPEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Reads markdown for one reader."""

    name_of: Namer
    dates: Dates

    def blocks(self, text: str, *, tail: Element | None = None) -> Element:
        """Return a text of any number of lines; `tail` stands at the end of the last one."""
        lines = list(self._blocks(read_markup(text, self.name_of)))
        if tail is not None and lines and lines[-1].name != "pre":
            lines[-1] = replace(lines[-1], children=(*lines[-1].children, " ", tail))
            tail = None
        return e("div.text", lines, tail)

    def line(self, text: str) -> list[Element | str]:
        """Return what stands on one line, such as an embed's title."""
        return self._spans(read_line_markup(text, self.name_of))

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[Element]:
        for is_code, run in groupby(blocks, key=lambda block: block.kind is BlockKind.CODE):
            if is_code:
                yield e("pre", "\n".join(span.text for block in run for span in block.spans))
            else:
                yield from map(self._block, run)

    def _block(self, block: Block) -> Element:
        if block.kind is BlockKind.HEADING:
            return e(f"h{block.level}", self._spans(block.spans))
        mark = e("i", block.mark) if block.mark else None
        level = min(block.level, _DEEPEST)
        return e(f"div.{block.kind}.level-{level}", mark, self._spans(block.spans))

    def _spans(self, spans: Iterable[Span]) -> list[Element | str]:
        return [self._span(span) for span in spans]

    def _span(self, span: Span) -> Element | str:
        inner = self._spans(span.inside) if span.inside else [span.text]
        match span.kind:
            case SpanKind.TEXT:
                return span.text
            case SpanKind.LINK | SpanKind.URL:
                return link(span.target, inner)
            case SpanKind.MENTION if span.target.startswith("#"):
                return e("button.mention", inner, type="button", data_go=span.target[1:])
            case SpanKind.MENTION:
                return e("span.mention", inner)
            case SpanKind.COMMAND:
                name = span.text.removeprefix("/")
                return e("button.mention", inner, type="button", data_act="begin", data_name=name)
            case SpanKind.TIME:
                seconds = int(span.text)
                title = self.dates.marked(seconds, "F")
                return e("span.stamp", self.dates.marked(seconds, span.target), title=title)
            case SpanKind.SPOILER:
                return e("button.spoiler", inner, type="button", data_act="reveal")
            case _:
                return e(_TAGS[span.kind], inner)


def link(url: str, children: Iterable[Element | str], name: str = "a") -> Element:
    """Return a link; one into this Discord opens on the page."""
    inside = _INSIDE.fullmatch(url)
    if inside:
        return e(name, children, href=f"#{inside[1]}", data_go=inside[1], data_message=inside[2])
    return e(name, children, href=url, target="_blank", rel="noopener noreferrer")
