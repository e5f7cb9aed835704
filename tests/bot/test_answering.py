"""Answers: exact quotes, lists, and saying that there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import READ_ENTRIES, Answer, answer
from bot.messages import say
from bot.retrieval import rank, understand
from bot.retrieval.glossary import load_glossary
from bot.retrieval.memory import index_entries
from bot.retrieval.passages import best_share
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
INDEX = index_entries(ENTRIES.values())


def ask(question: str, entries: Mapping[int, Entry] = ENTRIES) -> Answer:
    index = INDEX if entries is ENTRIES else index_entries(entries.values())
    query = understand(question, today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)
    return answer(query, ranking, entries, glossary=load_glossary())


def stored(entry: Entry) -> str:
    return "\n".join([entry.paper.title, entry.paper.abstract or "", *entry.ko, *entry.en])


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("how many questions are in s1K?", "1,000 questions"),
        ("which language model was s1 finetuned from?", "Qwen2.5-32B-Instruct"),
        ("s1은 몇 개 샘플로 학습했어?", "1K 샘플"),
        ("s1은 샘플을 얼마나 썼어?", "1K 샘플"),
        ("스파스 어텐션 논문", "스파스 어텐션에 대한"),
    ],
)
def test_an_answer_quotes_the_evidence(question: str, evidence: str) -> None:
    found = ask(question)

    assert not found.abstained
    assert evidence in found.text[:700]


def test_where_a_number_is_asked_for_a_sentence_that_says_one_comes_first() -> None:
    assert "1K" in ask("how many samples was s1 trained with?").citations[0].quote


@pytest.mark.parametrize(
    "question", ["what's new?", "anything new?", "최근 논문 알려줘", "새로 나온 거 있어?"]
)
def test_who_asks_for_the_newest_gets_the_newest_digest(question: str) -> None:
    found = ask(question)

    assert [each.title for each in found.citations] == [SPARSE.paper.title]


@pytest.mark.parametrize("question", ["thanks!", "ok, thank you so much", "고마워", "감사합니다"])
def test_who_says_thanks_is_welcome(question: str) -> None:
    found = ask(question)

    assert found.text == say(found.language, "answer.welcome")


@pytest.mark.parametrize("question", ["hello", "안녕하세요"])
def test_who_asks_for_nothing_is_told_what_can_be_asked(question: str) -> None:
    found = ask(question)

    assert found.abstained
    assert found.nearest == ()
    assert found.text == say(found.language, "answer.unclear")


@pytest.mark.parametrize(
    "question", ["s1의 정확도는 몇 %야?", "by what percent did s1's accuracy go up?"]
)
def test_a_share_answers_who_asks_for_accuracy(question: str) -> None:
    assert "27%" in ask(question).text


def test_sentences_that_follow_one_another_are_one_quote_in_their_order() -> None:
    found = ask(
        "which language model was s1 finetuned from, by how much does it exceed o1-preview?"
    )

    assert "1,000 questions. After finetuning the Qwen2.5" in found.citations[0].quote
    assert all(each.quote in stored(ENTRIES[each.entry_id]) for each in found.citations)


@pytest.mark.parametrize("typed", ["qwen2.5", "Qwen 2.5", "Qwen-2.5", "Qwen2.5-32B", "qwen2.5로"])
def test_a_name_and_its_number_are_found_however_they_are_joined(typed: str) -> None:
    found = ask(f"{typed} finetuning")

    assert found.ranked[0].entry_id == S1.id
    assert not found.abstained


def test_a_description_that_fits_two_papers_is_answered_with_both() -> None:
    other = replace(SPARSE.paper, id=3, title="Notes on Heads")
    entries = {1: S1, 2: SPARSE, 3: replace(SPARSE, id=3, paper=other, ko=())}

    found = ask("paper on the scaling laws of attention", entries)
    named = ask("the Sparse Frontier paper on attention", entries)

    assert [each.entry_id for each in found.nearest] == [3]
    assert found.text.endswith("\nOr: Notes on Heads (2025-04-25)")
    assert named.nearest == ()


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


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("s1이랑 BAM 차이가 뭐야?", {1, 3}),
        ("difference between s1 and BAM", {1, 3}),
        ("difference between s1 and attention", set()),
    ],
)
def test_a_name_in_a_comparison_may_be_part_of_a_longer_one(
    question: str, quoted: set[int]
) -> None:
    paper = Paper(
        id=3, title="BAM! Just Like That", authors=(), abstract="We merge experts.", url=None
    )
    more = (replace(SPARSE, id=number, paper=replace(SPARSE.paper, id=number)) for number in (4, 5))
    entries = {
        entry.id: entry for entry in (S1, SPARSE, replace(SPARSE, id=3, paper=paper, ko=()), *more)
    }
    found = ask(question, entries)

    assert {quote.entry_id for quote in found.citations} == quoted


def test_a_list_by_a_filter_counts_papers_that_lack_its_weak_words() -> None:
    found = ask("Piotr Nawrot이 너무 많은 논문")

    assert found.text.startswith("논문 1편이에요.")


def test_authors_and_tags_are_said_when_they_are_asked_for() -> None:
    assert "Authors: Niklas Muennighoff, Luke Zettlemoyer" in ask("who wrote s1?").text
    assert "태그: #reasoning" in ask("s1의 태그는?").text
    assert "Authors" not in ask("what is s1?").text


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("who wrote s1?", "Authors: Niklas Muennighoff, Luke Zettlemoyer"),
        ("s1 언제 나왔어?", "다이제스트: 2025-02-03"),
        ("when was s1 posted?", "Digest: 2025-02-03"),
        ("s1 tags?", "Tags: #reasoning"),
        ("s1 링크 줘", "링크: https://arxiv.org/search/?query=s1+Simple+test-time+scaling"),
        ("s1 논문 제목이 뭐야?", "제목: s1: Simple test-time scaling"),
    ],
)
def test_what_is_known_of_a_paper_is_said_and_quotes_its_title(question: str, fact: str) -> None:
    found = ask(question)

    assert not found.abstained
    assert fact in found.text
    assert [quote.quote for quote in found.citations] == [S1.paper.title]
    assert found.facts


def test_of_two_papers_that_are_close_the_better_sentence_decides() -> None:
    scattered = replace(
        SPARSE,
        id=3,
        paper=replace(
            SPARSE.paper,
            id=3,
            title="Merging Routers of Experts",
            abstract="We merge. Routers differ. Experts vary. Merging is cheap.",
        ),
        ko=(),
        tags=(),
    )
    together = replace(
        scattered,
        id=4,
        paper=replace(
            scattered.paper,
            id=4,
            title="Another View",
            abstract="Merging the routers of experts is all we do. Merging routers works.",
        ),
    )
    entries = {entry.id: entry for entry in (scattered, together)}
    index = index_entries(entries.values())
    query = understand("merging routers cheaply works", today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)
    first, second = ranking.items
    close = replace(ranking, items=(first, replace(second, score=0.95 * first.score)))

    said = answer(query, close, entries, glossary=load_glossary())

    assert {item.entry_id for item in said.ranked} == {3, 4}
    best = max(
        (3, 4),
        key=lambda each: best_share(
            entries[each], query, ranking.rarities, glossary=load_glossary()
        ),
    )
    assert said.ranked[0].entry_id == best


@pytest.mark.parametrize(
    "question", ["what is the latest paper?", "가장 최근 다이제스트에는 뭐가 있어?"]
)
def test_the_latest_is_the_newest_digest(question: str) -> None:
    assert [item.entry_id for item in ask(question).ranked] == [2]


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


def test_what_no_paper_is_about_is_not_put_down_to_the_date() -> None:
    found = ask("오늘 날씨 어때?")

    assert found.abstained
    assert found.text.startswith(say("ko", "answer.none"))


@pytest.mark.parametrize(
    "question", ["summarize the digest of April 25", "4월 25일 다이제스트 요약 좀 해줘"]
)
def test_a_digest_summed_up_is_its_papers(question: str) -> None:
    assert [each.title for each in ask(question).citations] == [SPARSE.paper.title]
