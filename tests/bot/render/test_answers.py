"""Answers within Discord's limits, whatever they quote, obeying nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.records import Answer, Citation, Fact
from bot.render.answers import (
    Sentence,
    Sources,
    render_answer,
    render_evidence,
    render_phrased,
)
from bot.retrieval import Ranked
from storage.models import Post
from tests.bot.render.builders import make_entry
from tests.bot.render.discord_rules import check_payload, show

DAY = date(2025, 4, 25)
HOSTILE = "@everyone <@1> **b** __u__ ||s|| `c` [x](https://evil.example) # h"
TEXTS = st.text(min_size=1, max_size=60) | st.sampled_from(
    [HOSTILE, "# head", "> quote", "- list", "<#3>", "```\nx\n```", "가나 다" * 500, "x" * 1500]
)


def cite(number: int, quote: str) -> Citation:
    return Citation(entry_id=number, title="A Paper", date=DAY, language="en", quote=quote)


def ranked(number: int) -> Ranked:
    return Ranked(
        entry_id=number,
        paper_id=number,
        date=DAY,
        score=1.0,
        coverage=1.0,
        strengths=(),
        names=frozenset(),
        is_named=False,
    )


def answer(
    text: str = "A Paper (2025-04-25)\n> x",
    *,
    citations: tuple[Citation, ...] = (),
    listed: tuple[int, ...] = (),
    nearest: tuple[int, ...] = (),
) -> Answer:
    return Answer(
        question="?",
        language="en",
        abstained=not citations,
        text=text,
        citations=citations,
        ranked=tuple(map(ranked, listed)),
        nearest=tuple(map(ranked, nearest)),
        confidence=1.0,
    )


def sources(*titles: str, posted: bool = True) -> Sources:
    entries = {
        number: make_entry(number, title=title) for number, title in enumerate(titles, start=1)
    }
    post = {
        number: Post(
            entry_id=number,
            guild_id=10**19,
            channel_id=10**19 + 1,
            message_id=10**19 + number,
            thread_id=10**19 + number,
        )
        for number in entries
    }
    return Sources(entries=entries, posts=post if posted else {}, language="en")


def body(text: str | None) -> str:
    """Return what is quoted, without our own marks."""
    return "\n".join(line[2:] for line in (text or "").splitlines() if line.startswith("> "))


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS, TEXTS)
def test_quotes_titles_and_questions_keep_within_limits_and_do_nothing(
    quotes: list[str], title: str, question: str
) -> None:
    message = render_answer(
        answer(citations=tuple(cite(1, quote) for quote in quotes)),
        sources(title),
        question=question,
    )
    check_payload(message.to_payload())
    assert show(body(message.embeds[0].description)).effects == []


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=10), TEXTS)
def test_a_list_keeps_within_limits(titles: list[str], quote: str) -> None:
    numbers = tuple(range(1, len(titles) + 1))
    citations = tuple(cite(number, quote) for number in numbers)
    text = f"{len(titles)} papers:\n• A Paper"
    message = render_answer(
        answer(text, citations=citations, listed=numbers), sources(*titles), question=quote
    )
    check_payload(message.to_payload())


def test_a_list_of_ten_long_papers_names_them_all() -> None:
    numbers = tuple(range(1, 11))
    titles = [f"{number} {'word ' * 79}" for number in numbers]
    citations = tuple(cite(number, "quote " * 200) for number in numbers)
    message = render_answer(
        answer("10 papers:\n• A", citations=citations, listed=numbers), sources(*titles)
    )
    check_payload(message.to_payload())
    text = "".join(embed.description or "" for embed in message.embeds)
    assert text.count("- [") == 10
    assert text.startswith("10 papers:")


@settings(max_examples=30, deadline=None)
@given(TEXTS, TEXTS)
def test_an_abstention_keeps_within_limits(sentence: str, title: str) -> None:
    text = " ".join(sentence.split()) or "x"
    message = render_answer(answer(text, nearest=(1, 2, 3)), sources(title, title, title))
    check_payload(message.to_payload())


def test_what_is_known_of_two_papers_stands_under_each() -> None:
    facts = tuple(
        Fact(entry_id=number, label="Authors", text=f"Writer {number}") for number in (1, 2)
    )
    titles = (cite(1, "A Paper"), cite(2, "A Paper"))
    message = render_answer(replace(answer(citations=titles), facts=facts), sources("One", "Two"))
    lines = (message.embeds[0].description or "").splitlines()

    assert "One" in lines[0]
    assert lines[1] == "Authors: Writer 1"
    assert "Two" in lines[2]
    assert lines[3] == "Authors: Writer 2"


def test_an_abstention_names_the_nearest_papers_that_are_still_there() -> None:
    message = render_answer(answer("Nothing.", nearest=(1, 9)), sources("One"))
    assert (message.embeds[0].description or "").count("\n- [") == 1


def test_what_may_be_meant_instead_stands_below_the_quotes_where_there_is_room() -> None:
    offered = render_answer(answer(citations=(cite(1, "x"),), nearest=(2,)), sources("One", "Two"))
    long = "x " * 2000
    full = answer(citations=(cite(1, long), cite(1, long)), nearest=(2,))

    above, _, below = (offered.embeds[0].description or "").partition("Or do you mean:\n- ")
    assert "One" in above
    assert below.startswith("[Two](")
    assert "Or do you mean" not in (
        render_answer(full, sources("One", "Two" * 60)).embeds[0].description or ""
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS)
def test_a_models_words_keep_within_limits_and_do_nothing(words: list[str], quote: str) -> None:
    evidence = (cite(1, quote), cite(1, quote), cite(2, quote))
    sentences = [Sentence(text=text, sources=(0, 2)) for text in words]
    message = render_phrased(sentences, evidence, sources("One", "Two"), question=quote)
    check_payload(message.to_payload())


def test_a_models_sentences_are_numbered_by_the_quotes_that_are_used() -> None:
    evidence = (cite(1, "first"), cite(1, "second"), cite(2, "third"))
    sentences = [Sentence(text="A.", sources=(2,)), Sentence(text="B.", sources=(1, 2))]
    message = render_phrased(sentences, evidence, sources("One", "Two", posted=False))
    text = message.embeds[0].description or ""
    assert "first" not in text
    assert text.index("**1.** [One]") < text.index("> second") < text.index("**2.** [Two]")
    assert text.startswith("A. [[2]](https://arxiv.org/")
    assert "B. [[1]](" in text


def test_links_lead_to_the_post_the_thread_and_the_paper() -> None:
    message = render_evidence((cite(1, "x"),), sources("One"))
    text = message.embeds[0].description or ""
    assert "[One](https://arxiv.org/search/" in text
    here = "https://discord.com/channels/10000000000000000000"
    assert f"[Post]({here}/10000000000000000001/10000000000000000001)" in text
    assert f"[Thread]({here}/10000000000000000001)" in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_answer_is_dated_in_its_language(language: str) -> None:
    made = sources("One")
    chosen = Sources(entries=made.entries, posts=made.posts, language=language)
    text = render_evidence((cite(1, "x"),), chosen).embeds[0].description or ""
    assert ("25 April 2025" in text) == (language == "en")
    assert ("2025년 4월 25일" in text) == (language == "ko")
