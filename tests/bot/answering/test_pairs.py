"""Two papers that a question names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering import Answer

Ask = Callable[[str], Answer]


def cited(found: Answer) -> list[int]:
    return list(dict.fromkeys(each.entry_id for each in found.citations))


@pytest.mark.parametrize(
    "question",
    [
        "How do KAN and MoEUT differ?",
        "is KAN better than MoEUT?",
        "KAN이랑 MoEUT는 뭐가 달라?",
        "KAN과 MoEUT의 다른 점은?",
        "KAN이랑 MoEUT 중에 뭐가 더 나아?",
        "KAN vs MoEUT",
    ],
)
def test_two_papers_that_are_compared_stand_side_by_side(ask: Ask, question: str) -> None:
    assert sorted(cited(ask(question))) == [5, 11]


def test_two_papers_may_share_what_is_said_of_each(ask: Ask) -> None:
    assert sorted(cited(ask("Gemma 2와 PaliGemma 2 차이는?"))) == [8, 9]


def test_a_name_that_is_said_once_is_one_paper(ask: Ask) -> None:
    assert cited(ask("how does PaliGemma 2 differ from others?")) in ([], [9])


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        (
            "who wrote KAN and Differential Transformer?",
            {5: "Ziming Liu, Max Tegmark", 1: "Tianzhu Ye, Furu Wei"},
        ),
        (
            "KAN이랑 OLMoE는 누가 썼어?",
            {5: "Ziming Liu, Max Tegmark", 12: "Writer M"},
        ),
        ("when were KAN and MoEUT posted?", {5: "2024-04-30", 11: "2024-05-27"}),
    ],
)
def test_the_same_facts_of_two_papers_are_told_of_each(
    ask: Ask, question: str, facts: dict[int, str]
) -> None:
    found = ask(question)

    assert {each.entry_id: each.text for each in found.facts} == facts
    assert not found.abstained


def test_a_fact_that_is_asked_of_one_paper_is_told_of_that_alone(ask: Ask) -> None:
    assert {each.entry_id for each in ask("who wrote KAN?").facts} == {5}


@pytest.mark.parametrize("question", ["KAN vs Mamba-2?", "is KAN faster than FlashAttention-2?"])
def test_a_name_that_no_paper_has_is_none_of_the_two(ask: Ask, question: str) -> None:
    assert len(cited(ask(question))) <= 1
