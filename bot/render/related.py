"""Why a paper is near another, and the links to earlier papers that a thread begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.dates import format_short
from bot.render.limits import cut, length
from bot.render.links import post_url, thread_url
from bot.render.markdown import Markup, collapse, link
from bot.render.parts import authors_line, label, tags_line
from storage.models import Entry, Language, Post

_TITLE = 110
_TAGS, _AUTHORS = 80, 80
_GAP = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What two papers share. `link` is the id of an arXiv paper that both link to, or None.

    `cites` says that the other paper cites this one, `cited` that this one cites the other.
    """

    cites: bool
    cited: bool
    link: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier paper that a thread begins with: where it stands in this server, and why."""

    entry: Entry
    post: Post
    reason: Reason


def render_reason(reason: Reason, language: Language) -> str:
    """Return what two papers share as one line; nothing said of tags where they share none."""
    parts = []
    if reason.cites:
        parts.append(label(language, "related.cites"))
    if reason.cited:
        parts.append(label(language, "related.cited"))
    if reason.link:
        parts.append(label(language, "related.link", id=reason.link))
    if reason.authors:
        parts.append(authors_line(reason.authors, _AUTHORS, language))
    if reason.tags:
        parts.append(tags_line(reason.tags, _TAGS))
    return _GAP.join(parts) or label(language, "related.text")


def render_earlier(earlier: Sequence[Earlier], language: Language, room: int) -> Markup:
    """Return a section of links, as many as fit in `room` units; nothing if not even one does."""
    text = f"**{label(language, 'related.earlier')}**"
    shown = ""
    for each in earlier:
        text += f"\n{_item(each, language)}"
        if length(text) > room:
            break
        shown = text
    return Markup(shown)


def _item(earlier: Earlier, language: Language) -> str:
    post, entry = earlier.post, earlier.entry
    title = link(cut(collapse(entry.paper.title), _TITLE), thread_url(post) or post_url(post))
    day = format_short(entry.date, language)
    return f"- {title}\n-# {day}{_GAP}{render_reason(earlier.reason, language)}"
