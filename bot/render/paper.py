"""One paper: its post in a channel, what its thread begins with, and the reply to a look-up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from bot.messages import say
from bot.render.cards import card_buttons, render_pages
from bot.render.dates import format_date, format_short
from bot.render.limits import (
    CONTENT,
    EMBED_FIELD_VALUE,
    EMBED_TITLE,
    cut,
    length,
    split,
)
from bot.render.links import find_paper, post_url, thread_url
from bot.render.markdown import code, escape, escape_line, link, role_mention
from bot.render.message import Button, Message
from bot.render.parts import (
    Comment,
    authors_line,
    button_label,
    comment_sections,
    comments_for,
    label,
    links_line,
    make_embed,
    section,
    share,
    tags_line,
)
from bot.render.related import Earlier, render_earlier
from storage.models import Entry, Language, Post

# Shares of an embed that stay well below its 6,000 characters together, and leave a channel of
# many papers easy to skim: the comment first, the abstract as a taste of the full text.
_AUTHORS = 240
_COMMENTS = 2600
_ABSTRACT = 700
_TAGS = 400
_LINKS = 800

_OTHER_DATES = 20

# A thread begins with at most some sixty messages; its button has the rest.
_LONGEST_OPENING = 60_000
_BLANK = "\n\n"


class _Shown(NamedTuple):
    """What a post shows of an entry, as markup."""

    title: str
    authors: str
    comments: tuple[str, ...]
    abstract: str
    tags: str
    links: str


def render_post(
    entry: Entry, *, language: Language, mark: str, role_id: int | None = None
) -> Message:
    """Return a paper's message in a channel; `mark` is its first button's custom_id.

    `role_id` is the role that it names, for a post that begins a day's digest.
    """
    shown = _show(entry, language)
    embed = make_embed(
        title=shown.title,
        url=find_paper(entry.paper),
        description="\n\n".join(filter(None, (f"-# {shown.authors}", _join(shown.comments)))),
        footer=format_short(entry.date, language),
    )
    for key, value, inline in (
        ("label.abstract", shown.abstract, False),
        ("label.tags", shown.tags, True),
        ("label.links", shown.links, True),
    ):
        if value:
            embed.add_field(name=label(language, key), value=value, inline=inline)
    return Message(
        content=role_mention(role_id) if role_id else "",
        embeds=(embed,),
        buttons=card_buttons(entry, language, mark),
    )


def render_details(
    entry: Entry,
    *,
    language: Language,
    mark: Callable[[int], str],
    earlier: Sequence[Earlier] = (),
) -> tuple[Message, ...]:
    """Return what a paper's thread begins with: authors, abstract, all that the post cut.

    `earlier` are papers to link to at the end. Whatever they are, the pages before are the same.

    Plain content, so that losing the right to embed changes neither text nor number. `mark(n)`
    is the custom_id of message n's button, which opens the full text in `other_language`.
    """
    other = other_language(language, entry)
    shown_in, key = (language, "button.full") if other is Language.BOTH else (other, "button.other")
    name = button_label(shown_in, key)
    pages = split(cut("\n\n".join(_details(entry, language)), _LONGEST_OPENING), CONTENT)
    pages = _append_earlier(pages, earlier, language)
    return tuple(
        Message(content=page, buttons=((Button(label=name, custom_id=mark(index)),),))
        for index, page in enumerate(pages)
    )


def _append_earlier(
    pages: tuple[str, ...], earlier: Sequence[Earlier], language: Language
) -> tuple[str, ...]:
    """Return the pages with links to earlier papers on the last, or on one of their own."""
    room = CONTENT - length(pages[-1]) - len(_BLANK)
    if links := render_earlier(earlier, language, room):
        return (*pages[:-1], f"{pages[-1]}{_BLANK}{links}")
    alone = render_earlier(earlier, language, CONTENT)
    return (*pages, alone) if alone else pages


def render_entry(
    entry: Entry,
    *,
    language: str,
    mark: str,
    post: Post | None = None,
    dates: Sequence[date] = (),
) -> Message:
    """Return the reply to a look-up: the paper, where it stands here, its other digests' dates.

    `language` is `ko` or `en`; `mark` is the custom_id of the button that opens the full text.
    """
    message = render_post(entry, language=Language(language), mark=mark)
    embed = message.embeds[0]
    if post:
        places = [link(say(language, "label.post"), post_url(post))]
        if thread := thread_url(post):
            places.append(link(say(language, "label.thread"), thread))
        embed.add_field(name=say(language, "label.here"), value=" · ".join(places), inline=True)
    others = sorted({day for day in dates if day != entry.date}, reverse=True)
    if others:
        days = " · ".join(format_date(day, language) for day in others[:_OTHER_DATES])
        more = f" +{len(others) - _OTHER_DATES}" if len(others) > _OTHER_DATES else ""
        embed.add_field(name=say(language, "label.other_digests"), value=days + more, inline=True)
    return message


def render_full(entry: Entry, *, language: Language) -> tuple[Message, ...]:
    """Return everything a digest says of a paper, over as many messages as it takes."""
    return render_pages(entry, "\n\n".join(_everything(entry, language)))


def render_abstract(entry: Entry, *, language: Language) -> tuple[Message, ...]:
    """Return the abstract in full and what else a post may have cut; without one, everything."""
    if not entry.paper.abstract:
        return render_full(entry, language=language)
    whole = _sections(entry, language)
    # A channel of both languages leaves the least room to each comment.
    cut_short = _cut_comments(entry, Language.BOTH, _show(entry, Language.BOTH))
    sections = (
        _long_title(entry, whole),
        whole.authors,
        whole.abstract,
        *comment_sections(cut_short),
        whole.tags,
        whole.links,
    )
    return render_pages(entry, "\n\n".join(filter(None, sections)))


def other_language(language: Language, entry: Entry) -> Language:
    """Return what a details button opens: the comment that the channel does not show, or both."""
    if language is Language.BOTH or not (entry.ko and entry.en):
        return Language.BOTH
    return Language.EN if language is Language.KO else Language.KO


def _show(entry: Entry, language: Language) -> _Shown:
    comments = [escape(comment.text) for comment in comments_for(entry, language)]
    rooms = share([length(comment) for comment in comments], _COMMENTS)
    return _Shown(
        title=cut(escape_line(entry.paper.title), EMBED_TITLE),
        authors=authors_line(entry.paper.authors, _AUTHORS, language),
        comments=tuple(cut(*pair) for pair in zip(comments, rooms, strict=True)),
        abstract=cut(escape(entry.paper.abstract or ""), _ABSTRACT),
        tags=tags_line(entry.tags, _TAGS),
        links=links_line(entry.links, min(_LINKS, EMBED_FIELD_VALUE)),
    )


def _join(comments: Sequence[str]) -> str:
    """Return the comments one below the other, the English one under its name."""
    return f"\n\n-# {say('en', 'label.en')}\n".join(comments)


def _details(entry: Entry, language: Language) -> list[str]:
    """Return the sections of a thread's beginning; what the post shows in full is left out."""
    shown, whole = _show(entry, language), _sections(entry, language)
    sections = (
        whole.title if shown.title != escape_line(entry.paper.title) else "",
        whole.authors,
        *comment_sections(_cut_comments(entry, language, shown)),
        whole.abstract,
        whole.tags if shown.tags != " ".join(code(f"#{tag}") for tag in entry.tags) else "",
        whole.links if shown.links != links_line(entry.links, sys.maxsize) else "",
    )
    return [text for text in sections if text]


