"""Time zones as people type them."""

from __future__ import annotations

import pytest

from bot.timezones import find_timezone, nearest_timezones, suggest_timezones


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("asia/seoul", "Asia/Seoul"),
        ("KST", "Asia/Seoul"),
        ("korea", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("JST", "Asia/Tokyo"),
        ("America/New York", "America/New_York"),
        ("CST", None),  # China's, Cuba's or the middle of America's
        ("Soul", None),
    ],
)
def test_a_zone_is_found_by_its_name_or_a_place(typed: str, zone: str | None) -> None:
    assert find_timezone(typed) == zone


@pytest.mark.parametrize("typed", ["kor", "KST", "한국", "seo", ""])
def test_a_place_that_is_begun_is_completed(typed: str) -> None:
    assert suggest_timezones(typed, limit=5)[0] == "Asia/Seoul"


def test_a_misspelt_city_is_recognised() -> None:
    assert nearest_timezones("Asia/Soul", limit=1) == ("Asia/Seoul",)
