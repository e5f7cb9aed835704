"""Work by number: so many at once, each number once at a time, and again after a pause."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from weakref import WeakValueDictionary

RETRY_FIRST, RETRY_MOST = 5.0, 300.0  # seconds until what did not come to an end is tried again
GRACE = 4.0  # seconds that the work in hand gets to finish in, when the process is to end

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pause:
    until: float  # the event loop's time
    seconds: float


class Workers:
    """Calls `work` with each number; it returns whether it came to an end with it.

    `name` is what the log calls it.
    """

    def __init__(
        self, work: Callable[[int], Awaitable[bool]], *, most: int, name: str = "Work on"
    ) -> None:
        self.stopping = asyncio.Event()
        self._work = work
        self._most = most
        self._name = name
        self._waiting: dict[int, None] = {}  # in order
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pauses: dict[int, _Pause] = {}

    def begin(self, numbers: Collection[int]) -> None:
        """Set to work on these, which is all that there is to do."""
        now = asyncio.get_running_loop().time()
        wanted = set(numbers)
        self._pauses = {each: kept for each, kept in self._pauses.items() if each in wanted}
        for number in numbers:
            pause = self._pauses.get(number)
            if not self.turn(number).locked() and (pause is None or pause.until <= now):
                self._waiting.setdefault(number)
        for _ in range(min(self._most - len(self._tasks), len(self._waiting))):
            task = asyncio.create_task(self._serve())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def turn(self, number: int) -> asyncio.Lock:
        """Return the lock that keeps apart whatever is done with a number, here or elsewhere."""
        lock = self._turns.get(number)
        if lock is None:
            lock = self._turns[number] = asyncio.Lock()
        return lock

    def hurry(self, number: int) -> None:
        """Have the number tried again without a pause: there is news of it."""
        self._pauses.pop(number, None)

    async def close(self) -> None:
        """Let the work in hand finish, that of others who have a turn too, and begin no more."""
        self.stopping.set()
        turns = [asyncio.create_task(turn.acquire()) for turn in self._turns.values()]
        work = {*turns, *self._tasks}
        if work:
            await asyncio.wait(work, timeout=GRACE)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    async def _serve(self) -> None:
        while self._waiting and not self.stopping.is_set():
            number = next(iter(self._waiting))
            del self._waiting[number]
            turn = self.turn(number)
            if turn.locked():
                continue
            async with turn:
                try:
                    is_done = await self._work(number)
                except Exception:  # noqa: BLE001 - one's trouble must not stop the others
                    _log.exception("%s %s failed", self._name, number)
                    is_done = False
            if is_done:
                self._pauses.pop(number, None)
            else:
                self._pause(number)

    def _pause(self, number: int) -> None:
        last = self._pauses.get(number)
        seconds = min(last.seconds * 2, RETRY_MOST) if last else RETRY_FIRST
        until = asyncio.get_running_loop().time() + seconds
        self._pauses[number] = _Pause(until=until, seconds=seconds)
