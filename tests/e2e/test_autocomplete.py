"""What the options offer while somebody types."""

from __future__ import annotations

import pytest

from sandbox.interactions import Interaction
from tests.e2e.house import House, names_of, title_of, titles_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMED = [("paper", "title"), ("tag", "name"), ("author", "name")]
MANAGED = [("post", "date"), ("subscribe", "timezone"), ("subscribe", "tags")]


async def complete(house: House, command: str, option: str, text: str) -> Interaction:
    """Type into an option and check what holds for every answer."""
    answered = await house.manager.complete(house.text, command, option, text)
    assert answered.error is None
    assert answered.seconds is not None
    assert answered.seconds < 3
    choices = answered.choices or []
    assert len(choices) <= 25
    for choice in choices:
        assert 1 <= len(choice["name"]) <= 100
        assert 1 <= len(choice["value"]) <= 100
    return answered


@pytest.mark.parametrize(("command", "option"), [*NAMED, ("digest", "date"), *MANAGED])
async def test_empty_text_offers_something(library: House, command: str, option: str) -> None:
    assert (await complete(library, command, option, "")).choices


async def test_empty_text_offers_the_newest_papers_and_dates(library: House) -> None:
    papers = names_of(await complete(library, "paper", "title", ""))
    assert papers[0] == "First Return, Entropy-Eliciting Explore"
    assert len(papers) == 23
    dates = (await complete(library, "digest", "date", "")).choices or []
    assert [choice["value"] for choice in dates] == [
        "2025-07-10",
        "2025-04-25",
        "2025-02-18",
        "2025-02-03",
    ]


async def test_empty_text_offers_the_tags_and_authors_of_most_papers(library: House) -> None:
    assert names_of(await complete(library, "tag", "name", ""))[:2] == ["reasoning", "rl"]
    authors = names_of(await complete(library, "author", "name", ""))
    assert len(authors) == 25
    assert set(authors[:4]) == {"Ge Zhang", "Pengfei Liu", "Wenhao Huang", "Xuefeng Li"}


async def test_beginnings_come_before_words_and_words_before_parts(library: House) -> None:
    titles = names_of(await complete(library, "paper", "title", "re"))
    begins = [not title.casefold().startswith("re") for title in titles]
    has_word = [not f" {title.casefold()}".replace("-", " ").count(" re") for title in titles]
    assert begins == sorted(begins)
    assert has_word == sorted(has_word)
    assert len(set(has_word)) == 2


@pytest.mark.parametrize(
    ("command", "option", "typed", "first"),
    [
        ("paper", "title", "s1", "s1: Simple test-time scaling"),
        (
            "paper",
            "title",
            "SPARSE",
            "The Sparse Frontier: Sparse Attention Trade-offs in Transformer LLMs",
        ),
        (
            "paper",
            "title",
            "2503.01307",
            "언급한 논문: OctoThinker: Revisiting Mid-Training In the Era of RL Scaling",
        ),
        ("tag", "name", "RL", "rl"),
        ("tag", "name", "#rl", "rl"),
        ("tag", "name", "law", "scaling-law"),
        ("tag", "name", "강화학습", "rl"),
        ("author", "name", "li fei", "Li Fei-Fei"),
        ("author", "name", "candes", "Emmanuel Candès"),
        ("author", "name", "thaddaus", "Thaddäus Wiedemer"),
        ("digest", "date", "2025-04", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "4월", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "april", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "20250425", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "4/25", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "2025.4", "2025-04-25 · 2025년 4월 25일"),
        ("digest", "date", "latest", "2025-07-10 · 2025년 7월 10일"),
        ("post", "date", "7월", "2025-07-10 · 2025년 7월 10일"),
        ("subscribe", "timezone", "seo", "Asia/Seoul"),
        ("subscribe", "timezone", "서울", "Asia/Seoul"),
        ("subscribe", "timezone", "new york", "America/New_York"),
        ("subscribe", "tags", "rl, rea", "rl, reasoning"),
        ("subscribe", "tags", "#rea", "reasoning"),
    ],
)
async def test_the_best_comes_first(
    library: House, command: str, option: str, typed: str, first: str
) -> None:
    assert names_of(await complete(library, command, option, typed))[0] == first


async def test_every_choice_contains_what_was_typed(library: House) -> None:
    for typed in ("s", "at", "sca", "long", "er"):
        for command, option in (("paper", "title"), ("tag", "name")):
            for name in names_of(await complete(library, command, option, typed)):
                assert typed in name.casefold()


@pytest.mark.parametrize("typed", ["%", "_", "s%g", "re*g", "*", "@", "🤖", "zzz", "'"])
async def test_wildcards_are_ordinary_characters(library: House, typed: str) -> None:
    for command, option in (*NAMED, ("subscribe", "tags"), ("digest", "date")):
        assert names_of(await complete(library, command, option, typed)) == []


async def test_any_text_is_answered(library: House) -> None:
    for typed in ("x" * 2000, "추론" * 500, '"NEAR(', "\u200b", "rl, " * 60):
        for command, option in (("paper", "title"), ("subscribe", "tags")):
            await complete(library, command, option, typed[:1000])


async def test_a_choice_that_was_cut_still_finds_its_paper(library: House) -> None:
    offered = names_of(await complete(library, "paper", "title", "constitutional"))
    (choice,) = offered
    assert len(choice) <= 100
    answered = await library.member.run(library.text, "paper", {"title": choice})
    assert title_of(answered.message).startswith("Constitutional Classifiers: Defending")


async def test_every_choice_finds_what_it_names(library: House) -> None:
    for command, option in NAMED:
        for choice in names_of(await complete(library, command, option, "")):
            answered = await library.member.run(library.text, command, {option: choice})
            found = [title_of(answered.message), *titles_of(answered.message)]
            assert not answered.ephemeral, choice
            assert command != "paper" or any(title.startswith(choice) for title in found)


async def test_a_tag_in_the_list_is_not_offered_again(library: House) -> None:
    offered = names_of(await complete(library, "subscribe", "tags", "rl, "))
    assert "rl, reasoning" in offered
    assert "rl, rl" not in offered
