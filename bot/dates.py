"""The day that somebody means who asks for a digest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.errors import NotFoundError, UserError
from bot.retrieval import intents, words
from bot.retrieval.analysis import is_ending, prepare, split_units
from bot.retrieval.dates import find_dates
from bot.retrieval.days import DateRange

NEAREST = 5  # days offered where there is no digest
_MOST = {"가장", "제일"}  # of what is latest
_LEAP_CYCLE = 8  # years at most between two 29 Februaries
# In a sentence `7-9` may be anything; alone it is a day.
_SHORT = re.compile(r"(\d{1,2})\s*[-./]\s*(\d{1,2})")


def choose_day(text: str, *, today: date, known: Sequence[date]) -> date:
    """Return the day that a text means, of several the newest that has a digest.

    Dates are read as in questions (`bot/retrieval/dates.py`). `known` are the days that have a
    digest, up to `today`, oldest first. A single day need not be one of them.

    Raises:
        UserError: it is no date.
        NotFoundError: it is a month or the like without a digest; the nearest days are in it.
    """
    meant = read_days(text, today=today, known=known)
    if not meant:
        raise UserError("error.date_invalid", text=text)
    if held := [day for day in known if any(day in each for each in meant)]:
        return held[-1]
    begun = [each for each in meant if each.first <= today] or meant[:1]
    latest = max(begun)
    if latest.first == latest.last:
        return latest.first
    raise NotFoundError(
        "error.digest_not_found", name=text, nearest=nearest_days(latest.last, known)
    )


def read_days(text: str, *, today: date, known: Sequence[date]) -> tuple[DateRange, ...]:
    """Return the days that a text means, any of these ranges; none if it is no date.

    Without a year it is that day or month of any year; what is in no `known` digest matters only
    where nothing is.
    """
    first = min([today.year - _LEAP_CYCLE, *(day.year for day in known[:1])])
    short = _SHORT.fullmatch(text.strip())
    # With `in`, words and numbers such as `may` and `2025` are dates.
    folded = prepare(f"in {short[1]}/{short[2]}" if short else f"in {text}")
    found = find_dates(folded, today=today, years=range(first, today.year + 1))
    rest, ranges = found.rest, found.ranges
    if not found.named and known and intents.LATEST.search(folded):
        rest, ranges = intents.LATEST.sub(" ", folded), (DateRange(known[-1], known[-1]),)
    return ranges if _says_nothing(rest) else ()


def nearest_days(day: date, known: Sequence[date]) -> list[date]:
    """Return the days with a digest that are nearest to one."""
    return sorted(known, key=lambda other: abs(other - day))[:NEAREST]


def _says_nothing(rest: str) -> bool:
    """Whether what is beside a date only asks for it: `the digest of`, `논문 보여줘`."""
    return all(
        unit.text in words.STOP_WORDS | _MOST
        or (unit.is_hangul and (unit.stem in words.STOP_WORDS or is_ending(unit.text)))
        or words.is_asking(unit.text)
        for unit in split_units(rest)
    )
