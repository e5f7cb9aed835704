"""Papers to offer where a question finds hardly any."""

from __future__ import annotations

from datetime import date

import pytest

from bot.retrieval import Ranking, rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.nearest import add_nearest
from storage.models import Entry, Paper

TODAY = date(2025, 8, 1)
TITLES = ("Sparse Attention", "Diffusion Models", "Scaling Laws", "Robot Hands", "Audio Codecs")


def entry(number: int, title: str, *, day: date | None = None) -> Entry:
    return Entry(
        id=number,
        paper=Paper(id=number, title=title, authors=("Ada Lovelace",), abstract=None, url=None),
        date=day or date(2025, 7, number),
        position=0,
        ko=(),
        en=(),
        tags=("first",) if number == 1 else (),
        links=(),
        revision="",
    )


def found(question: str, *, titles: tuple[str, ...] = TITLES) -> Ranking:
    index = index_entries(entry(number, title) for number, title in enumerate(titles, start=1))
    query = understand(question, today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=10)
    return add_nearest(ranking, query, index, until=TODAY)


@pytest.mark.parametrize(
    "question", ["sourdough bread", "the", "papers by Zaphod Beeblebrox", "2019년 논문", "#first"]
)
def test_three_papers_are_offered_and_none_twice(question: str) -> None:
    ranking = found(question)
    offered = [item.paper_id for item in (*ranking.items, *ranking.spare)]

    assert len(offered) >= 3
    assert len(set(offered)) == len(offered)


def test_first_come_those_without_the_filter_and_then_the_newest() -> None:
    ranking = found("tag:first diffusion")

    assert [item.entry_id for item in ranking.items] == [1]
    assert [item.entry_id for item in ranking.spare] == [2, 5]


def test_a_small_store_offers_what_it_has() -> None:
    assert len(found("bread", titles=TITLES[:2]).spare) == 2
    assert found("bread", titles=()).spare == ()


def test_enough_results_are_left_alone() -> None:
    assert found("by Ada Lovelace").spare == ()


def test_the_newest_are_found_behind_many_others() -> None:
    papers = [
        entry(number, f"Paper {number}", day=date(2025, 7, 1 + number % 20))
        for number in range(1, 500)
    ]
    index = index_entries(papers)
    query = understand("2019년 논문", today=TODAY, index=index)
    ranking = add_nearest(rank(query, index, until=TODAY, limit=10), query, index, until=TODAY)

    assert [item.date.day for item in ranking.spare] == [20, 20, 20]
