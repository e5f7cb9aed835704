"""What rises and falls, told from counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery.trends import MOST_MOVERS, Mover, count_series, find_movers, list_months
from storage.models import TagCounts


def counts(papers: int, **tags: int) -> TagCounts:
    return TagCounts(papers=papers, tags=tags)


def test_months_end_with_the_newest_digests_and_cross_years() -> None:
    assert list_months(date(2025, 2, 14), 4) == (
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    )


def test_the_clearest_rise_and_the_clearest_fall_come_first() -> None:
    rising, fading = find_movers(
        counts(100, rl=30, moe=12, llm=20, vq=1), counts(100, rl=5, moe=4, llm=20, vq=20)
    )
    assert rising == (Mover(tag="rl", before=5, now=30), Mover(tag="moe", before=4, now=12))
    assert fading == (Mover(tag="vq", before=20, now=1),)


def test_new_and_gone_tags_move() -> None:
    rising, fading = find_movers(counts(50, new=5), counts(50, gone=5))
    assert rising == (Mover(tag="new", before=0, now=5),)
    assert fading == (Mover(tag="gone", before=5, now=0),)


def test_a_tag_that_grew_no_faster_than_the_digests_does_not_rise() -> None:
    rising, fading = find_movers(counts(200, rl=20), counts(100, rl=10))
    assert (rising, fading) == ((), ())


def test_a_tag_with_more_papers_does_not_fade_though_its_share_fell() -> None:
    assert find_movers(counts(400, rl=20), counts(100, rl=18)) == ((), ())


@pytest.mark.parametrize("now", [1, 2])
def test_a_paper_or_two_are_no_trend(now: int) -> None:
    assert find_movers(counts(50, rl=now), counts(50)) == ((), ())


def test_only_the_tags_asked_for_are_compared_however_they_are_written() -> None:
    now, before = counts(100, RL=30, moe=30), counts(100, RL=3, moe=3)
    rising, _ = find_movers(now, before, tags=("rl",))
    assert [each.tag for each in rising] == ["RL"]


def test_no_papers_to_compare_with_is_no_rise() -> None:
    assert find_movers(counts(50, rl=20), counts(0)) == ((), ())


@given(
    st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=9),
    st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=9),
)
def test_movers_are_few_and_go_where_they_are_said_to(
    now: dict[str, int], before: dict[str, int]
) -> None:
    rising, fading = find_movers(TagCounts(papers=50, tags=now), TagCounts(papers=50, tags=before))
    assert len(rising) <= MOST_MOVERS
    assert len(fading) <= MOST_MOVERS
    assert all(each.now > each.before for each in rising)
    assert all(each.now < each.before for each in fading)


def test_a_series_has_a_count_for_each_period() -> None:
    (series,) = count_series(["rl"], [counts(1, rl=1), counts(0), counts(3, rl=2)])
    assert series.counts == (1, 0, 2)
