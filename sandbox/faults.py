"""Trouble on purpose: errors, lost answers, broken connections, stalls, 429s."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.requests import LoggedRequest

Hook = Callable[[int], None]


class Trouble(enum.StrEnum):
    """What happens to a request that a rule meets."""

    REFUSE = "refuse"
    """Answer `status` without acting."""
    LOSE = "lose"
    """Act, then answer `status`."""
    DROP_BEFORE = "drop before"
    """Break the connection without acting."""
    DROP_AFTER = "drop after"
    """Act, then break the connection."""
    STALL = "stall"
    """Wait `seconds` (real), then act and answer."""
    LIMIT = "limit"
    """Answer 429 with `seconds` as its retry_after, without acting."""
    PAGE = "page"
    """Answer `status` with a page, as what stands before Discord does, without acting; `seconds`,
    if any, are its Retry-After."""


class Drop(Exception):  # noqa: N818 - an order, not an error
    """Raised by a hook: break the connection now; before the act, there will be none."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """A rule: which requests meet which trouble.

    Attributes:
        trouble: What happens.
        method: The HTTP method, or None for any.
        template: The route, such as `/channels/{channel_id}/messages`, or None for any.
        where: A further condition on the request, or None.
        skip: How many that match pass unharmed first.
        times: How many it meets, or None for no end.
        probability: The chance for each that matches.
        status: For REFUSE, LOSE and PAGE.
        seconds: For STALL, LIMIT and PAGE.
        is_global: For LIMIT: whether it claims to be the global limit.
        hits: How many it met so far.
    """

    trouble: Trouble
    method: str | None = None
    template: str | None = None
    where: Callable[[LoggedRequest], bool] | None = None
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    status: int = 502
    seconds: float = 0.0
    is_global: bool = False
    hits: int = field(default=0, init=False)
    _seen: int = field(default=0, init=False)

    def meets(self, request: LoggedRequest, chance: float) -> bool:
        """Tell whether the rule meets this request, and count it; `chance` is in [0, 1)."""
        if self.method not in (None, request.method):
            return False
        if self.template not in (None, request.template):
            return False
        if self.where is not None and not self.where(request):
            return False
        self._seen += 1
        used_up = self.times is not None and self.hits >= self.times
        if self._seen <= self.skip or used_up or chance >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The rules in force, and the hooks around write requests.

    `before` is called with a write request's number when it has come in whole, `after` when it
    was acted upon and not yet answered; either may raise `Drop`, or kill the bot.
    """

    def __init__(self, seed: int = 0) -> None:
        self._rules: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 - repeatable trouble, no secrets
        self.before: Hook | None = None
        self.after: Hook | None = None

    def seed(self, seed: int) -> None:
        """Begin the sequence of chances anew."""
        self._random.seed(seed)

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force; the first rule that meets a request decides."""
        self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Take every rule and hook out of force."""
        self._rules.clear()
        self.before = self.after = None

    def pick(self, request: LoggedRequest) -> Fault | None:
        """Return the rule that meets this request, or None."""
        for rule in self._rules:
            if rule.meets(request, self._random.random()):
                return rule
        return None

    def run_before(self, request: LoggedRequest) -> None:
        """Call the hook for a write request that came in."""
        if self.before is not None and request.number is not None:
            self.before(request.number)

    def run_after(self, request: LoggedRequest) -> None:
        """Call the hook for a write request that was acted upon."""
        if self.after is not None and request.number is not None:
            self.after(request.number)
