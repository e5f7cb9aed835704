"""Compares what stands in the sandbox with what the rules say, place by place.

None of the checks reads the bot's database or believes what it says of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial

from bench.year.content import Context, check_run
from bench.year.evidence import Evidence, Findings, Told, describe
from bench.year.journal import Able, Journal, Stop
from bench.year.letters import check_reader, check_recaps
from bench.year.plan import Options, Place, Plan, PostNow, Subscribe, Unsubscribe, Write
from bench.year.refusals import EXPECTED, TOO_MANY
from bench.year.rules import Library, State, Window, advance, due_digests, passes
from bench.year.sight import Sight, read
from bench.year.world import House

_HOME_ZONE = "Asia/Seoul"  # DIGEST_TIMEZONE's default: by it, commands know what day it is


def audit(plan: Plan, journal: Journal, house: House) -> Findings:
    """Check everything about a year that is over."""
    writes = [[each for each in stop.done if isinstance(each, Write)] for stop in journal.stops]
    evidence = Evidence(
        plan=plan, journal=journal, house=house, library=Library(writes), findings=Findings()
    )
    evidence.findings.wrong += journal.failures
    for place in plan.places:
        _check_place(evidence, place)
    for reader in plan.readers:
        check_reader(evidence, reader)
    _check_pings(evidence)
    for key, example in journal.refusals.items():
        if key[2] != TOO_MANY and key not in EXPECTED:
            evidence.complain(f"refused {key}", example)
    return evidence.findings


def _check_place(evidence: Evidence, place: Place) -> None:
    who, sight = f"place {place.number} ({place.kind})", evidence.sight(place.number)
    for piece, count in Counter(each.key for each in sight.pieces).items():
        if count > 1:
            evidence.complain(who, f"{count} times: {piece}")
    for stray in sight.strays:
        evidence.complain(who, f"not due: message {stray.id} {stray.content[:80]!r}")
    told = _Course(evidence, place, who, sight).run()
    _check_contents(evidence, place, who, sight, told)
    check_recaps(evidence, place, who, sight, told)


class _Course:
    """Follows a channel through the year: what it is due, and what it is sent."""

    def __init__(self, evidence: Evidence, place: Place, who: str, sight: Sight) -> None:
        self._evidence = evidence
        self._place = place.number
        self._who = who
        self._begun: dict[date, datetime] = {}
        for piece in sight.pieces:
            self._begun.setdefault(piece.day, piece.message.created_at)
        self._told: list[tuple[int, Options | None]] = []
        self._options: Options | None = None
        self._since: date | None = None
        self._states = frozenset([State(frozenset())])

    def run(self) -> Told:
        """Go through all stops; return the channel's options."""
        evidence = self._evidence
        for index, stop in enumerate(evidence.stops[: evidence.last_stop(self._place) + 1]):
            able = evidence.able(self._place, stop)
            self._advance(index, able)
            for event in stop.done:
                if getattr(event, "place", None) == self._place and self._hear(event, index):
                    self._advance(index, able)
            if able is Able.YES:
                self._rule_out(stop)
        evidence.findings.counts["digests in channels"] += len(self._begun)
        return self._told

    def _advance(self, index: int, able: Able) -> None:
        if self._options is None:
            return
        window = Window(at=self._options.clock, timezone=self._options.timezone)
        due_by = partial(due_digests, self._evidence.library, self._options, self._since)
        stop = self._evidence.stops[index]
        self._states = advance(self._states, stop, index, window, due_by, able)

    def _hear(self, event: object, index: int) -> bool:
        """Take note of a command; return whether something may be due for it."""
        if isinstance(event, Subscribe):
            if self._options is None:
                self._since = self._newest(index)
            self._options = event.options
        elif isinstance(event, Unsubscribe):
            self._options = None
        elif isinstance(event, PostNow):
            self._post_now(event, index)
            return True
        else:
            return False
        self._told.append((index, self._options))
        return True

    def _newest(self, index: int) -> date | None:
        stop = self._evidence.stops[index]
        today = Window(at=time(0), timezone=_HOME_ZONE).today(stop.ended)
        days = self._evidence.library.days(index)
        return max((day for day in days if day <= today), default=None)

    def _post_now(self, event: PostNow, index: int) -> None:
        options = next(each for _, each in reversed(self._told) if each)
        window = Window(at=time(0), timezone=options.timezone)
        today = window.today(self._evidence.stops[index].begun)
        papers = self._evidence.library.digest(event.day, index)
        if event.day > today or not any(passes(paper, options.tags) for paper in papers):
            return
        self._states = frozenset(
            State(state.sent | {event.day}, today)
            if event.again or event.day not in state.sent
            else state
            for state in self._states
        )

    def _rule_out(self, stop: Stop) -> None:
        """Keep the states that are what is seen; complain where there is none."""
        seen = frozenset(day for day, at in self._begun.items() if at <= stop.ended)
        left = frozenset(state for state in self._states if state.sent == seen)
        self._evidence.findings.counts["looks at what is due"] += 1
        if not left:
            best = min(self._states, key=lambda state: len(state.sent ^ seen))
            lost, extra = sorted(map(str, best.sent - seen)), sorted(map(str, seen - best.sent))
            self._evidence.complain(
                self._who, f"due and not there {lost}, there and not due {extra}, {describe(stop)}"
            )
            timezone = self._options.timezone if self._options else "UTC"
            today = Window(at=time(0), timezone=timezone).today(stop.ended)
            left = frozenset(State(seen, day) for day in (best.day, today))
        self._states = left


