"""What the year's audit takes for due: the sentences of docs/design.md, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bench.year.journal import Able
from bench.year.plan import Options
from bench.year.rules import Due, Library, State, Window, due_digests, due_papers, step
from tests.bench.year.builders import ONE_DAY, TODAY, paper, write

WINDOW = Window(at=time(9), timezone="Asia/Seoul")
MORNING = datetime(2026, 10, 20, 0, 5, tzinfo=UTC)
NOTHING = State(frozenset())
BACKLOG = Options(
    at="09:00",
    timezone="Asia/Seoul",
    language="both",
    threads="paper",
    tags=(),
    start="backlog",
    role=False,
    recap=False,
    crosspost=False,
)


def due(
    *ages: int, options: Options = BACKLOG, since: date | None = None, state: State = NOTHING
) -> list[int]:
    """Return the ages of the digests that are due of those with these ages."""
    library = Library([[write(age) for age in ages]])
    found = due_digests(library, options, since, 0)(state, TODAY)
    return sorted(age for age in ages if TODAY - age * ONE_DAY in found)


def test_all_of_the_last_seven_days_are_due_together() -> None:
    assert due(0, 3, 6, 7, 30) == [0, 3, 6]


def test_without_a_recent_one_the_oldest_is_due_alone() -> None:
    assert due(7, 30, 12) == [30]


def test_a_digest_of_tomorrow_is_not_due() -> None:
    assert due(-1) == []


def test_the_latest_begins_with_the_newest_however_old_it_is() -> None:
    latest = replace(BACKLOG, start="latest")
    assert due(20, 12, 9, options=latest, since=TODAY - 12 * ONE_DAY) == [12]


def test_what_was_sent_is_not_due_again() -> None:
    assert due(0, 1, state=State(frozenset({TODAY}))) == [1]


def test_a_digest_of_which_nothing_passes_the_filter_is_not_due() -> None:
    assert due(0, options=replace(BACKLOG, tags=("vision",))) == []


def digests_of(library: Library) -> Due:
    return due_digests(library, BACKLOG, None, 0)


def test_a_day_has_one_delivery() -> None:
    library = Library([[write(0), write(30)]])
    sent = step([NOTHING], WINDOW, digests_of(library), MORNING, Able.YES)
    assert sent == {State(frozenset({TODAY}), TODAY)}
    later = MORNING + timedelta(hours=3)
    assert step(sent, WINDOW, digests_of(library), later, Able.YES) == sent
    tomorrow = step(sent, WINDOW, digests_of(library), MORNING + ONE_DAY, Able.YES)
    assert {len(state.sent) for state in tomorrow} == {2}


def test_nothing_is_due_before_the_day_opens() -> None:
    early = MORNING - timedelta(minutes=10)
    library = Library([[write(0)]])
    assert step([NOTHING], WINDOW, digests_of(library), early, Able.YES) == {NOTHING}


def test_where_the_bot_may_have_been_away_both_is_right() -> None:
    library = Library([[write(0)]])
    found = step([NOTHING], WINDOW, digests_of(library), MORNING, Able.MAYBE)
    assert found == {NOTHING, State(frozenset({TODAY}), TODAY)}
    assert step([NOTHING], WINDOW, digests_of(library), MORNING, Able.NO) == {NOTHING}


def test_a_digest_is_what_its_files_held_by_then() -> None:
    first, more = write(0, paper(1)), write(0, paper(2), name="more.txt")
    library = Library([[first], [more], [write(0)]])
    assert [each.number for each in library.digest(TODAY, 0)] == [1]
    assert [each.number for each in library.digest(TODAY, 1)] == [1, 2]
    assert library.removed() == {1}


def test_a_reader_is_told_of_what_came_since_they_followed() -> None:
    library = Library([[write(0, paper(1, "rl"), paper(2, "vision")), write(2), write(9)]])
    due = due_papers(library, ("rl", "nobody"), TODAY - ONE_DAY, 0)
    assert due(NOTHING, TODAY) == {1}
    assert due(State(frozenset({1})), TODAY) == frozenset()
