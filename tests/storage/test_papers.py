"""Papers and digests looked up by date, title, arXiv id and link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, TODAY, digest, entry
from tests.storage.conftest import Ingest

NEXT = DAY + timedelta(days=1)
FUTURE = TODAY + timedelta(days=1)

SPARSE = entry("The Sparse Frontier: Sparse Attention Trade-offs")
TOKEN = entry("Token-Shuffle: High-Resolution Images", url="https://arxiv.org/abs/2504.17789v1")
OCTO = entry("OctoThinker", links=("https://arxiv.org/pdf/2503.01307", "https://x.org/octo/"))
KOREAN = entry("희소 어텐션의 최전선")


@pytest.fixture(autouse=True)
async def papers(ingest: Ingest) -> None:
    await ingest(
        digest(SPARSE, TOKEN),
        digest(OCTO, KOREAN, day=NEXT, source="b.txt"),
        digest(
            entry("Tomorrow's Frontier"),
            replace(OCTO, title="Octothinker!"),
            day=FUTURE,
            source="c.txt",
        ),
    )


async def find(store: SqliteStore, name: str, until: date = TODAY) -> list[str]:
    found = (await store.find_entries(name, until=until)).items
    return [newest.paper.title for newest, *_ in found]


async def suggest(store: SqliteStore, text: str, *, limit: int = 25) -> list[str]:
    return list(await store.suggest_titles(text, until=TODAY, limit=limit))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("token shuffle high resolution images", TOKEN.title),
        ("TOKEN-SHUFFLE", TOKEN.title),
        ("frontier: sparse", SPARSE.title),
        ("희소 어텐션", KOREAN.title),
        ("최전선", KOREAN.title),
        ("2504.17789", TOKEN.title),
        ("https://huggingface.co/papers/2504.17789", TOKEN.title),
    ],
)
async def test_a_paper_is_found_by_what_people_paste(
    store: SqliteStore, name: str, title: str
) -> None:
    assert await find(store, name) == [title]


async def test_an_exact_title_goes_before_longer_ones(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(
        digest(entry("Sparse"), entry("Sparse Matters"), entry("On Sparse"), source="d.txt")
    )
    assert await find(store, "sparse") == ["Sparse"]
    assert await find(store, "spars") == ["Sparse", "Sparse Matters"]
    assert await find(store, "parse") == [SPARSE.title, "Sparse", "Sparse Matters", "On Sparse"]


async def test_where_one_title_begins_so_those_with_such_a_word_are_found_too(
    store: SqliteStore, ingest: Ingest
) -> None:
    titles = ("MambaByte", "A Study of Mambas", "Vision Mamba", "Mimamba")
    await ingest(digest(*map(entry, titles), source="d.txt"))
    assert await find(store, "mamba") == ["Vision Mamba", "MambaByte", "A Study of Mambas"]
    assert await find(store, "mambab") == ["MambaByte"]


async def test_a_name_before_the_colon_is_found_alone(store: SqliteStore, ingest: Ingest) -> None:
    titles = ("KAN: Networks", "KAN 2.0: More Networks", "On KAN")
    await ingest(digest(*map(entry, titles), source="d.txt"))
    assert await find(store, "kan") == ["KAN: Networks"]
    assert await find(store, "KAN 2.0") == ["KAN 2.0: More Networks"]


async def test_a_short_name_is_not_found_within_a_word(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(entry("A Mean Field Ansatz"), source="d.txt"))
    assert await find(store, "NSA") == []
    assert await find(store, "nsatz") == ["A Mean Field Ansatz"]


async def test_a_symbol_is_found_by_its_name(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(entry(r"$\infty$Bench: Long"), entry("Bench"), source="d.txt"))
    assert await find(store, "∞Bench") == [r"$\infty$Bench: Long"]


async def test_an_address_is_its_papers_own_not_theirs_who_name_it(
    store: SqliteStore, ingest: Ingest
) -> None:
    assert await find(store, "2503.01307") == []
    for address in ("2503.01307v3", "http://www.x.org/octo"):
        ((newest, *_),) = (await store.find_mentions(address, until=TODAY)).items
        assert newest.paper.title == OCTO.title
    assert (await store.find_mentions("OctoThinker", until=TODAY)).items == ()
    await ingest(
        digest(entry("Cognitive Behaviors", url="https://arxiv.org/abs/2503.01307"), source="d.txt")
    )
    assert await find(store, "2503.01307") == ["Cognitive Behaviors"]


async def test_a_title_that_looks_like_an_address_is_found(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("Character.AI"), source="d.txt"))
    assert await find(store, "character.ai") == ["Character.AI"]


async def test_at_most_25_papers_are_found_newest_first(store: SqliteStore, ingest: Ingest) -> None:
    for i in range(30):
        await ingest(digest(entry(f"Many {i}"), day=DAY + timedelta(days=i), source=f"{i}.txt"))
    assert await find(store, "many") == [f"Many {i}" for i in range(29, 4, -1)]


async def test_nothing_is_found_by_nothing(store: SqliteStore) -> None:
    assert await find(store, "") == []
    assert await find(store, "  ") == []
    assert await find(store, "%") == []
    assert await find(store, "no such paper") == []


async def test_a_digest_of_tomorrow_does_not_exist_today(store: SqliteStore) -> None:
    assert await find(store, "tomorrow") == []
    assert await find(store, "octothinker") == ["OctoThinker"]
    assert await find(store, "octothinker", until=FUTURE) == ["Octothinker!"]
    assert "Tomorrow's Frontier" not in await suggest(store, "")
    assert await suggest(store, "tomorrow") == []
    assert await store.nearest_titles("tomorows frontier", until=TODAY, limit=5) == ()
    assert await store.list_dates(until=TODAY) == (DAY, NEXT)
    assert await store.count_papers(until=TODAY) == 4
    assert await store.count_papers(until=FUTURE) == 5
    ((newest, *_),) = (await store.find_entries("octothinker", until=TODAY)).items
    paper_id = newest.paper.id
    assert [each.date for each in await store.get_paper_entries(paper_id, until=TODAY)] == [NEXT]
    assert [each.date for each in await store.get_paper_entries(paper_id, until=FUTURE)] == [
        FUTURE,
        NEXT,
    ]


async def test_suggestions_begin_so_then_a_word_does_then_any_part(
    store: SqliteStore, ingest: Ingest
) -> None:
    titles = ("Unsparing", "More Spare Time", "Sparta")
    await ingest(digest(*map(entry, titles), source="d.txt"))
    assert await suggest(store, "spar") == [
        "Sparta",
        SPARSE.title,
        "More Spare Time",
        "Unsparing",
    ]
    assert await suggest(store, "spar", limit=2) == ["Sparta", SPARSE.title]


async def test_suggestions_for_nothing_are_the_newest_papers_once_each(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(replace(SPARSE, ko=("또",)), day=NEXT + timedelta(days=1), source="d.txt"))
    assert await suggest(store, "") == [SPARSE.title, OCTO.title, KOREAN.title, TOKEN.title]
    assert await suggest(store, " ", limit=2) == [SPARSE.title, OCTO.title]


async def test_suggestions_know_korean_and_links(store: SqliteStore) -> None:
    assert await suggest(store, "희") == [KOREAN.title]
    assert await suggest(store, "어텐션") == [KOREAN.title]
    assert await suggest(store, "https://arxiv.org/abs/2504.17789") == [TOKEN.title]


async def test_wildcards_in_a_title_are_letters(store: SqliteStore, ingest: Ingest) -> None:
    await ingest(digest(entry("100% Attention"), source="d.txt"))
    assert await suggest(store, "100%") == ["100% Attention"]
    assert await suggest(store, "1%0") == []
    assert await suggest(store, "s_arse") == []


@pytest.mark.parametrize(
    ("typo", "title"),
    [
        ("octothinkr", OCTO.title),
        ("tokn shufle", TOKEN.title),
        ("sparse fronteir", SPARSE.title),
        ("희소 어탠션", KOREAN.title),
    ],
)
async def test_the_nearest_title_is_the_misspelt_one(
    store: SqliteStore, typo: str, title: str
) -> None:
    assert (await store.nearest_titles(typo, until=TODAY, limit=3))[:1] == (title,)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    ("typo", "title"),
    [
        ("moam", "MoMA: Early Fusion"),
        ("sipo", "SPO: Preferences in Sequence"),
        ("bret", "BERT"),
        ("preferences in sequense 17", "On Preferences in Sequence 17"),
    ],
)
async def test_a_misspelt_title_is_found_among_many(
    store: SqliteStore, ingest: Ingest, typo: str, title: str, *, indexed: bool
) -> None:
    names = ("MoMA: Early Fusion", "SPO: Preferences in Sequence", "BERT")
    crowd = (f"On Preferences in Sequence {number}" for number in range(700))
    await ingest(digest(*map(entry, (*names, *crowd)), source="many.txt"))
    if indexed:
        await store.index_parts()
    assert title in await store.nearest_titles(typo, until=TODAY, limit=5)


@pytest.mark.parametrize("nonsense", ["", "qqqqqq", "asdfghjk", "뷁뷁뷁", "😀"])
async def test_nothing_is_near_nonsense(store: SqliteStore, nonsense: str) -> None:
    assert await store.nearest_titles(nonsense, until=TODAY, limit=3) == ()


async def test_ids_that_are_not_there_have_nothing(store: SqliteStore) -> None:
    assert await store.get_entry(999) is None
    assert await store.get_paper_entries(999, until=TODAY) == ()
    assert await store.get_digest(date(1999, 1, 1)) is None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40) | st.text(alphabet="%_\\*'\"()[]\ud800\x00 추as", max_size=10))
async def test_any_text_is_a_safe_name(store: SqliteStore, text: str) -> None:
    await store.find_entries(text, until=TODAY)
    await store.suggest_titles(text, until=TODAY, limit=25)
    await store.nearest_titles(text, until=TODAY, limit=5)
