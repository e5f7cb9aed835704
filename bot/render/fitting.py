"""Lists of papers that share a message's room evenly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.render.limits import EMBED_DESCRIPTION

# How long a title may be, from all of it down to what still tells papers apart.
TITLE_ROOMS = (
    400,
    320,
    256,
    200,
    170,
    150,
    130,
    115,
    100,
    90,
    80,
    72,
    64,
    58,
    52,
    46,
    40,
    36,
    32,
    28,
    24,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a list; `weight` is what it may take once its links are known."""

    text: str
    weight: int


def fit_lines(
    make: Callable[[int], Sequence[Line]], capacities: Sequence[int]
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return the lines dealt out over boxes of the given capacities, and how many are left out.

    `make(room)` makes all lines with titles of at most `room` units; the longest titles with
    which all lines fit are taken, and if even the shortest are too long, the last lines stay out.
    """
    lines: Sequence[Line] = ()
    for room in TITLE_ROOMS:
        lines = make(room)
        boxes = _deal(lines, capacities)
        if sum(map(len, boxes)) == len(lines):
            return boxes, 0
    boxes = _deal(lines, capacities)
    return boxes, len(lines) - sum(map(len, boxes))


def _deal(lines: Sequence[Line], capacities: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    boxes: list[list[str]] = [[] for _ in capacities]
    box, used = 0, 0
    for line in lines:
        while box < len(boxes) and used + line.weight + 1 > capacities[box]:
            box, used = box + 1, 0
        if box == len(boxes):
            break
        boxes[box].append(line.text)
        used += line.weight + 1
    return tuple(map(tuple, boxes))


def embed_capacities(room: int) -> tuple[int, ...]:
    """Return `room` units of embed text as the capacities of as few embeds as hold them."""
    full, rest = divmod(room, EMBED_DESCRIPTION)
    return (EMBED_DESCRIPTION,) * full + ((rest,) if rest else ())
