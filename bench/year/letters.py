"""Single messages: a channel's weekly recaps, and what readers are told of what they follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from bench.year.calendar import opening
from bench.year.evidence import Evidence, Told, describe
from bench.year.journal import Able, Stop
from bench.year.news import Arrival, list_arrivals
from bench.year.plan import Follow, Options, Place, Reader
from bench.year.rules import Library, State, Window, advance, due_papers, passes
from bench.year.sight import Letter, Sight, numbers_in, read

_DAY = timedelta(days=1)
_RECAP_DAYS = 3  # from Monday on
_SOON = 3 * _DAY  # what was begun in bad weather is sent in better, or given up
_LATE = timedelta(minutes=30)  # what is on its way at the last minute may still arrive


def check_recaps(evidence: Evidence, place: Place, who: str, sight: Sight, told: Told) -> None:
    """Compare a channel's recaps with the weeks that it had digests in."""
    for letter in sight.letters:
        if not _is_in_time(letter, told):
            sent = letter.message.created_at
            evidence.complain(who, f"{letter.kind} of {letter.day} at {sent}")
    found = Counter(letter.day for letter in sight.letters)
    expected = _recaps_due(evidence, place, told)
    for week in found.keys() | expected.keys():
        must = expected.get(week)
        if found[week] > 1 or must is None or (must and not found[week]):
            evidence.complain(who, f"{found[week]} recaps of {week}, due: {must}")
    evidence.findings.counts["recaps"] += found.total()


def _is_in_time(letter: Letter, told: Told) -> bool:
    monday, sent = letter.day + 7 * _DAY, letter.message.created_at
    return letter.kind == "recap" and any(
        opening(monday, options.clock, options.timezone)
        <= sent
        < opening(monday + _RECAP_DAYS * _DAY, time(0), options.timezone) + _LATE
        for _, options in told
        if options
    )


def _recaps_due(evidence: Evidence, place: Place, told: Told) -> dict[date, bool]:
    """Return the weeks that may be told of, each with whether they must."""
    weeks: dict[date, bool] = {}
    settled: set[date] = set()
    changes, options = dict(told), None
    for index, stop in enumerate(evidence.stops[: evidence.last_stop(place.number)]):
        options = changes.get(index, options)
        able = evidence.able(place.number, stop)
        if options is None or not options.recap or able is Able.NO:
            continue
        week = _week_told_of(options, stop)
        if week is None or week in settled:
            continue
        digests = [evidence.library.digest(week + age * _DAY, index) for age in range(7)]
        papers = [paper for digest in digests for paper in digest]
        if not papers:
            continue
        opens = opening(week + 7 * _DAY, options.clock, options.timezone)
        sure = able is Able.YES and stop.begun >= opens
        wanted = any(passes(paper, options.tags) for paper in papers)
        weeks[week] = weeks.get(week, False) or (wanted and sure)
        if sure:
            settled.add(week)
    return weeks


def _week_told_of(options: Options, stop: Stop) -> date | None:
    """Return the Monday of the week whose recap is due in a stop, None where none is."""
    today = Window(at=time(0), timezone=options.timezone).today(stop.begun)
    monday = today - today.weekday() * _DAY
    is_due = stop.ended >= opening(monday, options.clock, options.timezone)
    return monday - 7 * _DAY if is_due and today.weekday() < _RECAP_DAYS else None


def check_reader(evidence: Evidence, reader: Reader) -> None:
    """Compare the direct messages to a reader with what there was to tell."""
    who, world = f"reader {reader.number}", evidence.house.sandbox.world
    channel = world.open_dm(evidence.house.readers[reader.number].user.id)
    sight = read(channel, {}, [world.visible_messages(channel)])
    for stray in sight.strays:
        evidence.complain(who, f"not due: {stray.content[:80]!r}")
    letters = [each for each in sight.letters if each.kind == "follow"]
    told = Counter(number for each in letters for number in numbers_in(each.message))
    for day, count in Counter(each.day for each in letters).items():
        if count > 1:
            evidence.complain(who, f"{count} messages on {day}")
    for number, count in told.items():
        if count > 1:
            evidence.complain(who, f"told {count} times of paper {number}")
    evidence.findings.counts["messages to readers"] += len(letters)
    evidence.findings.counts["papers told to readers"] += len(told)
    _follow(evidence, reader, who, letters)


