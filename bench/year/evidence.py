"""What every check of the audit starts from, and where it says what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.year.journal import Able, Journal, Stop
from bench.year.plan import DeleteChannel, Options, Plan
from bench.year.rules import Library
from bench.year.sight import Sight, look, read
from bench.year.world import House

Told = Sequence[tuple[int, Options | None]]
"""A channel's options (None: unsubscribed), each with the stop at which they were said."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What is wrong, in sentences, and what was compared, counted."""

    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The year as it was meant, as it went, and what is left of it."""

    plan: Plan
    journal: Journal
    house: House
    library: Library
    findings: Findings

    @property
    def stops(self) -> Sequence[Stop]:
        """The stops, in order."""
        return self.journal.stops

    def complain(self, who: str, what: str) -> None:
        """Say what is wrong."""
        self.findings.wrong.append(f"{who}: {what}")

    def sight(self, place: int) -> Sight:
        """Return what is in a channel, or was when it was deleted."""
        gone = self.journal.deleted.get(place)
        if gone is None:
            return look(self.house.sandbox.world, self.house.channels[place])
        return read(gone.channel, gone.threads, gone.messages.values())

    def able(self, place: int, stop: Stop) -> Able:
        """Return whether the bot could post in a channel at a stop."""
        return Able.NO if place in stop.forbidden else stop.able

    def last_stop(self, place: int) -> int:
        """Return the stop after which a channel is looked at: the one that deleted it, if any."""
        gone = DeleteChannel(place=place)
        ends = (index for index, stop in enumerate(self.stops) if gone in stop.done)
        return next(ends, len(self.stops) - 1)


def describe(stop: Stop) -> str:
    """Return when a stop was, and what happened at it."""
    done = ", ".join(type(event).__name__ for event in stop.done) or "nothing said"
    return f"at {stop.begun:%Y-%m-%d %H:%M:%S} to {stop.ended:%H:%M:%S} ({done})"
