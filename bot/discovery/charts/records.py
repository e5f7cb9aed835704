"""What is drawn: bars over time, a small panel for each name, in sections. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Tone(enum.StrEnum):
    """What a panel is about: how much there is, what there is more of, what less."""

    CALM = "calm"
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A name, what is said of it in a word or two, and its counts, oldest first."""

    name: str
    note: str
    counts: tuple[int, ...]
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Panels under a heading; their bars are to one scale."""

    heading: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Sections whose panels all have the same periods.

    `first` and `last` name the periods at the ends; `partial` is true where the last one is not
    over yet, and is drawn paler.
    """

    title: str
    first: str
    last: str
    partial: bool
    sections: tuple[Section, ...]


def read_chart(data: Mapping[str, Any]) -> Chart:
    """Return the chart that `dataclasses.asdict` made JSON of."""
    sections = tuple(
        Section(
            heading=section["heading"],
            panels=tuple(
                Panel(
                    name=panel["name"],
                    note=panel["note"],
                    counts=tuple(panel["counts"]),
                    tone=Tone(panel["tone"]),
                )
                for panel in section["panels"]
            ),
        )
        for section in data["sections"]
    )
    return Chart(
        title=data["title"],
        first=data["first"],
        last=data["last"],
        partial=data["partial"],
        sections=sections,
    )
