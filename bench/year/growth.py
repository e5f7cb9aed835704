"""What a long life costs: memory, descriptors, threads, the database, the log."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import linear_regression, mean

from bench.year.journal import Sample

WARM_UP = timedelta(days=30)  # until caches are full: discord.py's of messages, SQLite's of pages
_LEAST = 20  # samples for a slope
_LONG = 60  # days of a life for a verdict on it
# What a year may add: a share of the memory, and as many descriptors and threads. These go up
# and down with the work, by more than a slope over months can tell apart from less.
_MORE_MEMORY = 0.25
_MORE = {"descriptors": 60.0, "threads": 10.0}
_DAY = timedelta(days=1)
_LEVEL = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """A size over a life of the process: its first and last (means of a tenth), change a day."""

    what: str
    days: float
    first: float
    last: float
    a_day: float


def longest_life(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples of the process that lived longest, without its first days."""
    lives: dict[int, list[Sample]] = {}
    for sample in samples:
        lives.setdefault(sample.life, []).append(sample)
    if not lives:
        return []
    life = max(lives.values(), key=lambda each: each[-1].at - each[0].at)
    return [sample for sample in life if sample.at >= life[0].at + WARM_UP] or life


def slopes(samples: Sequence[Sample]) -> list[Slope]:
    """Return how the sizes changed over a life."""
    if len(samples) < _LEAST:
        return []
    days = [(sample.at - samples[0].at) / _DAY for sample in samples]
    tenth = max(1, len(samples) // 10)
    found = []
    for what in ("resident", "descriptors", "threads"):
        sizes = [float(getattr(sample, what)) for sample in samples]
        found.append(
            Slope(
                what=what,
                days=days[-1],
                first=mean(sizes[:tenth]),
                last=mean(sizes[-tenth:]),
                a_day=linear_regression(days, sizes).slope,
            )
        )
    return found


def check_growth(samples: Sequence[Sample]) -> list[str]:
    """Return what would not stay flat over a year, by the longest life."""
    return [
        f"{slope.what} grows: {slope.first:.0f} -> {slope.last:.0f} in {slope.days:.0f} days"
        for slope in slopes(longest_life(samples))
        if slope.days >= _LONG
        and slope.a_day * 365 > _MORE.get(slope.what, _MORE_MEMORY * slope.first)
    ]


def table_bytes(path: Path) -> list[tuple[str, int, int]]:
    """Return each table of a database with its indexes' and its own bytes, and its rows."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        owners = dict(connection.execute("SELECT name, tbl_name FROM sqlite_schema").fetchall())
        sizes: Counter[str] = Counter()
        for name, size in connection.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name"):
            sizes[owners.get(name, name)] += size
        rows = {
            name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in sizes
            if name in owners and not name.startswith("sqlite_")
        }
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    found = [(name, size, rows.get(name, 0)) for name, size in sizes.most_common()]
    return [*found, ("(free pages)", free * page, 0)]


def check_database(path: Path) -> list[str]:
    """Return what SQLite finds wrong with a database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        said += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
    return [line for line in said if line != "ok"]


def log_levels(path: Path) -> tuple[Counter[str], list[str]]:
    """Return the log's lines by level, and those that tell of an error nobody expected."""
    levels: Counter[str] = Counter()
    errors: list[str] = []
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in log:
            found = _LEVEL.search(line[:60])
            levels[found[1] if found else "(more lines)"] += 1
            if line.startswith("Traceback") or (found and found[1] in ("ERROR", "CRITICAL")):
                errors.append(line.strip()[:300])
    return levels, errors