def _follow(evidence: Evidence, reader: Reader, who: str, letters: Sequence[Letter]) -> None:
    """Follow a reader through the year."""
    window = Window(at=time.fromisoformat(reader.at), timezone=reader.timezone)
    arrivals = list_arrivals(evidence, reader.guild)
    read_at = _first_read(letters)
    removed = evidence.library.removed()
    since: date | None = None
    states = frozenset([State(frozenset())])
    unsure: frozenset[object] = frozenset()  # begun while it could not be sent, so perhaps given up
    for index, stop in enumerate(evidence.stops):
        if Follow(reader=reader.number) in stop.done:
            since = window.today(stop.ended)
        if since is None:
            continue
        states = frozenset(
            state
            for told in _told_of(stop, read_at)
            for state in advance(
                states,
                stop,
                index,
                window,
                partial(
                    due_papers,
                    evidence.library,
                    (reader.tag, reader.author),
                    since,
                    old=partial(_old_news, evidence.library, arrivals, told, since),
                ),
                stop.able,
                lapses=True,
            )
        )
        if stop.able is not Able.YES:
            unsure = unsure.union(*(state.sent for state in states))
            continue
        evidence.findings.counts["looks at what readers are told"] += 1
        seen = frozenset(number for number, at in read_at.items() if at <= stop.ended)
        left = _rule_out(states, seen, removed=removed, unsure=unsure)
        unsure = frozenset()
        if not left:
            best = min(states, key=lambda each: len(each.sent ^ seen))
            lost, extra = sorted(map(str, best.sent - seen)), sorted(map(str, seen - best.sent))
            evidence.complain(who, f"not told of {lost}, told of {extra}, {describe(stop)}")
            left = frozenset(State(seen, day) for day in (best.day, window.today(stop.ended)))
        states = left


def _rule_out(
    states: frozenset[State],
    seen: frozenset[object],
    *,
    removed: frozenset[int],
    unsure: frozenset[object],
) -> frozenset[State]:
    """Return the states that are what is seen.

    What an edit took out while it was on its way is not told; what was given up is due again.
    """
    return frozenset(
        State(state.sent - (unsure - seen), state.day)
        for state in states
        if seen <= state.sent and state.sent - seen <= removed | unsure
    )


def _told_of(stop: Stop, read_at: Mapping[int, datetime]) -> Iterator[frozenset[int]]:
    """Yield the papers that were told of in a stop; and where that may take longer, within days."""
    yield frozenset(n for n, at in read_at.items() if stop.begun <= at <= stop.ended)
    if stop.rough or stop.able is not Able.YES:
        yield frozenset(n for n, at in read_at.items() if stop.begun <= at <= stop.ended + _SOON)


def _old_news(
    library: Library,
    arrivals: Sequence[Arrival],
    told: frozenset[int],
    since: date,
    today: date,
    stop: int,
) -> list[date]:
    """Return the old digests that are news for sure, and those that may be and were told of."""
    return [
        each.digest
        for each in arrivals
        if each.is_news(today, since, stop)
        or (
            each.may_be_news(today, since, stop)
            and any(paper.number in told for paper in library.digest(each.digest, stop))
        )
    ]


def _first_read(letters: Sequence[Letter]) -> dict[int, datetime]:
    """Return when a reader was first told of each paper."""
    first: dict[int, datetime] = {}
    for letter in sorted(letters, key=lambda each: each.message.id):
        for number in numbers_in(letter.message):
            first.setdefault(number, letter.message.created_at)
    return first
