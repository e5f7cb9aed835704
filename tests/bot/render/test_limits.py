"""Cutting and splitting within Discord's limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.atoms import atoms
from bot.render.limits import cut, length, split
from bot.render.markdown import escape
from tests.bot.render.builders import long_texts, texts
from tests.bot.render.discord_rules import show, squeeze, units


@settings(deadline=None)
@given(texts)
def test_length_counts_utf16_units(text: str) -> None:
    assert length(text) == units(text)


@settings(deadline=None)
@given(texts)
def test_atoms_lose_nothing(text: str) -> None:
    assert "".join(atoms(text)) == text


FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
JAMO = "\u1112\u1161\u11ab"
MARKUP = ("\\*", "<https://a.b/c>", "[a [b] c](https://b.c)", "**Authors**")


@pytest.mark.parametrize("whole", [FAMILY, SCOTLAND, JAMO, "🇰🇷", "👍🏽", "e\u0301", *MARKUP])
def test_what_belongs_together_is_one_atom(whole: str) -> None:
    assert list(atoms(f"x{whole}y")) == ["x", whole, "y"]


def test_endless_combining_marks_can_be_cut() -> None:
    assert 1 < length(cut("a" + "\u0301" * 5000, 100)) <= 100


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("First one. Second sentence here.", 20, "First one. Second…"),
        ("The first sentence. More words", 24, "The first sentence. …"),
        ("문장이 끝났어요. 다음 문장이 이어집니다", 14, "문장이 끝났어요. …"),
        ("abcdefghij", 5, "abcd…"),
        ("short", 5, "short"),
        ("ab \\*\\*\\*", 7, "ab…"),
        ("👍🏽👍🏽👍🏽", 8, "👍🏽…"),
        ("see <https://a.example/b>", 20, "see…"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
    ],
)
def test_text_is_cut_at_the_best_place(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@settings(max_examples=200, deadline=None)
@given(long_texts(900), st.integers(0, 900))
def test_a_cut_fits_and_breaks_no_markup(text: str, limit: int) -> None:
    short = cut(escape(text), limit)
    assert units(short) <= limit
    assert show(short).effects == []
    assert squeeze(show(escape(text)).text).startswith(squeeze(show(short).text).rstrip("…"))


@settings(max_examples=100, deadline=None)
@given(long_texts(20_000), st.integers(200, 4096))
def test_splitting_loses_no_text_and_breaks_no_markup(text: str, limit: int) -> None:
    pieces = split(escape(text), limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert all(show(piece).effects == [] for piece in pieces)
    whole = squeeze(show(escape(text)).text)
    assert "".join(squeeze(show(piece).text) for piece in pieces) == whole


def test_a_piece_that_begins_inside_a_line_begins_no_list() -> None:
    text = "word " * 39 + "- x " * 60
    assert all(not piece.startswith("- ") for piece in split(text, 200))


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    assert split("a " * 80 + "\n\n" + "b " * 80, 200) == (("a " * 80).strip(), ("b " * 80).strip())
