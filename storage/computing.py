"""Long work that computes, in a thread of its own, one after the other.

Two at once are no faster, as they share Python's lock, and who writes what they made has to wait
for it twice as long.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

_turn = threading.Lock()


async def compute(work: Callable[[*Ts], T], *args: *Ts) -> T:
    """Return what `work(*args)` returns; it waits for what was asked for before."""

    def in_turn() -> T:
        with _turn:
            return work(*args)

    return await asyncio.to_thread(in_turn)
