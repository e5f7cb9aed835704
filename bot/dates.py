"""Dates as people type them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta

from bot.errors import UserError

_LEAP_CYCLE = 8  # years at most between two 29 Februaries
# What may follow a date is its weekday, or the other half of an autocomplete choice's name.
_FULL = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?(?:[\s(].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAYS_AGO = {"today": 0, "오늘": 0, "yesterday": 1, "어제": 1, "그제": 2}
_SHORT = re.compile(r"(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*일?")


def parse_date(text: str, *, today: date) -> date:
    """Return the date for `2025-07-10`, `2025년 7월 10일`, `20250710`, `7/10` or `7월 10일`.

    Without a year it is the last such day up to `today`; `today`, `yesterday` and `어제` work too.

    Raises:
        UserError: it is no date.
    """
    typed = text.strip()
    if (days := _DAYS_AGO.get(typed.casefold())) is not None:
        return today - timedelta(days=days)
    try:
        if match := _FULL.fullmatch(typed) or _COMPACT.fullmatch(typed):
            return date(*map(int, match.groups()))
        if match := _SHORT.fullmatch(typed):
            month, day = map(int, match.groups())
            return _latest(month, day, today)
    except ValueError:
        pass
    raise UserError("error.date_invalid", text=text)


def _latest(month: int, day: int, today: date) -> date:
    for year in range(today.year, today.year - _LEAP_CYCLE - 1, -1):
        with suppress(ValueError):  # 29 February, in most years
            if (found := date(year, month, day)) <= today:
                return found
    raise ValueError(f"{month}/{day}")
