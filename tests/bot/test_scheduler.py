"""The tick goes on, whatever a tick does and whatever happens to the machine's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduler import Ticking
from storage.base import StorageError

EVERY = 0.02


class Ticks:
    """Counts ticks and lets a test wait for one more."""

    def __init__(self) -> None:
        self.count = 0
        self._more = asyncio.Event()

    async def tick(self) -> None:
        """Count one."""
        self.count += 1
        self._more.set()

    async def more(self) -> None:
        """Wait for the next one."""
        self._more.clear()
        await asyncio.wait_for(self._more.wait(), 5)


async def test_the_first_tick_comes_at_once_and_others_follow() -> None:
    ticks = Ticks()
    ticking = Ticking(ticks.tick, every=EVERY)
    await ticks.more()
    await ticks.more()
    ticking.stop()
    assert ticks.count >= 2


async def test_a_tick_that_fails_does_not_end_the_schedule(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks = Ticks()

    async def fail() -> None:
        await ticks.tick()
        raise RuntimeError("a bad tick")

    ticking = Ticking(fail, every=EVERY)
    await ticks.more()
    await ticks.more()
    assert ticking.failing_since is not None
    ticking.stop()
    assert "a bad tick" in caplog.text


@pytest.mark.parametrize("error", [RuntimeError("a bug"), StorageError("storage.full")])
async def test_a_schedule_knows_since_when_it_fails_and_that_it_no_longer_does(
    error: Exception,
) -> None:
    ticks = Ticks()
    failing = True

    async def fail_for_now() -> None:
        await ticks.tick()
        if failing:
            raise error

    ticking = Ticking(fail_for_now, every=EVERY)
    assert ticking.failing_since is None
    await ticks.more()
    since = ticking.failing_since
    await ticks.more()
    await ticks.more()
    assert ticking.failing_since is not None
    assert since in (None, ticking.failing_since)
    failing = False
    await ticks.more()
    await ticks.more()
    assert ticking.failing_since is None
    ticking.stop()


async def test_a_clock_that_is_set_back_does_not_stop_the_schedule() -> None:
    ticks = Ticks()
    ticking = Ticking(ticks.tick, every=EVERY)
    await ticks.more()
    set_back(ticking)
    await ticks.more()
    await ticks.more()
    ticking.stop()


async def test_a_clock_that_jumps_ahead_asks_for_one_tick_and_not_for_all_it_missed() -> None:
    ticks = Ticks()
    ticking = Ticking(ticks.tick, every=5.0)
    await ticks.more()
    planned = ticking._job.next_run_time
    missed = ticking._job._get_run_times(planned + timedelta(days=3))
    ticking.stop()
    assert missed == [planned, planned + timedelta(days=3)]


def set_back(ticking: Ticking) -> None:
    """Leave the next tick where the clock being set back by an hour would: an hour away."""
    ticking._job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))  # noqa: TID251
