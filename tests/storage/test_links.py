"""Addresses and arXiv ids: many ways to write one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.links import link_key


@pytest.mark.parametrize(
    "text",
    [
        "2503.01307",
        "2503.01307v2",
        "arXiv:2503.01307",
        "arXiv: 2503.01307v12",
        "https://arxiv.org/abs/2503.01307",
        "http://www.arxiv.org/abs/2503.01307v1",
        "https://export.arxiv.org/abs/2503.01307/",
        "https://arxiv.org/pdf/2503.01307v1.pdf",
        "arxiv.org/pdf/2503.01307",
        "https://arxiv.org/html/2503.01307v2#S3",
        "https://arxiv.org/abs/2503.01307?context=cs.CL",
        "https://huggingface.co/papers/2503.01307",
        "hf.co/papers/2503.01307",
        "https://www.alphaxiv.org/abs/2503.01307",
        "https://ar5iv.labs.arxiv.org/html/2503.01307",
        "https://doi.org/10.48550/arXiv.2503.01307",
        " <https://arxiv.org/abs/2503.01307> ",
    ],
)
def test_every_way_to_name_an_arxiv_paper_has_one_key(text: str) -> None:
    assert link_key(text) == "arxiv:2503.01307"


def test_old_arxiv_ids_have_their_archive() -> None:
    assert link_key("math.GT/0309136") == link_key("https://arxiv.org/abs/math.GT/0309136v1")
    assert link_key("cs/0112017") == "arxiv:cs/0112017"


def test_other_addresses_lose_what_does_not_matter() -> None:
    assert link_key("HTTP://www.Example.org/a/b/#top") == link_key("https://example.org/a/b")
    assert link_key("https://openreview.net/forum?id=a") != link_key(
        "https://openreview.net/forum?id=b"
    )


@pytest.mark.parametrize(
    "text",
    ["", "Sparse Frontier", "79.2%", "GPT-4.1", "25.3", "https://", "추론.한국", "a b.org", "2503"],
)
def test_a_title_is_no_address(text: str) -> None:
    assert link_key(text) is None


@given(st.text() | st.text(alphabet="htps:/.arxivog[]25031@?#%", max_size=30))
@example("http://[::1.org/")
@example("https://a.org:99999999/")
def test_any_text_has_a_key_or_none(text: str) -> None:
    key = link_key(text)
    assert key is None or key
