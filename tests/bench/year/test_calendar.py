"""The year's own reckoning of when a day opens, against days that everybody can look up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bench.year.calendar import local_date, opening


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 10, 6), time(9), "Asia/Seoul", datetime(2026, 10, 6, 0, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(2, 30), "Europe/Berlin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (
            date(2026, 10, 25),
            time(2, 30),
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (date(2027, 3, 28), time(0, 15), "Asia/Beirut", datetime(2027, 3, 27, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 6), time(10), "Asia/Kathmandu", datetime(2026, 10, 6, 4, 15, tzinfo=UTC)),
    ],
    ids=["plain", "skipped hour", "repeated hour", "skipped midnight", "quarter of an hour"],
)
def test_a_day_opens_at_the_first_minute_that_is_not_before_it(
    day: date, at: time, zone: str, expected: datetime
) -> None:
    assert opening(day, at, zone) == expected


def test_a_date_is_that_of_the_zone() -> None:
    late = datetime(2026, 10, 6, 23, 30, tzinfo=UTC)
    assert local_date(late, "Asia/Seoul") == date(2026, 10, 7)
    assert local_date(late, "America/New_York") == date(2026, 10, 6)
