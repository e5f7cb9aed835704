"""English stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.analysis import korean_stem
from bot.retrieval.stemming import stem


@pytest.mark.parametrize(
    "words",
    [
        ("quantize", "quantized", "quantization", "quantizing"),
        ("distill", "distilled", "distilling"),
        ("reason", "reasoning", "reasoned", "reasons"),
        ("policy", "policies"),
        ("relational", "relate"),
        ("hopping", "hop", "hops"),
    ],
)
def test_inflections_share_a_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("token", "tokenize", "tokenizer"),
        ("optimal", "optimize", "optimizer"),
        ("token", "tokenization", "tokenizers"),
    ],
)
def test_who_does_it_and_what_is_done_are_not_the_thing_itself(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == len(words)


@pytest.mark.parametrize("word", ["gpt4", "s1", "olmoe", "rlhf", "4.5b"])
def test_names_are_their_own_stem(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("추론을", "추론"),
        ("추론", "추론"),
        ("모델들에서의", "모델"),
        ("양자화했나요", "양자화"),
        ("이", "이"),
    ],
)
def test_korean_endings_are_stripped(word: str, expected: str) -> None:
    assert korean_stem(word) == expected


@given(st.text(alphabet=st.characters(min_codepoint=97, max_codepoint=122), max_size=30))
def test_a_stem_is_never_longer_by_more_than_a_letter(word: str) -> None:
    assert len(stem(word)) <= len(word) + 1
