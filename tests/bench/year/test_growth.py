"""Whether the year notices that something grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.year.growth import check_growth, longest_life
from bench.year.journal import Sample

START = datetime(2026, 10, 5, tzinfo=UTC)
MB = 1024 * 1024


def sample(day: int, *, life: int = 1, resident: float = 90.0, descriptors: int = 20) -> Sample:
    return Sample(
        at=START + timedelta(days=day),
        life=life,
        resident=round(resident * MB),
        descriptors=descriptors,
        threads=5,
        database=0,
        log=0,
        requests=0,
        posts=0,
    )


def test_what_goes_up_and_down_is_flat() -> None:
    assert check_growth([sample(day, resident=90 + day % 7) for day in range(120)]) == []


def test_memory_that_grows_is_noticed() -> None:
    (found,) = check_growth([sample(day, resident=90 + day * 0.1) for day in range(120)])
    assert found.startswith("resident grows")


def test_descriptors_that_leak_are_noticed() -> None:
    (found,) = check_growth([sample(day, descriptors=20 + day // 3) for day in range(120)])
    assert found.startswith("descriptors grows")


def test_a_short_life_gets_no_verdict() -> None:
    assert check_growth([sample(day, resident=90 + day) for day in range(80)]) == []


def test_the_longest_life_counts_without_its_first_days() -> None:
    lives = [sample(day, life=1 + (day > 20)) for day in range(120)]
    found = longest_life(lives)
    assert {each.life for each in found} == {2}
    assert found[0].at == START + timedelta(days=51)
