"""Dates as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import choose_day, read_days
from bot.errors import NotFoundError, UserError

TODAY = date(2025, 7, 10)  # a Thursday
KNOWN = (date(2024, 5, 3), date(2024, 5, 29), date(2025, 2, 3), date(2025, 7, 4))


def choose(typed: str) -> date:
    return choose_day(typed, today=TODAY, known=KNOWN)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-04-25", date(2025, 4, 25)),
        ("2025-4-5", date(2025, 4, 5)),
        ("2025/04/25", date(2025, 4, 25)),
        ("2025.04.25", date(2025, 4, 25)),
        ("2025. 4. 25.", date(2025, 4, 25)),
        ("24.5.3", date(2024, 5, 3)),
        ("2025년 4월 25일", date(2025, 4, 25)),
        ("2025년4월25일", date(2025, 4, 25)),
        ("20250425", date(2025, 4, 25)),
        ("  2025-04-25 ", date(2025, 4, 25)),
        ("2025-04-25 · 25 April 2025", date(2025, 4, 25)),  # an autocomplete choice, typed out
        ("2025-04-25 · 2025년 4월 25일", date(2025, 4, 25)),
        ("2025년 4월 25일 금요일", date(2025, 4, 25)),
        ("2025-04-25(금)", date(2025, 4, 25)),
        ("Friday, April 25, 2025", date(2025, 4, 25)),
        ("May 3", date(2024, 5, 3)),
        ("May 3rd, 2024", date(2024, 5, 3)),
        ("3 May 2024", date(2024, 5, 3)),
        ("5월3일에", date(2024, 5, 3)),
        ("작년 5월 3일", date(2024, 5, 3)),
        ("2031-01-01", date(2031, 1, 1)),
        ("7/10", date(2025, 7, 10)),
        ("7-9", date(2025, 7, 9)),
        ("7/11", date(2024, 7, 11)),
        ("12월 31일", date(2024, 12, 31)),
        ("7월10일", date(2025, 7, 10)),
        ("2/29", date(2024, 2, 29)),
        ("today", TODAY),
        ("오늘", TODAY),
        ("Yesterday", date(2025, 7, 9)),
        ("어제", date(2025, 7, 9)),
        ("3일 전", date(2025, 7, 7)),
        ("two days ago", date(2025, 7, 8)),
        ("last friday", date(2025, 7, 4)),
        ("지난 금요일", date(2025, 7, 4)),
        ("월요일", date(2025, 7, 7)),
        ("내일", date(2025, 7, 11)),
        ("digest of May 3", date(2024, 5, 3)),
        ("5월 3일 논문 보여줘", date(2024, 5, 3)),
    ],
)
def test_a_date_is_understood_however_it_is_written(typed: str, expected: date) -> None:
    assert choose(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("May", date(2024, 5, 29)),
        ("5월", date(2024, 5, 29)),
        ("2024년 5월", date(2024, 5, 29)),
        ("2024.5", date(2024, 5, 29)),
        ("first week of May", date(2024, 5, 3)),
        ("2024", date(2024, 5, 29)),
        ("올해", date(2025, 7, 4)),
        ("last week", date(2025, 7, 4)),
        ("latest", date(2025, 7, 4)),
        ("최신", date(2025, 7, 4)),
        ("가장 최근", date(2025, 7, 4)),
    ],
)
def test_of_several_days_the_newest_digest_is_meant(typed: str, expected: date) -> None:
    assert choose(typed) == expected


def test_where_none_of_several_days_has_a_digest_the_nearest_are_offered() -> None:
    with pytest.raises(NotFoundError) as caught:
        choose("2024년 3월")

    assert caught.value.params["name"] == "2024년 3월"
    assert caught.value.params["nearest"][0] == date(2024, 5, 3)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "someday", "2025-13-01", "2025-02-30", "20251301", "0/5", "RL", "May 3 RL"),
        *("13/1", "2/30", "30/2", "2025-07-101", "2025-07-10abc", "1999999", "0000-01-01", "7/10x"),
    ],
)
def test_what_is_no_date_is_named_in_the_error(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        choose(typed)
    assert caught.value.key == "error.date_invalid"
    assert caught.value.params["text"] == typed


def test_29_february_is_found_across_a_century_without_one() -> None:
    assert choose_day("2/29", today=date(2104, 2, 28), known=()) == date(2096, 2, 29)


@given(
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), today=st.dates(min_value=date(1000, 1, 1))
)
def test_a_date_written_in_full_does_not_depend_on_today(day: date, today: date) -> None:
    korean = f"{day.year}년 {day.month}월 {day.day}일"
    for typed in (day.isoformat(), korean, day.strftime("%Y%m%d")):
        assert choose_day(typed, today=today, known=()) == day


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), today=st.dates(date(2000, 3, 1)))
def test_without_a_year_it_is_the_last_such_day(day: date, today: date) -> None:
    found = choose_day(f"{day.month}/{day.day}", today=today, known=())
    assert (found.month, found.day) == (day.month, day.day)
    assert found <= today
    if (day.month, day.day) != (2, 29):
        assert (today - found).days <= 366


@given(st.text(max_size=30))
def test_any_other_text_is_refused_and_nothing_else(text: str) -> None:
    try:
        assert isinstance(choose(text), date)
    except NotFoundError as error:
        assert error.params["name"] == text  # noqa: PT017 - either outcome is right
    except UserError as error:
        assert error.params["text"] == text  # noqa: PT017 - either outcome is right


def test_a_range_is_read_as_such() -> None:
    (week,) = read_days("last week", today=TODAY, known=KNOWN)

    assert week.first == date(2025, 6, 30)
    assert week.last - week.first == timedelta(days=6)
