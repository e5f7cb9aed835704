"""Addresses -> keys: the ways to write one paper's address become one key. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.number since 2007, archive/YYMMNNN before.
_ARXIV_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_BARE_ARXIV = re.compile(rf"(?:arxiv:\s*)?{_ARXIV_ID}")
_DOI_ARXIV = re.compile(
    rf"(?:doi:\s*)?(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.{_ARXIV_ID}"
)
# The abstract, its PDF and HTML, and sites that mirror arXiv under the same ids.
_ARXIV_PAGE = re.compile(
    r"(?:(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html)|alphaxiv\.org/(?:abs|pdf|overview)"
    r"|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)|(?:hf\.co|huggingface\.co)/papers)"
    rf"/{_ARXIV_ID}(?:\.pdf)?/?"
)
# Without lone surrogates, which SQLite cannot take.
_ADDRESS = re.compile(
    r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?(?:[/?][^\n\ud800-\udfff]*)?"
)


def is_address(text: str) -> bool:
    """Return whether a text is sure to be an address or arXiv id, and no name such as `llm.c`."""
    key = link_key(text)
    return key is not None and (key.startswith("arxiv:") or "/" in key)


def link_key(text: str) -> str | None:
    """Return the key of an address or arXiv id, None if `text` is neither.

    `2503.01307`, `arXiv:2503.01307v2`, `https://arxiv.org/pdf/2503.01307v1.pdf` and
    `hf.co/papers/2503.01307` all give `arxiv:2503.01307`. Any other address loses scheme, `www.`,
    fragment and a last slash.
    """
    text = text.strip().strip("<>").casefold()
    if arxiv := _BARE_ARXIV.fullmatch(text) or _DOI_ARXIV.fullmatch(text):
        return f"arxiv:{arxiv['id']}"
    if not _ADDRESS.fullmatch(text):
        return None
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None
    place = parts.netloc.removeprefix("www.") + parts.path
    if arxiv := _ARXIV_PAGE.fullmatch(place):
        return f"arxiv:{arxiv['id']}"
    return place.rstrip("/") + (f"?{parts.query}" if parts.query else "")
