"""What a question asks for, before anything is looked up."""

from __future__ import annotations

from datetime import date

import pytest

from bot.retrieval import understand
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
