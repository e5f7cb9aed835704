"""`python -m bench`: measure everything and write docs/benchmarks.md; `--quick` in a minute.

`--papers 20000` lets the store grow less far, which takes half the time.
`python -m bench fanout --channels 100` measures the fan-out alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import fanout, growth, ingesting, living, rendering, searching
from bench.measuring import Row, table
from bench.stores import Archive
from bot.interpreter import tune

DOCS = Path(__file__).parents[1] / "docs"
SIZES = (100, 1_000, 2_000, 10_000, 20_000, 100_000)
USUAL, QUICK = 100_000, 2_000  # papers that the store grows to
_LIVED_IN, _SEARCHED = (2_000, 20_000), (20_000, 100_000)
_LEAST = 1_000  # growth counts from here: below, it is what everything costs anyway
# The largest exponent that is aimed at: 0.5 where more papers may cost more, 0.1 for what is flat.
_GROWTH = {
    "search, p50": 0.5,
    "ask, p99": 0.5,
    "misspelt title and author, p50": 0.5,
    "ingest, a paper": 0.1,
    "start": 0.1,
    "/paper, p50": 0.5,
    "/tag, p50": 0.5,
    "autocomplete, p50": 0.5,
}


@dataclass(slots=True)
class _Results:
    """What was measured so far."""

    rows: list[Row] = field(default_factory=list)
    curves: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def add(self, *rows: Row) -> None:
        """Take rows, and show them at once."""
        self.rows += rows
        sys.stdout.write(table(rows).split("\n", 2)[2] + "\n")
        sys.stdout.flush()

    def mark(self, name: str, papers: int, milliseconds: float) -> None:
        """Take a point of a curve."""
        self.curves.setdefault(name, []).append((papers, milliseconds))


async def measure(*, papers: int, quick: bool) -> _Results:
    """Measure everything, up to so many papers."""
    results = _Results()
    results.add(*rendering.measure())
    results.add(await ingesting.measure(1_000 if quick else 10_000, runs=2))
    results.add(await living.measure_delivery(runs=1 if quick else 2))
    with tempfile.TemporaryDirectory() as name:
        archive = Archive(folder=Path(name))
        sizes = [size for size in SIZES if (_LEAST if quick else 0) <= size <= papers]
        for size in sizes:
            # The index is made on one core, for minutes: the fan-out has the other one meanwhile.
            fan = _fan_out(20 if quick else 1_000) if size == sizes[-1] else None
            await _measure_at(archive, size, results, quick=quick, meanwhile=fan)
    return results


async def _measure_at(
    archive: Archive,
    papers: int,
    results: _Results,
    *,
    quick: bool,
    meanwhile: Coroutine[Any, Any, Row] | None,
) -> None:
    """Let the archive grow and measure what depends on its size."""
    new = papers - archive.papers
    results.mark("ingest, a paper", papers, await archive.grow(papers) * 1000)
    fan = asyncio.create_task(meanwhile) if meanwhile else None
    results.mark("index, a paper", papers, await archive.index(new) * 1000)
    if fan:
        results.add(await fan)
    found = await searching.measure(archive.path, papers, quick=quick or papers not in _SEARCHED)
    results.mark("search, p50", papers, found[0].ours[0])
    results.mark("ask, p99", papers, found[2].ours[0])
    misspelt = await searching.measure_misspelt(archive.path, papers)
    results.mark("misspelt title and author, p50", papers, misspelt)
    if papers in _SEARCHED or quick:
        results.add(*found)
    is_shown = papers in _LIVED_IN
    runs = 1 if quick else 3 if is_shown else 2
    start = await living.measure_start(archive.path, papers, runs=runs)
    results.mark("start", papers, min(start.ours) * 1000)
    commands = await living.measure_commands(archive.path, papers, quick=quick or not is_shown)
    for name in ("/paper, one by one", "/tag, one by one", "autocomplete"):
        results.mark(f"{name.partition(',')[0]}, p50", papers, commands.middles[name])
    if is_shown:
        results.add(start, *commands.rows)


async def _fan_out(channels: int) -> Row:
    """Measure the fan-out in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", "fanout", "--channels", str(channels), "--json"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate()
    return Row(**json.loads(said))


