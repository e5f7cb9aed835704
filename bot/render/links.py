"""Addresses: where a paper can be found, what a link is called, where a post stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote_plus, urlsplit

from bot.render.limits import EMBED_URL, cut
from bot.render.markdown import collapse, safe_url
from storage.models import Paper, Post

# `https://discord.com/channels/` and three snowflakes of at most 20 digits.
MESSAGE_URL = 29 + 3 * 20 + 2

# Enough words of a title to find the paper; the rest would only make the address long.
_QUERY = 180
_LONGEST_WORD = 15
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([\w.-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?")
_NAMED_HOSTS = {
    "github.com": "GitHub",
    "huggingface.co": "Hugging Face",
    "openreview.net": "OpenReview",
    "doi.org": "DOI",
    "youtube.com": "YouTube",
}
_LABEL = 60


def find_paper(paper: Paper, limit: int = EMBED_URL) -> str:
    """Return the paper's own address, or else an arXiv search for its title."""
    known = safe_url(paper.url, limit) if paper.url else None
    return known or search_url(paper.title)


def search_url(title: str) -> str:
    """Return an arXiv search for a title; its first words, when it is very long."""
    words = re.sub(r"[^\w\s.+-]", " ", title).split()
    query = quote_plus(" ".join(words))
    if len(query) > _QUERY:
        query = _first_words(words)
    return f"https://arxiv.org/search/?query={query}&searchtype=title"


def _first_words(words: Sequence[str]) -> str:
    """Return as many words as fit into a query, at least a part of the first."""
    query = ""
    for word in words:
        longer = f"{query}+{quote_plus(word)}" if query else quote_plus(word)
        if len(longer) > _QUERY:
            break
        query = longer
    return query or quote_plus(words[0][:_LONGEST_WORD])


def name_link(url: str) -> str:
    """Return a short name for an address: `arXiv:2503.01307`, `GitHub a/b`, `example.org/x`."""
    arxiv = _ARXIV.search(url)
    if arxiv:
        return f"arXiv:{arxiv[1]}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return collapse(cut(url, _LABEL))
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.strip("/")
    if host in _NAMED_HOSTS:
        return cut(f"{_NAMED_HOSTS[host]} {'/'.join(path.split('/')[-2:])}".strip(), _LABEL)
    return cut(f"{host}/{path}".rstrip("/"), _LABEL)


def post_url(post: Post) -> str:
    """Return the address of a posted entry."""
    return message_url(post.guild_id, post.channel_id, post.message_id)


def thread_url(post: Post) -> str | None:
    """Return the address of a posted entry's thread, or None if it has none."""
    return None if post.thread_id is None else channel_url(post.guild_id, post.thread_id)


def channel_url(guild_id: int, channel_id: int) -> str:
    """Return a channel's or thread's address."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}"


def message_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """Return a message's address."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
