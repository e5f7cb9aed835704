"""Tags by another name."""

from __future__ import annotations

import pytest

from bot.retrieval.synonyms import list_synonyms

TAGS = ("rlhf", "reasoning", "rl", "reward-model", "multimodal")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("강화학습", ["rl"]),
        ("reinforcement learning", ["rl"]),
        ("강화 학습 논문", ["rl"]),
        ("reward models", ["reward-model"]),
        ("멀티모달", ["multimodal"]),
        ("zqxjkv", []),
        ("", []),
    ],
)
def test_a_tag_is_known_by_the_other_names_of_its_concept(name: str, meant: list[str]) -> None:
    assert list_synonyms(name, TAGS) == meant
