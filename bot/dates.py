"""Dates as people type them."""

from __future__ import annotations

import re
from datetime import date

from bot.errors import UserError

_FULL = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*일?")


def parse_date(text: str, *, today: date) -> date:
    """Return the date for `2025-07-10`, `2025년 7월 10일`, `20250710`, `7/10` or `7월 10일`.

    Without a year it is the last such day up to `today`.

    Raises:
        UserError: it is no date.
    """
    typed = text.strip()
    try:
        if match := _FULL.match(typed) or _COMPACT.fullmatch(typed):
            return date(*map(int, match.groups()))
        if match := _SHORT.fullmatch(typed):
            month, day = map(int, match.groups())
            return _latest(month, day, today)
    except ValueError:
        pass
    raise UserError("error.date_invalid", text=text)


def _latest(month: int, day: int, today: date) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else date(today.year - 1, month, day)
