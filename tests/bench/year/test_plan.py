"""The plan of the year: the same each time, in order, and with all that it promises."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.year.papers import write_file
from bench.year.plan import APART, Plan, Subscribe, Wake, Write, make_plan
from bench.year.trouble import Kill, Mend, Outage
from bot.parsers import parse_digest


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(7, 60)


def test_a_seed_gives_the_same_plan_each_time(plan: Plan) -> None:
    assert make_plan(7, 60) == plan
    assert make_plan(8, 60) != plan


def test_moments_are_in_order_and_what_matters_is_apart(plan: Plan) -> None:
    instants = [moment.at for moment in plan.moments]
    assert instants == sorted(instants)
    for before, moment in zip(plan.moments, plan.moments[1:], strict=False):
        if isinstance(moment.event, Write | Wake):
            assert moment.at - before.at >= APART


def test_every_channel_is_subscribed(plan: Plan) -> None:
    told = {each.event.place for each in plan.moments if isinstance(each.event, Subscribe)}
    assert told == {place.number for place in plan.places}


def test_an_outage_ends_before_the_next_one(plan: Plan) -> None:
    kinds = [type(each.event) for each in plan.moments if isinstance(each.event, Outage | Mend)]
    assert kinds == [Outage, Mend] * (len(kinds) // 2)
    assert any(isinstance(each.event, Kill) for each in plan.moments)


def test_each_file_is_read_as_it_was_meant(plan: Plan) -> None:
    writes = [*plan.old, *(each.event for each in plan.moments if isinstance(each.event, Write))]
    for write in writes:
        draft = parse_digest(write_file(write.day, write.papers).encode(), source=write.name)
        assert draft.date == write.day
        assert [each.title for each in draft.entries] == [paper.title for paper in write.papers]
        for entry, paper in zip(draft.entries, write.papers, strict=True):
            assert entry.authors == paper.authors
            assert entry.tags == paper.tags
            found = {"abstract": entry.abstract, "ko": "".join(entry.ko), "en": "".join(entry.en)}
            for name, stamp in paper.stamps.items():
                assert (found[name] or "").startswith(stamp)


def test_numbers_tell_papers_apart(plan: Plan) -> None:
    versions = Counter(
        (paper.number, paper.version, paper.title)
        for write in {each.event for each in plan.moments if isinstance(each.event, Write)}
        for paper in write.papers
    )
    titles = Counter((number, version) for number, version, _ in versions)
    assert set(titles.values()) == {1}
