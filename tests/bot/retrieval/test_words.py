"""Words that only say that something is asked."""

from __future__ import annotations

import pytest

from bot.retrieval.words import KOREAN_STOP_WORDS, is_asking


@pytest.mark.parametrize(
    "word",
    [
        "뭐였지",
        "뭐였더라",
        "있었는데",
        "있나요",
        "뭘로",
        "개야",
        "개고",
        "뭐였고",
        "하던데",
        "이름이",
        "나왔던",
        "있더라고요",
        "나왔길래",
        "개나",
        "명이나",
        "번쯤",
    ],
)
def test_a_word_that_only_asks_is_seen(word: str) -> None:
    assert is_asking(word)


@pytest.mark.parametrize(
    "word",
    [
        "알고리즘",
        "하드웨어",
        "주가",
        "한국어",
        "있음직",
        "개인정보",
        "긴",
        "단어",
        "기준",
        "답도",
        "광고",
    ],
)
def test_a_word_that_begins_like_one_is_not(word: str) -> None:
    assert not is_asking(word)


@pytest.mark.parametrize("word", [a + b for a in "그이저" for b in ("거", "건", "게", "걸", "것")])
def test_a_word_that_points_at_something_says_nothing_of_it(word: str) -> None:
    assert word in KOREAN_STOP_WORDS
