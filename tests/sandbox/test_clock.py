"""The clock, its mirror, and the ids that follow it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.clock import FileClock, SandboxClock
from sandbox.snowflake import Snowflakes, snowflake_at

START = datetime(2025, 4, 25, 9, tzinfo=UTC)


def test_it_starts_where_it_is_told_and_runs() -> None:
    clock = SandboxClock(START)
    first = clock.now()
    assert timedelta() <= first - START < timedelta(seconds=5)
    assert clock.now() > first


def test_it_can_be_moved_both_ways_and_tells_its_listeners() -> None:
    clock = SandboxClock(START, factor=0)
    seen: list[datetime] = []
    clock.on_move(lambda: seen.append(clock.now()))
    clock.advance(timedelta(days=2))
    clock.set(START)
    assert seen == [START + timedelta(days=2), START]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SandboxClock(datetime(2025, 4, 25))  # noqa: DTZ001 - the point


def test_another_process_reads_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    clock = SandboxClock(START, path, factor=0)
    clock.advance(timedelta(days=3))
    code = (
        f"import sandbox.clock as c, pathlib; print(c.FileClock(pathlib.Path({str(path)!r})).now())"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert datetime.fromisoformat(done.stdout.strip()) == START + timedelta(days=3)


def test_a_mirror_is_right_after_each_write(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    clock = SandboxClock(START, path)
    with closing(FileClock(path)) as mirror:
        for _ in range(50):
            clock.advance(timedelta(hours=1))
            assert abs(mirror.now() - clock.now()) < timedelta(seconds=1)
    assert list(tmp_path.iterdir()) == [path]


def test_ids_carry_their_time_and_strictly_increase() -> None:
    clock = SandboxClock(START, factor=0)
    ids = Snowflakes(clock)
    made = [ids.make() for _ in range(5000)]
    clock.set(START - timedelta(days=1))
    made.append(ids.make())
    assert all(a < b for a, b in pairwise(made))
    assert made[0] == snowflake_at(START)
