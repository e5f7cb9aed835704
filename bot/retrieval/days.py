"""Ranges of days, and what a reader of dates is given. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Context:
    """When a date is read, and the years that have digests."""

    today: date
    years: range


Reader = Callable[[re.Match[str], Context], list[DateRange]]


def month_range(year: int, month: int) -> DateRange:
    """Return a whole month."""
    return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def year_range(year: int) -> DateRange:
    """Return a whole year."""
    return DateRange(date(year, 1, 1), date(year, 12, 31))


def week_range(day: date) -> DateRange:
    """Return the week that a day is in, which begins on Monday."""
    return DateRange(
        date.fromordinal(day.toordinal() - day.weekday()),
        date.fromordinal(day.toordinal() - day.weekday() + 6),
    )
