"""Citation keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.references import make_references
from tests.bot.references.builders import reference, source


@pytest.mark.parametrize(
    ("title", "author", "key"),
    [
        ("Attention Is All You Need", "Ashish Vaswani", "vaswani2025attention"),
        ("A Survey of the Field", "Laurens van der Maaten", "vandermaaten2025survey"),
        ("s1: Simple test-time scaling", "Łukasz Kaiser", "kaiser2025s1"),
        ("On the $\\infty$Bench", "José Nuñez-Çelik", "nunezcelik2025bench"),
        ("What It Is", "Søren Østergård", "ostergard2025what"),
        ("DeepSeek-R1", "DeepSeek-AI", "deepseekai2025deepseekr1"),
        ("FlashAttention-3: Fast", "Jay Shah", "shah2025flashattention3"),
        ("Ångström", "Conan O’Brien", "obrien2025angstrom"),  # noqa: RUF001 - as he writes it
        ("Frontier", "김민준", "kim2025frontier"),
        ("Frontier", "남궁민", "namkung2025frontier"),
        ("Frontier", "王小明", "anon2025frontier"),
        ("注意", "王小明", "anon2025"),
        ("Straße", "Jürgen Groß", "gross2025strasse"),
    ],
)
def test_a_key_is_family_year_and_first_word_in_ascii(title: str, author: str, key: str) -> None:
    assert reference(title, [author]).key == key


def test_a_paper_without_authors_has_a_key() -> None:
    assert reference("Frontier", []).key == "anon2025frontier"


def test_no_two_references_share_a_key() -> None:
    keys = [made.key for made in make_references([source("Frontier")] * 30)]
    assert keys[:3] == ["vaswani2025frontier", "vaswani2025frontierb", "vaswani2025frontierc"]
    assert len(set(keys)) == 30


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gives_a_key_that_bibtex_takes(title: str, author: str) -> None:
    assert re.fullmatch(r"[a-z0-9]{1,70}", reference(title, [author]).key)
