"""Addresses in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.parsers.script import HANGUL

# What an address cannot hold, be it ASCII (RFC 3986), quotation marks and ellipsis, or the brackets
# and punctuation of CJK text. Hangul ends it too: behind an address it is a particle
# (`…/2503.01307에서`) far more often than a part of it.
_ENDS = (
    rf"\s<>\"`{{}}|\\^\u2018\u2019“”«»…\u3001-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff60{HANGUL}"
)
_LINK = re.compile(rf"https?://(?=[a-z0-9-]+\.[a-z0-9])[^{_ENDS}]+", re.IGNORECASE)
_BRACKETS = re.compile(r"[()\[\]]")
_PARTNERS = {")": "(", "]": "["}
# What stands behind an address rather than in it, an opening bracket that nothing closes included.
_TRAILING = ".,;:!?'*(["
# Discord's longest address in an embed (docs: Message, Embed Limits); nothing longer is a link.
_MAX_LENGTH = 2048


def find_links(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the http(s) addresses in `texts`, in order, each once."""
    found = (link for text in texts if "://" in text for link in _links_in(text))
    return tuple(dict.fromkeys(found))


def is_link(line: str) -> bool:
    """Return whether `line` is an address and nothing else."""
    return _LINK.fullmatch(line) is not None and find_links([line]) == (line,)


def _links_in(text: str) -> Iterator[str]:
    for match in _LINK.finditer(text):
        if len(match[0]) <= _MAX_LENGTH:
            yield _cut_at_stray_bracket(match[0]).rstrip(_TRAILING)


def _cut_at_stray_bracket(link: str) -> str:
    """Return `link` up to the first bracket that closes what was opened before the link."""
    opened: list[str] = []
    for match in _BRACKETS.finditer(link):
        partner = _PARTNERS.get(match[0])
        if partner is None:
            opened.append(match[0])
        elif not opened or opened.pop() != partner:
            return link[: match.start()]
    return link
