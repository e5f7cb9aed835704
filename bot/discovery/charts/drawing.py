"""A chart -> PNG. Imported by the drawing process only. Pure.

The ground is opaque, so that the picture reads the same on Discord's dark and light themes. What
rises and falls is told apart by hue, by lightness and in words: no colour has to be recognised.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

from bot.discovery.charts.records import Chart, Panel, Section, Tone

# Everything is measured in points. Discord shows an embed's picture 400 points wide and 300 high
# at most, a phone's screen has three pixels a point.
_SCALE = 3
_WIDTH, _MARGIN, _GUTTER, _COLUMNS = 400, 12, 14, 3
_TITLE_ROOM, _HEADING_ROOM, _AXIS_ROOM = 20, 16, 12
# A panel from above: its name, its note, the highest count, the bars.
_NAME_ROOM, _NOTE_ROOM, _COUNT_ROOM, _BARS, _GAP = 13, 12, 10, 26, 6
_PANEL = _NAME_ROOM + _NOTE_ROOM + _COUNT_ROOM + _BARS
_TITLE, _HEADING, _NAME, _NOTE, _TICK = 12.5, 10, 10.5, 10, 8.5
_BAR_SHARE = 0.72

_GROUND, _TEXT, _MUTED, _LINE = "#20242b", "#eef1f5", "#a9b4c2", "#4a5362"
# Sky blue and orange of Okabe and Ito's palette for all kinds of colour vision; a grey beside.
_BARS_OF = {Tone.CALM: "#56b4e9", Tone.RISE: "#e69f00", Tone.FALL: "#97a3b3"}
_PALER = 0.5
_PALETTE = 64
_ELLIPSIS, _MISSING, _DASH = "…", "·", "\N{EN DASH}"


def draw_png(chart: Chart) -> bytes:
    """Return the chart as a PNG of few colours, which keeps it small."""
    image = Image.new("RGB", (_WIDTH * _SCALE, _height(chart) * _SCALE), _GROUND)
    pen = _Pen(draw=ImageDraw.Draw(image))
    span = f"{chart.first} {_DASH} {chart.last}"
    room = _WIDTH - 2 * _MARGIN - pen.width(span, _HEADING) - _GUTTER
    pen.text((_MARGIN, _MARGIN - 5), pen.fit(chart.title, _TITLE, room), _TITLE, _TEXT)
    pen.text((_WIDTH - _MARGIN, _MARGIN - 2), span, _HEADING, _MUTED, anchor="ra")
    top: float = _MARGIN + _TITLE_ROOM
    for section in chart.sections:
        top = _draw_section(pen, chart, section, top)
    file = io.BytesIO()
    image.quantize(_PALETTE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Draws in points."""

    draw: ImageDraw.ImageDraw

    def text(
        self, at: tuple[float, float], text: str, size: float, fill: str, anchor: str = "la"
    ) -> None:
        place = (at[0] * _SCALE, at[1] * _SCALE)
        self.draw.text(place, _drawable(text), fill, _font(size), anchor=anchor)

    def width(self, text: str, size: float) -> float:
        return _font(size).getlength(_drawable(text)) / _SCALE

    def fit(self, text: str, size: float, room: float) -> str:
        """Return `text`, or as much of its beginning as there is room for."""
        shown = text = _drawable(text)
        while shown and self.width(shown, size) > room:
            text = text[:-1]
            shown = text.rstrip() + _ELLIPSIS
        return shown

    def box(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        corners = [round(each * _SCALE) for each in (left, top, right, bottom)]
        if corners[2] > corners[0] and corners[3] > corners[1]:
            self.draw.rectangle((corners[0], corners[1], corners[2] - 1, corners[3] - 1), fill)


def _height(chart: Chart) -> int:
    rows = [-(-len(section.panels) // _COLUMNS) for section in chart.sections]
    sections = sum(_HEADING_ROOM + count * (_PANEL + _GAP) for count in rows)
    return 2 * _MARGIN + _TITLE_ROOM + sections - _GAP + _AXIS_ROOM


def _draw_section(pen: _Pen, chart: Chart, section: Section, top: float) -> float:
    """Draw a section from `top` on; return where the next one begins."""
    pen.text((_MARGIN, top), section.heading, _HEADING, _MUTED)
    top += _HEADING_ROOM
    highest = max((count for panel in section.panels for count in panel.counts), default=0)
    width = (_WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _GUTTER) / _COLUMNS
    for place, panel in enumerate(section.panels):
        row, column = divmod(place, _COLUMNS)
        left, above = _MARGIN + column * (width + _GUTTER), top + row * (_PANEL + _GAP)
        _draw_panel(pen, panel, (left, above, width), highest, partial=chart.partial)
        # All have the same periods: they are named once, under the last row.
        is_lowest = section is chart.sections[-1] and place + _COLUMNS >= len(section.panels)
        if is_lowest:
            pen.text((left, above + _PANEL + 2), chart.first, _TICK, _MUTED)
            pen.text((left + width, above + _PANEL + 2), chart.last, _TICK, _MUTED, anchor="ra")
    rows = -(-len(section.panels) // _COLUMNS)
    return top + rows * (_PANEL + _GAP)


def _draw_panel(
    pen: _Pen, panel: Panel, place: tuple[float, float, float], highest: int, *, partial: bool
) -> None:
    """Draw a name, its note, and its bars, the highest with its count."""
    left, top, width = place
    colour, foot = _BARS_OF[panel.tone], top + _PANEL
    pen.text((left, top), pen.fit(panel.name, _NAME, width), _NAME, _TEXT)
    pen.text((left, top + _NAME_ROOM), pen.fit(panel.note, _NOTE, width), _NOTE, colour)
    step = width / max(1, len(panel.counts))
    gap = step * (1 - _BAR_SHARE) / 2
    heights = [_BARS * count / highest if highest else 0 for count in panel.counts]
    for index, height in enumerate(heights):
        at = left + index * step
        is_open = partial and index == len(heights) - 1
        fill = _blend(colour) if is_open else colour
        pen.box(at + gap, foot - height, at + step - gap, foot, fill)
    if any(heights):
        index = heights.index(max(heights))
        count = str(panel.counts[index])
        half = pen.width(count, _TICK) / 2
        middle = min(max(left + (index + 0.5) * step, left + half), left + width - half)
        pen.text((middle, foot - heights[index] - 1), count, _TICK, _MUTED, anchor="mb")
    pen.box(left, foot, left + width, foot + 0.5, _LINE)


def _blend(colour: str) -> str:
    """Return a colour halfway to the ground."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(_GROUND[1:]), strict=True)
    return "#" + bytes(round(a * _PALER + b * (1 - _PALER)) for a, b in pairs).hex()


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    data = resources.files(__package__).joinpath("NotoSansKR-Subset.otf").read_bytes()
    # The basic layout: no shaping library has to be there, and Hangul and Latin need none.
    return ImageFont.truetype(io.BytesIO(data), size * _SCALE, layout_engine=ImageFont.Layout.BASIC)


def _drawable(text: str) -> str:
    """Return `text` on one line with a dot for each character that the font has no shape for."""
    return "".join(char if _has_shape(char) else _MISSING for char in " ".join(text.split()))


@cache
def _has_shape(char: str) -> bool:
    return char == " " or bytes(_font(_NAME).getmask(char)) != _no_shape()


@cache
def _no_shape() -> bytes:
    """Return what the font draws for what it lacks: a code point that is no character."""
    return bytes(_font(_NAME).getmask("\uffff"))
