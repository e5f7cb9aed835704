"""BibTeX entries: what they say, and that the library reads back what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.references import make_references
from bot.references.bibtex import write_bibtex
from bot.references.names import parse_authors
from tests.bot.references.builders import (
    bibtex,
    read_entry,
    read_names,
    read_title,
    source,
)

# Text as digests hold it: much that TeX or BibTeX would take for something else.
TEXT = st.text(
    st.sampled_from("aZé0ÅİűßαΩ가王 -–—'’\"{}\\$%&#_~^<>|@=,.:;()[]*`!?/∞²")  # noqa: RUF001 - as met
    | st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
    max_size=40,
)
# How the library reads the command for `^`.
CARET = "\u02c6"
# TeX's own dashes and quotes are meant by who types them.
TYPOGRAPHY = re.compile(rf"--|``|''|[!?]`|{CARET}")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("BERT: Pre-training of Deep Nets", "{BERT}: Pre-training of Deep Nets"),
        ("DeepSeek-R1 (GPT-4V) at 3D", "{DeepSeek-R1} ({GPT-4V}) at {3D}"),
        ("A Q-Learning View, and I", "A {Q-Learning} View, and I"),
        ("s1: Simple scaling with Gaussian noise", "s1: Simple scaling with {Gaussian} noise"),
        ("Better & Faster: 99% of #1_x", r"Better {\&} Faster: 99{\%} of {\#}1{\_}x"),
        (r"$\infty$Bench in $O(N)$", r"{$\infty$}Bench in {$O(N)$}"),
        ("From $5 to $10", r"From {\$}5 to {\$}10"),
        ("A $x{y$ z", r"A {\$}x{\ensuremath{\lbrace}}y{\$} z"),
        ("a } b { c", r"a {\ensuremath{\rbrace}} b {\ensuremath{\lbrace}} c"),
        ("VILA^2", r"{VILA{\textasciicircum}2}"),
        ("Ångström und Größe", r"{\r{A}}ngstr{\"o}m und Gr{\"o}{\ss}e"),
        ("ű stays, for its command is unknown", "ű stays, for its command is unknown"),
    ],
)  # fmt: skip
def test_a_title_keeps_its_capitals_its_math_and_its_signs(title: str, written: str) -> None:
    assert f"title = {{{written}}}" in bibtex(title)
    assert read_title(bibtex(title)).replace(CARET, "^") == title


def test_authors_are_listed_family_name_first() -> None:
    authors = ["Laurens van der Maaten", "Éric Gürsoy Jr.", "김민준", "OpenAI", "Yann LeCun et al."]
    assert (
        r"author = {van der Maaten, Laurens and G{\"u}rsoy, Jr., {\'E}ric and {김민준} and "
        r"{OpenAI} and LeCun, Yann and others}"
    ) in bibtex(authors=authors)


def test_a_hundred_and_twenty_authors_are_all_there() -> None:
    authors = [f"Given{number} Family{number}" for number in range(120)]
    assert read_names(bibtex(authors=authors)) == authors
    assert "and Family119, Given119}" in bibtex(authors=authors)


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        (
            "https://arxiv.org/pdf/2501.19393v2.pdf",
            {"eprint": "2501.19393", "archivePrefix": "arXiv", "month": "jan", "year": "2025",
             "url": "https://arxiv.org/abs/2501.19393"},
        ),
        ("https://huggingface.co/papers/1706.03762", {"eprint": "1706.03762", "year": "2017"}),
        ("https://doi.org/10.48550/arXiv.2501.19393", {"eprint": "2501.19393", "doi": None}),
        (
            "https://arxiv.org/abs/cs/0112017",
            {"eprint": "cs/0112017", "primaryClass": "cs", "year": "2001", "month": "dec"},
        ),
        ("https://arxiv.org/abs/hep-th/9901001", {"primaryClass": "hep-th", "year": "1999"}),
        ("https://doi.org/10.1145/3292500", {"doi": "10.1145/3292500", "year": "2025"}),
        (
            "https://example.org/a_b?c=1&d=%20{",
            {"url": "https://example.org/a_b?c=1&d=%20%7B", "eprint": None, "month": "apr"},
        ),
        ("https://arxiv.org/list/cs.LG/recent", {"eprint": None}),
        (None, {"url": None, "eprint": None, "year": "2025", "month": "apr"}),
    ],
)  # fmt: skip
def test_an_address_tells_of_the_preprint_and_its_month(
    url: str | None, fields: dict[str, str | None]
) -> None:
    found = read_entry(bibtex(url=url)).fields_dict
    assert {name: found[name].value if name in found else None for name in fields} == fields


def test_a_months_macro_is_not_in_braces() -> None:
    assert "  month = apr" in bibtex()


def test_many_entries_are_one_file() -> None:
    text = write_bibtex(make_references([source("One"), source("Two"), source("One")]))
    assert re.findall(r"^@misc\{(\w+),$", text, re.MULTILINE) == [
        "vaswani2025one",
        "vaswani2025two",
        "vaswani2025oneb",
    ]


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_any_title_reads_back_as_it_was(title: str) -> None:
    assume(not TYPOGRAPHY.search(title))
    written = bibtex(title)
    assert _depth_is_fine(written)
    assert read_title(written).replace(CARET, "^") == " ".join(title.split())


@settings(max_examples=200, deadline=None)
@example(["0 &", "& 0"])
@given(st.lists(TEXT, max_size=4))
def test_any_names_read_back_as_they_were(authors: list[str]) -> None:
    assume(not any(TYPOGRAPHY.search(author) for author in authors))
    parsed = parse_authors(authors)
    assume(parsed.names)
    written = bibtex(authors=authors)
    assert _depth_is_fine(written)
    names = [name.replace(CARET, "^") for name in read_names(written)]
    assert names == [name.spelled for name in parsed.names] + ["others"] * parsed.has_more


def _depth_is_fine(text: str) -> bool:
    """Return whether braces balance as BibTeX counts them: a backslash changes nothing."""
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0
