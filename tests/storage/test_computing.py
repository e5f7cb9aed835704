"""Work that computes, in turn."""

from __future__ import annotations

import asyncio
import threading

import pytest

from storage.computing import compute


async def test_what_is_asked_for_next_begins_when_the_first_has_ended() -> None:
    begun, next_begun = threading.Event(), threading.Event()

    def first() -> bool:
        begun.set()
        return next_begun.wait(0.1)

    running = asyncio.create_task(compute(first))
    await asyncio.to_thread(begun.wait)
    await compute(next_begun.set)
    assert not await running


async def test_work_that_fails_gives_its_turn_away() -> None:
    with pytest.raises(ZeroDivisionError):
        await compute(divmod, 1, 0)
    assert await compute(divmod, 7, 2) == (3, 1)
