"""Folding, tokens and queries; the queries against FTS5 itself."""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.text import (
    ANALYSER_VERSION,
    MAX_QUERY_LENGTH,
    MAX_QUERY_TERMS,
    SearchText,
    fold,
    index_tokens,
    match_phrase,
    match_query,
    split_search,
    tag_key,
    title_key,
)

# Letters that fold, split or combine, beside hypothesis' own choice.
TEXTS = st.text() | st.text(
    alphabet="aAéß\u0130\u0131μΣ추론을 ㄱㅏガ\u3099強-_.'\"*#+()\u0301\u1112\u1161", max_size=20
)


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter unicode61 remove_diacritics 2')"
    )
    yield connection
    connection.close()


def finds(index: sqlite3.Connection, query: str, text: str) -> bool:
    """Return whether a document that holds only `text` has all words of `query`."""
    match = match_query(query)
    assert match is not None
    index.execute("DELETE FROM t")
    index.execute("INSERT INTO t (x) VALUES (?)", [index_tokens(text)])
    return bool(index.execute("SELECT 1 FROM t WHERE t MATCH ?", [match.all_words]).fetchall())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  The\tSparse\n Frontier ", "the sparse frontier"),
        ("Emmanuel Candès", "emmanuel candes"),
        ("Cande\u0300s", "candes"),
        ("Søren Łukasz Đorđe Is\u0131l Straße Ægir", "soren lukasz dorde isil strasse aegir"),
        ("\uff27\uff30\uff34\uff0d\uff14", "gpt-4"),
        (unicodedata.normalize("NFD", "추론"), "추론"),
        ("soft\u00adhyphen zero\u200bwidth \ud800", "softhyphen zerowidth"),
        ("ガギグ", "ガギグ"),
        ("mid\u2011training\u2013era", "mid-training-era"),
    ],
)
def test_fold_ignores_what_people_type_differently(text: str, folded: str) -> None:
    assert fold(text) == folded


@example("\u1100'\u1161")
@given(TEXTS)
@example("\u1f80")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert title_key(title_key(text)) == title_key(text)
    fold(text).encode()


@given(TEXTS)
def test_fold_does_not_tell_composed_from_decomposed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_title_key_ignores_punctuation_but_tells_a_plus() -> None:
    assert title_key("Token-Shuffle: Let's go!") == title_key("token shuffle  lets GO")
    assert title_key("LoRA+") != title_key("LoRA")
    assert title_key("???") == "???"


def test_tag_key_ignores_hash_case_and_width() -> None:
    assert tag_key("#\uff32\uff2c") == tag_key("rl")
    assert tag_key("image generation") == tag_key("image-generation") == tag_key("Image_generation")
    assert tag_key("_") == "_"
    assert tag_key("c++") != tag_key("c")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("추론을", "추론 론을 을"),
        ("RL에서", "rl 에서 서"),
        ("말", "말"),
        ("強化学習", "強化 化学 学習 習"),
        ("GPT-4 DeepSeek-R1", "gpt 4 deepseek r 1"),
        ("test-time compute", "test time compute testtime"),
        ("C++ and β_2 and $\\beta_2$", "cplusplus and beta 2 and beta 2"),
        ("79.2% of 10,000", "79 2 of 10000"),
        ("😀 — !", ""),
    ],
)
def test_text_becomes_tokens(text: str, tokens: str) -> None:
    assert index_tokens(text) == tokens


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("추론", "모델이 추론을 한다"),
        ("추론을", "추론 모델"),
        ("추론", "대규모추론모델"),
        ("모델들에서의", "모델 하나"),
        ("학습시키는", "학습 방법"),
        ("효율적인", "효율이 높다"),
        ("강화학습", "강화 학습으로"),
        ("강화 학습", "강화학습으로"),
        ("말", "말뭉치"),
        ("RL에서", "RL 성능"),
        ("LLM의 추론", "추론하는 LLM"),
        ("“RL”에서", "RL 성능"),
        ("sparse attentions", "Attention, sparsely"),
        ("models", "a Model"),
        ("Candes", "Candès"),
        ("gpt4", "GPT-4"),
        ("GPT-4를", "gpt 4"),
        ("pretraining", "Pre-Training"),
        ("pre-training", "pretraining"),
        ("k1.5", "Kimi k1.5"),
        ("log n", "O(log n)"),
        ("beta_2", "Adam의 β_2를"),
        ("β2", "β_2"),
        ("μP", "the µP scheme"),
        ("c++", "C++ code"),
        ("79.2%", "rate of 79.2% on"),
        ("10000", "10,000 examples"),
        ("what is the reward model", "a reward model"),
        ("추론 논문 찾아줘", "추론"),
        ("what is", "what is this"),
        ("学習", "強化学習について"),
        ("2503.01307", "https://arxiv.org/abs/2503.01307"),
    ],
)
def test_a_query_finds_the_text(index: sqlite3.Connection, query: str, text: str) -> None:
    assert finds(index, query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("추론", "추정 이론"),
        ("gpt-4", "gpt-3 and 4 others"),
        ("k1.5", "k2.5"),
        ("sparse attention", "dense attention"),
        ("c++", "c code"),
    ],
)
def test_a_query_does_not_find_other_text(index: sqlite3.Connection, query: str, text: str) -> None:
    assert not finds(index, query, text)


