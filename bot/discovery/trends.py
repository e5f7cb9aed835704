"""How much the digests speak of each tag, month by month, and what they speak of more and less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import NotFoundError
from storage.base import Store
from storage.models import TagCounts
from storage.text import tag_key

# Weeks that are compared with as many before them, for each month that is looked at.
_WEEKS_A_MONTH = 52 / 12 / 4
_FEWEST_WEEKS = 2
MOST_MOVERS, MOST_TAGS = 3, 9
# A change counts from so many papers on, by so many more or fewer, and from so many standard
# deviations of what chance makes of a share: one week's papers of a rare tag are no trend.
_FEWEST, _LEAST_RISE, _LEAST_SIGMA = 3, 2, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A tag, and how many papers carried it before and now."""

    tag: str
    before: int
    now: int

    @property
    def rise(self) -> int:
        """By how many papers it grew."""
        return self.now - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A tag's papers in each period, oldest first."""

    tag: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """What the months up to the newest digest say.

    `months` are their first days; the last one ends with the newest digest, and `partial` says
    that it may get more. `weeks` is how many at the end are compared with as many before.
    """

    months: tuple[date, ...]
    newest: date
    partial: bool
    weeks: int
    papers: int
    top: tuple[Series, ...]
    rising: tuple[Mover, ...]
    fading: tuple[Mover, ...]
    moving: tuple[Series, ...]


async def read_trends(store: Store, *, months: int, tags: Sequence[str], today: date) -> Trends:
    """Return the trends of so many months; of these tags only, if there are any.

    The months begin with that of the first digest at the earliest, and end with that of the
    newest, however long ago.

    Raises:
        NotFoundError: there are no digests yet.
    """
    dates = await store.list_dates(until=today)
    if not dates:
        raise NotFoundError("error.no_digests")
    newest = dates[-1]
    first = dates[0].replace(day=1)
    begins = tuple(each for each in list_months(newest, months) if each >= first)
    weeks = max(_FEWEST_WEEKS, round(len(begins) * _WEEKS_A_MONTH))
    recent = newest - timedelta(weeks=weeks)
    found = await store.count_tags(
        [
            *((month, min(newest, _end_of_month(month))) for month in begins),
            (begins[0], newest),
            (recent + timedelta(days=1), newest),
            (recent - timedelta(weeks=weeks) + timedelta(days=1), recent),
        ]
    )
    *monthly, whole, now, before = found
    shown = list(tags) or list(whole.tags)[:MOST_TAGS]
    rising, fading = find_movers(now, before, tags=tags)
    return Trends(
        months=begins,
        newest=newest,
        partial=today <= _end_of_month(newest),
        weeks=weeks,
        papers=whole.papers,
        top=count_series(shown, monthly),
        rising=rising,
        fading=fading,
        moving=count_series([each.tag for each in (*rising, *fading)], monthly),
    )


def list_months(newest: date, months: int) -> tuple[date, ...]:
    """Return the first days of so many months, oldest first, up to the month of `newest`."""
    last = newest.year * 12 + newest.month - 1
    numbers = range(max(last - months + 1, date.min.year * 12), last + 1)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def find_movers(
    now: TagCounts, before: TagCounts, *, tags: Sequence[str] = (), fewest: int = _FEWEST
) -> tuple[tuple[Mover, ...], tuple[Mover, ...]]:
    """Return the tags whose share of the papers rose and fell most, each the clearest first.

    Of these tags only, if there are any.
    """
    names = dict.fromkeys([*now.tags, *before.tags])
    wanted = {tag_key(tag) for tag in tags}
    movers = []
    for tag in names:
        mover = Mover(tag=tag, before=before.tags.get(tag, 0), now=now.tags.get(tag, 0))
        is_wanted = not wanted or tag_key(tag) in wanted
        if is_wanted and max(mover.now, mover.before) >= fewest:
            movers.append((_sigmas(mover, now.papers, before.papers), mover))
    rising = sorted(movers, key=lambda each: (-each[0], each[1].tag))
    fading = sorted(movers, key=lambda each: (each[0], each[1].tag))
    up = [each for sigmas, each in rising if sigmas >= _LEAST_SIGMA and each.rise >= _LEAST_RISE]
    down = [
        each for sigmas, each in fading if sigmas <= -_LEAST_SIGMA and each.rise <= -_LEAST_RISE
    ]
    return tuple(up[:MOST_MOVERS]), tuple(down[:MOST_MOVERS])


def _sigmas(mover: Mover, now: int, before: int) -> float:
    """Return by how many standard deviations the share of the papers changed (two proportions)."""
    if not now or not before:
        return 0.0
    share = (mover.now + mover.before) / (now + before)
    deviation = math.sqrt(share * (1 - share) * (1 / now + 1 / before))
    return (mover.now / now - mover.before / before) / deviation if deviation else 0.0


def count_series(tags: Sequence[str], periods: Sequence[TagCounts]) -> tuple[Series, ...]:
    """Return how many papers each tag has in each period."""
    return tuple(
        Series(tag=tag, counts=tuple(each.tags.get(tag, 0) for each in periods)) for tag in tags
    )


def _end_of_month(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