def main() -> int:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("what", nargs="?", choices=["all", "fanout"], default="all")
    parser.add_argument("--channels", type=int, default=1000, help="of fanout (1000)")
    parser.add_argument("--papers", type=int, default=USUAL, help="to grow to (100000)")
    parser.add_argument("--quick", action="store_true", help="a minute; nothing is written")
    parser.add_argument("--json", action="store_true", help="of fanout")
    options = parser.parse_args()
    if options.what == "fanout":
        row = asyncio.run(fanout.measure(options.channels))
        sys.stdout.write(f"{json.dumps(asdict(row)) if options.json else table([row])}\n")
        return 0
    tune()
    begun = time.monotonic()
    papers = QUICK if options.quick else options.papers
    results = asyncio.run(measure(papers=papers, quick=options.quick))
    page = _page(results, minutes=(time.monotonic() - begun) / 60)
    if options.quick:
        sys.stdout.write(page)
        return 0
    (DOCS / "benchmarks.md").write_text(page, encoding="utf-8")
    (DOCS / "images" / "growth.svg").write_text(growth.draw(results.curves), encoding="utf-8")
    return 0


def _page(results: _Results, *, minutes: float) -> str:
    sizes = [papers for papers, _ in next(iter(results.curves.values()))]
    head = " | ".join(f"{papers:,}" for papers in sizes)
    lines = [
        f"| milliseconds | {head} | exponent from {_LEAST:,} | aim |",
        f"|{'---|' * (len(sizes) + 3)}",
    ]
    for name, curve in results.curves.items():
        costs = " | ".join(f"{cost:.3g}" for _, cost in curve)
        exponent, most = growth.exponent(curve, least=_LEAST), _GROWTH.get(name)
        aim = f"{'met' if exponent <= most else 'MISSED'}: <= {most}" if most else ""
        lines.append(f"| {name} | {costs} | {exponent:.2f} | {aim} |")
    return _PAGE.format(
        day=datetime.now(UTC).date(),  # noqa: TID251 - the day it was measured
        machine=f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        python=platform.python_version(),
        minutes=minutes,
        table=table(results.rows),
        growth="\n".join(lines),
    )


_PAGE = """\
# Benchmarks

Measured on {day}: {machine}, Python {python}, in {minutes:.0f} minutes, by `make bench`.

Every row is measured against a floor or a peer in the same run, in turn with it; what counts is the
ratio. Figures are medians, with the least and the most in brackets. Papers are made up
(`bench/corpus.py`), with words that follow Zipf's law in both languages.

{table}

Where an aim is missed:

- **Ingest**: the floor inserts finished rows in one transaction. Ours commits every two MiB, each
  time to the disk, so that a large archive takes little memory and a kill costs one batch; and it
  looks up what each file, paper and name is already. That thread alone takes 1.6 times the floor
  (1.3 in SQLite, 0.3 in commits). Beside it, reading files, telling sections apart and making index
  tokens takes one floor of Python, whose lock the two must share: that is the rest.
- **Commands**: the constant is a line of text, answered without leaving the event loop. The least
  that gives the same answers has each of ours ready-made in a table, reads it by aiosqlite as one
  row and sends it by discord.py: SQLite's thread and back, an embed and buttons to make and, as
  Discord sends every message to the bot as well, to read again twice. The last column says what
  the aim leaves above that to find papers, their names, links and posts, and to make markdown of
  them. With 2,000 papers that is less than a tenth of a millisecond an answer, and nothing where 20
  ask for `/paper` at once: no bot of these packages makes its answers in so little. With 20,000 it
  is 0.1 to 0.5 ms, and ours takes 0.3 to 0.9. Of `/tag`'s 0.9, SQLite and making records of rows
  take about 0.4, the markdown of eight papers 0.3, in Python; what could be left out is the list
  itself. Where 20 ask at once, all of them wait for one core. It is a few milliseconds of Discord's
  three seconds.

## Growth

![Cost against the number of papers, both axes logarithmic](images/growth.svg)

{growth}
"""


if __name__ == "__main__":
    sys.exit(main())
