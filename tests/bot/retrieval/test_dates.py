"""Dates in questions."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retrieval.dates import READERS, find_dates

TODAY = date(2025, 7, 16)  # a Wednesday
YEARS = range(2024, 2026)


def ranges(text: str) -> list[str]:
    found = find_dates(text, today=TODAY, years=YEARS)
    return [f"{each.first}..{each.last}" for each in found.ranges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025년 7월 10일에 나온", ["2025-07-10..2025-07-10"]),
        ("7월 10일 논문", ["2025-07-10..2025-07-10", "2024-07-10..2024-07-10"]),
        ("july 10, 2025", ["2025-07-10..2025-07-10"]),
        ("10th of july 2025", ["2025-07-10..2025-07-10"]),
        ("2025-07-10", ["2025-07-10..2025-07-10"]),
        ("2025.07.10", ["2025-07-10..2025-07-10"]),
        ("in february 2024", ["2024-02-01..2024-02-29"]),
        ("2024년 5월", ["2024-05-01..2024-05-31"]),
        ("24년 5월", ["2024-05-01..2024-05-31"]),
        ("papers in may", ["2025-05-01..2025-05-31", "2024-05-01..2024-05-31"]),
        ("in 2024", ["2024-01-01..2024-12-31"]),
        ("2024년에 나온", ["2024-01-01..2024-12-31"]),
        ("2024년 상반기", ["2024-01-01..2024-06-30"]),
        ("second half of 2024", ["2024-07-01..2024-12-31"]),
        ("2025-02..2025-04", ["2025-02-01..2025-04-30"]),
        ("between february and april 2025", ["2025-02-01..2025-04-30"]),
        ("2025년 2월부터 4월까지", ["2025-02-01..2025-04-30"]),
        ("since march 2025", ["2025-03-01..2025-07-16"]),
        ("2025년 3월 이후", ["2025-03-01..2025-07-16"]),
        ("before february 2024", ["0001-01-01..2024-01-31"]),
        ("last week", ["2025-07-07..2025-07-13"]),
        ("이번 주", ["2025-07-14..2025-07-20"]),
        ("지난달", ["2025-06-01..2025-06-30"]),
        ("yesterday", ["2025-07-15..2025-07-15"]),
        ("오늘", ["2025-07-16..2025-07-16"]),
        ("작년", ["2024-01-01..2024-12-31"]),
        ("past 7 days", ["2025-07-09..2025-07-16"]),
        ("최근 2주", ["2025-07-02..2025-07-16"]),
        ("past week", ["2025-07-09..2025-07-16"]),
        ("지난 한 달간", ["2025-06-16..2025-07-16"]),
        ("작년 6월 11일 논문", ["2024-06-11..2024-06-11"]),
        ("june last year", ["2024-06-01..2024-06-30"]),
        ("올해 2월", ["2025-02-01..2025-02-28"]),
        ("first week of march 2024", ["2024-03-01..2024-03-07"]),
        ("last week of february 2024", ["2024-02-23..2024-02-29"]),
        ("2024년 11월 초에 나온", ["2024-11-01..2024-11-10"]),
        ("11월 중순", ["2025-11-11..2025-11-20", "2024-11-11..2024-11-20"]),
        ("late may 2025", ["2025-05-21..2025-05-31"]),
        ("end of 2024", ["2024-10-01..2024-12-31"]),
        ("feb '25", ["2025-02-01..2025-02-28"]),
        ("2025. 2. 10", ["2025-02-10..2025-02-10"]),
        ("2월달 논문", ["2025-02-01..2025-02-28", "2024-02-01..2024-02-29"]),
        ("24.5.3", ["2024-05-03..2024-05-03"]),
        ("2024년 5월 3일 금요일", ["2024-05-03..2024-05-03"]),
        ("friday, 3 may 2024", ["2024-05-03..2024-05-03"]),
        ("2025년 5월 1일부터 5일까지", ["2025-05-01..2025-05-05"]),
        ("2025년 5월 1일~5일", ["2025-05-01..2025-05-05"]),
        ("may 1-5, 2025", ["2025-05-01..2025-05-05"]),
        ("between may 1 and 5", ["2025-05-01..2025-05-05", "2024-05-01..2024-05-05"]),
        ("h1 2024", ["2024-01-01..2024-06-30"]),
        ("papers from 3 days ago", ["2025-07-13..2025-07-13"]),
        ("two weeks ago", ["2025-06-30..2025-07-06"]),
        ("a month ago", ["2025-06-01..2025-06-30"]),
        ("since two weeks ago", ["2025-07-02..2025-07-16"]),
        ("3일 전 논문", ["2025-07-13..2025-07-13"]),
        ("이틀 전", ["2025-07-14..2025-07-14"]),
        ("한 달 전에", ["2025-06-01..2025-06-30"]),
        ("2년 전 논문", ["2023-01-01..2023-12-31"]),
        ("2025년 5월 3일 전", ["0001-01-01..2025-05-02"]),
        ("24년 전에 나온", ["0001-01-01..2023-12-31"]),
        ("지난 두 달", ["2025-05-17..2025-07-16"]),
        ("그저께", ["2025-07-14..2025-07-14"]),
        ("엊그제", ["2025-07-13..2025-07-14"]),
        ("내일", ["2025-07-17..2025-07-17"]),
        ("the day after tomorrow", ["2025-07-18..2025-07-18"]),
        ("재작년", ["2023-01-01..2023-12-31"]),
        ("last friday", ["2025-07-11..2025-07-11"]),
        ("last wednesday", ["2025-07-09..2025-07-09"]),
        ("wednesday", ["2025-07-16..2025-07-16"]),
        ("monday's digest", ["2025-07-14..2025-07-14"]),
        ("this friday", ["2025-07-18..2025-07-18"]),
        ("next monday", ["2025-07-21..2025-07-21"]),
        ("friday last week", ["2025-07-11..2025-07-11"]),
        ("지난 금요일", ["2025-07-11..2025-07-11"]),
        ("지난주 화요일에", ["2025-07-08..2025-07-08"]),
        ("이번 주 금욜", ["2025-07-18..2025-07-18"]),
        ("지난 주말", ["2025-07-12..2025-07-13"]),
        ("last weekend", ["2025-07-12..2025-07-13"]),
        ("지난 3월", ["2025-03-01..2025-03-31"]),
        ("last december", ["2024-12-01..2024-12-31"]),
        ("하반기 논문", ["2025-07-01..2025-12-31", "2024-07-01..2024-12-31"]),
        ("q1 papers", ["2025-01-01..2025-03-31", "2024-01-01..2024-03-31"]),
    ],
)
def test_dates_are_read_as_people_type_them(text: str, expected: list[str]) -> None:
    assert ranges(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("it may help", "aime 2024 score", "월드 모델", "llama 2", "march on", "gpt-4 2024"),
        *(
            "lines that the tests never ran",
            "언어제어",
            "이번 주제",
            "다음 주어진 문제",
            "3일 전체",
        ),
        *("최근 세일즈 모델", "그제야 나온", "graph2 2024"),
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert ranges(text) == []


@pytest.mark.parametrize(
    "text", ["2025년 2월 30일", "2024년 13월 45일", "13월 논문", "2025-13-45", "february 30 2025"]
)
def test_an_impossible_date_is_a_date_that_no_day_meets(text: str) -> None:
    found = find_dates(text, today=TODAY, years=YEARS)

    assert found.named
    assert found.ranges == ()


def test_the_rest_of_the_question_stays() -> None:
    found = find_dates("2024년 5월에 나온 rlhf 논문", today=TODAY, years=YEARS)

    assert found.rest.split() == ["나온", "rlhf", "논문"]


@pytest.mark.parametrize("text", ["오늘의 논문", "지난주에는 논문", "어제랑 그저께 논문"])
def test_no_particle_stays_behind(text: str) -> None:
    assert find_dates(text, today=TODAY, years=YEARS).rest.split() == ["논문"]


@pytest.mark.parametrize("pattern", [pattern.pattern for pattern, _ in READERS])
@settings(max_examples=20)
@given(data=st.data())
def test_whatever_is_taken_for_a_date_can_be_read(pattern: str, data: st.DataObject) -> None:
    """The word `never` was, and no question with it could be asked."""
    text = data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE))).lower()

    found = find_dates(text, today=TODAY, years=YEARS)

    assert len(found.rest) <= len(text) + len(READERS)


@given(st.text(alphabet="0123456789년월일 -./~일주달마may지난last", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    found = find_dates(text, today=TODAY, years=YEARS)

    assert all(each.first <= each.last for each in found.ranges)