def _check_contents(evidence: Evidence, place: Place, who: str, sight: Sight, told: Told) -> None:
    """Compare each digest's posts with what the digest holds."""
    runs = sorted({(piece.day, piece.run) for piece in sight.pieces})
    newest = dict(runs)
    for day, run in runs:
        context = Context(
            place=place,
            sight=sight,
            library=evidence.library,
            stops=evidence.stops,
            told=told,
            last=evidence.last_stop(place.number),
            is_newest=newest[day] == run,
            counts=evidence.findings.counts,
        )
        for wrong in check_run(context, day, run):
            evidence.complain(who, f"digest {day}, run {run}: {wrong}")
    again = Counter(
        event.day
        for stop in evidence.stops
        for event in stop.done
        if isinstance(event, PostNow) and event.again and event.place == place.number
    )
    for day, run in newest.items():
        if run > again[day]:
            evidence.complain(who, f"digest {day}: {run} runs more than the first")


def _check_pings(evidence: Evidence) -> None:
    """Check that each digest of a channel with a role notifies it once, and nothing else does."""
    house = evidence.house
    channels = {house.channels[each.number].id: each for each in evidence.plan.places}
    found: Counter[tuple[int, date]] = Counter()
    for message in house.sandbox.pings():
        channel = house.sandbox.world.channels[message.channel_id]
        place = channels.get(channel.parent_id or channel.id)
        pieces = read(channel, {}, [[message]]).pieces
        is_first = pieces and pieces[0].step in ("header", "paper") and not pieces[0].run
        if place is None or not place.options.role or not is_first:
            evidence.complain(f"channel {channel.name}", f"message {message.id} notified somebody")
            continue
        found[place.number, pieces[0].day] += 1
    for place in evidence.plan.places:
        if not place.options.role or place.number in evidence.journal.deleted:
            continue
        for day in {piece.day for piece in evidence.sight(place.number).pieces if not piece.run}:
            if found[place.number, day] != 1:
                count = found[place.number, day]
                evidence.complain(f"place {place.number}", f"{day}: notified {count} times")
    evidence.findings.counts["digests that notified a role"] += len(found)


def explain(counts: Mapping[str, int]) -> str:
    """Return counts in a line."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
