"""How costs grow with the number of papers: an exponent for each, and a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle
from xml.sax.saxutils import escape

Curve = Sequence[tuple[int, float]]  # papers, milliseconds

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 64, 190, 24, 48
# Okabe and Ito's colours, told apart by colour-blind eyes too; readable on white and on black.
_COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    *("#8B6F47", "#808080"),
)


def exponent(curve: Curve, *, least: int) -> float:
    """Return the slope in a log-log plot, from `least` papers on: 1 is linear, 0 flat."""
    points = [(math.log(papers), math.log(cost)) for papers, cost in curve if papers >= least]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def draw(curves: Mapping[str, Curve]) -> str:
    """Return an SVG with both axes logarithmic."""
    xs = [papers for curve in curves.values() for papers, _ in curve]
    ys = [cost for curve in curves.values() for _, cost in curve]
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    first, last = math.log10(min(xs)), math.log10(max(xs))

    def x(papers: float) -> float:
        share = (math.log10(papers) - first) / (last - first)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(cost: float) -> float:
        share = (math.log10(cost) - low) / (high - low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="13" fill="#808080">'
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(
            f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}" stroke="#808080" stroke-opacity=".3"/>'
            f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10**power:g} ms</text>'
        )
    for papers in sorted(set(xs)):
        if math.log10(papers).is_integer():
            parts.append(
                f'<text x="{x(papers):.1f}" y="{_HEIGHT - _BOTTOM + 20}" '
                f'text-anchor="middle">{papers:,}</text>'
            )
    parts.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" '
        f'text-anchor="middle">papers</text>'
    )
    for (name, curve), colour in zip(curves.items(), cycle(_COLOURS), strict=False):
        line = " ".join(f"{x(papers):.1f},{y(cost):.1f}" for papers, cost in curve)
        papers, cost = curve[-1]
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
            f'<text x="{x(papers) + 8:.1f}" y="{y(cost) + 4:.1f}" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])
