"""Tags over time, and who cites whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.models import Citations, TagCounts, TagSpan
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, TODAY, digest, entry
from tests.storage.conftest import Ingest

ONE_DAY = timedelta(days=1)
ARXIV = "https://arxiv.org/abs/2503.01307"


async def entry_of(store: SqliteStore, title: str) -> int:
    """Return the newest entry of a paper."""
    ((newest, *_),) = (await store.find_entries(title, until=date.max)).items
    return newest.id


async def test_a_paper_cites_what_its_comments_link_to_and_is_cited_back(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        digest(
            entry("Cited", url="https://arxiv.org/pdf/2503.01307v2"),
            entry("Citing", links=(f"{ARXIV}v1",)),
            entry("Apart", links=("https://arxiv.org/abs/2401.00001",)),
        )
    )
    cited, citing = await entry_of(store, "Cited"), await entry_of(store, "Citing")
    assert await store.get_citations(citing, until=TODAY) == Citations(
        cites=frozenset({cited}), cited_by=frozenset(), shared={}
    )
    assert await store.get_citations(cited, until=TODAY) == Citations(
        cites=frozenset(), cited_by=frozenset({citing}), shared={}
    )


async def test_papers_that_link_to_one_arxiv_paper_share_it_and_other_links_do_not_count(
    store: SqliteStore, ingest: Ingest
) -> None:
    github = "https://github.com/a/b"
    await ingest(
        digest(
            entry("One", links=(github, ARXIV)),
            entry("Two", links=(f"{ARXIV}v3",)),
            entry("Three", links=(github,)),
        )
    )
    one, two = await entry_of(store, "One"), await entry_of(store, "Two")
    assert (await store.get_citations(one, until=TODAY)).shared == {two: "2503.01307"}
    three = await entry_of(store, "Three")
    assert not (await store.get_citations(three, until=TODAY)).shared


async def test_a_paper_stands_once_by_its_newest_entry_and_never_beside_itself(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("One", links=(ARXIV,)), entry("Two", links=(ARXIV,))),
        digest(
            entry("Two", links=(ARXIV,), en=("Again.",)),
            entry("One", en=("And again.",)),
            day=DAY + ONE_DAY,
            source="b.txt",
        ),
    )
    one, two = await entry_of(store, "One"), await entry_of(store, "Two")
    # Its newer entry names no link, its older one does: a paper has those of both.
    assert (await store.get_citations(one, until=TODAY)).shared == {two: "2503.01307"}


async def test_what_a_later_digest_cites_does_not_exist_yet(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("Cited", url=ARXIV)),
        digest(entry("Citing", links=(ARXIV,)), day=DAY + ONE_DAY, source="b.txt"),
    )
    cited = await entry_of(store, "Cited")
    assert not (await store.get_citations(cited, until=DAY)).cited_by
    assert (await store.get_citations(cited, until=DAY + ONE_DAY)).cited_by


async def test_an_unknown_entry_cites_nobody(store: SqliteStore) -> None:
    assert await store.get_citations(99, until=TODAY) == Citations(
        cites=frozenset(), cited_by=frozenset(), shared={}
    )


async def test_periods_count_papers_once_each_with_both_ends_included(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("One", tags=("RL", "moe")), entry("Two", tags=("rl",))),
        digest(entry("One", tags=("rl",), en=("Again.",)), day=DAY + ONE_DAY, source="b.txt"),
        digest(entry("Three", tags=()), day=DAY + 2 * ONE_DAY, source="c.txt"),
    )
    counts = await store.count_tags(
        [(DAY, DAY + ONE_DAY), (DAY + ONE_DAY, DAY + 2 * ONE_DAY), (date.min, DAY - ONE_DAY)]
    )
    assert counts[0] == TagCounts(papers=2, tags={"RL": 2, "moe": 1})
    assert list(counts[0].tags) == ["RL", "moe"]
    assert counts[1] == TagCounts(papers=2, tags={"RL": 1})
    assert counts[2] == TagCounts(papers=0, tags={})


async def test_no_period_counts_nothing(store: SqliteStore) -> None:
    assert await store.count_tags([]) == ()


@pytest.fixture
async def tagged(ingest: Ingest) -> None:
    await ingest(
        digest(entry("One", tags=("b-old", "a-common"))),
        digest(entry("Two", tags=("a-common",)), day=DAY + ONE_DAY, source="b.txt"),
        digest(entry("Three", tags=("c-new",)), day=DAY + 2 * ONE_DAY, source="c.txt"),
    )


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("papers", ["a-common", "b-old", "c-new"]),
        ("last", ["c-new", "a-common", "b-old"]),
        ("first", ["c-new", "a-common", "b-old"]),
        ("name", ["a-common", "b-old", "c-new"]),
    ],
)
async def test_tags_come_in_the_order_asked_for(
    store: SqliteStore, by: str, names: list[str]
) -> None:
    page = await store.list_tags(until=TODAY, by=by, offset=0, limit=10)
    assert [span.name for span in page.items] == names


@pytest.mark.usefixtures("tagged")
async def test_a_tag_has_its_papers_first_and_last_day_and_pages_have_the_total(
    store: SqliteStore,
) -> None:
    page = await store.list_tags(until=TODAY, by="papers", offset=0, limit=1)
    assert page.items == (TagSpan(name="a-common", papers=2, first=DAY, last=DAY + ONE_DAY),)
    assert page.total == 3
    beyond = await store.list_tags(until=TODAY, by="papers", offset=3, limit=1)
    assert (beyond.items, beyond.total) == ((), 3)


@pytest.mark.usefixtures("tagged")
async def test_tags_of_later_digests_do_not_exist_yet(store: SqliteStore) -> None:
    page = await store.list_tags(until=DAY, by="name", offset=0, limit=10)
    assert [(span.name, span.papers, span.last) for span in page.items] == [
        ("a-common", 1, DAY),
        ("b-old", 1, DAY),
    ]
    assert page.total == 2


@pytest.mark.usefixtures("tagged")
async def test_papers_of_later_digests_do_not_move_a_tag_up(
    store: SqliteStore, ingest: Ingest
) -> None:
    later = [entry(f"Later {number}", tags=("c-new",)) for number in range(3)]
    await ingest(digest(*later, day=TODAY + ONE_DAY, source="d.txt"))

    page = await store.list_tags(until=TODAY, by="papers", offset=0, limit=10)
    assert [(span.name, span.papers) for span in page.items] == [
        ("a-common", 2),
        ("b-old", 1),
        ("c-new", 1),
    ]
