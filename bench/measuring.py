"""A measured row: what it costs, what its floor or peer costs in the same run, and their ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    `ours` and `floor` are samples in `unit`, taken in turn; without a floor the row stands alone.
    `most` is the largest ratio that is aimed at (with `plus`, what may come on top of it, in
    `unit`), None where there is no aim; `least` are samples of the least that does the same, where
    that was measured too. `note` says what the figures do not.
    """

    what: str
    ours: Sequence[float]
    unit: str
    floor: Sequence[float] = ()
    floor_name: str = ""
    most: float | None = None
    plus: float = 0.0
    least: Sequence[float] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Median over median, None without a floor."""
        return median(self.ours) / median(self.floor) if self.floor else None

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met, None if there is none."""
        if self.most is None or not self.floor:
            return None
        return median(self.ours) <= self.most * median(self.floor) + self.plus


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the sample below which a share (0 to 1) of them lies."""
    ordered = sorted(samples)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def peak_memory(pid: int) -> float:
    """Return a process's peak resident memory in MB (Linux; 0 elsewhere)."""
    return _memory(pid, "VmHWM")


def resident_memory(pid: int) -> float:
    """Return a process's resident memory in MB (Linux; 0 elsewhere)."""
    return _memory(pid, "VmRSS")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = ("what", "ours", "floor or peer", "ratio", "aim", "")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        cells = (
            row.what,
            _spread(row.ours, row.unit),
            f"{_spread(row.floor, row.unit)} {row.floor_name}" if row.floor else row.floor_name,
            "" if row.ratio is None else f"{row.ratio:.2f}x",
            _aim(row),
            row.note,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _aim(row: Row) -> str:
    if row.most is None:
        return ""
    plus = f" + {row.plus:g} {row.unit}" if row.plus else ""
    least = median(row.least) / median(row.floor) if row.least else 0.0
    verdict = "met" if row.is_met else "MISSED" if least <= row.most else "OUT OF REACH"
    note = f" (the least is {least:.2f}x)" if row.least else ""
    return f"{verdict}: <= {row.most:g}x{plus}{note}"


def _spread(samples: Sequence[float], unit: str) -> str:
    """Return the median, and the least and the most where there are several."""
    if len(samples) == 1:
        return f"{_figure(samples[0])} {unit}"
    least, most = _figure(min(samples)), _figure(max(samples))
    return f"{_figure(median(samples))} {unit} ({least}-{most})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _memory(pid: int, field: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024
