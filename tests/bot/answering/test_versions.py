"""Names with a version: a paper of another version is not the one that is asked of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering import Answer
from bot.answering.versions import Version, is_in, is_of

Ask = Callable[[str], Answer]


@pytest.mark.parametrize(
    "question",
    [
        *("KAN 2.0", "KAN 2.0 논문 있어?", "KAN-3 accuracy", "Gemma 5 파라미터는 몇 개야?"),
        *("PaliGemma 3", "Mamba-3 논문", "gemma 4 license", "what is said about Gemma 3?"),
        *("Llama 3 논문은 무슨 데이터로 학습했어?", "Llama 3는 파라미터가 몇 개야?"),
    ],
)
def test_another_version_is_no_answer(ask: Ask, question: str) -> None:
    found = ask(question)

    assert found.abstained
    assert found.nearest


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("Gemma 2 parameters", 8),
        ("Gemma-2는 파라미터가 몇 개야?", 8),
        ("Mamba-2 논문", 6),
        ("PaliGemma2 license", 9),
        ("which paper has a model above Llama 3 8B?", 8),
    ],
)
def test_a_version_that_a_paper_has_is_found(ask: Ask, question: str, paper: int) -> None:
    found = ask(question)

    assert not found.abstained
    assert found.citations[0].entry_id == paper


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("what is the license of s1?", 7),
        ("s1의 라이선스는?", 7),
        ("what license is Gemma 2 under?", 8),
        ("What is the learning rate of s1?", 7),
    ],
)
def test_what_a_named_paper_does_not_tell_no_other_one_does(
    ask: Ask, question: str, paper: int
) -> None:
    found = ask(question)

    assert found.abstained
    assert found.ranked[0].entry_id == paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("Llama 3 is", True), ("Llama-3.1", True), ("llama3", True), ("LLaMA V3", True)),
        *(("Llama 30B", False), ("Llama 2 and 3", False), ("Ollama 3", False)),
    ],
)
def test_a_name_and_its_version_are_joined_in_many_ways(text: str, expected: bool) -> None:
    assert is_in(Version("Llama", "3"), text) is expected


def test_a_name_with_a_later_version_is_another_one() -> None:
    assert is_of(Version("Llama", "3"), "llama 3")
    assert not is_of(Version("Llama", "3"), "llama 3.2")
