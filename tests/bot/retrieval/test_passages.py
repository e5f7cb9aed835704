"""Sentences, exactly as they are stored."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import understand
from bot.retrieval.memory import index_entries
from bot.retrieval.passages import fits_unit, has_number, split_sentences
from bot.retrieval.query import Intent, Query


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We propose NSA. It is fast.", ["We propose NSA.", "It is fast."]),
        ("Gains of 3.5% (e.g. on MATH) hold.", ["Gains of 3.5% (e.g. on MATH) hold."]),
        ("By Vaswani et al. We follow.", ["By Vaswani et al. We follow."]),
        (
            "비슷한 연구가 있었죠. (https://arxiv.org/abs/2503.01307) 성능이 높아집니다.",
            ["비슷한 연구가 있었죠. (https://arxiv.org/abs/2503.01307)", "성능이 높아집니다."],
        ),
        ("정말 그럴까요? 모르겠네요.", ["정말 그럴까요? 모르겠네요."]),
        ("", []),
        (
            "추론 없이 알 수 있을까? 하는 질문이네요. 다소 전통적인(?) 방법도 써 봤습니다.",
            ["추론 없이 알 수 있을까? 하는 질문이네요.", "다소 전통적인(?) 방법도 써 봤습니다."],
        ),
        (
            "의미가 있는가? 라는 문제가 중요하겠죠. 왜 그렇게 되는 것일까? 답은 없습니다.",
            [
                "의미가 있는가? 라는 문제가 중요하겠죠.",
                "왜 그렇게 되는 것일까?",
                "답은 없습니다.",
            ],
        ),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


@given(st.text(alphabet="Ab1. ?!(가나)다\n", max_size=80))
def test_every_sentence_is_a_piece_of_the_text_and_none_is_lost(text: str) -> None:
    sentences = list(split_sentences(text))

    assert all(sentence in text for sentence in sentences)
    assert "".join("".join(sentences).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", ["79.2% of them", "1,389 samples", "2.5T 학습", "64 Expert", "three trillion tokens"]
)
def test_a_number_is_seen(text: str) -> None:
    assert has_number(text)


@pytest.mark.parametrize("text", ["like GPT", "see https://arxiv.org/abs/2503.01307", "숫자 없음"])
def test_an_address_says_no_number(text: str) -> None:
    assert not has_number(text)


@pytest.mark.parametrize(
    "text", [r"a 2.7$\times$ speedup", "2.7x", "3 times", "두 배, 2배 빠르다", "27%"]
)
def test_how_much_faster_is_said_in_many_ways(text: str) -> None:
    query = Query(question="얼마나 빨라져?", language="ko", intent=Intent.NUMBER, terms=())

    assert fits_unit(text, query)


@pytest.mark.parametrize("question", ["price of the mini model", "미니 가격", "미니 요금 얼마야"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("(1M 입력에 $0.15, 출력에 $0.6)", True),
        ("It costs 3 dollars per million tokens.", True),
        ("The 7B model is trained on 2T tokens.", False),
    ],
)
def test_a_price_is_a_number_of_money(question: str, text: str, says: bool) -> None:
    query = understand(question, today=date(2025, 2, 20), index=index_entries([]))
    assert query.intent is Intent.NUMBER
    assert fits_unit(text, query) is says


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("what size is the model?", False),
        ("what batch size is used?", None),
        ("모델 크기는?", False),
        ("배치 크기는?", None),
    ],
)
def test_the_size_of_a_batch_is_any_number(question: str, says: bool | None) -> None:
    query = understand(question, today=date(2025, 2, 3), index=index_entries([]))

    assert fits_unit("It trains well on batches of 512.", query) is says
