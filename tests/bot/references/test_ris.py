"""RIS records."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.references import make_references
from bot.references.ris import write_ris
from tests.bot.references.builders import ris, source


def test_a_record_says_what_is_known() -> None:
    text = write_ris(
        make_references(
            [
                source(
                    "Deep & 100% {Nets",
                    ["Laurens van der Maaten", "Martin King Jr.", "김민준"],
                    abstract="One.\nTwo.",
                    url="https://arxiv.org/abs/2501.19393v1",
                )
            ]
        )
    )
    assert text.splitlines() == [
        "TY  - GEN",
        "ID  - vandermaaten2025deep",
        "TI  - Deep & 100% {Nets",
        "AU  - van der Maaten, Laurens",
        "AU  - King, Martin, Jr.",
        "AU  - 김민준",
        "PY  - 2025",
        "DA  - 2025/01//",
        "AB  - One. Two.",
        "KW  - rl",
        "UR  - https://arxiv.org/abs/2501.19393",
        "ER  - ",
    ]


def test_what_is_not_known_is_left_out() -> None:
    record = ris(abstract=None, url=None)
    assert record.keys() >= {"title", "authors", "year"}
    assert not record.keys() & {"abstract", "urls", "doi"}


def test_every_record_ends() -> None:
    text = write_ris(make_references([source("One"), source("Two")]))
    assert text.count("TY  - GEN\n") == text.count("ER  - \n") == 2


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_any_title_and_abstract_read_back_on_one_line(title: str, abstract: str) -> None:
    record = ris(f"T {title}", abstract=abstract)
    assert record["title"] == " ".join(f"T {title}".split())
    assert record.get("abstract", "") == " ".join(abstract.split())
