"""Papers and files of a year."""

from __future__ import annotations

from datetime import date, timedelta

from bench.year.papers import PaperText
from bench.year.plan import Write

TODAY = date(2026, 10, 20)
ONE_DAY = timedelta(days=1)


def paper(number: int, *tags: str) -> PaperText:
    return PaperText(
        number=number,
        version=1,
        title=f"P{number:05}",
        authors=("Ada Kim",),
        tags=tags or ("rl",),
        abstract="a",
        ko="",
        en="",
    )


def write(age: int, *papers: PaperText, name: str = "") -> Write:
    day = TODAY - age * ONE_DAY
    return Write(name=name or f"{day}.txt", day=day, papers=papers or (paper(100 + age),))
