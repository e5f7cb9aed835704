"""/paper, /tag, /author, /search and /digest on the four real digests."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest

from bot.ingest import check
from sandbox.interactions import Interaction
from sandbox.models import Message
from storage.models import DigestDraft, EntryDraft
from tests.e2e.house import (
    SEEDS,
    House,
    buttons_of,
    disabled_of,
    nearest_of,
    text_of,
    title_of,
    titles_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIGESTS = [draft for draft in check([SEEDS]) if isinstance(draft, DigestDraft)]
PAPERS = [entry for digest in DIGESTS for entry in digest.entries]
ARXIV = re.compile(r"arxiv\.org/abs/(\d{4}\.\d{5})")
DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"
ARIK = f"Sercan Ö Ar{DOTLESS}k"
FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def bare(name: str) -> str:
    """Return a name as somebody types it who has no accents on the keyboard."""
    parts = unicodedata.normalize("NFD", name.replace(DOTLESS, "i"))
    return "".join(char for char in parts if not unicodedata.combining(char))


def longest_words(pattern: str, text: str) -> str:
    words = sorted(set(re.findall(pattern, text)), key=lambda word: (-len(word), word))
    return " ".join(words[:3])


async def look_up(house: House, command: str, option: str, value: str) -> Interaction:
    """Run a look-up as an English-speaking member."""
    answered = await house.member.run(house.text, command, {option: value})
    assert answered.error is None, (command, value)
    return answered


async def all_titles(house: House, answered: Interaction) -> list[str]:
    """Return a list's titles over all of its pages."""
    titles = titles_of(answered.message)
    while buttons_of(answered.message) and not disabled_of(answered.message)[-1]:
        await house.member.click(answered.message, label="Next")
        titles += titles_of(answered.message)
    return titles


async def test_the_seeds_hold_23_papers() -> None:
    assert len(PAPERS) == len({paper.title for paper in PAPERS}) == 23


@pytest.mark.parametrize(
    "typed",
    [
        str,
        str.lower,
        str.upper,
        lambda title: unicodedata.normalize("NFD", title),
        lambda title: title.translate(FULL_WIDTH),
        lambda title: f"  {title} ",
        lambda title: title.replace(":", "").replace("-", " "),
    ],
    ids=["as written", "lower", "upper", "NFD", "full width", "blanks", "no punctuation"],
)
async def test_every_paper_is_found_by_its_whole_title(
    library: House, typed: Callable[[str], str]
) -> None:
    for paper in PAPERS:
        answered = await look_up(library, "paper", "title", typed(paper.title))
        assert title_of(answered.message) == paper.title
        assert not answered.ephemeral


async def test_every_paper_is_found_by_the_end_of_its_title(library: House) -> None:
    for paper in PAPERS:
        part = " ".join(paper.title.split()[-2:])
        answered = await look_up(library, "paper", "title", part)
        assert paper.title in [title_of(answered.message), *titles_of(answered.message)]


async def test_every_paper_is_found_by_the_arxiv_ids_that_its_comments_name(
    library: House,
) -> None:
    named = [
        (paper, found) for paper in PAPERS for url in paper.links if (found := ARXIV.search(url))
    ]
    assert len(named) >= 10
    for paper, found in named:
        number = found[1]
        for typed in (
            number,
            f"arXiv:{number}v2",
            f"https://arxiv.org/abs/{number}",
            f"<https://arxiv.org/pdf/{number}v1.pdf>",
        ):
            answered = await look_up(library, "paper", "title", typed)
            assert paper.title in [title_of(answered.message), *titles_of(answered.message)]


async def test_a_paper_shows_authors_comment_abstract_and_tags(library: House) -> None:
    answered = await look_up(library, "paper", "title", "Decoding-based Regression")
    text = text_of(answered.message)
    paper = next(paper for paper in PAPERS if paper.title == "Decoding-based Regression")
    assert "Xingyou Song, Dara Bahri" in text
    assert paper.en[0] in text
    assert paper.abstract
    assert paper.abstract[:80] in text
    assert "`#autoregressive-model`" in text


async def test_an_ambiguous_name_lists_every_candidate(library: House) -> None:
    answered = await look_up(library, "paper", "title", "sparse")
    assert sorted(titles_of(answered.message)) == [
        "Native Sparse Attention: Hardware-Aligned and Natively Trainable Sparse Attention",
        "The Sparse Frontier: Sparse Attention Trade-offs in Transformer LLMs",
    ]
    assert not answered.ephemeral


async def test_every_tag_lists_exactly_the_papers_that_carry_it(library: House) -> None:
    tags = {tag for paper in PAPERS for tag in paper.tags}
    for tag in sorted(tags):
        expected = sorted(paper.title for paper in PAPERS if tag in paper.tags)
        for typed in (tag, f"#{tag.upper()}", tag.replace("-", " ")):
            answered = await look_up(library, "tag", "name", typed)
            assert sorted(await all_titles(library, answered)) == expected, typed
            papers = "paper" if len(expected) == 1 else "papers"
            assert title_of(answered.message) == f"#{tag} · {len(expected)} {papers}"


