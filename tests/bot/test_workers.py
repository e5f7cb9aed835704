"""Workers: each number once at a time, a failure again after a pause, an end in good order."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot import workers
from bot.workers import Workers


class Bench:
    """Work that waits until it is let go."""

    def __init__(self, *, most: int = 2) -> None:
        self.begun: Counter[int] = Counter()
        self.fails: set[int] = set()
        self.breaks: set[int] = set()
        self.gate = asyncio.Event()
        self.workers = Workers(self.work, most=most)

    async def work(self, number: int) -> bool:
        """Wait, then end as it is to end."""
        self.begun[number] += 1
        await self.gate.wait()
        if number in self.breaks:
            raise RuntimeError
        return number not in self.fails

    async def settle(self) -> None:
        """Let the workers get as far as they can."""
        for _ in range(10):
            await asyncio.sleep(0)


async def test_so_many_are_at_work_and_each_number_once() -> None:
    bench = Bench()
    bench.workers.begin([1, 2, 3])
    bench.workers.begin([1, 2, 3])
    await bench.settle()
    assert bench.begun == {1: 1, 2: 1}
    bench.gate.set()
    await bench.settle()
    assert bench.begun == {1: 1, 2: 1, 3: 1}


async def test_what_did_not_come_to_an_end_waits_before_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    bench.gate.set()
    bench.fails, bench.breaks = {1}, {2}
    bench.workers.begin([1, 2, 3])
    await bench.settle()
    bench.workers.begin([1, 2, 3])
    await bench.settle()
    assert bench.begun == {1: 1, 2: 1, 3: 2}
    bench.workers.begin([3])  # the others are gone, and with them their pauses
    bench.workers.begin([1, 2])
    await bench.settle()
    assert bench.begun == {1: 2, 2: 2, 3: 3}
    monkeypatch.setattr(workers, "RETRY_FIRST", 0.0)
    bench.workers.begin([])
    for _ in range(3):
        bench.workers.begin([1])
        await bench.settle()
    assert bench.begun[1] == 5


async def test_news_of_a_number_ends_its_pause() -> None:
    bench = Bench()
    bench.gate.set()
    bench.fails = {1}
    bench.workers.begin([1])
    await bench.settle()
    bench.workers.hurry(1)
    bench.workers.begin([1])
    await bench.settle()
    assert bench.begun == {1: 2}


async def test_whoever_has_a_numbers_turn_keeps_the_workers_off_it() -> None:
    bench = Bench(most=1)
    async with bench.workers.turn(1):
        bench.workers.begin([1])
        await bench.settle()
        assert not bench.begun
        bench.workers.begin([2, 3])
        await bench.settle()
    async with bench.workers.turn(3):  # taken since it was set to work on
        bench.gate.set()
        await bench.settle()
    assert bench.begun == {2: 1}
    bench.workers.begin([1, 2, 3])
    await bench.settle()
    assert bench.begun == {1: 1, 2: 2, 3: 1}


async def test_closing_waits_for_whoever_has_a_turn() -> None:
    bench = Bench()
    turn = bench.workers.turn(1)
    await turn.acquire()
    closing = asyncio.create_task(bench.workers.close())
    await bench.settle()
    assert not closing.done()
    turn.release()
    async with asyncio.timeout(2):
        await closing


async def test_closing_lets_what_is_in_hand_finish_and_begins_no_more() -> None:
    bench = Bench(most=1)
    bench.workers.begin([1, 2])
    await bench.settle()
    asyncio.get_running_loop().call_soon(bench.gate.set)
    await bench.workers.close()
    assert bench.begun == {1: 1}


async def test_what_takes_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "GRACE", 0.01)
    bench = Bench()
    bench.workers.begin([1])
    await bench.settle()
    async with asyncio.timeout(2):
        await bench.workers.close()
