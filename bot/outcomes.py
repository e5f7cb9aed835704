"""How a request may fail: what is raised, and the codes of Discord's errors that mean something."""

from __future__ import annotations

import math

import discord

# docs: JSON Error Codes
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
FORUM_TAG_REQUIRED = 40067
PUBLISHED = 40033
THREAD_EXISTS = 160004
THREAD_LIMIT = frozenset({160006, 160007})
# A step is given up after these, because trying again is no use: invalid form body, empty message,
# explicit content, a link that a filter takes for harmful, and a message or a title that the
# server's AutoMod blocks ...
INVALID_FORM, BLOCKED = 50035, frozenset({200000, 200001})
UNPOSTABLE = frozenset({INVALID_FORM, 50006, 20009, 240000}) | BLOCKED
# ... somebody deleted the message or thread; the thread was archived or locked.
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
ARCHIVED, LOCKED = 50083, 160005
GONE = frozenset({UNKNOWN_CHANNEL, UNKNOWN_MESSAGE})
CLOSED = frozenset({ARCHIVED, LOCKED})
# Faults of the moment: a server full of threads, a feature that is switched off for all. 0 says
# nothing of what is wrong, and is what a proxy's own answer is taken for.
PASSING = THREAD_LIMIT | {0, 40006}
BAD_REQUEST = 400


class UnsureError(Exception):
    """The request may or may not have been carried out: 5xx, timeout or a broken connection."""


class SilenceError(UnsureError):
    """No answer came in time: the request may even be carried out later than now."""


class LimitedError(Exception):
    """A limit holds the request back for longer than it is worth waiting for."""


class RefusedError(Exception):
    """Discord, or what stands before it, answered that it did not carry out the request.

    `code` is Discord's JSON error code, 0 where there is none. `retry_after` are the seconds that
    the answer's header says to wait, None where it does not.
    """

    def __init__(self, error: discord.HTTPException) -> None:
        super().__init__(f"{error.status} {error.code}: {error.text}")
        self.status = error.status
        self.code = error.code
        self.text = error.text
        self.retry_after = _seconds(error.response.headers.get("Retry-After"))


def _seconds(said: str | None) -> float | None:
    """Return the seconds that a header says to wait; None where it says a date, or nonsense."""
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < math.inf else None
