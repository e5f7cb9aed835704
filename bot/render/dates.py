"""Dates as people write them."""

from __future__ import annotations

from datetime import date

from bot.messages import say
from storage.models import Language

_WEEKDAYS = {
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# Not the calendar module's: those change with the machine's locale.
_MONTHS = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}


def format_date(day: date, language: str) -> str:
    """Return `2025년 4월 25일` or `25 April 2025`."""
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {_MONTHS[day.month]} {day.year}"


def format_day(day: date, language: Language) -> str:
    """Return the date with its weekday, in each of the channel's languages."""
    return " · ".join(
        say(
            spoken,
            "label.day",
            weekday=_WEEKDAYS[spoken][day.weekday()],
            date=format_date(day, spoken),
        )
        for spoken in spoken_languages(language)
    )


def format_short(day: date, language: Language) -> str:
    """Return the date on its own; `2025-04-25`, which everybody reads, for both languages."""
    return day.isoformat() if language is Language.BOTH else format_date(day, language)


def spoken_languages(language: Language) -> tuple[str, ...]:
    """Return the message languages of a channel, Korean first."""
    return ("ko", "en") if language is Language.BOTH else (language.value,)
