"""Names and addresses of links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.render.links import name_link, post_url, search_url, thread_url
from storage.models import Post
from tests.bot.render.builders import long_texts


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://arxiv.org/abs/2503.01307", "arXiv:2503.01307"),
        ("https://arxiv.org/pdf/2503.01307v2.pdf", "arXiv:2503.01307"),
        ("https://arxiv.org/abs/cs.LG/0101001", "arXiv:cs.LG/0101001"),
        ("https://github.com/GAIR-NLP/LIMR", "GitHub GAIR-NLP/LIMR"),
        ("https://huggingface.co/datasets/a-m-team/AM-40M", "Hugging Face a-m-team/AM-40M"),
        ("https://www.example.org/", "example.org"),
        ("https://example.org/post/1", "example.org/post/1"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_a_link_has_a_short_name(url: str, name: str) -> None:
    assert name_link(url) == name


@settings(deadline=None)
@given(long_texts(400))
def test_a_search_for_any_title_is_a_short_address(title: str) -> None:
    url = search_url(title)
    assert len(url) < 250
    assert url.isascii()
    assert " " not in url


def test_a_search_leaves_out_what_the_search_would_stumble_on() -> None:
    url = search_url('What? "Why": $x$')
    assert url == "https://arxiv.org/search/?query=What+Why+x&searchtype=title"


def test_a_post_has_an_address_and_a_thread_may_have_one() -> None:
    post = Post(entry_id=1, guild_id=2, channel_id=3, message_id=4, thread_id=None)
    assert post_url(post) == "https://discord.com/channels/2/3/4"
    assert thread_url(post) is None
