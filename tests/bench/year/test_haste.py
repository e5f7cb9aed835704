"""Hastened time: an event loop that waits a fraction of what it is told."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from bench.year.haste import PACE, HastyLoop


def test_a_loop_waits_a_fraction_of_what_it_is_told() -> None:
    async def sleep() -> float:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(20)
        return loop.time() - begun

    began = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: HastyLoop(100.0)) as runner:
        assert runner.run(sleep()) >= 20
    assert 0.2 <= time.monotonic() - began < 5


_TICKS = """
import asyncio
from bench.year.haste import hasten
hasten()
from bot.scheduler import Ticking

async def main():
    ticks = []
    async def tick():
        ticks.append(1)
    ticking = Ticking(tick, every=1.0)
    await asyncio.sleep(20.5)
    ticking.stop()
    print(len(ticks))

asyncio.run(main())
"""


def test_the_scheduler_ticks_at_the_same_pace() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _TICKS],
        env={PACE: "10", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert 15 <= int(done.stdout) <= 25
