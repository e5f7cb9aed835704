"""Autocomplete choices within Discord's limits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suggestions import date_choices, name_choices, tag_list_choices

DATES = (date(2025, 7, 10), date(2025, 5, 1), date(2025, 4, 25))


def units(text: str) -> int:
    """Return a text's length as JavaScript counts it, and Discord's client with it."""
    return len(text.encode("utf-16-le")) // 2


def test_a_name_stands_for_itself() -> None:
    (choice,) = name_choices(["s1: Simple test-time scaling"])
    assert (choice.name, choice.value) == ("s1: Simple test-time scaling",) * 2


def test_at_most_25_choices_are_offered_best_first() -> None:
    choices = name_choices(f"name {index}" for index in range(40))
    assert [choice.name for choice in choices] == [f"name {index}" for index in range(25)]


def test_a_long_name_is_cut_to_its_beginning() -> None:
    name = "A" * 60 + " " + "B" * 300
    (choice,) = name_choices([name])
    assert choice.value == name[:100]


def test_names_that_are_the_same_once_cut_are_offered_once() -> None:
    choices = name_choices(["A" * 100 + "1", "A" * 100 + "2", "other"])
    assert [choice.name for choice in choices] == ["A" * 100, "other"]


@given(st.text(st.sampled_from("a가👩 é\U0001d518"), min_size=1, max_size=300).filter(str.strip))
def test_every_choice_fits_and_begins_its_name(name: str) -> None:
    (choice,) = name_choices([name])
    assert units(choice.value) <= 100
    assert name.startswith(choice.value)
    assert choice.name == choice.value
    assert units(name) > 100 or choice.value == name.rstrip()


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("", "en", ["2025-07-10", "2025-05-01", "2025-04-25"]),
        ("2025-0", "en", ["2025-07-10", "2025-05-01", "2025-04-25"]),
        ("04-25", "en", ["2025-04-25"]),
        ("april", "en", ["2025-04-25"]),
        (" May ", "en", ["2025-05-01"]),
        ("7월", "ko", ["2025-07-10"]),
        ("4월 25", "ko", ["2025-04-25"]),
        ("1999", "ko", []),
    ],
)
def test_dates_are_found_by_either_way_to_write_them(
    typed: str, language: str, expected: list[str]
) -> None:
    assert [choice.value for choice in date_choices(DATES, typed, language=language)] == expected


def test_a_date_choice_is_shown_in_the_users_language() -> None:
    (choice,) = date_choices([date(2025, 4, 25)], "", language="ko")
    assert choice.name == "2025-04-25 · 2025년 4월 25일"


def test_at_most_25_dates_are_offered() -> None:
    dates = [date(2025, 1, 1) + timedelta(days=index) for index in range(60)]
    choices = date_choices(dates, "2025", language="en")
    assert [choice.value for choice in choices] == [day.isoformat() for day in dates[:25]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["rl", "추론"]),
        ("r", ["rl", "추론"]),
        ("rl, ", ["rl, 추론"]),
        ("rl,추", ["rl, 추론"]),
        ("vision , llm , r", ["vision , llm, rl", "vision , llm, 추론"]),
        ("rl, 추론, ", []),
        ("x" * 98 + ", ", []),  # over what a choice may hold
    ],
)
def test_the_last_tag_of_a_list_is_completed(typed: str, expected: list[str]) -> None:
    choices = tag_list_choices(typed, ["rl", "추론"])
    assert [choice.value for choice in choices] == expected
    assert [choice.name for choice in choices] == expected


def test_at_most_25_tag_lists_are_offered() -> None:
    choices = tag_list_choices("rl, ", (f"tag-{index}" for index in range(40)))
    assert [choice.value for choice in choices] == [f"rl, tag-{index}" for index in range(25)]
