"""Dates that count from today: `yesterday`, `3 days ago`, `지난 금요일`. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from bot.retrieval.days import Context, DateRange, Reader, month_range, week_range, year_range

# Days: nothing is further back than a century, so that every date can be told.
_FARTHEST = 36_500
_UNITS = {
    **dict.fromkeys(("day", "days", "일"), 1),
    **dict.fromkeys(("week", "weeks", "주", "주일"), 7),
    **dict.fromkeys(("month", "months", "달", "개월"), 30),
    **dict.fromkeys(("year", "years", "년", "해"), 365),
}
_ENGLISH_NUMBERS = {
    **dict.fromkeys(("a", "an", "one"), 1),
    **dict.fromkeys(("a couple of", "two"), 2),
    **dict(
        zip(
            ("three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            range(3, 11),
            strict=True,
        )
    ),
}
_KOREAN_NUMBERS = dict(zip("한일두세석네넉", (1, 1, 2, 3, 3, 4, 4), strict=True)) | {
    "다섯": 5,
    "여섯": 6,
}
_NUMBERS = _ENGLISH_NUMBERS | _KOREAN_NUMBERS
_COUNTED_DAYS = dict(
    zip(("하루", "이틀", "사흘", "나흘", "닷새", "엿새"), range(1, 7), strict=True)
) | {"열흘": 10, "보름": 15}
# The places in a week, which begins on Monday.
_WEEKDAYS = {name.lower(): place for place, name in enumerate(calendar.day_name)} | {
    name: place for place, name in enumerate("월화수목금토일")
}
_WEEKS = {
    "지지난": -2,
    **dict.fromkeys(("last", "지난", "저번"), -1),
    **dict.fromkeys(("this", "이번", "금"), 0),
    **dict.fromkeys(("next", "다음"), 1),
}

_ENGLISH_NUMBER = rf"\d{{1,4}}|{'|'.join(sorted(_ENGLISH_NUMBERS, key=len, reverse=True))}"
_KOREAN_NUMBER = rf"\d{{1,4}}|{'|'.join(_KOREAN_NUMBERS)}"
ENGLISH_WEEKDAY = "|".join(name.lower() for name in calendar.day_name)
KOREAN_WEEKDAY = "[월화수목금토일](?:요일|욜)"
# What may follow a Korean one; it says nothing without it.
_PARTICLE = "(?:(?:에서|에는?|의|은|는|랑|이랑|하고|와|과)(?![가-힣]))?"
# Not a longer word: `이번 주제`, `다음 주어진`.
_KOREAN_WEEK_ENDS = "(?![제소어장요로]|관)"


def _back(match: re.Match[str], context: Context) -> date:
    number = match["n"] or "1"
    count = int(number) if number.isdigit() else _NUMBERS[number]
    return context.today - timedelta(days=min(count * _UNITS[match["unit"]], _FARTHEST))


def _past(match: re.Match[str], context: Context) -> list[DateRange]:
    return [DateRange(_back(match, context), context.today)]


def _ago(match: re.Match[str], context: Context) -> list[DateRange]:
    """Return a day, or the week, month or year that it is in; `since` then, up to today."""
    day = _back(match, context)
    if match["since"]:
        return [DateRange(day, context.today)]
    days = _UNITS[match["unit"]]
    if days == _UNITS["day"]:
        return [DateRange(day, day)]
    if days == _UNITS["week"]:
        return [week_range(day)]
    if days == _UNITS["year"]:
        return [year_range(day.year)]
    return [month_range(day.year, day.month)]


def _counted_ago(match: re.Match[str], context: Context) -> list[DateRange]:
    day = context.today - timedelta(days=_COUNTED_DAYS[match["n"]])
    return [DateRange(day, context.today if match["since"] else day)]


def _days(first: int, last: int) -> Reader:
    """Return a reader for days before today, `first` and `last` of them."""

    def read(match: re.Match[str], context: Context) -> list[DateRange]:
        return [
            DateRange(context.today - timedelta(days=first), context.today - timedelta(days=last))
        ]

    return read


def _week(weeks: int) -> Reader:
    def read(match: re.Match[str], context: Context) -> list[DateRange]:
        return [week_range(context.today + timedelta(weeks=weeks))]

    return read


def _weekday(match: re.Match[str], context: Context) -> list[DateRange]:
    """Return the last such day up to today, or the one before or behind today, or of a week."""
    parts, today = match.groupdict(), context.today
    name = match["day"]
    place = _WEEKDAYS.get(name, _WEEKDAYS.get(name[0], 0))
    if week := parts.get("week"):
        day = week_range(today + timedelta(weeks=_WEEKS[week])).first + timedelta(days=place)
    elif (weeks := _WEEKS.get(parts.get("which") or "")) is None:
        day = today - timedelta(days=(today.weekday() - place) % 7)
    elif weeks == 0:
        day = week_range(today).first + timedelta(days=place)
    elif weeks > 0:
        day = today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)
    else:
        day = today - timedelta(days=(today.weekday() - place - 1) % 7 + 1)
    return [DateRange(day, day)]


def _weekend(_match: re.Match[str], context: Context) -> list[DateRange]:
    """Return the last Saturday up to today, and the Sunday after it."""
    saturday = context.today - timedelta(days=(context.today.weekday() - 5) % 7)
    return [DateRange(saturday, saturday + timedelta(days=1))]


def _months(months: int) -> Reader:
    def read(match: re.Match[str], context: Context) -> list[DateRange]:
        number = context.today.year * 12 + context.today.month - 1 + months
        return [month_range(number // 12, number % 12 + 1)]

    return read


def _years(years: int) -> Reader:
    def read(match: re.Match[str], context: Context) -> list[DateRange]:
        return [year_range(context.today.year + years)]

    return read


# To be read before all else that ends so; but `5월 3일 전` is not three days ago, and `24년 전` is
# before 2024.
AGO: tuple[tuple[str, Reader], ...] = (
    (
        rf"\b(?P<since>since\s+)?(?P<n>{_ENGLISH_NUMBER})\s+(?P<unit>days?|weeks?|months?|years?)"
        r"\s+ago(?:'s)?\b",
        _ago,
    ),
    (
        rf"(?<![\w.])(?<!월\s)(?P<n>{_KOREAN_NUMBER})\s*(?P<unit>일|주일|주|달|개월"
        r"|(?<![2-9]\d)(?<!\d\d\d)년)\s*전(?P<since>부터|이후)?(?:에|의)?(?!\w)",
        _ago,
    ),
    (
        rf"(?<!\w)(?P<n>{'|'.join(_COUNTED_DAYS)})\s*전(?P<since>부터|이후)?(?:에|의)?(?!\w)",
        _counted_ago,
    ),
)
RELATIVE: tuple[tuple[str, Reader], ...] = (
    (
        rf"\b(?:in the )?(?:last|past|previous) (?P<n>{_ENGLISH_NUMBER})? ?"
        r"(?P<unit>days?|weeks|months|years)\b",
        _past,
    ),
    (
        r"(?:지난|최근)\s*(?P<n>\d{1,4})\s*(?P<unit>일|주일|주|개월|달|년|해)(?:간|동안)?",
        _past,
    ),
    (
        rf"(?:지난|최근)\s*(?P<n>{'|'.join(_KOREAN_NUMBERS)})\s*(?P<unit>주일|주|달|해)"
        r"(?:간|동안)?(?:의|에)?(?!\w)",
        _past,
    ),
    (r"\b(?:in the )?(?:past|previous) (?P<n>)(?P<unit>week|month|year)\b", _past),
    (rf"\btoday(?:'s)?\b|오늘(?!날){_PARTICLE}", _days(0, 0)),
    (
        r"\b(?:the )?day before yesterday(?:'s)?\b"
        rf"|(?<![가-힣])(?:그저께|그제(?![야서])){_PARTICLE}",
        _days(2, 2),
    ),
    (rf"(?<![가-힣])엊(?:그제|그저께){_PARTICLE}", _days(3, 2)),
    (rf"(?<![가-힣])(?:그끄저께|그끄제){_PARTICLE}", _days(3, 3)),
    (rf"\byesterday(?:'s)?\b|(?<![가-힣])(?:어제|어저께){_PARTICLE}", _days(1, 1)),
    (r"\b(?:the )?day after tomorrow(?:'s)?\b|(?<![가-힣])(?:내일)?모레", _days(-2, -2)),
    (rf"\btomorrow(?:'s)?\b|(?<![가-힣])내일{_PARTICLE}", _days(-1, -1)),
    (
        rf"\b(?P<week>last|this|next) week(?:'s)?\s+(?:on\s+)?(?P<day>{ENGLISH_WEEKDAY})\b",
        _weekday,
    ),
    (
        rf"\b(?P<day>{ENGLISH_WEEKDAY})\s+(?:of\s+)?(?P<week>last|this|next) week(?:'s)?\b",
        _weekday,
    ),
    (rf"\b(?:(?P<which>last|this|next)\s+)?(?P<day>{ENGLISH_WEEKDAY})(?:'s)?\b", _weekday),
    (
        r"(?<![가-힣])(?:(?P<week>지지난|지난|저번|이번|금|다음)\s*주(?:의)?\s*"
        rf"|(?P<which>지난|저번|이번|다음)\s*)?(?P<day>{KOREAN_WEEKDAY})(?:날)?(?:에|의|자)?",
        _weekday,
    ),
    (
        r"\b(?:(?:last|this|the) )?weekend(?:'s)?\b"
        rf"|(?<![가-힣])(?:(?:지난|저번|이번)\s*)?주말{_PARTICLE}",
        _weekend,
    ),
    (rf"\b(?:the )?week before last\b|지지난\s*주{_PARTICLE}", _week(-2)),
    (rf"\bthis week(?:'s)?\b|(?:이번\s*주{_KOREAN_WEEK_ENDS}|금주){_PARTICLE}", _week(0)),
    (rf"\blast week(?:'s)?\b|(?:지난|저번)\s*주{_KOREAN_WEEK_ENDS}{_PARTICLE}", _week(-1)),
    (r"\bnext week(?:'s)?\b|다음\s*주(?![가-힣])", _week(1)),
    (rf"\b(?:the )?month before last\b|지지난\s*달{_PARTICLE}", _months(-2)),
    (rf"\bthis month(?:'s)?\b|(?:이번\s*달|이달){_PARTICLE}", _months(0)),
    (rf"\blast month(?:'s)?\b|(?:지난|저번)\s*달{_PARTICLE}", _months(-1)),
    (r"\bnext month(?:'s)?\b|다음\s*달(?![가-힣])", _months(1)),
    (rf"\b(?:the )?year before last\b|(?:재작년|지지난\s*해){_PARTICLE}", _years(-2)),
    (rf"\bthis year(?:'s)?\b|(?:올해|금년){_PARTICLE}", _years(0)),
    (rf"\blast year(?:'s)?\b|(?:작년|지난\s*해){_PARTICLE}", _years(-1)),
)
