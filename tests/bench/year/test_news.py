"""When an old digest that a server got is news to its readers."""

from __future__ import annotations

from datetime import date, timedelta

from bench.year.news import Arrival
from bench.year.rules import Library, State, due_papers
from tests.bench.year.builders import ONE_DAY, TODAY, paper, write

LONG_AGO = date(2020, 1, 1)
STOP = 5


def arrival(*, age: int = 30, at: int = 0, took: int = 0) -> Arrival:
    """Return one that was posted `at` days ago, after `took` days and stops of trying."""
    latest = TODAY - at * ONE_DAY
    return Arrival(
        digest=TODAY - age * ONE_DAY,
        first=STOP - 1 - took,
        last=STOP - 1,
        earliest=latest - took * ONE_DAY,
        latest=latest,
    )


def test_it_is_news_for_seven_days_from_the_day_it_was_posted_on() -> None:
    ages = [at for at in range(-2, 12) if arrival(at=at).is_news(TODAY, LONG_AGO, STOP)]
    assert ages == list(range(7))
    assert not any(arrival(at=at).may_be_news(TODAY, LONG_AGO, STOP) for at in (-1, 7))


def test_a_recent_digest_is_news_by_its_own_date_only() -> None:
    assert not arrival(age=6).may_be_news(TODAY, LONG_AGO, STOP)
    assert arrival(age=7).is_news(TODAY, LONG_AGO, STOP)


def test_who_follows_since_that_day_has_seen_it() -> None:
    assert not arrival(at=1).may_be_news(TODAY, TODAY - ONE_DAY, STOP)
    assert arrival(at=0).is_news(TODAY, TODAY - ONE_DAY, STOP)


def test_in_the_stop_in_which_it_comes_both_is_right() -> None:
    here = arrival()
    assert not here.is_news(TODAY, LONG_AGO, here.last)
    assert here.may_be_news(TODAY, LONG_AGO, here.last)
    assert not here.may_be_news(TODAY, LONG_AGO, here.first - 1)


def test_what_took_days_to_post_may_be_news_of_any_of_them() -> None:
    slow = arrival(at=2, took=3)
    days = [TODAY + n * timedelta(days=1) for n in range(-7, 7)]
    sure = [day for day in days if slow.is_news(day, LONG_AGO, STOP)]
    perhaps = [day for day in days if slow.may_be_news(day, LONG_AGO, STOP)]
    assert sure == [TODAY + n * ONE_DAY for n in range(-2, 2)]
    assert perhaps == [TODAY + n * ONE_DAY for n in range(-5, 5)]


def test_papers_of_an_old_digest_are_due_once_it_is_news() -> None:
    library = Library([[write(30, paper(1, "rl"), paper(2, "nlp"))]])
    old = TODAY - 30 * ONE_DAY
    found = due_papers(
        library, ("rl", "Nobody"), LONG_AGO, 0, old=lambda today, _: [old] if today == TODAY else []
    )
    assert found(State(frozenset()), TODAY) == {1}
    assert found(State(frozenset([1])), TODAY) == frozenset()
    assert found(State(frozenset()), TODAY - ONE_DAY) == frozenset()
