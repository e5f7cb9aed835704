"""A paper in, the papers near it out."""

from __future__ import annotations

import dataclasses
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ingest import check
from bot.retrieval.memory import index_entries
from bot.retrieval.relating import CLOSE, LEAST, Relation, relate
from storage.models import Citations, DigestDraft, Entry, Paper
from tests.bot.render.builders import entries as hostile_entries

TODAY = date(2025, 8, 1)
DAY = date(2025, 7, 10)
NOBODY = Citations(cites=frozenset(), cited_by=frozenset(), shared={})
ARCHIVE = Path(__file__).parents[4] / "shared" / "archive-2024"

ROUTING = "Experts are chosen by a router; the router's load is balanced across experts."
DRAFTING = "A small draft model proposes tokens; a large verifier accepts speculative tokens."
FILLER = (
    "Images of birds were annotated by volunteers.",
    "Proteins fold while a simulator observes them.",
    "Robots grasp cups in cluttered kitchens.",
    "Speech is transcribed with a streaming encoder.",
    "Weather is forecast on a sphere of meshes.",
    "Chess endings are solved by lookup.",
    "Molecules are generated atom by atom.",
    "Traffic lights learn from cameras.",
)


def entry(
    number: int,
    text: str,
    *,
    day: date = DAY,
    tags: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
    paper: int | None = None,
) -> Entry:
    """Return an entry with an abstract of its own; by an author of its own if none is named."""
    return Entry(
        id=number,
        paper=Paper(
            id=paper or number,
            title=f"Study {number}",
            authors=authors or (f"Author Number{number}",),
            abstract=text,
            url=None,
        ),
        date=day,
        position=number,
        ko=(),
        en=(),
        tags=tags,
        links=(),
        revision="",
    )


def near(
    this: Entry, *others: Entry, citations: Citations = NOBODY, until: date = TODAY, limit: int = 9
) -> tuple[Relation, ...]:
    """Return what is near to an entry among others and papers about everything else."""
    filler = [entry(100 + n, text, tags=(f"t{n}",)) for n, text in enumerate(FILLER)]
    index = index_entries((this, *others, *filler))
    return relate(this, index, citations, until=until, limit=limit)


def test_a_text_about_the_same_thing_is_near_and_others_are_not() -> None:
    found = near(entry(1, ROUTING), entry(2, f"{ROUTING} Once more."), entry(3, DRAFTING))
    assert [each.entry_id for each in found] == [2]
    assert found[0].score >= LEAST


def test_shared_rare_tags_bring_papers_near_and_come_behind_shared_text() -> None:
    found = near(
        entry(1, ROUTING, tags=("moe", "routing")),
        entry(2, DRAFTING, tags=("MoE", "routing")),
        entry(3, ROUTING, tags=("moe", "routing")),
    )
    assert [each.entry_id for each in found] == [3, 2]


def test_shared_authors_alone_are_not_close() -> None:
    names = ("Ada Lovelace", "Alan Turing", "Emmy Noether")
    found = near(entry(1, ROUTING, authors=names), entry(2, DRAFTING, authors=names))
    assert [each.entry_id for each in found] == [2]
    assert found[0].score < CLOSE


def test_more_of_the_same_authors_lift_a_paper_above_another() -> None:
    this = entry(1, ROUTING, tags=("moe",), authors=("Ada Lovelace", "Alan Turing"))
    found = near(
        this,
        entry(2, DRAFTING, tags=("moe",)),
        entry(3, DRAFTING, tags=("moe",), authors=("Alan Turing", "Ada Lovelace")),
    )
    assert found[0].entry_id == 3


def test_who_cites_whom_is_close_whatever_the_text() -> None:
    citations = Citations(cites=frozenset({2}), cited_by=frozenset({3}), shared={4: "2503.01307"})
    others = (entry(2, DRAFTING), entry(3, DRAFTING), entry(4, DRAFTING))
    found = near(entry(1, ROUTING), *others, citations=citations)
    assert {each.entry_id for each in found if each.score >= CLOSE} == {2, 3}
    assert {each.entry_id for each in found} == {2, 3, 4}


def test_what_a_citation_names_may_be_gone() -> None:
    citations = Citations(cites=frozenset({77}), cited_by=frozenset(), shared={78: "x"})
    assert near(entry(1, ROUTING), citations=citations) == ()


def test_the_same_paper_is_never_near_itself_and_another_stands_once() -> None:
    this = entry(1, ROUTING)
    again = entry(2, ROUTING, paper=1, day=DAY - timedelta(days=9))
    other = entry(3, ROUTING)
    older = entry(4, ROUTING, paper=3, day=DAY - timedelta(days=9))
    found = near(this, again, other, older)
    assert [each.paper_id for each in found] == [3]


def test_later_digests_do_not_exist() -> None:
    later = entry(2, ROUTING, day=DAY + timedelta(days=1))
    assert near(entry(1, ROUTING), later, until=DAY) == ()
    assert near(entry(1, ROUTING), later, until=later.date) != ()


def test_no_more_papers_come_than_were_asked_for() -> None:
    others = [entry(number, ROUTING) for number in range(2, 5)]
    assert len(near(entry(1, ROUTING), *others, limit=2)) == 2


def test_one_paper_alone_has_nothing_near_it() -> None:
    only = entry(1, ROUTING)
    assert relate(only, index_entries((only,)), NOBODY, until=TODAY, limit=3) == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(hostile_entries(abstract=None), min_size=2, max_size=4))
def test_scores_of_any_texts_fall_from_first_to_last(papers: list[Entry]) -> None:
    numbered = [
        dataclasses.replace(
            each, id=number, paper=dataclasses.replace(each.paper, id=number), date=DAY
        )
        for number, each in enumerate(papers, start=1)
    ]
    found = relate(numbered[0], index_entries(numbered), NOBODY, until=TODAY, limit=9)
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score >= LEAST for score in scores)
    assert 1 not in [each.entry_id for each in found]


def archive_entries() -> list[Entry]:
    """Return a year's entries, or skip where they are not."""
    if not ARCHIVE.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{ARCHIVE} is missing")
        pytest.skip(f"{ARCHIVE} is not here")
    drafts = [draft for draft in check([ARCHIVE]) if isinstance(draft, DigestDraft)]
    pairs = [(draft.date, each) for draft in drafts for each in draft.entries]
    return [
        Entry(
            id=number,
            paper=Paper(
                id=number,
                title=each.title,
                authors=each.authors,
                abstract=each.abstract,
                url=each.url,
            ),
            date=day,
            position=number,
            ko=each.ko,
            en=each.en,
            tags=each.tags,
            links=each.links,
            revision="",
        )
        for number, (day, each) in enumerate(pairs, start=1)
    ]


def test_in_a_year_of_digests_papers_find_their_kin() -> None:
    papers = archive_entries()
    index = index_entries(papers)
    by_id = {each.id: each for each in papers}
    for title, kin in (
        ("Sequoia: Scalable, Robust", {"MagicDec", "Speculative Diffusion", "EAGLE", "Tandem"}),
        ("DOCCI: Descriptions of", {"ImageInWords", "Molmo and PixMo"}),
        ("Scaling Laws for Precision", {"Low-Bit Quantization Favors"}),
        ("Transformers are SSMs", {"An Empirical Study of Mamba", "HGRN2"}),
    ):
        this = next(each for each in papers if each.paper.title.startswith(title))
        found = relate(this, index, NOBODY, until=date.max, limit=8)
        close = [by_id[each.entry_id].paper.title for each in found if each.score >= CLOSE]
        assert all(any(each.startswith(name) for each in close) for name in kin), title