def _cut_comments(entry: Entry, language: Language, shown: _Shown) -> list[Comment]:
    """Return the comments that a post does not show in full."""
    written = comments_for(entry, language)
    pairs = zip(written, shown.comments, strict=True)
    return [one for one, text in pairs if text != escape(one.text)]


def _long_title(entry: Entry, whole: _Sections) -> str:
    """Return the title's section, where it does not fit above a page."""
    return whole.title if length(escape_line(entry.paper.title)) > EMBED_TITLE else ""


def _everything(entry: Entry, language: Language) -> list[str]:
    whole = _sections(entry, language)
    sections = (
        _long_title(entry, whole),
        whole.authors,
        *comment_sections(comments_for(entry, language)),
        whole.abstract,
        whole.tags,
        whole.links,
    )
    return [text for text in sections if text]


class _Sections(NamedTuple):
    """Everything but the comments, uncut, each under its heading; empty where there is none."""

    title: str
    authors: str
    abstract: str
    tags: str
    links: str


def _sections(entry: Entry, language: Language) -> _Sections:
    paper = entry.paper
    bodies = {
        "label.title": escape_line(paper.title),
        "label.authors": ", ".join(escape_line(author) for author in paper.authors),
        "label.abstract": escape(paper.abstract or ""),
        "label.tags": " ".join(escape_line(f"#{tag}") for tag in entry.tags),
        "label.links": "\n".join(escape(url) for url in entry.links),
    }
    return _Sections(
        *(section(language, key, body) if body else "" for key, body in bodies.items())
    )
