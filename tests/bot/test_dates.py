"""Dates as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import parse_date
from bot.errors import UserError

TODAY = date(2025, 7, 10)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2025-04-25", date(2025, 4, 25)),
        ("2025-4-5", date(2025, 4, 5)),
        ("2025/04/25", date(2025, 4, 25)),
        ("2025.04.25", date(2025, 4, 25)),
        ("2025. 4. 25.", date(2025, 4, 25)),
        ("2025년 4월 25일", date(2025, 4, 25)),
        ("2025년4월25일", date(2025, 4, 25)),
        ("20250425", date(2025, 4, 25)),
        ("  2025-04-25 ", date(2025, 4, 25)),
        ("2025-04-25 · 25 April 2025", date(2025, 4, 25)),  # an autocomplete choice, typed out
        ("2025년 4월 25일 금요일", date(2025, 4, 25)),
        ("2025-04-25(금)", date(2025, 4, 25)),
        ("2031-01-01", date(2031, 1, 1)),
        ("7/10", date(2025, 7, 10)),
        ("7-9", date(2025, 7, 9)),
        ("7/11", date(2024, 7, 11)),
        ("12월 31일", date(2024, 12, 31)),
        ("7월10일", date(2025, 7, 10)),
        ("2/29", date(2024, 2, 29)),
    ],
)
def test_a_date_is_understood_however_it_is_written(typed: str, expected: date) -> None:
    assert parse_date(typed, today=TODAY) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "tomorrow", "2025", "2025-07", "2025-13-01", "2025-02-30", "20251301", "0/5"),
        *("13/1", "2/30", "30/2", "2025-07-101", "2025-07-10abc", "1999999", "0000-01-01", "7/10x"),
    ],
)
def test_what_is_no_date_is_named_in_the_error(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_date(typed, today=TODAY)
    assert caught.value.key == "error.date_invalid"
    assert caught.value.params["text"] == typed


def test_29_february_is_found_across_a_century_without_one() -> None:
    assert parse_date("2/29", today=date(2104, 2, 28)) == date(2096, 2, 29)


@given(day=st.dates(min_value=date(1000, 1, 1)), today=st.dates(min_value=date(1000, 1, 1)))
def test_a_date_written_in_full_does_not_depend_on_today(day: date, today: date) -> None:
    korean = f"{day.year}년 {day.month}월 {day.day}일"
    for typed in (day.isoformat(), korean, day.strftime("%Y%m%d")):
        assert parse_date(typed, today=today) == day


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), today=st.dates(date(2000, 3, 1)))
def test_without_a_year_it_is_the_last_such_day(day: date, today: date) -> None:
    found = parse_date(f"{day.month}/{day.day}", today=today)
    assert (found.month, found.day) == (day.month, day.day)
    assert found <= today
    if (day.month, day.day) != (2, 29):
        assert (today - found).days <= 366


@given(st.text(max_size=30))
def test_any_other_text_is_refused_and_nothing_else(text: str) -> None:
    try:
        assert isinstance(parse_date(text, today=TODAY), date)
    except UserError as error:
        assert error.params["text"] == text  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("typed", "days"), [("today", 0), ("오늘", 0), ("Yesterday", 1), ("어제", 1)]
)
def test_days_near_today_have_names(typed: str, days: int) -> None:
    today = date(2026, 11, 20)
    assert parse_date(typed, today=today) == today - timedelta(days=days)
