"""Text in Discord markdown reads exactly as written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.markdown import (
    channel_mention,
    code,
    collapse,
    escape,
    escape_line,
    link,
    safe_label,
    safe_url,
)
from tests.bot.render.builders import FRAGMENTS, texts
from tests.bot.render.discord_rules import PINGS, show, squeeze


def as_read(text: str) -> str:
    """Return the text without what stops a ping: an invisible character, or %40 in an address."""
    return text.replace("\u200b", "").replace("%40", "@")


@settings(max_examples=400, deadline=None)
@given(texts)
def test_escaped_text_is_shown_as_written(text: str) -> None:
    shown = show(escape(text))
    assert shown.effects == []
    assert as_read(shown.text) == as_read(text)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_escaped_line_is_shown_as_written_without_links(text: str) -> None:
    shown = show(escape_line(text))
    assert shown.effects == []
    assert shown.urls == []
    assert shown.text.replace("\u200b", "") == collapse(text).replace("\u200b", "")


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_each_dangerous_fragment_alone_is_harmless(fragment: str) -> None:
    for text in (fragment, f"{fragment} {fragment}", f"\n{fragment}\n"):
        markup = escape(text)
        assert show(markup).effects == []
        assert not PINGS.search(markup)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("$x_i^*$와 β_2", "$x\\_i^\\*$와 β\\_2"),
        ("https://arxiv.org/abs/2503.01307를", "<https://arxiv.org/abs/2503.01307>를"),
        ("(https://a.example/x).", "(<https://a.example/x>)."),
        ("https://a.example/p_(q)_r", "<https://a.example/p_(q)_r>"),
        ("https://ko.example/wiki/한국어 글", "<https://ko.example/wiki/한국어> 글"),
        ("ftp://a.example/x_y", "ftp://a.example/x\\_y"),
        ("javascript://x", "javascript://x"),
        ("2025. 4. 25", "2025\\. 4. 25"),
        ("- 목록", "\\- 목록"),
        ("C# 코드", "C# 코드"),
    ],
)
def test_text_reads_well(text: str, markup: str) -> None:
    assert escape(text) == markup


def test_an_address_with_a_mention_in_it_cannot_ping() -> None:
    assert "@everyone" not in escape("https://a.example/@everyone")


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_link_shows_its_label_and_nothing_else_fires(label: str) -> None:
    shown = show(link(label, "https://a.example/b"))
    assert shown.effects == []
    assert shown.urls == (["https://a.example/b"] if collapse(label) else [])


@pytest.mark.parametrize("label", ["[a] b", "$x_i^*$ and β_2", "\\alpha is 1", "a*b", "C:\\x"])
def test_ordinary_labels_stay_as_they_are(label: str) -> None:
    assert safe_label(label) == label


@pytest.mark.parametrize("label", ["a ] b", "*a* b", "_a_ b", "[[a]]", "https://x.example", "a\nb"])
def test_a_dangerous_label_keeps_its_look_in_length(label: str) -> None:
    assert len(squeeze(safe_label(label))) == len(squeeze(label))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/p(q) r", "https://a.example/p%28q%29%20r"),
        ("http://a.example/한", "http://a.example/%ED%95%9C"),
        ("https://한국.example/", "https://xn--3e0b707e.example/"),
        ("https://a.example/%20x?q=a+b#c", "https://a.example/%20x?q=a+b#c"),
        ("https://a.example:8080/", "https://a.example:8080/"),
        ("ftp://a.example", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[x", None),
        ("https://a.example:x/", None),
        ("https://user@a.example/", None),
        ("https://a.example/" + "x" * 600, None),
    ],
)
def test_addresses_are_made_safe_or_refused(url: str, safe: str | None) -> None:
    assert safe_url(url) == safe


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(r"https?://[a-z.-]{1,9}(:[0-9]{1,3})?(/[a-zA-Z0-9./~%&=+?#_-]*)?", fullmatch=True)
)
def test_a_safe_address_is_what_makes_it_safe_twice(url: str) -> None:
    safe = safe_url(url)
    assert safe is None or safe_url(safe) == safe == safe_url(f" {url}")


def test_a_label_without_a_safe_address_is_plain_text() -> None:
    assert link("*a*", "javascript:alert(1)") == "\\*a\\*"


def test_code_keeps_out_of_backticks_way() -> None:
    assert code("a_b") == "`a_b`"
    assert show(code("a`b")).text == "a`b"
    assert channel_mention(5) == "<#5>"