def test_a_query_without_a_word_is_none() -> None:
    assert match_query("") is None
    assert match_query(' ?! 😀 * " ()') is None


def test_a_query_is_cut_and_its_terms_are_told_apart() -> None:
    assert match_query("rl " * 5_000) == match_query("rl")
    assert match_query("x" * MAX_QUERY_LENGTH + " rl") == match_query("x" * MAX_QUERY_LENGTH)
    many = match_query(" ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(200)))
    assert many is not None
    assert many.any_word.count(" OR ") == MAX_QUERY_TERMS - 1


@given(TEXTS | st.text(alphabet='"*^:(){}+-ANDORNEAR, 추론강화학습을가', max_size=60))
@example('NEAR(a b, 2) AND -title:x OR "unclosed * ^ {a b} : c')
@example("가" * 2_000)
@example("가나다라마바사 " * 300)
@example(" ".join(chr(0xAC00 + i) + chr(0xAC00 + 2 * i) for i in range(500)))
@example("\x00a\x00")
def test_every_query_is_safe(query: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter unicode61')")
        if match := match_query(query):
            connection.execute("SELECT 1 FROM t WHERE t MATCH ?", [match.all_words]).fetchall()
            connection.execute("SELECT 1 FROM t WHERE t MATCH ?", [match.any_word]).fetchall()
    finally:
        connection.close()


@given(st.text(alphabet="추론강화학습 rlGPTβ-4éμ強化'_.", min_size=1, max_size=12))
def test_a_text_is_found_by_itself(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter unicode61 remove_diacritics 2')"
        )
        if match_query(text):
            assert finds(connection, text, text)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("typed", "split"),
    [
        ("sparse attention", SearchText(words="sparse attention")),
        (
            '"sparse attention" -vision 추론 -"큰 모델"',
            SearchText(
                words="sparse attention 추론",
                phrases=("sparse attention",),
                excluded=("vision", "큰 모델"),
            ),
        ),
        (
            "\u201cword for word\u201d",
            SearchText(words="word for word", phrases=("word for word",)),
        ),
        ("GPT-4 - a survey", SearchText(words="GPT-4 - a survey")),
        ('scaling author:"Percy Liang"', SearchText(words='scaling author:"Percy Liang"')),
        ("-vision", SearchText(words="", excluded=("vision",))),
        ('a "b', SearchText(words='a "b')),
        ('a "?!" -"…"', SearchText(words="a ?!")),
    ],
)
def test_what_is_typed_to_search_may_hold_phrases_and_what_to_leave_out(
    typed: str, split: SearchText
) -> None:
    assert split_search(typed) == split


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("test-time scaling", "Simple test-time scaling", True),
        ("scaling law", "Scaling Laws for Precision", True),  # as a stemmer has it
        ("time test", "Simple test-time scaling", False),
        ("simple scaling", "Simple test-time scaling", False),
        ("강화 학습", "강화 학습을 위한", True),
        ("강화 학습", "학습과 강화", False),
        ("강화학습", "강화 학습을 위한", False),
        ("큰 한", "큰 한글 모델", True),
        ("GPT-4", "GPT4 and GPT 4", True),
        ("10,000 papers", "10000 papers", True),
        ("LLM에서", "LLM에서는", True),
    ],
)
def test_a_phrase_is_found_word_for_word(
    index: sqlite3.Connection, phrase: str, text: str, found: bool
) -> None:
    index.execute("INSERT INTO t (x) VALUES (?)", [index_tokens(text)])
    rows = index.execute("SELECT 1 FROM t WHERE t MATCH ?", [match_phrase(phrase)]).fetchall()
    assert bool(rows) == found


@given(st.text(alphabet="추론강화학습 rlGPTβ-4éμ強化'_.\"+", max_size=12) | TEXTS)
@example("0\U0002ebe10")
@example("\x1b")
@example("가 \x1b")
@example("0\x00")
def test_a_text_has_itself_for_a_phrase(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO t (x) VALUES (?)", [index_tokens(text)])
        if match := match_phrase(text):
            assert connection.execute("SELECT 1 FROM t WHERE t MATCH ?", [match]).fetchall()
    finally:
        connection.close()


def test_the_analyser_version_goes_with_its_output() -> None:
    """Stored indexes hold this output: where it changes, raise ANALYSER_VERSION and this hash."""
    text = "추론을 위한 RL에서 GPT-4 pre-training Candès β_2 c++ 10,000 強化学習 don't 79.2%"
    digest = hashlib.blake2b(index_tokens(text).encode(), digest_size=8).hexdigest()
    assert (ANALYSER_VERSION.split("/")[0], digest) == ("1", "ea0ea91d0470a5ab")
