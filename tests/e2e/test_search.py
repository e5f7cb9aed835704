"""/search: why each paper matches, filters inside the query, pages."""

from __future__ import annotations

import re

import pytest

from bot.render.lists import PAGE_SIZE
from tests.e2e.house import House, nearest_of, text_of, titles_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def search(house: House, query: str) -> list[str]:
    answered = await house.member.run(house.text, "search", {"query": query})
    assert answered.error is None
    return titles_of(answered.message)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("budget forcing", "**budget** **forcing**|**budget forcing**"),
        ("추론 샘플", "**추론** 과정이 포함된 1K **샘플로**"),
    ],
)
async def test_a_result_shows_the_sentence_that_matches_with_its_words_in_bold(
    library: House, query: str, shown: str
) -> None:
    answered = await library.member.run(library.text, "search", {"query": query})
    lines = [line for line in text_of(answered.message).splitlines() if line.startswith("> ")]
    assert any(each in line for line in lines for each in shown.split("|"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("Candes", ["Emmanuel **Candès**"]),
        ("author:Candes", ["Emmanuel **Candès**"]),
        ("x", ["Y. **X.** Wei", "**30x** to **450x**"]),
        ("플로", ["**샘플로**"]),
    ],
)
async def test_a_paper_found_by_its_authors_or_by_a_part_of_a_word_shows_those(
    library: House, query: str, shown: list[str]
) -> None:
    answered = await library.member.run(library.text, "search", {"query": query})
    lines = [line for line in text_of(answered.message).splitlines() if line.startswith("> ")]
    for each in shown:
        assert any(each in line for line in lines)


async def test_a_long_sentence_is_shown_from_where_it_matches(library: House) -> None:
    answered = await library.member.run(library.text, "search", {"query": "o1-preview AIME24"})
    snippet = re.search(r"^> (.*)$", text_of(answered.message), re.MULTILINE)
    assert snippet is not None
    assert snippet[1].startswith("…")
    assert len(snippet[1]) <= 200


async def test_a_tag_narrows_a_search(library: House) -> None:
    with_tag = await search(library, "scaling tag:rl")
    answered = await library.member.run(library.text, "tag", {"name": "rl"})
    assert with_tag
    assert set(with_tag) <= set(titles_of(answered.message))
    assert set(await search(library, "scaling")) - set(with_tag)


async def test_an_author_narrows_a_search(library: House) -> None:
    assert await search(library, 'scaling author:"Percy Liang"') == ["s1: Simple test-time scaling"]


async def test_a_phrase_must_be_there_and_what_is_left_out_must_not(library: House) -> None:
    phrase = await search(library, '"sparse attention"')
    words = await search(library, "sparse attention")
    assert phrase
    assert set(phrase) <= set(words)
    without = await search(library, '"sparse attention" -trade-offs')
    assert set(phrase) - set(without) == {
        "The Sparse Frontier: Sparse Attention Trade-offs in Transformer LLMs"
    }
    assert await search(library, '"attention sparse"') == []


async def test_a_word_is_left_out_in_both_languages(library: House) -> None:
    attention = await search(library, "attention")
    for query in ("attention -reasoning", "attention -추론", "어텐션 -reasoning"):
        assert set(attention) - set(await search(library, query)) == {
            "Decoder-Hybrid-Decoder Architecture for Efficient Reasoning with Long Generation",
            "Native Sparse Attention: Hardware-Aligned and Natively Trainable Sparse Attention",
        }


async def test_with_nothing_but_what_to_leave_out_all_others_are_listed(library: House) -> None:
    answered = await library.member.run(library.text, "search", {"query": "-attention"})
    assert len(titles_of(answered.message)) == PAGE_SIZE
    assert not any("attention" in title.lower() for title in titles_of(answered.message))


async def test_months_narrow_a_search(library: House) -> None:
    spring = await search(library, "attention date:2025-02..2025-04")
    assert "The Sparse Frontier: Sparse Attention Trade-offs in Transformer LLMs" in spring
    february = await search(library, "attention date:2025-02..2025-02")
    assert february
    assert set(february) < set(spring)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sparse attention in 2023", "There is no digest of that date."),
        ("2023년 스파스 어텐션 논문", "그 날짜의 다이제스트는 없어요."),
        ("sparse attention in 2025", ""),
    ],
)
async def test_a_search_whose_date_has_no_digest_says_so_above_the_nearest(
    library: House, query: str, said: str
) -> None:
    answered = await library.member.run(library.text, "search", {"query": query})
    assert answered.message.content == said
    assert "Sparse Attention" in titles_of(answered.message)[0]


async def test_filters_alone_list_what_they_let_through(library: House) -> None:
    assert len(await search(library, "date:2025-02-03")) == 7


async def test_an_address_of_no_paper_is_not_looked_for_by_its_words(library: House) -> None:
    """Texts with any address at all have `https` and `arxiv`."""
    address = "https://arxiv.org/abs/1706.03762"
    answered = await library.member.run(library.text, "search", {"query": address})
    assert "Nothing found" in answered.message.content


@pytest.mark.parametrize(
    "query",
    [
        "scaling tag:nosuchtag",
        "scaling author:Nobody",
        "scaling date:1999-01..1999-02",
        "kimchi tag:rl",
        "papers from 2023",
        "2023년 논문",
    ],
)
async def test_a_filter_that_lets_nothing_through_finds_nothing(library: House, query: str) -> None:
    answered = await library.member.run(library.text, "search", {"query": query})
    assert answered.ephemeral
    assert titles_of(answered.message) == []
    assert any(said in answered.message.content for said in ("Nothing found", "결과가 없어요"))
    assert len(nearest_of(answered.message)) <= 5


async def test_blanks_are_no_search_and_no_name(library: House) -> None:
    for command, option in (("search", "query"), ("tag", "name"), ("paper", "title")):
        answered = await library.member.run(library.text, command, {option: "  "})
        assert answered.message.ephemeral_for == library.member.user.id
        assert answered.message.content == "Please type what to look for."