async def test_every_author_lists_exactly_their_papers_accents_typed_or_not(
    library: House,
) -> None:
    written: dict[str, list[EntryDraft]] = {}
    for paper in PAPERS:
        for author in paper.authors:
            written.setdefault(author, []).append(paper)
    for author, papers in written.items():
        typed = {author, bare(author).lower()} if not author.isascii() else {author.lower()}
        for name in typed:
            answered = await look_up(library, "author", "name", name)
            assert sorted(titles_of(answered.message)) == sorted(each.title for each in papers)
            # The heading has the name as the digests write it.
            assert title_of(answered.message).startswith(f"{author} · ")


@pytest.mark.parametrize(
    ("typed", "heading", "paper"),
    [
        ("emmanuel candes", "Emmanuel Candès", "s1:"),
        ("SERCAN O ARIK", ARIK, "SETS:"),
        ("Thaddaus Wiedemer", "Thaddäus Wiedemer", "LLMs on the Line"),
        (
            unicodedata.normalize("NFD", "Thaddäus Wiedemer"),
            "Thaddäus Wiedemer",
            "LLMs on the Line",
        ),
        ("Li Fei Fei", "Li Fei-Fei", "s1:"),
    ],
)
async def test_a_heading_has_the_name_as_the_digests_write_it(
    library: House, typed: str, heading: str, paper: str
) -> None:
    answered = await look_up(library, "author", "name", typed)
    assert title_of(answered.message) == f"{heading} · 1 paper"
    assert titles_of(answered.message)[0].startswith(paper)


async def test_every_paper_is_found_by_words_of_its_english_text(library: House) -> None:
    for paper in PAPERS:
        query = longest_words(r"[A-Za-z]{4,}", " ".join((*paper.en, paper.abstract or "")))
        answered = await look_up(library, "search", "query", query)
        assert paper.title in titles_of(answered.message), query


async def test_every_paper_is_found_by_words_of_its_korean_comment(library: House) -> None:
    for paper in PAPERS:
        query = longest_words(r"[가-힣]{2,}", " ".join(paper.ko))
        answered = await look_up(library, "search", "query", query)
        assert paper.title in titles_of(answered.message), query
        assert title_of(answered.message).endswith(
            ("검색 결과 1편", "검색 결과 2편", "검색 결과 3편")
        )


@pytest.mark.parametrize(
    ("query", "paper"),
    [
        ("자릿수", "Decoding-based Regression"),
        ("자릿수를", "Decoding-based Regression"),
        ("롤아웃에서는", "First Return"),
        ("공간축이", "Token-Shuffle"),
        ("메타데이터가", "When Does Metadata"),
        (unicodedata.normalize("NFD", "메타데이터"), "When Does Metadata"),
        ("gradients clipped adaptively", "AdaGC"),
        ("JAILBREAKS", "Constitutional Classifiers"),
        ("jailbreak".translate(FULL_WIDTH), "Constitutional Classifiers"),
    ],
)
async def test_words_are_found_in_other_forms(library: House, query: str, paper: str) -> None:
    answered = await look_up(library, "search", "query", query)
    assert any(title.startswith(paper) for title in titles_of(answered.message))
    assert not answered.ephemeral


HOSTILE = [
    '"',
    "'; DROP TABLE papers; --",
    "*",
    '"unclosed phrase',
    "NEAR(",
    "NEAR(a b, 3)",
    "a AND",
    "OR NOT",
    "-rl",
    "title:rl",
    ":",
    "{a b}",
    "^rl",
    "%",
    "_",
    "🤖🎉",
    "\u200b",
    "@everyone @here <@1> <@&2> <#3>",
    "**bold** ||spoiler|| [x](https://example.org) `code` # head",
    "{name} {0} {count:a|b}",
    "../../etc/passwd",
]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("paper", "title"),
        ("tag", "name"),
        ("author", "name"),
        ("search", "query"),
        ("digest", "date"),
    ],
)
async def test_no_text_is_an_error_or_a_ping(library: House, command: str, option: str) -> None:
    for text in HOSTILE:
        answered = await look_up(library, command, option, text)
        message = answered.message
        assert_tame(message, text)
        if not message.embeds:
            assert answered.ephemeral, text


def assert_tame(message: Message, typed: str) -> None:
    """Check that a reply pings nobody, and shows what was typed without obeying it."""
    assert message.mention_ids == []
    assert message.mention_roles == []
    assert not message.mention_everyone
    shown = text_of(message)
    assert "@everyone" not in shown
    assert "<@1>" not in shown.replace("\\<", "")
    assert "[x](https://" not in shown
    assert "Something went wrong" not in shown, typed


@pytest.mark.parametrize(("command", "option"), [("paper", "title"), ("search", "query")])
async def test_2000_characters_are_no_error(library: House, command: str, option: str) -> None:
    for text in ("x" * 2000, "scaling law " * 166, "추론을 " * 500, "🤖" * 1000):
        answered = await look_up(library, command, option, text)
        assert len(answered.message.content) < 2000
        assert "Something went wrong" not in answered.message.content


