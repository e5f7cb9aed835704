"""What the driver did, and what it saw in passing; all that the audit knows besides the plan."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.year.plan import Event
from sandbox.models import Channel, Message


class Able(enum.Enum):
    """Whether the bot could do its work in a stop: all the while at its end, partly, or not."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stretch of time in which the bot could act; between two of them the clock jumped.

    `done` are the events that came true at its beginning. `rough` is true where requests failed,
    the bot was killed or the like, even if all was well again at the end. `forbidden` are the
    places that could not be posted to.
    """

    begun: datetime
    ended: datetime
    done: tuple[Event, ...]
    able: Able
    rough: bool
    limited: bool
    forbidden: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The process at a quiet moment: `life` counts its starts, sizes are in bytes."""

    at: datetime
    life: int
    resident: int
    descriptors: int
    threads: int
    database: int
    log: int
    requests: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a channel held when it was deleted."""

    channel: Channel
    messages: Mapping[int, tuple[Message, ...]]  # by channel or thread
    threads: Mapping[int, Channel]


@dataclass(slots=True, kw_only=True)
class Journal:
    """All of it. `requests` counts answers by method, route, status, JSON code and injected fault.

    `counts` tells what trouble there was, `failures` what the driver itself found wrong.
    """

    stops: list[Stop] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    deleted: dict[int, Snapshot] = field(default_factory=dict)
    requests: Counter[tuple[str, str, int, int, str]] = field(default_factory=Counter)
    refusals: dict[tuple[str, str, int, int], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    log: Path = Path()
    seconds: float = 0.0
