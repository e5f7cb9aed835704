"""Times of day as people type them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.times import read_time


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("09:00", time(9)),
        ("9:05", time(9, 5)),
        ("21:30", time(21, 30)),
        ("9:30 PM", time(21, 30)),
        ("9pm", time(21)),
        ("9 a.m.", time(9)),
        ("AM 9:30", time(9, 30)),
        ("12 am", time(0)),
        ("12:15pm", time(12, 15)),
        ("9시", time(9)),
        ("오전 9시", time(9)),
        ("오전9시", time(9)),
        ("오후 6시 30분", time(18, 30)),
        ("오후 6:30", time(18, 30)),
        ("18시 반", time(18, 30)),
        ("오후 12시", time(12)),
    ],
)
def test_a_time_is_understood_however_it_is_written(typed: str, expected: time) -> None:
    assert read_time(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "9",
        "noon",
        "25:00",
        "9:60",
        "13pm",
        "0 am",
        "오후 18시",
        "오후 6시 pm",
        "9:5",
        "9시 70분",
    ],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(typed or " ")


@given(st.times())
def test_every_minute_can_be_written(moment: time) -> None:
    minute = moment.replace(second=0, microsecond=0)

    assert read_time(f"{minute:%H:%M}") == minute
    assert read_time(f"{minute:%I:%M} {minute:%p}") == minute