@pytest.mark.parametrize(
    ("command", "option", "typed", "nearest"),
    [
        ("paper", "title", "simpel test time scalling", "s1: Simple test-time scaling"),
        (
            "paper",
            "title",
            "Octothinkr",
            "OctoThinker: Revisiting Mid-Training In the Era of RL Scaling",
        ),
        ("paper", "title", "추론", "s1: Simple test-time scaling"),
        ("tag", "name", "resoning", "reasoning"),
        ("tag", "name", "r1", "rl"),
        (
            "paper",
            "title",
            "토큰 셔플 논문",
            "Token-Shuffle: Towards High-Resolution Image Generation with Autoregressive Models",
        ),
        (
            "paper",
            "title",
            "NSA",
            "Native Sparse Attention: Hardware-Aligned and Natively Trainable Sparse Attention",
        ),
        ("tag", "name", "추론", "reasoning"),
        ("tag", "name", "강화학습", "rl"),
        ("tag", "name", "reinforcement learning", "rl"),
        ("tag", "name", "scaling law of", "scaling-law"),
        ("author", "name", "emanuel candes", "Emmanuel Candès"),
        ("author", "name", "Candes", "Emmanuel Candès"),
        ("author", "name", "루크 제틀모이어", "Luke Zettlemoyer"),
        ("author", "name", "Arik", ARIK),
        ("author", "name", "Fei-Fei Li", "Li Fei-Fei"),
        ("digest", "date", "2025-04-26", "25 April 2025"),
    ],
)
async def test_what_is_not_found_is_said_to_the_asker_alone_with_the_nearest_names(
    library: House, command: str, option: str, typed: str, nearest: str
) -> None:
    answered = await look_up(library, command, option, typed)
    assert answered.ephemeral
    assert nearest in nearest_of(answered.message)
    assert len(nearest_of(answered.message)) <= 5


async def test_nonsense_is_offered_nothing(library: House) -> None:
    for command, option in (("paper", "title"), ("tag", "name"), ("author", "name")):
        answered = await look_up(library, command, option, "zqxjkv wvqzx")
        assert answered.ephemeral
        assert "zqxjkv wvqzx" in answered.message.content
        assert nearest_of(answered.message) == []


@pytest.mark.parametrize(
    "typed",
    [
        *("2025-04-25", "2025. 4. 25.", "2025년 4월 25일", "20250425", "2025/4/25"),
        *("April 25", "25 April 2025", "작년 4월 25일", "2025년 4월", "4월", "spring 2025"),
    ],
)
async def test_a_digest_is_listed_by_its_date_however_written(library: House, typed: str) -> None:
    answered = await look_up(library, "digest", "date", typed)
    assert "25 April 2025" in text_of(answered.message) or "2025년 4월 25일" in text_of(
        answered.message
    )
    digest = next(each for each in DIGESTS if each.date.isoformat() == "2025-04-25")
    assert titles_of(answered.message) == [paper.title for paper in digest.entries]


async def test_without_a_date_the_latest_digest_is_listed(library: House) -> None:
    answered = await library.member.run(library.text, "digest", {})
    assert title_of(answered.message) == "Digest of 10 July 2025 · 5 papers"
    assert len(titles_of(answered.message)) == 5


@pytest.mark.parametrize("typed", ["someday", "2025-02-30", "2025-13-01", "99/99"])
async def test_what_is_no_date_is_said_with_an_example(library: House, typed: str) -> None:
    answered = await look_up(library, "digest", "date", typed)
    assert answered.ephemeral
    assert "2025-04-25" in answered.message.content


async def test_a_posted_paper_links_to_its_post_and_thread(library: House) -> None:
    answered = await look_up(library, "paper", "title", "s1")
    post = library.messages(library.text)[1]
    here = f"https://discord.com/channels/{library.guild.id}"
    assert f"[Post]({here}/{library.text.id}/{post.id})" in text_of(answered.message)
    assert f"[Thread]({here}/{post.thread_id})" in text_of(answered.message)


async def test_a_list_links_to_posts_where_they_are_and_to_papers_elsewhere(
    library: House,
) -> None:
    answered = await look_up(library, "tag", "name", "autoregressive-model")
    post = library.messages(library.text)[4]
    link = f"https://discord.com/channels/{library.guild.id}/{library.text.id}/{post.id}"
    text = text_of(answered.message)
    assert f"[Decoding-based Regression]({link})" in text
    assert (
        "[Token-Shuffle: Towards High-Resolution Image Generation with Autoregressive Models](https://arxiv.org/"
        in text
    )


async def test_no_link_leads_to_another_server(library: House) -> None:
    world = library.sandbox.world
    elsewhere = world.add_guild("Elsewhere")
    channel = world.add_channel(elsewhere, "talk")
    world.add_member(elsewhere, library.member.user)
    for place in (channel, library.member.dm_channel()):
        for command, given in (("paper", {"title": "s1"}), ("digest", {"date": "2025-02-03"})):
            answered = await library.member.run(place, command, given)
            assert "s1: Simple test-time scaling" in text_of(answered.message)
            assert "discord.com/channels" not in text_of(answered.message)
