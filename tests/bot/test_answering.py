"""Answers: exact quotes, lists, and saying that there is nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import READ_ENTRIES, Answer, answer
from bot.retrieval import Index, rank, understand
from bot.retrieval.glossary import load_glossary
from storage.models import Entry, Paper

TODAY = date(2025, 8, 1)
S1 = Entry(
    id=1,
    paper=Paper(
        id=1,
        title="s1: Simple test-time scaling",
        authors=("Niklas Muennighoff", "Luke Zettlemoyer"),
        abstract=(
            "Test-time scaling is a promising approach. First, we curate a small dataset s1K of "
            "1,000 questions. After finetuning the Qwen2.5-32B-Instruct language model, our model "
            "exceeds o1-preview by up to 27% (MATH and AIME24)."
        ),
        url=None,
    ),
    date=date(2025, 2, 3),
    position=0,
    ko=(
        "1K 샘플로 학습시킨 디코딩 방법. (https://arxiv.org/abs/2402.10200)",
        "X1 작명이 유행하는군요.",
    ),
    en=("Training on 1K samples. By the way, the X1 style of naming has become trendy.",),
    tags=("reasoning",),
    links=(),
    revision="",
)
SPARSE = Entry(
    id=2,
    paper=Paper(
        id=2,
        title="Sparse Frontier",
        authors=("Piotr Nawrot",),
        abstract="We study sparse attention and its scaling laws.",
        url=None,
    ),
    date=date(2025, 4, 25),
    position=0,
    ko=("스파스 어텐션에 대한 스케일링 법칙.",),
    en=(),
    tags=("attention",),
    links=(),
    revision="",
)
ENTRIES = {entry.id: entry for entry in (S1, SPARSE)}
INDEX = Index(ENTRIES.values())


def ask(question: str) -> Answer:
    query = understand(question, today=TODAY, index=INDEX)
    ranking = rank(query, INDEX, until=TODAY, limit=READ_ENTRIES)
    return answer(query, ranking, ENTRIES, glossary=load_glossary())


def stored(entry: Entry) -> str:
    return "\n".join([entry.paper.title, entry.paper.abstract or "", *entry.ko, *entry.en])


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("how many questions are in s1K?", "1,000 questions"),
        ("which language model was s1 finetuned from?", "Qwen2.5-32B-Instruct"),
        ("s1은 몇 개 샘플로 학습했어?", "1K 샘플"),
        ("스파스 어텐션 논문", "스파스 어텐션에 대한"),
    ],
)
def test_an_answer_quotes_the_evidence(question: str, evidence: str) -> None:
    found = ask(question)

    assert not found.abstained
    assert evidence in found.text[:700]


def test_an_opinion_is_the_comment_in_the_language_of_the_question() -> None:
    korean, english = ask("s1에 대한 작성자의 생각은?"), ask("what did the curator think of s1?")

    assert {quote.language for quote in korean.citations} == {"ko"}
    assert "X1 작명이" in korean.text
    assert "trendy" in english.text


def test_a_list_names_each_paper_with_its_date() -> None:
    text = ask("papers since January 2025").text

    assert "s1: Simple test-time scaling (2025-02-03)" in text
    assert "Sparse Frontier (2025-04-25)" in text


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("papers about protein folding", "The digests don't say."),
        ("papers from 2019", "There is no digest of that date."),
        ("papers by Grace Hopper", "The digests have no paper by that author."),
        ("단백질 구조 예측 논문", "다이제스트에 그런 내용은 없어요."),
        ("what dropout did s1 use?", "The digests have “s1: Simple test-time scaling”, but"),
    ],
)
def test_without_evidence_there_is_one_sentence(question: str, sentence: str) -> None:
    found = ask(question)

    assert found.abstained
    assert found.citations == ()
    assert found.text.startswith(sentence)


def test_an_abstaining_answer_offers_the_nearest_papers() -> None:
    found = ask("what dropout did s1 use?")

    assert [item.entry_id for item in found.nearest][:1] == [1]
    assert "Nearest: s1: Simple test-time scaling" in found.text


def test_a_comparison_quotes_both_papers() -> None:
    found = ask("compare s1 and Sparse Frontier")

    assert {quote.entry_id for quote in found.citations} == {1, 2}


def test_authors_and_tags_are_said_when_they_are_asked_for() -> None:
    assert "Authors: Niklas Muennighoff, Luke Zettlemoyer" in ask("who wrote s1?").text
    assert "태그: #reasoning" in ask("s1의 태그는?").text
    assert "Authors" not in ask("what is s1?").text


def test_the_latest_is_the_newest_digest() -> None:
    assert [item.entry_id for item in ask("what is the latest paper?").ranked] == [2]


def test_a_topic_that_is_only_near_is_no_answer() -> None:
    assert ask("papers on linear attention").abstained


def test_an_entry_that_has_gone_is_passed_over() -> None:
    query = understand("sparse attention", today=TODAY, index=INDEX)
    ranking = rank(query, INDEX, until=TODAY, limit=READ_ENTRIES)

    assert answer(query, ranking, {}, glossary=load_glossary()).abstained


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=100).map(lambda text: f"s1 {text} samples"))
def test_every_quote_is_an_exact_piece_of_what_is_stored(question: str) -> None:
    found = ask(question)

    assert all(quote.quote in stored(ENTRIES[quote.entry_id]) for quote in found.citations)
    assert all(quote.quote in found.text for quote in found.citations[:1])
    assert found.abstained == (not found.citations)
