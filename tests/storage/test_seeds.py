"""The four real digests: every paper found by its title, tags, authors and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.parsers import parse_digest
from storage.models import DigestDraft, EntryDraft
from storage.sqlite import SqliteStore
from tests.storage.builders import NOW, TODAY

SEEDS = Path(__file__).parents[2] / "seeds"


def parse_seeds() -> list[DigestDraft]:
    files = sorted(SEEDS.glob("*.txt"))
    return [parse_digest(file.read_bytes(), source=file.name) for file in files]


@pytest.fixture
async def drafts(store: SqliteStore) -> list[EntryDraft]:
    digests = parse_seeds()
    await store.add_digests([(digest, digest.source) for digest in digests], now=NOW)
    return [draft for digest in digests for draft in digest.entries]


async def test_all_23_papers_come_back_as_they_were_written(store: SqliteStore) -> None:
    digests = parse_seeds()
    await store.add_digests([(digest, digest.source) for digest in digests], now=NOW)
    assert await store.count_papers(until=TODAY) == 23
    for draft in digests:
        stored = await store.get_digest(draft.date)
        assert stored is not None
        assert [
            (
                each.paper.title, each.paper.authors, each.paper.abstract,
                each.ko, each.en, each.tags, each.links,
            )
            for each in stored.entries
        ] == [
            (each.title, each.authors, each.abstract, each.ko, each.en, each.tags, each.links)
            for each in draft.entries
        ]  # fmt: skip


async def test_each_title_finds_its_paper_alone(
    store: SqliteStore, drafts: list[EntryDraft]
) -> None:
    for draft in drafts:
        for name in (draft.title, draft.title.upper(), draft.title.replace("-", " ")):
            found = (await store.find_entries(name, until=TODAY)).items
            assert [newest.paper.title for newest, *_ in found] == [draft.title]


async def test_each_tag_finds_exactly_the_papers_that_carry_it(
    store: SqliteStore, drafts: list[EntryDraft]
) -> None:
    for tag in {tag for draft in drafts for tag in draft.tags}:
        page = await store.list_by_tag(tag, until=TODAY, offset=0, limit=100)
        assert {each.paper.title for each in page.items} == {
            draft.title for draft in drafts if tag in draft.tags
        }


async def test_each_author_is_found_and_suggested(
    store: SqliteStore, drafts: list[EntryDraft]
) -> None:
    for author in {author for draft in drafts for author in draft.authors}:
        page = await store.list_by_author(author, until=TODAY, offset=0, limit=100)
        assert {each.paper.title for each in page.items} == {
            draft.title for draft in drafts if author in draft.authors
        }
        (suggested, *_) = await store.suggest_authors(author, until=TODAY, limit=25)
        assert (suggested.name, suggested.papers) == (author, page.total)


async def test_each_title_searched_is_its_papers_first_hit(
    store: SqliteStore, drafts: list[EntryDraft]
) -> None:
    for draft in drafts:
        page = await store.search(draft.title, until=TODAY, offset=0, limit=3)
        assert page.items[0].entry.paper.title == draft.title


async def test_each_korean_paragraph_finds_its_paper(
    store: SqliteStore, drafts: list[EntryDraft]
) -> None:
    for draft in drafts:
        for paragraph in draft.ko:
            page = await store.search(paragraph, until=TODAY, offset=0, limit=3)
            assert page.items[0].entry.paper.title == draft.title


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("미드트레이닝을", "OctoThinker: Revisiting Mid-Training In the Era of RL Scaling"),
        ("미드트레이닝", "OctoThinker: Revisiting Mid-Training In the Era of RL Scaling"),
        ("표준편차", "DeepDistill"),
        ("문서 메타데이터", "When Does Metadata Conditioning"),
        ("pixel shuffling", "Token-Shuffle"),
        ("β_2", "Small Batch Size Training"),
        ("beta_2", "Small Batch Size Training"),
    ],
)
async def test_words_of_a_paper_find_it(
    store: SqliteStore, drafts: list[EntryDraft], query: str, title: str
) -> None:
    page = await store.search(query, until=TODAY, offset=0, limit=3)
    assert page.items[0].entry.paper.title.startswith(title)
