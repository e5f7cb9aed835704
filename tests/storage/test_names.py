"""Tags and authors: suggested, corrected, listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.models import Entry, EntryDraft, NameCount, Page
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, TODAY, digest, entry
from tests.storage.conftest import Ingest

NEXT = DAY + timedelta(days=1)
FUTURE = TODAY + timedelta(days=1)

A = entry("A", authors=("Emmanuel Candès", "Young Jin Kim"), tags=("rl", "image-generation"))
B = entry("B", authors=("Young Jin Kim", "Kim Min"), tags=("RL", "rlhf"))
C = entry("C", authors=("Hakim Silva", "이준호"), tags=("url", "generation-models", "추론"))
LATER = entry("Later", authors=("Young Jin Kim", "New Kim"), tags=("rl", "new"))


@pytest.fixture(autouse=True)
async def papers(ingest: Ingest) -> None:
    await ingest(
        digest(A),
        digest(B, C, replace(A, ko=("다시",)), day=NEXT, source="b.txt"),
        digest(LATER, replace(B, ko=("다시",)), day=FUTURE, source="c.txt"),
    )


def titles(page: Page[Entry]) -> list[str]:
    return [each.paper.title for each in page.items]


async def test_a_tags_entries_are_exactly_those_that_carry_it(store: SqliteStore) -> None:
    for name in ("rl", "#RL", " \uff32\uff2c "):
        page = await store.list_by_tag(name, until=TODAY, offset=0, limit=10)
        assert titles(page) == ["B", "A", "A"]
        assert page.total == 3
    assert titles(await store.list_by_tag("추론", until=TODAY, offset=0, limit=10)) == ["C"]
    assert (await store.list_by_tag("r", until=TODAY, offset=0, limit=10)).total == 0


async def test_an_authors_entries_are_found_without_accents(store: SqliteStore) -> None:
    for name in ("Emmanuel Candès", "emmanuel candes", "EMMANUEL  CANDE\u0300S"):
        page = await store.list_by_author(name, until=TODAY, offset=0, limit=10)
        assert titles(page) == ["A", "A"]
    assert (await store.list_by_author("Candes", until=TODAY, offset=0, limit=10)).total == 0


async def test_pages_are_slices_of_the_whole(store: SqliteStore) -> None:
    first = await store.list_by_tag("rl", until=TODAY, offset=0, limit=2)
    second = await store.list_by_tag("rl", until=TODAY, offset=2, limit=2)
    beyond = await store.list_by_tag("rl", until=TODAY, offset=9, limit=2)
    assert (titles(first), titles(second), titles(beyond)) == (["B", "A"], ["A"], [])
    assert (first.total, second.total, beyond.total) == (3, 3, 3)
    assert (first.offset, second.offset, beyond.offset) == (0, 2, 9)


async def test_a_digest_that_is_dated_anew_moves_in_its_tags_lists(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(A, day=NEXT + timedelta(days=1)))

    for day, found in ((NEXT, ["B", "A"]), (TODAY, ["A", "B", "A"])):
        page = await store.list_by_tag("rl", until=day, offset=0, limit=10)
        assert (titles(page), page.total) == (found, len(found))
    (image,) = (
        tag
        for tag in (await store.list_tags(until=TODAY, by="name", offset=0, limit=9)).items
        if tag.name == "image-generation"
    )
    assert (image.first, image.last) == (NEXT, NEXT + timedelta(days=1))


async def test_suggested_tags_begin_so_then_a_word_does_then_any_part(store: SqliteStore) -> None:
    found = await store.suggest_tags("rl", until=TODAY, limit=9)
    assert [(tag.name, tag.papers) for tag in found] == [("rl", 2), ("rlhf", 1), ("url", 1)]
    found = await store.suggest_tags("#Gen", until=TODAY, limit=9)
    assert [tag.name for tag in found] == ["generation-models", "image-generation"]
    assert [tag.name for tag in await store.suggest_tags("추", until=TODAY, limit=9)] == ["추론"]


async def test_a_whole_name_goes_before_one_that_only_begins_so(
    store: SqliteStore, ingest: Ingest
) -> None:
    authors = ("Heng Ji", "Kaiming He", "He Bai", "Helen Meng", "Zhe Gan")
    await ingest(
        digest(entry("D", authors=authors), source="d.txt"),
        digest(entry("E", authors=("Heng Ji",)), source="e.txt"),
    )
    for indexed in range(2):
        found = await store.suggest_authors("he", until=TODAY, limit=9)
        names = ["Kaiming He", "He Bai", "Heng Ji", "Helen Meng", "Zhe Gan"]
        assert [author.name for author in found] == names, indexed
        await store.index_parts()


async def test_suggested_authors_have_the_last_name_then_another_then_any_part(
    store: SqliteStore,
) -> None:
    found = await store.suggest_authors("kim", until=TODAY, limit=9)
    assert found == (
        NameCount(name="Young Jin Kim", papers=2),
        NameCount(name="Kim Min", papers=1),
        NameCount(name="Hakim Silva", papers=1),
    )
    assert await store.suggest_authors("cand", until=TODAY, limit=9) == (
        NameCount(name="Emmanuel Candès", papers=1),
    )
    assert await store.suggest_authors("준호", until=TODAY, limit=9) == (
        NameCount(name="이준호", papers=1),
    )


async def test_suggestions_for_nothing_have_the_most_papers(store: SqliteStore) -> None:
    tags = await store.suggest_tags("", until=TODAY, limit=2)
    assert [(tag.name, tag.papers) for tag in tags] == [("rl", 2), ("generation-models", 1)]
    authors = await store.suggest_authors(" ", until=TODAY, limit=1)
    assert authors == (NameCount(name="Young Jin Kim", papers=2),)


async def test_names_of_tomorrow_do_not_exist_today(store: SqliteStore) -> None:
    assert await store.suggest_tags("new", until=TODAY, limit=9) == ()
    assert await store.nearest_tags("neww", until=TODAY, limit=9) == ()
    assert await store.nearest_authors("New Kin", until=TODAY, limit=9) == ()
    (now,) = await store.suggest_authors("young", until=TODAY, limit=9)
    (then,) = await store.suggest_authors("young", until=FUTURE, limit=9)
    (before,) = await store.suggest_authors("young", until=DAY, limit=9)
    assert (before.papers, now.papers, then.papers) == (1, 2, 3)


async def test_what_tomorrow_brings_does_not_push_todays_out(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(
        *(
            digest(entry(f"T{i}", tags=(f"z{i % 5}",)), day=FUTURE, source=f"{i}.txt")
            for i in range(20)
        )
    )
    found = await store.suggest_tags("", until=TODAY, limit=3)
    assert [tag.name for tag in found] == ["rl", "generation-models", "image-generation"]


async def test_nearest_names_correct_a_typo(store: SqliteStore) -> None:
    assert await store.nearest_tags("image-genration", until=TODAY, limit=1) == (
        "image-generation",
    )
    assert await store.nearest_tags("추롬", until=TODAY, limit=1) == ("추론",)
    assert await store.nearest_authors("Emanuel Candes", until=TODAY, limit=1) == (
        "Emmanuel Candès",
    )
    assert await store.nearest_authors("Kim Young Jin", until=TODAY, limit=1) == ("Young Jin Kim",)
    assert await store.nearest_authors("Candes", until=TODAY, limit=1) == ("Emmanuel Candès",)


async def test_a_misspelt_author_is_found_among_many(store: SqliteStore, ingest: Ingest) -> None:
    crowd = tuple(f"Given{number % 40} Family{number}" for number in range(900))
    await ingest(digest(entry("Crowd", authors=(*crowd, "Hyung Won Chung")), source="crowd.txt"))
    for _ in range(2):
        for typo, name in (
            ("hyng won chung", "Hyung Won Chung"),
            ("chung hyungwon", "Hyung Won Chung"),
            ("Candse", "Emmanuel Candès"),
            ("이준오", "이준호"),
            ("given3 famliy883", "Given3 Family883"),
        ):
            found = await store.nearest_authors(typo, until=TODAY, limit=5)
            assert found[:1] == (name,), typo
        await store.index_parts()


async def test_of_authors_equally_near_who_has_most_papers_comes_first(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry("D", authors=("Young Kim", "Yeong Kim", "Min Lee")), source="d.txt"))
    await ingest(digest(entry("E", authors=("Yeong Kim",)), source="e.txt"))
    found = await store.nearest_authors("yoong kim", until=TODAY, limit=2)
    assert found == ("Yeong Kim", "Young Kim")


async def test_a_short_name_with_one_wrong_letter_is_near(store: SqliteStore) -> None:
    assert "rl" in await store.nearest_tags("r1", until=TODAY, limit=5)


async def test_a_name_typed_in_full_is_suggested_first(store: SqliteStore, ingest: Ingest) -> None:
    longer = [entry(f"Paper {n}", tags=("rl-theory",)) for n in range(3)]
    await ingest(digest(*longer, source="d.txt"))
    found = await store.suggest_tags("rl", until=TODAY, limit=3)
    assert [tag.name for tag in found] == ["rl", "rl-theory", "rlhf"]


async def test_nothing_is_near_nonsense(store: SqliteStore) -> None:
    for nonsense in ("", "qqqq", "zzxxyy", "hello world"):
        assert await store.nearest_tags(nonsense, until=TODAY, limit=3) == ()
        assert await store.nearest_authors(nonsense, until=TODAY, limit=3) == ()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40) | st.text(alphabet="%_\\*'\"()#-\ud800\x00 추rl", max_size=10))
async def test_any_text_is_a_safe_name(store: SqliteStore, text: str) -> None:
    for kind in (
        store.suggest_tags,
        store.suggest_authors,
        store.nearest_tags,
        store.nearest_authors,
    ):
        await kind(text, until=TODAY, limit=5)
    for list_by in (store.list_by_tag, store.list_by_author):
        await list_by(text, until=TODAY, offset=0, limit=5)


TAGGED = [
    entry("One", tags=("rl", "RL", "rlhf"), authors=("Wei Wang", "Wei Wang", "He Bai")),
    entry("One", ko=("다른 설명.",), tags=("rl",), authors=("Wei Wang",)),
    entry("Two", tags=("rl", "url"), authors=("He Bai",)),
    entry("Three", tags=("url",), authors=("Wei Wang", "He Bai")),
]
FILES = st.tuples(
    st.sampled_from(["a.txt", "b.txt"]),
    st.sampled_from([TODAY, FUTURE]),
    st.lists(st.sampled_from(TAGGED), min_size=1, max_size=4),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(FILES, min_size=1, max_size=4))
async def test_a_list_is_as_long_as_it_says_whatever_becomes_of_files(
    store: SqliteStore, ingest: Ingest, files: list[tuple[str, date, list[EntryDraft]]]
) -> None:
    for source, day, entries in files:
        await ingest(digest(*entries, day=day, source=source))
        for until in (TODAY, FUTURE):
            for list_by, name in (
                (store.list_by_tag, "rl"),
                (store.list_by_tag, "url"),
                (store.list_by_author, "Wei Wang"),
                (store.list_by_author, "He Bai"),
            ):
                page = await list_by(name, until=until, offset=0, limit=100)
                assert page.total == len(page.items), (name, until)
