"""What goes wrong in the year: kills, outages, broken answers, a gateway that drops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sandbox.faults import Fault
from sandbox.faults import Trouble as Harm

_DAY = timedelta(days=1)
# Shares of the time in which the bot is killed day after day. Between them it lives for long, so
# that what it keeps can be seen to grow or not.
_STORMS = ((0.02, 0.2), (0.6, 0.75))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """SIGKILL at a write request that comes after `skip` others; then nobody is there for `down`.

    `side` is where it hits: before the request acts, or after it acted and before its answer.
    """

    skip: int
    side: Literal["before", "after"]
    down: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """The process is asked to stop (or killed, in its idle moment), and started again."""

    gently: bool
    down: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Discord fails from a request on that comes after `skip` others, for as long as `length`.

    `harm` is how: each request is refused, loses its answer, or loses its connection.
    """

    skip: int
    length: timedelta
    harm: Literal["refuse", "mixed", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """The outage is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """From now on requests fail now and then (`bad`), and Discord's rate limits bind (`limits`)."""

    bad: bool
    limits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayTrouble:
    """Something happens to the gateway's connection."""

    kind: Literal["drop", "reconnect", "invalid", "silent", "forgotten"]


Trouble = Kill | Restart | Outage | Mend | Weather | GatewayTrouble


def draw(
    chance: random.Random, *, start: datetime, days: int
) -> Iterator[tuple[datetime, Trouble]]:
    """Yield all trouble, each with its instant."""
    busy_until = start + timedelta(hours=12)
    for number in range(1, days - 2):
        morning = start + number * _DAY
        yield morning, Weather(bad=chance.random() < 0.25, limits=chance.random() < 0.12)
        if chance.random() < 0.2:
            at = morning + chance.random() * _DAY
            kinds = ("drop", "reconnect", "invalid", "silent", "forgotten")
            yield at, GatewayTrouble(kind=chance.choice(kinds))  # type: ignore[arg-type]
        at = morning + chance.random() * _DAY
        if at < busy_until:
            continue
        stormy = any(first <= number / days < last for first, last in _STORMS)
        if chance.random() < (0.75 if stormy else 0.01):
            kill = _draw_end(chance)
            yield at, kill
            busy_until = at + kill.down + timedelta(hours=6)
        elif chance.random() < 0.14:
            outage = _draw_outage(chance, days)
            yield at, outage
            busy_until = at + outage.length + timedelta(hours=6)
            yield at + outage.length, Mend()


def _draw_end(chance: random.Random) -> Kill | Restart:
    down = timedelta(0)
    if chance.random() < 0.3:
        down = chance.choice((_DAY / 12, _DAY / 3, 1.4 * _DAY)) * chance.uniform(0.5, 1.3)
    if chance.random() < 0.2:
        return Restart(gently=chance.random() < 0.7, down=down)
    side: Literal["before", "after"] = "before" if chance.random() < 0.5 else "after"
    return Kill(skip=chance.randrange(60), side=side, down=down)


def _draw_outage(chance: random.Random, days: int) -> Outage:
    lengths = (_DAY / 96, _DAY / 24, _DAY / 6, _DAY * 1.2, _DAY * 2.6)
    length = chance.choice(lengths[: 5 if days > 60 else 4]) * chance.uniform(0.7, 1.3)
    harms: tuple[Literal["refuse", "mixed", "drop"], ...] = ("refuse", "mixed", "drop")
    return Outage(skip=chance.randrange(40), length=length, harm=chance.choice(harms))


def bad_weather() -> list[Fault]:
    """Return what happens to requests on a bad day, each kind now and then."""
    return [
        Fault(trouble=Harm.DROP_AFTER, probability=0.004),
        Fault(trouble=Harm.DROP_BEFORE, probability=0.004),
        Fault(trouble=Harm.LOSE, probability=0.006),
        Fault(trouble=Harm.REFUSE, status=503, probability=0.006),
        Fault(trouble=Harm.LIMIT, seconds=3.0, probability=0.004),
        Fault(trouble=Harm.STALL, seconds=40.0, probability=0.0004),
    ]


def failing(outage: Outage) -> list[Fault]:
    """Return what happens to every request while Discord fails."""
    if outage.harm == "refuse":
        return [Fault(trouble=Harm.REFUSE, status=503, skip=outage.skip)]
    if outage.harm == "drop":
        return [Fault(trouble=Harm.DROP_BEFORE, skip=outage.skip)]
    # Of the first ones some are carried out, though nobody is told: those are not to be repeated.
    return [
        Fault(trouble=Harm.LOSE, skip=outage.skip, times=5, probability=0.5),
        Fault(trouble=Harm.DROP_AFTER, skip=outage.skip, times=5, probability=0.5),
        Fault(trouble=Harm.REFUSE, status=502, skip=outage.skip),
    ]
