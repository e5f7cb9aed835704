"""The hub: every change of the world passes through it, to the gateway and to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.models import Json, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `name` is a gateway event's, or begins with `SANDBOX_`: no bot sees it.

    `data` is the event's JSON as one sees it who may see everything; `message` is set when the
    reader's rights decide what of it they see.
    """

    name: str
    data: Json
    guild_id: int | None = None
    channel_id: int | None = None
    message: Message | None = None


class Hub:
    """Passes changes on, in order, and wakes those who wait for a state."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def publish(self, change: Change) -> None:
        """Tell everyone."""
        for listener in tuple(self._listeners):
            listener(change)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def note(self, name: str, **data: Any) -> None:
        """Publish something that no bot sees; `SANDBOX_` is put in front of `name`."""
        self.publish(Change(name=f"SANDBOX_{name}", data=data))

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` on each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def wait_for(self, predicate: Callable[[], Any], *, timeout: float) -> Any:  # noqa: ASYNC109 - callers read better so
        """Return the first true value of `predicate`, asked now and after each change.

        Raises:
            TimeoutError: It did not come within `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
            return value
