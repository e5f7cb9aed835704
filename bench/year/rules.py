"""What is due, recomputed from docs/design.md ("What is due"): nothing of the bot's is used here.

Where the bot was away or Discord failed, more than one course of things may be right. So a state is
followed as a set of states: each stop makes of every state what may have become of it, and what
the channel holds rules out those that did not happen. An empty set is a broken promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bench.year.calendar import local_date, opening
from bench.year.journal import Able, Stop
from bench.year.papers import PaperText
from bench.year.plan import Options, Write

RECENT = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class State:
    """What was sent so far, and the last local day that had its delivery."""

    sent: frozenset[object]
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When somebody is sent things: from `at` local time on, once a local day."""

    at: time
    timezone: str

    def today(self, now: datetime) -> date:
        """Return the local date."""
        return local_date(now, self.timezone)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the local day has opened."""
        return now >= opening(self.today(now), self.at, self.timezone)

    def moves(self, first: datetime, last: datetime) -> bool:
        """Tell whether the day begins or opens between two instants."""
        return (self.today(first), self.is_open(first)) != (self.today(last), self.is_open(last))


Due = Callable[[State, date], frozenset[object]]
"""Returns what is due to a state on a local day, whatever the hour."""


def send(state: State, window: Window, due: Due, now: datetime) -> State:
    """Return what a state becomes at an instant at which the bot does its work."""
    today = window.today(now)
    if state.day == today or not window.is_open(now):
        return state
    found = due(state, today)
    return State(state.sent | found, today) if found else state


def step(
    states: Iterable[State], window: Window, due: Due, now: datetime, able: Able
) -> frozenset[State]:
    """Return what may have become of each state at an instant."""
    if able is Able.NO:
        return frozenset(states)
    after = frozenset(send(state, window, due, now) for state in states)
    return after if able is Able.YES else after | frozenset(states)


def advance(
    states: frozenset[State],
    stop: Stop,
    index: int,
    window: Window,
    due_by: Callable[[int], Due],
    able: Able,
    *,
    lapses: bool = False,
) -> frozenset[State]:
    """Return what may have become of the states in a stop.

    Args:
        states: What there was before.
        stop: The stop.
        index: Its number.
        window: When things are sent.
        due_by: What is due by what is known after a stop.
        able: Whether the bot could send.
        lapses: Whether what could not be sent in its time is given up, and due again.
    """
    perhaps = Able.NO if able is Able.NO else Able.MAYBE
    before = states
    if any(isinstance(event, Write) for event in stop.done):  # sent before it was read, perhaps
        states = step(states, window, due_by(index - 1), stop.begun, perhaps)
    states = step(states, window, due_by(index), stop.begun, able)
    if window.moves(stop.begun, stop.ended):
        states = step(states, window, due_by(index), stop.ended, perhaps)
    if lapses and able is Able.MAYBE:
        given_up = {
            State(state.sent, window.today(stop.begun))
            for state in before
            if send(state, window, due_by(index), stop.begun) != state
        }
        states |= given_up
    return states


class Library:
    """What the digests held after each stop: all files that were there by then."""

    def __init__(self, writes: Sequence[Sequence[Write]]) -> None:
        self._versions: dict[date, list[tuple[int, tuple[PaperText, ...]]]] = {}
        self._first: dict[date, int] = {}
        self._origins: dict[int, tuple[str, int]] = {}
        files: dict[date, dict[str, tuple[PaperText, ...]]] = {}
        for stop, events in enumerate(writes):
            for event in events:
                digest = files.setdefault(event.day, {})
                digest[event.name] = event.papers
                papers = tuple(paper for held in digest.values() for paper in held)
                for paper in event.papers:
                    self._origins.setdefault(paper.number, (event.name, stop))
                self._versions.setdefault(event.day, []).append((stop, papers))
                self._first.setdefault(event.day, stop)

    def digest(self, day: date, stop: int) -> tuple[PaperText, ...]:
        """Return a digest's papers after a stop; none before its file came."""
        found: tuple[PaperText, ...] = ()
        for since, papers in self._versions.get(day, ()):
            if since > stop:
                break
            found = papers
        return found

    def origin(self, number: int) -> tuple[str, int]:
        """Return the file that a paper stands in, and the stop that brought it."""
        return self._origins[number]

    def changes(self, day: date, *, after: int) -> list[tuple[int, tuple[PaperText, ...]]]:
        """Return each later version of a digest, with the stop that brought it."""
        return [(stop, papers) for stop, papers in self._versions.get(day, ()) if stop > after]

    def days(self, stop: int) -> list[date]:
        """Return the digests that are there after a stop."""
        return sorted(day for day, first in self._first.items() if first <= stop)

    def removed(self) -> frozenset[int]:
        """Return the papers that some edit took out."""
        gone: set[int] = set()
        for versions in self._versions.values():
            held = {paper.number for _, papers in versions for paper in papers}
            gone |= held - {paper.number for paper in versions[-1][1]}
        return frozenset(gone)


def passes(paper: PaperText, tags: Sequence[str]) -> bool:
    """Tell whether a paper passes a filter."""
    return not tags or bool(set(tags) & set(paper.tags))


def due_digests(
    library: Library, options: Options, since: date | None, stop: int
) -> Callable[[State, date], frozenset[object]]:
    """Return what tells the dates of the digests that a channel's delivery holds."""

    def due(state: State, today: date) -> frozenset[object]:
        unsent = [
            day
            for day in library.days(stop)
            if day <= today and day not in state.sent
            if any(passes(paper, options.tags) for paper in library.digest(day, stop))
        ]
        recent = [day for day in unsent if today - day < RECENT]
        if options.start == "backlog":
            return frozenset(recent or unsent[:1])
        newest = since or date.min
        return frozenset(day for day in unsent if day == newest or (day > newest and day in recent))

    return due


def due_papers(
    library: Library,
    wanted: tuple[str, str],
    since: date,
    stop: int,
    *,
    old: Callable[[date, int], Iterable[date]] = lambda _today, _stop: (),
) -> Callable[[State, date], frozenset[object]]:
    """Return what tells the numbers of the papers by a tag or an author that are news.

    `old` returns the old digests that are news on a day, by what was posted up to a stop.
    """
    tag, author = wanted

    def due(state: State, today: date) -> frozenset[object]:
        days = [today - age * _DAY for age in range(RECENT.days)]
        return frozenset(
            paper.number
            for day in (*(day for day in days if day >= since), *old(today, stop))
            for paper in library.digest(day, stop)
            if tag in paper.tags or author in paper.authors
            if paper.number not in state.sent
        )

    return due
