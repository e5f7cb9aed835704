"""Which paper a question names, and what is told of it besides its texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering import Answer
from bot.answering.naming import find_name
from bot.messages import say

Ask = Callable[[str], Answer]


@pytest.mark.parametrize(
    ("question", "authors"),
    [
        ("Native Sparse Attention 저자 누구야", "Jingyang Yuan"),
        ("Native Sparse Attention 저자는?", "Jingyang Yuan"),
        ("Differential Transformer 저자 알려줘", "Tianzhu Ye, Furu Wei"),
        ("Differential Transformer 저자가 누구야?", "Tianzhu Ye, Furu Wei"),
        ("Scaling Laws for Precision 저자 누구야", "Tanishq Kumar, Niklas Muennighoff"),
        ("authors of Scaling Laws for Precision", "Tanishq Kumar, Niklas Muennighoff"),
        ("KAN 저자가 누구인가요?", "Ziming Liu, Max Tegmark"),
        ("KAN 저자들은 누구인가요", "Ziming Liu, Max Tegmark"),
        ("KAN 저자분들 누구예요?", "Ziming Liu, Max Tegmark"),
        ("KAN 제1저자 누구야?", "Ziming Liu, Max Tegmark"),
        ("KAN은 누가 작성했나요?", "Ziming Liu, Max Tegmark"),
        ("KAN을 쓴 사람이 누구죠?", "Ziming Liu, Max Tegmark"),
        ("KAN 논문의 저자를 알려주세요", "Ziming Liu, Max Tegmark"),
        ("who is the first author of KAN?", "Ziming Liu, Max Tegmark"),
    ],
)
def test_authors_of_a_paper_that_is_named_are_told_however_they_are_asked_for(
    ask: Ask, question: str, authors: str
) -> None:
    found = ask(question)

    assert [fact.text for fact in found.facts] == [authors]
    assert not found.abstained


@pytest.mark.parametrize(
    "question", ["저자가 누구인가요?", "누가 작성했나요?", "쓴 사람이 누구죠?", "제1저자 누구야?"]
)
def test_who_asks_for_authors_of_nothing_is_asked_of_what(ask: Ask, question: str) -> None:
    assert ask(question).text == say("ko", "answer.unclear")


def test_what_a_paper_used_is_not_what_a_person_wrote(ask: Ask) -> None:
    found = ask("Differential Transformer가 쓴 데이터는?")

    assert found.ranked[0].entry_id == 1


@pytest.mark.parametrize(
    "question", ["Niklas Muennighoff가 쓴 논문", "Niklas Muennighoff 저자 논문 있어?"]
)
def test_who_wrote_papers_is_still_a_person(ask: Ask, question: str) -> None:
    assert {item.entry_id for item in ask(question).ranked} == {3, 7}


@pytest.mark.parametrize(
    ("question", "title", "name"),
    [
        ("who wrote Scaling laws for precision?", "Scaling Laws for Precision", 4),
        ("gemma 2의 라이선스는?", "Gemma 2: Improving Open Language Models", 2),
        ("SEED-X license", "SEED-X: Multimodal Models", 2),
        ("Chinchilla scaling laws", "Chinchilla Scaling: A replication attempt", 0),
        ("the technical report of 2024", "Technical Report: Two Towers", 0),
        ("how do towers scale?", "Towers", 0),
    ],
)
def test_a_name_is_a_title_or_its_head_of_several_words(
    question: str, title: str, name: int
) -> None:
    assert len(find_name(question, title)) == name
