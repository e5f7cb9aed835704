"""Discord's markdown as styled terminal text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from sandbox.markup import Block, BlockKind, Namer, Span, SpanKind, read_markup
from sandbox.terminal import Line, Piece, Style

_STYLES = {
    SpanKind.BOLD: Style.BOLD,
    SpanKind.ITALIC: Style.ITALIC,
    SpanKind.UNDERLINE: Style.UNDERLINE,
    SpanKind.STRIKE: Style.STRIKE,
    SpanKind.LINK: Style.LINK,
    SpanKind.URL: Style.LINK,
    SpanKind.CODE: Style.CODE,
    SpanKind.MENTION: Style.ACCENT,
    SpanKind.COMMAND: Style.ACCENT,
}
_BLOCKS = {
    BlockKind.LINE: ("", Style.PLAIN),
    BlockKind.SMALL: ("", Style.DIM),
    BlockKind.HEADING: ("", Style.BOLD),
    BlockKind.QUOTE: ("▏ ", Style.PLAIN),
    BlockKind.ITEM: ("• ", Style.PLAIN),
    BlockKind.NUMBER: ("", Style.PLAIN),
    BlockKind.CODE: ("", Style.CODE),
}
_SHORT_URL = 48


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
        return [self._lay(block) for block in read_markup(text, self.name_of)]

    def _lay(self, block: Block) -> Line:
        mark, style = _BLOCKS[block.kind]
        pieces = tuple(self._paint(block.spans, style))
        if block.mark:
            return (Piece(f"{'  ' * block.level}{block.mark} "), *pieces)
        return (Piece(mark, Style.DIM), *pieces) if mark else pieces

    def _paint(self, spans: Iterable[Span], style: Style) -> Iterator[Piece]:
        for span in spans:
            own = style | _STYLES.get(span.kind, Style.PLAIN)
            if span.inside:
                yield from self._paint(span.inside, own)
            else:
                yield Piece(self._show(span), own)

    def _show(self, span: Span) -> str:
        if span.kind is SpanKind.URL:
            return short_url(span.text)
        if span.kind is SpanKind.TIME:
            return self._show_time(int(span.text))
        return span.text

    def _show_time(self, seconds: int) -> str:
        try:
            return f"{datetime.fromtimestamp(seconds, self.zone):%Y-%m-%d %H:%M}"
        except (OverflowError, ValueError, OSError):
            return str(seconds)


def short_url(url: str) -> str:
    """Return what of an address is worth reading: host and path, cut."""
    parts = urlsplit(url)
    short = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return short if len(short) <= _SHORT_URL else f"{short[: _SHORT_URL - 1]}…"
