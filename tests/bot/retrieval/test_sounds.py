"""Words that sound alike in Hangul and English."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.memory import MemoryPostings
from bot.retrieval.sounds import english_skeleton, hangul_skeleton, romanise, spelt_out
from bot.retrieval.vocabulary import OpenVocabulary, Vocabulary, group_by_length
from storage.models import DocumentDraft


def vocabulary(*words: str) -> OpenVocabulary:
    draft = DocumentDraft(
        entry_id=1,
        paper_id=1,
        day=1,
        name_size=0,
        content="",
        postings=array("Q"),
        words={word: english_skeleton(word) for word in words},
        authors={},
    )
    return Vocabulary("word", group_by_length).over(MemoryPostings([draft]))


@pytest.mark.parametrize(
    ("hangul", "english"),
    [
        ("어텐션", "attention"),
        ("트랜스포머", "transformer"),
        ("토크나이저", "tokenizer"),
        ("파라미터", "parameter"),
        ("옥토씽커", "octothinker"),
        ("제틀모이어", "zettlemoyer"),
        ("무비젠", "moviegen"),
        ("워크북", "workbook"),
        ("셔플", "shuffle"),
        ("카플란", "kaplan"),
        ("매그빗", "magvit"),
        ("코그비디오엑스", "cogvideox"),
        ("리믹스", "remix"),
        ("코덱스", "codex"),
    ],
)
def test_a_transliteration_has_the_skeleton_of_its_word(hangul: str, english: str) -> None:
    assert hangul_skeleton(hangul) == english_skeleton(english) != ""


@pytest.mark.parametrize(
    ("word", "letters"), [("브이엘엠", "vlm"), ("에이아이", "ai"), ("지피티", "gpt"), ("모델", "")]
)
def test_letters_may_be_spelt_out(word: str, letters: str) -> None:
    assert spelt_out(word) == letters


def test_too_little_sound_is_no_skeleton() -> None:
    assert hangul_skeleton("이") == english_skeleton("a") == ""


def test_the_word_spelt_most_alike_comes_first() -> None:
    words = vocabulary("tension", "attention", "attend", "attentions")

    found = words.sounding_like(hangul_skeleton("어텐션"), romanise("어텐션"), limit=3)

    assert next(iter(found)) == "attention"
    assert "attend" not in found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tranformer", "transformer"),
        ("quantisation", "quantization"),
        ("shufle", "shuffle"),
        ("modle", "model"),
        ("distilaltion", "distillation"),
        ("difussion", "diffusion"),
        ("comitee", "committee"),
    ],
)
def test_a_misspelt_word_is_corrected(typed: str, meant: str) -> None:
    words = vocabulary(
        *("transformer", "quantization", "shuffle", "distillation", "module", "model", "diffusion"),
        "committee",
    )

    assert words.correct(typed, limit=1) == (meant,)


@pytest.mark.parametrize("typed", ["whale", "gpt", "zebra", "conference"])
def test_another_word_is_not_a_misspelling(typed: str) -> None:
    words = vocabulary("while", "scale", "gru", "libra", "convergence")

    assert words.correct(typed, limit=3) == ()


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=12))
def test_every_syllable_has_a_sound(word: str) -> None:
    assert hangul_skeleton(word).isupper() or hangul_skeleton(word) == ""
    assert romanise(word).isascii()
