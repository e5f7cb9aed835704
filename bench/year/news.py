"""Old digests that a server got, which makes them news to its readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bench.year.calendar import local_date
from bench.year.evidence import Evidence
from bench.year.journal import Able
from bench.year.plan import Place, Subscribe
from bench.year.rules import RECENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A digest that a channel got, from its first post.

    It was begun in one of the stops from `first` to `last`, in which it was posted, on a local day
    from `earliest` to `latest`: while requests failed, more than one may be right.
    """

    digest: date
    first: int
    last: int
    earliest: date
    latest: date

    def is_news(self, today: date, since: date, stop: int) -> bool:
        """Tell whether it is news for sure to who follows since a day, in a stop."""
        return (
            self.last < stop
            and since < self.earliest
            and self.latest <= today < self.earliest + RECENT
            and self.earliest - self.digest >= RECENT
        )

    def may_be_news(self, today: date, since: date, stop: int) -> bool:
        """Tell whether it may be news."""
        return (
            self.first <= stop
            and since < self.latest
            and self.earliest <= today < self.latest + RECENT
            and self.latest - self.digest >= RECENT
        )


def list_arrivals(evidence: Evidence, guild: int) -> tuple[Arrival, ...]:
    """Return what the channels of a server got in the year."""
    places = (place for place in evidence.plan.places if place.guild == guild)
    return tuple(arrival for place in places for arrival in _arrivals(evidence, place))


def _arrivals(evidence: Evidence, place: Place) -> Iterator[Arrival]:
    begun: dict[tuple[date, int], datetime] = {}
    for piece in evidence.sight(place.number).pieces:
        begun.setdefault((piece.day, piece.run), piece.message.created_at)
    for (digest, _), at in begun.items():
        last = next(i for i, stop in enumerate(evidence.stops) if stop.ended >= at)
        first = _first(evidence, place, last)
        timezone = _timezone(evidence, place, last)
        yield Arrival(
            digest=digest,
            first=first,
            last=last,
            earliest=local_date(evidence.stops[first].begun, timezone),
            latest=local_date(at, timezone),
        )


def _first(evidence: Evidence, place: Place, last: int) -> int:
    """Return the first of the stops before one in which the channel could not be posted to."""
    first = last
    while first and _is_hard(evidence, place, first - 1):
        first -= 1
    return first


def _is_hard(evidence: Evidence, place: Place, index: int) -> bool:
    stop = evidence.stops[index]
    return stop.rough or evidence.able(place.number, stop) is not Able.YES


def _timezone(evidence: Evidence, place: Place, last: int) -> str:
    said = [
        event.options.timezone
        for stop in evidence.stops[: last + 1]
        for event in stop.done
        if isinstance(event, Subscribe) and event.place == place.number
    ]
    return said[-1] if said else place.options.timezone
