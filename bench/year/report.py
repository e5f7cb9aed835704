"""The year in words and figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bench.year.audit import explain
from bench.year.evidence import Findings
from bench.year.growth import Slope, log_levels, longest_life, slopes, table_bytes
from bench.year.journal import Journal
from bench.year.plan import Plan
from bench.year.refusals import EXPECTED, TOO_MANY
from bench.year.world import House

SHOWN = 25  # violations, and kinds of them
_NUMBER = re.compile(r"\d[\d,.:-]*")
_MB = 1024 * 1024
_TABLES = 14


def write_report(plan: Plan, journal: Journal, house: House, findings: Findings) -> Iterator[str]:
    """Yield the lines of the report."""
    days, minutes = (plan.end - plan.start).days, journal.seconds / 60
    yield f"seed {plan.seed}, {days} days from {plan.start:%Y-%m-%d}, in {minutes:.1f} minutes"
    yield f"compared: {explain(findings.counts)}"
    yield f"trouble: {explain(journal.counts)}, {house.bot.starts:,} starts in all"
    yield from _requests(journal)
    yield from _growth(journal)
    yield from _database(journal, house)
    yield from _log(journal, days)
    yield ""
    yield f"{len(findings.wrong)} violations" if findings.wrong else "No violation."
    kinds = Counter(_NUMBER.sub("N", wrong) for wrong in findings.wrong)
    yield from (f"  {count:,} x {kind}" for kind, count in kinds.most_common(SHOWN))
    yield from (f"  {line}" for line in findings.wrong[:SHOWN])


def _requests(journal: Journal) -> Iterator[str]:
    total, faults = journal.requests.total(), Counter[str]()
    statuses: Counter[int] = Counter()
    for (_, _, status, _, fault), count in journal.requests.items():
        statuses[status] += count
        if fault:
            faults[fault] += count
    by_status = ", ".join(
        f"{count:,} x {status or 'broken'}" for status, count in sorted(statuses.items())
    )
    yield f"requests: {total:,} ({by_status})"
    yield f"faults injected: {explain(faults)}"
    refused: Counter[tuple[str, str, int, int]] = Counter()
    for (method, route, status, code, fault), count in journal.requests.items():
        if 400 <= status < 500 and not fault:
            refused[method, route, status, code] += count
    for refusal, count in refused.most_common():
        reason = "a limit" if refusal[2] == TOO_MANY else EXPECTED.get(refusal, "NOT EXPECTED")
        yield f"  {count:,} x {refusal[2]} {refusal[3]} {refusal[0]} {refusal[1]}: {reason}"


def _growth(journal: Journal) -> Iterator[str]:
    life = longest_life(journal.samples)
    for slope in slopes(life):
        yield _describe(slope)
    peak = max((sample.resident for sample in journal.samples), default=0)
    yield f"resident memory at most {peak / _MB:.0f} MB, {len(journal.samples)} samples"


def _describe(slope: Slope) -> str:
    if slope.what == "resident":
        return (
            f"resident memory over a life of {slope.days:.0f} days: {slope.first / _MB:.1f} -> "
            f"{slope.last / _MB:.1f} MB, {slope.a_day / 1024:+.1f} KB a day"
        )
    return f"{slope.what}: {slope.first:.1f} -> {slope.last:.1f}, {slope.a_day:+.4f} a day"


def _database(journal: Journal, house: House) -> Iterator[str]:
    tables = table_bytes(house.database)
    total = sum(size for _, size, _ in tables)
    digests = max(1, len(list(house.seeds.glob("*.txt"))))
    yield f"database: {total / _MB:.1f} MB, {total / digests / 1024:.0f} KB a seed file"
    for name, size, rows in tables[:_TABLES]:
        a_row = f", {size / rows:,.0f} bytes each" if rows else ""
        yield f"  {name}: {size / 1024:,.0f} KB, {rows:,} rows{a_row}"


def _log(journal: Journal, days: int) -> Iterator[str]:
    size = journal.log.stat().st_size
    levels, errors = log_levels(journal.log)
    yield f"log: {size / 1024:,.0f} KB, {size / days / 1024:.1f} KB a day; lines: {explain(levels)}"
    yield from (
        f"  {count} x {line}" for line, count in Counter(map(_general, errors)).most_common(8)
    )


def _general(line: str) -> str:
    """Return a line of the log without what differs each time."""
    return "".join("#" if each.isdigit() else each for each in line)
