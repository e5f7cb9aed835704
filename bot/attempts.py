"""Trying until the outcome is known: what every post that must not be doubled goes through.

Whoever posts holds a claim with a lease, sends only while the claim is young, and where Discord
did not tell what became of a request, waits, claims again and looks before it sends again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from bot.outcomes import SilenceError, UnsureError
from storage.models import Grant

# Long after the last request of a claim was let go, so that what Discord still makes of it is
# seen by whoever looks next.
LEASE = timedelta(minutes=5)
SEND_WITHIN = timedelta(minutes=3)
PAUSES = (0.5, 2.0, 5.0)  # seconds before a step of unknown outcome is tried again
SETTLE = 30.0  # ... where Discord was silent, and may yet carry the request out
# ... where another process began it and is gone. A restart takes about two seconds itself, and has
# something to post; a nonce makes what is sent once more harmless for as long as Discord remembers
# it, a few minutes, so there is less to wait for.
SETTLE_LEFT, SETTLE_BY_NONCE = 5.0, 2.0

T = TypeVar("T")
G = TypeVar("G", bound=Grant)

_log = logging.getLogger(__name__)


class BusyError(Exception):
    """Another process holds the step."""


class StoppedError(Exception):
    """The process is about to end; the next start goes on from here."""


async def persist(attempt: Callable[[float], Awaitable[T]], *, stopping: asyncio.Event) -> T:
    """Return what `attempt` does, tried again while its outcome is unknown.

    It takes the event loop's time after which it must not send. It claims first, and again each
    time, so that it knows whether to look before it sends.

    Raises:
        StoppedError: the process is about to end; nothing was begun.
        UnsureError: the outcome is still unknown after the last try.
    """
    for pause in (*PAUSES, None):
        if stopping.is_set():
            raise StoppedError
        try:
            return await attempt(asyncio.get_running_loop().time() + SEND_WITHIN.total_seconds())
        except UnsureError as error:
            if pause is None:
                raise
            await wait(stopping, max(pause, SETTLE) if isinstance(error, SilenceError) else pause)
    raise AssertionError("the last try returns or raises")


async def claim_settled(
    ask: Callable[[timedelta], Awaitable[G]],
    mark: str,
    *,
    settle: float,
    stopping: asyncio.Event,
) -> G:
    """Return the claim that `ask` gets, after what another process has sent has had its time.

    `ask` takes that time; it is `settle` seconds, at most. `mark` is what is claimed.

    Raises:
        BusyError: another process holds it.
        StoppedError: the process is about to end.
    """
    claim = await ask(timedelta(seconds=settle))
    if claim.settles_in is not None:
        seconds = claim.settles_in.total_seconds()
        _log.info("%s was begun by another process, and is looked for in %.0f s", mark, seconds)
        await wait(stopping, seconds)
        if stopping.is_set():
            raise StoppedError
        claim = await ask(timedelta(0))
    if not claim.granted:
        raise BusyError(f"{mark} is another process's until {claim.held_until}")
    return claim


async def wait(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the process is about to end."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
