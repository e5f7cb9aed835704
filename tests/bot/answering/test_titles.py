"""Titles that are quoted."""

from __future__ import annotations

import pytest

from tests.bot.answering.conftest import Ask


@pytest.mark.parametrize(
    "question",
    [
        'what does the paper "Sparse Books: Softmax Maps of Hardware" propose?',
        '"책으로 학습하는 소프트맥스 어텐션" 논문은 뭘 제안해?',
    ],
)
def test_a_title_that_no_paper_has_is_not_answered_from_one_with_its_words(
    ask: Ask, question: str
) -> None:
    assert ask(question).abstained


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ('what is the paper "Differential transformers" about?', "Differential Transformer"),
        ('what does "Scaling laws of precision" paper say of cost?', "Scaling Laws for Precision"),
        ('"차분 트랜스포머" 논문 알려줘', "Differential Transformer"),
        ('which paper takes a "difference of two softmax attention maps"?', "Differential"),
    ],
)
def test_a_title_may_be_quoted_in_other_words(ask: Ask, question: str, title: str) -> None:
    assert ask(question).citations[0].title.startswith(title)
