"""Where an address in running text begins and ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsers.links import find_links, is_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("(https://arxiv.org/abs/2503.01307) 다음", "https://arxiv.org/abs/2503.01307"),
        ("https://arxiv.org/abs/2503.01307에서 보듯", "https://arxiv.org/abs/2503.01307"),
        ("See https://arxiv.org/abs/2503.01307.", "https://arxiv.org/abs/2503.01307"),
        ("https://a.org/x_(y)", "https://a.org/x_(y)"),
        ("(https://a.org/x_(y))", "https://a.org/x_(y)"),
        ("[text](https://a.org/x), more", "https://a.org/x"),
        ("<https://a.org/x>", "https://a.org/x"),
        ("https://a.org/x(설명)", "https://a.org/x"),
        ("“https://a.org/x?y=1&z=%20#s”", "https://a.org/x?y=1&z=%20#s"),
        ("https://a.org/x\uff09", "https://a.org/x"),
        ("**https://a.org/x**", "https://a.org/x"),
        ("HTTP://A.org", "HTTP://A.org"),
        ("https://fr.wikipedia.org/wiki/Candès!", "https://fr.wikipedia.org/wiki/Candès"),
    ],
)
def test_a_link_ends_where_the_address_does(text: str, link: str) -> None:
    assert find_links([text]) == (link,)


@pytest.mark.parametrize("text", ["https://", "https://에서", "ftp://a.org", "https://GitHub", ""])
def test_what_has_no_address_is_no_link(text: str) -> None:
    assert find_links([text]) == ()


def test_an_address_longer_than_discord_takes_is_no_link() -> None:
    fits = "https://a.org/".ljust(2048, "x")
    assert find_links([fits, fits + "x"]) == (fits,)


def test_links_keep_their_order_and_are_named_once() -> None:
    texts = ["b https://b.org a https://a.org", "https://b.org, https://c.org"]
    assert find_links(texts) == ("https://b.org", "https://a.org", "https://c.org")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("https://a.org/x", True),
        ("https://a.org/x.", False),
        ("(https://a.org/x)", False),
        ("https://a.org/x https://a.org/y", False),
    ],
)
def test_a_line_is_a_link_if_it_is_nothing_else(line: str, expected: bool) -> None:
    assert is_link(line) is expected


@given(st.text("ht:/ps.a()[]에 ,", max_size=60).map("https://a.org".__add__))
def test_a_link_is_part_of_its_text_and_holds_no_blank_and_no_hangul(text: str) -> None:
    for link in find_links([text]):
        assert link in text
        assert not set(link) & set(" 에")
