"""What a question asks for, before anything is looked up."""

from __future__ import annotations

from datetime import date

import pytest

from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.query import Intent
from tests.bot.answering.entries import make_entry

TODAY = date(2025, 2, 20)
INDEX = index_entries(
    [make_entry(1, "Tuning", "It is tuned.", date(2025, 2, 18), tags=("instruction",))]
)


@pytest.mark.parametrize(
    ("question", "spellings"),
    [
        ("6천만 파라미터", {("60m",), ("60", "million")}),
        ("3백억 토큰", {("30b",), ("30", "billion")}),
        ("4천 개", {("4k",), ("4", "thousand"), ("4000",)}),
        ("2.2만 문장", {("22k",), ("22", "thousand"), ("22000",)}),
    ],
)
def test_a_korean_number_is_looked_for_as_english_writes_it(
    question: str, spellings: set[tuple[str, ...]]
) -> None:
    number, *_ = understand(question, today=TODAY, index=INDEX).terms
    assert {each.tokens for each in number.alternatives} == spellings


def test_what_is_unlabeled_has_no_tag() -> None:
    assert understand("labeled instruction", today=TODAY, index=INDEX).tags
    assert not understand("unlabeled instruction", today=TODAY, index=INDEX).tags


@pytest.mark.parametrize("question", ["튜닝 성능이 어떻게 되나요", "비용은 어느 정도야"])
def test_how_good_it_is_is_answered_by_a_number(question: str) -> None:
    assert understand(question, today=TODAY, index=INDEX).intent is Intent.NUMBER


@pytest.mark.parametrize(
    "question",
    [
        "what does tuning mean?",
        "what does tuning stand for",
        "define tuning",
        "튜닝이 무슨 뜻이야?",
        "튜닝 뜻이 뭔가요",
        "튜닝 약자 뜻",
    ],
)
def test_who_asks_what_a_term_means_asks_for_that_term(question: str) -> None:
    terms = understand(question, today=TODAY, index=INDEX).terms
    assert [term.text.startswith(("tuning", "튜닝")) for term in terms] == [True]


def test_what_means_something_in_a_paper_is_a_term_of_it() -> None:
    assert len(understand("a mean of tuning scores", today=TODAY, index=INDEX).terms) > 1


@pytest.mark.parametrize("question", ["튜닝 논문 어땠어?", "그 논문 어때", "튜닝 논문은 어땠대?"])
def test_how_a_paper_was_asks_for_the_comment(question: str) -> None:
    assert understand(question, today=TODAY, index=INDEX).intent is Intent.OPINION


PEOPLE = index_entries(
    [
        make_entry(1, "Worlds", "We plan in it.", date(2025, 2, 17), authors=("Yann LeCun",)),
        make_entry(2, "Weights", "We make them.", date(2025, 2, 18), authors=("Sung Ju Hwang",)),
        make_entry(3, "Handle", "A handle for candles.", date(2025, 2, 18), authors=("Li Kandel",)),
    ]
)


@pytest.mark.parametrize(
    ("question", "token"),
    [
        ("르쿤 논문", "~lecun"),
        ("르쿤 논문 뭐있음?", "~lecun"),
        ("Weights 여기 황성주 교수님 들어가있음?", "@sung ju hwang"),
        ("황성주 박사 논문", "@sung ju hwang"),
        ("월드 모델 다룬 얀 르쿤 논문", "@yann lecun"),
    ],
)
def test_a_surname_alone_or_an_honorific_tells_of_an_author(question: str, token: str) -> None:
    (author,) = understand(question, today=TODAY, index=PEOPLE).authors
    assert author.tokens == (token,)


@pytest.mark.parametrize("question", ["핸들 논문", "캔들 논문", "지도 교수 논문", "뮤온 논문"])
def test_a_word_that_is_no_surname_tells_of_no_author(question: str) -> None:
    assert not understand(question, today=TODAY, index=PEOPLE).authors


@pytest.mark.parametrize(
    "question",
    [
        "is Yann LeCun on the Worlds paper?",
        "did Yann LeCun work on Worlds",
        "르쿤 교수가 Worlds에 참여했어?",
    ],
)
def test_whether_somebody_wrote_a_paper_asks_for_no_list(question: str) -> None:
    query = understand(question, today=TODAY, index=PEOPLE)
    assert query.authors
    assert query.intent is Intent.FACT


@pytest.mark.parametrize(
    "question",
    [
        "what cuts the cost of a long chain of thought?",
        "what makes the model think longer?",
        "does the model think in steps",
        "merged from dense models, cohere i think",
    ],
)
def test_what_a_model_thinks_is_no_opinion(question: str) -> None:
    assert understand(question, today=TODAY, index=INDEX).intent is not Intent.OPINION


@pytest.mark.parametrize(
    "question", ["what do you think of tuning?", "did they think it works", "thoughts on tuning"]
)
def test_what_somebody_thinks_of_it_is_an_opinion(question: str) -> None:
    assert understand(question, today=TODAY, index=INDEX).intent is Intent.OPINION


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("how are reasoning models made?", True),
        ("추론 모델은 어떻게 만들어?", True),
        ("how are music generation models made?", False),
    ],
)
def test_a_concept_that_no_entry_has_is_looked_for_without_its_weak_words(
    question: str, is_found: bool
) -> None:
    entry = make_entry(1, "Data", "Distilled data for reasoning and generation.", TODAY)
    index = index_entries([entry])
    ranking = rank(understand(question, today=TODAY, index=index), index, until=TODAY, limit=1)

    assert (0 not in ranking.unknown) == is_found


@pytest.mark.parametrize(
    "question", ["tuning isn't enough", "tuning doesn't", "why can\u2019t tuning"]
)
def test_what_is_not_is_no_word_of_its_own(question: str) -> None:
    terms = understand(question, today=TODAY, index=INDEX).terms
    assert not any(term.text.endswith("-t") for term in terms)


@pytest.mark.parametrize(
    ("texts", "is_scored_twice"),
    [
        (["It is efficient.", "The efficiency."] * 12, False),
        (["It is efficient."] * 25 + ["효율을 높인다."] * 5, True),
        (["It is efficient."] * 5, True),
    ],
)
def test_a_common_word_is_scored_once_where_nearly_all_have_its_concept_by_it(
    texts: list[str], is_scored_twice: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.retrieval.terms.MOST", 20)
    entries = [
        make_entry(number, f"P{number}", text, date(2025, 1, 1), authors=("Ada",))
        for number, text in enumerate(texts, start=1)
    ]
    query = understand("efficiency", today=date(2025, 2, 1), index=index_entries(entries))
    (term,) = query.terms
    assert (("effici",) in [each.tokens for each in term.alternatives]) is is_scored_twice
