"""Dates and ranges in questions, Korean and English. Pure: today comes in.

A date without a year is that day or month in any year that has digests.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from bot.retrieval.days import Context, DateRange, Reader, month_range, year_range
from bot.retrieval.patterns import Pattern
from bot.retrieval.relative import AGO, ENGLISH_WEEKDAY, KOREAN_WEEKDAY, RELATIVE

_MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:['\u2019](?=\d\d\b))?(?P<year>20\d\d|(?<=['\u2019])\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_LAST_DAY = rf"(?P<last>[0-3]?\d)(?:st|nd|rd|th)?(?:\s*,?\s*{_YEAR})?(?![\w.])"
_KO_YEAR = r"(?:(?P<year>(?:20)?\d\d)\s*년(?:도)?\s*)"
_MONTHS_AND_WORDS = ("may", "march", "mar", "dec", "sep", "jan")
_BEFORE_MONTH = Pattern(r"\b(?:in|of|from|on|during|since|this|last|early|late|the)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDates:
    """The ranges that a text names, any of which may be meant, and the text without them."""

    ranges: tuple[DateRange, ...]
    rest: str
    named: bool


def find_dates(text: str, *, today: date, years: range) -> FoundDates:
    """Return the dates in a folded text; `years` are those that have digests.

    Several dates are alternatives, but `between … and …`, `…부터 …까지` and the like are one
    range. `named` is true where a date was named even if there is no such day.
    """
    context = Context(today, years)
    text = _with_years(text, today)
    named = False
    ranges: list[DateRange] = []
    spans: list[tuple[int, int]] = []
    for pattern, read in READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            if _is_word(match):
                continue
            spans.append(match.span())
            named = True
            ranges += read(match, context)
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return FoundDates(ranges=tuple(dict.fromkeys(ranges)), rest=text, named=named)


def _with_years(text: str, today: date) -> str:
    """Return the text with the year of `작년 6월`, `last year in June` and the like as a number."""
    for pattern, years in _RELATIVE_YEARS:
        text = pattern.sub(partial(_number_year, year=today.year - years), text)
    return text


def _number_year(match: re.Match[str], *, year: int) -> str:
    parts = match.groupdict()
    return f"{year}년 " if parts.get("ko") else f"{parts['before'] or parts['after']} {year}"


def read_point(text: str, context: Context) -> list[DateRange]:
    """Return what one expression names: a day, a month or a year, in each year it may be."""
    for pattern in _POINTS:
        if match := pattern.fullmatch(text.strip()):
            return _point(match, context)
    return []


def _point(match: re.Match[str], context: Context) -> list[DateRange]:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and year < 100:
        year += 2000
    month = _month_number(parts.get("month"))
    day = int(parts["day"]) if parts.get("day") else None
    years = [year] if year is not None else sorted(context.years, reverse=True)
    found: list[DateRange] = []
    for each in years:
        try:
            if month is None:
                found.append(year_range(each))
            elif day is None:
                found.append(month_range(each, month))
            else:
                found.append(DateRange(date(each, month, day), date(each, month, day)))
        except ValueError:
            continue
    return found


def _month_number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isdigit() else _MONTHS[text.rstrip(".")]


_POINTS = tuple(
    Pattern(pattern)
    for pattern in (
        r"(?P<year>(?:19|20)\d\d)\s?[-./]\s?(?P<month>\d{1,2})\s?[-./]\s?(?P<day>\d{1,2})",
        r"(?P<year>2\d)\.\s?(?P<month>1[0-2]|0?[1-9])\.\s?(?P<day>[0-3]?\d)",
        r"(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)",
        rf"{_KO_YEAR}?(?P<month>\d{{1,2}})\s*월\s*(?P<day>\d{{1,2}})\s*일",
        rf"{_MONTH}\s*{_DAY}(?:\s*,?\s*{_YEAR})?",
        rf"{_DAY}\s*(?:of\s*)?{_MONTH}(?:\s*,?\s*{_YEAR})?",
        r"(?P<year>20\d\d)[-./](?P<month>1[0-2]|0?[1-9])",
        rf"{_KO_YEAR}?(?P<month>\d{{1,2}})\s*월(?!드)달?",
        rf"{_MONTH}(?:\s*(?:of\s*)?,?\s*{_YEAR})?",
        _KO_YEAR.removesuffix(r"\s*)") + ")",
        _YEAR,
        r"(?P<month>1[0-2]|0?[1-9])/(?P<day>[0-3]?\d)",
    )
)


_MONTH_AND_DAY = rf"{_MONTH}(?:\s+{_DAY})?".replace("(?P<month>", "(?:").replace("(?P<day>", "(?:")
_RELATIVE_YEARS = tuple(
    (
        Pattern(
            rf"(?P<ko>(?:{korean})\s*)(?=1?\d월|1?\d\s월|[상하]반기|[1-4]분기)"
            rf"|\b(?P<before>{_MONTH_AND_DAY})\s*,?\s*(?:of\s+)?{english} year\b"
            rf"|\b{english} year['\u2019]?s?\s+(?:in\s+)?(?P<after>{_MONTH_AND_DAY})"
        ),
        years,
    )
    for korean, english, years in (
        ("재작년", "the year before last", 2),
        (r"작년|지난\s*해|전년", "last", 1),
        (r"올해|금년|이번\s*년", "this", 0),
    )
)


def _between(match: re.Match[str], context: Context) -> list[DateRange]:
    """Return the range from one date to another; the first takes its year from the second."""
    first, last = read_point(match["a"], context), read_point(match["b"], context)
    pairs = [(a, b) for b in last for a in first if a.first <= b.last]
    typed_year = re.search(r"20\d\d|\d\d년", match["a"])
    closest: dict[DateRange, DateRange] = {}
    for a, b in pairs:
        if b not in closest or a > closest[b]:
            closest[b] = a
    if typed_year and closest:
        a, b = min(((a, b) for b, a in closest.items()), key=lambda pair: pair[1].last)
        return [DateRange(a.first, b.last)]
    return [DateRange(a.first, b.last) for b, a in closest.items()]


def _within(match: re.Match[str], context: Context) -> list[DateRange]:
    """Return the range from a day to another of its month, which is only a number."""
    last = int(match["last"])
    return [
        DateRange(day.first, day.first.replace(day=last))
        for day in _point(match, context)
        if day.first.day <= last <= month_range(day.first.year, day.first.month).last.day
    ]


def _since(match: re.Match[str], context: Context) -> list[DateRange]:
    return [DateRange(point.first, context.today) for point in read_point(match["a"], context)[:1]]


def _after(match: re.Match[str], context: Context) -> list[DateRange]:
    return [
        DateRange(point.last + timedelta(days=1), context.today)
        for point in read_point(match["a"], context)[:1]
    ]


def _last(match: re.Match[str], context: Context) -> list[DateRange]:
    """Return the last such day or month that has begun: `지난 3월`, `last May`."""
    begun = [each for each in read_point(match["a"], context) if each.first <= context.today]
    return [max(begun)] if begun else []


def _before(match: re.Match[str], context: Context) -> list[DateRange]:
    return [
        DateRange(date.min, point.first - timedelta(days=1))
        for point in read_point(match["a"], context)[:1]
    ]


_PARTS_OF_YEAR = {
    "h1": (1, 6),
    "h2": (7, 12),
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
    "1분기": (1, 3),
    "2분기": (4, 6),
    "3분기": (7, 9),
    "4분기": (10, 12),
    "first quarter": (1, 3),
    "second quarter": (4, 6),
    "third quarter": (7, 9),
    "fourth quarter": (10, 12),
    "상반기": (1, 6),
    "하반기": (7, 12),
    "first half": (1, 6),
    "second half": (7, 12),
    "early": (1, 4),
    "late": (9, 12),
    "mid": (5, 8),
    "초": (1, 4),
    "중반": (5, 8),
    "말": (10, 12),
    **dict.fromkeys(("beginning", "the beginning", "start", "the start"), (1, 4)),
    **dict.fromkeys(("end", "the end"), (10, 12)),
    "spring": (3, 5),
    "summer": (6, 8),
    "fall": (9, 11),
    "autumn": (9, 11),
    "봄": (3, 5),
    "여름": (6, 8),
    "가을": (9, 11),
}
_PART = "|".join(sorted(_PARTS_OF_YEAR, key=len, reverse=True))


def _part_of_year(match: re.Match[str], context: Context) -> list[DateRange]:
    year = int(match["year"])
    year += 2000 if year < 100 else 0
    return [_part_range(match["part"], year)]


def _part_of_any_year(match: re.Match[str], context: Context) -> list[DateRange]:
    return [_part_range(match["part"], year) for year in sorted(context.years, reverse=True)]


def _part_range(part: str, year: int) -> DateRange:
    first, last = _PARTS_OF_YEAR[part]
    return DateRange(date(year, first, 1), month_range(year, last).last)


# Days of a month, both included; the last of them are those that it has.
_PARTS_OF_MONTH = {
    **dict.fromkeys(
        ("first week", "1st week", "첫째 주", "첫째주", "첫 주", "첫주", "1주차"), (1, 7)
    ),
    **dict.fromkeys(("second week", "2nd week", "둘째 주", "둘째주", "2주차"), (8, 14)),
    **dict.fromkeys(("third week", "3rd week", "셋째 주", "셋째주", "3주차"), (15, 21)),
    **dict.fromkeys(("fourth week", "4th week", "넷째 주", "넷째주", "4주차"), (22, 28)),
    **dict.fromkeys(("last week", "final week", "마지막 주", "마지막주"), (-7, 31)),
    **dict.fromkeys(("first half", "상반"), (1, 15)),
    **dict.fromkeys(("second half",), (16, 31)),
    **dict.fromkeys(("early", "beginning", "start", "초순", "초반", "초"), (1, 10)),
    **dict.fromkeys(("mid", "middle", "중순", "중반"), (11, 20)),
    **dict.fromkeys(("late", "end", "하순", "말경", "말"), (21, 31)),
}
_PART_OF_MONTH = "|".join(sorted(_PARTS_OF_MONTH, key=len, reverse=True))


def _part_of_month(match: re.Match[str], context: Context) -> list[DateRange]:
    first, last = _PARTS_OF_MONTH[match["part"]]
    return [_days_of(month, first, last) for month in read_point(match["a"], context)]


def _days_of(month: DateRange, first: int, last: int) -> DateRange:
    size = month.last.day
    start = size + 1 + first if first < 0 else first
    return DateRange(month.first.replace(day=start), month.first.replace(day=min(last, size)))


def _one(match: re.Match[str], context: Context) -> list[DateRange]:
    return read_point(match["a"], context)


def _is_word(match: re.Match[str]) -> bool:
    """Whether a match is `may` or `march` as a verb."""
    if match.group().strip() not in _MONTHS_AND_WORDS:
        return False
    return not _BEFORE_MONTH.search(match.string[: match.start()])


_DATE = "|".join(
    re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in _POINTS if pattern.pattern != _YEAR
)
_MONTH_ONLY = "|".join(
    re.sub(r"\(\?P<\w+>", "(?:", pattern)
    for pattern in (
        rf"{_KO_YEAR}?(?:1[0-2]|0?[1-9])\s*월",
        rf"{_MONTH}(?:\s*(?:of\s*)?,?\s*{_YEAR})?",
    )
)
_A_MONTH = rf"(?P<a>(?<![\w.])(?:{_MONTH_ONLY}))"
_A = rf"(?P<a>(?<![\w.])(?:{_DATE}|20\d\d))"
_B = rf"(?P<b>(?:{_DATE}|20\d\d))"
# What stands before a bare year when it is a date, and not part of a benchmark's name.
_IN = r"(?:in|from|during|of|since|until|throughout|year)"

# A date may come with its weekday, which says nothing more.
_DATED = rf"(?P<a>(?<![\w.])(?:{_DATE}))"
_WITH_WEEKDAY = rf"[\s,]*(?:\(?(?:{ENGLISH_WEEKDAY}|{KOREAN_WEEKDAY})\)?|\([월화수목금토일]\))"

READERS: tuple[tuple[Pattern, Reader], ...] = tuple(
    (Pattern(pattern), read)
    for pattern, read in (
        (
            rf"(?:between|from)?\s*{_A}\s*(?:and|to|until|through|till|-|\u2013|~|\.\.)\s*{_B}(?!\w)",
            _between,
        ),
        (rf"{_A}\s*(?:부터|에서|~|-)\s*{_B}\s*(?:까지|사이)?(?:에|의)?", _between),
        (
            rf"(?<![\w.]){_KO_YEAR}?(?P<month>\d{{1,2}})\s*월\s*(?P<day>\d{{1,2}})\s*일?"
            r"\s*(?:부터|에서|~|-|\u2013)\s*(?P<last>\d{1,2})\s*일(?:\s*(?:까지|사이))?(?:에|의)?(?!\w)",
            _within,
        ),
        (
            rf"\b{_MONTH}\s*{_DAY}\s*(?:-|\u2013|~|to|through|until|till)\s*(?:the\s+)?{_LAST_DAY}",
            _within,
        ),
        (rf"\bbetween\s+{_MONTH}\s*{_DAY}\s*and\s*(?:the\s+)?{_LAST_DAY}", _within),
        (rf"{_A}\s*(?:와|과|하고)\s*{_B}\s*사이에?", _between),
        (rf"(?:since|from)\s+{_A}\s*(?:on(?:wards?)?|and later)(?!\w)", _since),
        (rf"\bsince\s+{_A}(?!\w)", _since),
        (rf"\bafter\s+{_A}(?!\w)", _after),
        (rf"\bbefore\s+{_A}(?!\w)", _before),
        *AGO,
        (rf"\b(?:지난|저번)\s*{_DATED}(?:\s*(?:에|의|자|날))?(?!\w)", _last),
        (rf"\blast\s+{_A_MONTH}(?!\w)", _last),
        (rf"{_A}\s*(?:부터|이래로?|이후(?:로|에)?)", _since),
        (rf"{_A}\s*(?:이전|전)(?:에|의)?(?!\w)", _before),
        (
            rf"\b(?:the )?(?P<part>{_PART_OF_MONTH})[ -]*(?:of\s+|in\s+)?{_A_MONTH}(?!\w)",
            _part_of_month,
        ),
        (rf"{_A_MONTH}\s*(?P<part>{_PART_OF_MONTH})(?:에|의)?(?![\w가-힣])", _part_of_month),
        (
            rf"(?<![a-z0-9])(?P<part>{_PART})[ -]*(?:of\s+|in\s+)?(?P<year>20\d\d)(?!\w)",
            _part_of_year,
        ),
        (rf"(?P<year>20\d\d|\d\d)\s*년?\s*(?P<part>{_PART})(?:에|의)?(?![\w가-힣])", _part_of_year),
        (r"(?<!\w)(?P<part>[상하]반기|[1-4]분기)(?:에|의)?(?!\w)", _part_of_any_year),
        (r"\b(?P<part>[hq][12]|q[34])(?= (?:papers?|digests?)\b)", _part_of_any_year),
        (rf"(?:{ENGLISH_WEEKDAY}),?\s+{_DATED}(?!\w)", _one),
        (rf"{_DATED}{_WITH_WEEKDAY}(?:에|의|자)?(?!\w)", _one),
        *RELATIVE,
        (rf"{_DATED}(?:\s*(?:에|의|자|날))?(?![\w])", _one),
        (rf"\b{_IN}\s+(?:the year\s+)?(?P<a>20[12]\d)(?![\w.-])", _one),
        (r"(?P<a>\b20[12]\d)(?= (?:papers?|digests?|논문))", _one),
    )
)
