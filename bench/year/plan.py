"""Everything that is to happen in the year, drawn from a seed; nothing here is done."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bench.year import trouble
from bench.year.calendar import opening
from bench.year.papers import AUTHORS, TAGS, PaperMill, PaperText
from bench.year.trouble import Trouble

START = date(2026, 10, 5)
DIGESTS_A_YEAR, SUBSCRIPTIONS, READERS = 250, 50, 12
OLD_SHARE = 0.12  # of the digests that are there before the bot is
APART = timedelta(minutes=7)  # between two things that happen, so that each can be told apart
_DAY = timedelta(days=1)

Kind = Literal["text", "announcement", "forum"]

# Zones with the changes of their clocks, and times of day among them that such a change skips or
# repeats, or that are minutes before or after midnight.
PLACES: tuple[tuple[str, str], ...] = (
    *(("Asia/Seoul", "09:00"), ("Asia/Seoul", "18:30"), ("Asia/Tokyo", "08:00")),
    *(("Asia/Kolkata", "09:30"), ("Asia/Kathmandu", "10:00"), ("Asia/Beirut", "00:15")),
    *(("Europe/Berlin", "02:30"), ("Europe/Berlin", "08:00"), ("Europe/London", "01:30")),
    *(("Europe/London", "09:00"), ("America/New_York", "02:30"), ("America/New_York", "08:00")),
    *(("America/Los_Angeles", "07:30"), ("America/Santiago", "00:30")),
    *(("Australia/Lord_Howe", "02:15"), ("Pacific/Auckland", "07:00"), ("UTC", "12:00")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What /subscribe is told of a channel."""

    at: str
    timezone: str
    language: Literal["both", "ko", "en"]
    threads: Literal["paper", "digest", "none"]
    tags: tuple[str, ...]
    start: Literal["backlog", "latest"]
    role: bool
    recap: bool
    crosspost: bool

    @property
    def clock(self) -> time:
        """The time of day that `at` says."""
        return time.fromisoformat(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel, by its number, and what it is subscribed with first."""

    number: int
    guild: int
    kind: Kind
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who follows things, and is written to at `at`."""

    number: int
    guild: int
    at: str
    timezone: str
    tag: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A file of the digest of `day` is written, or written anew."""

    name: str
    day: date
    papers: tuple[PaperText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """A manager says /subscribe; `options` is all that holds from then on."""

    place: int
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """A manager says /unsubscribe."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNow:
    """A manager says /post for a digest."""

    place: int
    day: date
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A reader says /follow."""

    reader: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """The bot may not send in a channel any more, or may again."""

    place: int
    forbidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteChannel:
    """A channel is deleted."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """Nothing happens; somebody's day opens."""


Event = Write | Subscribe | Unsubscribe | PostNow | Follow | Forbid | DeleteChannel | Wake | Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (UTC) and what happens then."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The year."""

    seed: int
    start: datetime
    end: datetime
    places: tuple[Place, ...]
    readers: tuple[Reader, ...]
    old: tuple[Write, ...]  # what is there before the bot is
    moments: tuple[Moment, ...]


def make_plan(
    seed: int, days: int, *, channels: int = SUBSCRIPTIONS, readers: int = READERS
) -> Plan:
    """Return the plan of so many days; the same each time for a seed.

    At least 14 channels: some are for what happens to a channel only once.
    """
    chance = random.Random(seed)
    start = datetime.combine(START, time(0, 20), tzinfo=UTC)
    draft = _Draft(chance=chance, start=start, days=days, mill=PaperMill(chance))
    places = tuple(_make_place(chance, number) for number in range(channels))
    people = tuple(_make_reader(chance, number) for number in range(readers))
    old = tuple(_write_old(draft))
    _write_new(draft)
    _edit(draft, old)
    _say_commands(draft, places, people)
    for at, event in trouble.draw(chance, start=start, days=days):
        draft.add(at, event)
    return Plan(
        seed=seed,
        start=start,
        end=start + days * _DAY,
        places=places,
        readers=people,
        old=old,
        moments=tuple(_set_apart([*draft.moments, *_openings(draft, places, people)], draft.end)),
    )


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A plan that is being made."""

    chance: random.Random
    start: datetime
    days: int
    mill: PaperMill
    moments: list[Moment] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        return self.start + self.days * _DAY

    @property
    def last(self) -> datetime:
        """The last instant at which something happens: what follows from it has to be seen."""
        return self.end - timedelta(hours=31)

    def add(self, at: datetime, event: Event) -> None:
        """Have something happen, unless that is too late."""
        if at <= self.last:
            self.moments.append(Moment(at=at, event=event))

    def some_time(self, first: float = 0.0, last: float = 1.0) -> datetime:
        """Return an instant between two shares of the time."""
        return self.start + self.chance.uniform(first, last) * self.days * _DAY


def _make_place(chance: random.Random, number: int) -> Place:
    kinds: tuple[Kind, ...] = ("text", "text", "text", "announcement", "forum")
    kind = kinds[number % 5]
    zone, at = PLACES[number % len(PLACES)]
    threads = ("paper", "digest", "none")[number // 5 % 3]
    if kind == "forum" and threads == "none":
        threads = "paper"
    options = Options(
        at=at,
        timezone=zone,
        language=chance.choice(("both", "ko", "en")),
        threads=threads,  # type: ignore[arg-type]
        tags=tuple(chance.sample(TAGS, 2)) if chance.random() < 0.25 else (),
        start=chance.choice(("backlog", "backlog", "latest")),
        role=number % 4 == 1,
        recap=number % 5 in (0, 4) and number % 2 == 0,
        crosspost=kind == "announcement" and number % 2 == 1,
    )
    return Place(number=number, guild=number % 6, kind=kind, options=options)


def _make_reader(chance: random.Random, number: int) -> Reader:
    zone, at = PLACES[(3 * number + 1) % len(PLACES)]
    return Reader(
        number=number,
        guild=number % 6,
        at=at,
        timezone=zone,
        tag=chance.choice(TAGS),
        author=chance.choice(AUTHORS),
    )


def _write_old(draft: _Draft) -> Iterator[Write]:
    count = max(6, round(DIGESTS_A_YEAR * OLD_SHARE * min(1.0, draft.days / 120)))
    days = sorted(draft.chance.sample(range(1, 3 * count), count), reverse=True)
    for index, age in enumerate(days):
        day = START - age * _DAY
        papers = list(draft.mill.make_many())
        if index == 0:  # whoever filters by a tag, or follows an author, names one that is known
            papers += _everybody(draft)
        yield Write(name=f"{day}.txt", day=day, papers=tuple(papers))


def _everybody(draft: _Draft) -> Iterator[PaperText]:
    tags, authors = list(TAGS), list(AUTHORS)
    while tags:
        known = draft.mill.make()
        yield PaperText(
            number=known.number,
            version=1,
            title=known.title,
            authors=tuple(authors[:16]),
            tags=tuple(tags[:3]),
            abstract=known.abstract,
            ko=known.ko,
            en=known.en,
        )
        del tags[:3], authors[:16]


def _write_new(draft: _Draft) -> None:
    """Have digests come in: most on their day, some early, late, or in two files."""
    chance = draft.chance
    share = DIGESTS_A_YEAR * (1 - OLD_SHARE) / 365
    for number in range(draft.days):
        day = START + number * _DAY
        if chance.random() > share * (1.3 if day.weekday() < 5 else 0.25):
            continue
        noon = datetime.combine(day, time(0), tzinfo=UTC) + chance.uniform(-6, 20) * _DAY / 24
        draft.add(noon + _delay(chance), _new_file(draft, f"{day}.txt", day))
        if chance.random() < 0.08:
            more = noon + chance.uniform(0.2, 9) * _DAY
            draft.add(more, _new_file(draft, f"{day}-more.txt", day, most=2))


def _delay(chance: random.Random) -> timedelta:
    kind = chance.random()
    if kind < 0.08:
        return chance.uniform(1, 5) * _DAY
    if kind < 0.12:
        return chance.uniform(8, 30) * _DAY
    if kind < 0.18:
        return -chance.uniform(1, 4) * _DAY
    return timedelta(0)


def _new_file(draft: _Draft, name: str, day: date, *, most: int | None = None) -> Write:
    return Write(name=name, day=day, papers=draft.mill.make_many()[:most])


def _edit(draft: _Draft, old: Sequence[Write]) -> None:
    """Have files edited: a text or a title, a paper more, a paper less."""
    chance = draft.chance
    history: dict[str, list[tuple[datetime, Write]]] = {
        each.name: [(draft.start, each)] for each in old
    }
    for moment in list(draft.moments):
        if isinstance(moment.event, Write):
            history[moment.event.name] = [(moment.at, moment.event)]
    for _ in range(max(3, draft.days // 6)):
        versions = history[chance.choice(sorted(history))]
        at, last = versions[-1]
        when = at + chance.choice((0.3, 1, 3, 12, 60)) * chance.uniform(0.5, 1.5) * _DAY
        changed = Write(name=last.name, day=last.day, papers=_changed(draft, last.papers))
        versions.append((when, changed))
        draft.add(when, changed)


def _changed(draft: _Draft, papers: tuple[PaperText, ...]) -> tuple[PaperText, ...]:
    index = draft.chance.randrange(len(papers))
    kind = draft.chance.random()
    if kind < 0.15 and len(papers) > 1:
        return papers[:index] + papers[index + 1 :]
    if kind < 0.35:
        return (*papers[:index], draft.mill.make(), *papers[index:])
    return (*papers[:index], draft.mill.revise(papers[index]), *papers[index + 1 :])


def _say_commands(draft: _Draft, places: Sequence[Place], readers: Sequence[Reader]) -> None:
    """Have managers and readers say what they want; most of it on the first day."""
    chance = draft.chance
    for place in places:
        late = place.number % 7 == 3
        at = draft.some_time(0.1, 0.7) if late else draft.start + place.number * timedelta(0, 5)
        draft.add(at, Subscribe(place=place.number, options=place.options))
    for reader in readers:
        draft.add(draft.some_time(0.02, 0.3), Follow(reader=reader.number))
    steady = [place for place in places if place.number % 7 not in (3, 5)]
    gone, shut, left, moved, *posting = chance.sample(steady, 10)
    draft.add(draft.some_time(0.5, 0.7), DeleteChannel(place=gone.number))
    for place, first in ((shut, 0.1), (posting[0], 0.6)):
        taken = draft.some_time(first, first + 0.2)
        # However short the time, the right is given back: what it kept from a channel comes later.
        given = min(taken + chance.uniform(0.5, 4) * _DAY, draft.last)
        if taken < given:
            draft.add(taken, Forbid(place=place.number, forbidden=True))
            draft.add(given, Forbid(place=place.number, forbidden=False))
    away = draft.some_time(0.3, 0.5)
    draft.add(away, Unsubscribe(place=left.number))
    draft.add(away + draft.days * _DAY / 10, Subscribe(place=left.number, options=left.options))
    _move(draft, moved)
    written = [(each.at, each.event.day) for each in draft.moments if isinstance(each.event, Write)]
    for place in posting[1:]:
        for again in (False, True):
            at, day = chance.choice(written)
            later = at + chance.uniform(0.1, 2) * _DAY
            draft.add(later, PostNow(place=place.number, day=day, again=again))


def _move(draft: _Draft, place: Place) -> None:
    """Have a channel's hour and language changed."""
    told = {name: getattr(place.options, name) for name in Options.__slots__}
    later = Options(**(told | {"at": "15:45", "language": "en"}))
    draft.add(draft.some_time(0.3, 0.6), Subscribe(place=place.number, options=later))


def _openings(
    draft: _Draft, places: Sequence[Place], readers: Sequence[Reader]
) -> Iterator[Moment]:
    """Yield a moment soon after each day's opening, once for all whose days open together."""
    wanted = {(place.options.timezone, place.options.at) for place in places}
    wanted |= {(reader.timezone, reader.at) for reader in readers}
    wanted |= {
        (moment.event.options.timezone, moment.event.options.at)
        for moment in draft.moments
        if isinstance(moment.event, Subscribe)
    }
    instants = {
        opening(START + number * _DAY, time.fromisoformat(at), zone)
        for zone, at in wanted
        for number in range(-1, draft.days + 1)
    }
    for instant in sorted(instants):
        if draft.start < instant < draft.end:
            soon = timedelta(seconds=draft.chance.randint(1, 30))
            yield Moment(at=instant + soon, event=Wake())


def _set_apart(moments: list[Moment], end: datetime) -> Iterator[Moment]:
    """Yield the moments in order, those that happen too close to another one later."""
    last = datetime.min.replace(tzinfo=UTC)
    for moment in sorted(moments, key=lambda moment: moment.at):
        quick = isinstance(moment.event, Subscribe | Follow | Trouble)
        at = max(moment.at, last if quick else last + APART)
        if at < end:
            yield Moment(at=at, event=moment.event)
            last = at
