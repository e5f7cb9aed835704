"""What several layouts share: lines of authors, tags and links, comments, pages of long text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.messages import say
from bot.render.dates import spoken_languages
from bot.render.limits import BUTTON_LABEL, EMBED_FOOTER, cut, length
from bot.render.links import name_link
from bot.render.markdown import Markup, code, collapse, escape, escape_line, link
from storage.models import Entry, Language

# One calm slate blue for everything, so that a digest reads as one thing.
ACCENT = 0x5B7FA6

_LONGEST_TAG = 60
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """The commentary in one message language (`ko` or `en`), its paragraphs joined."""

    spoken: str
    text: str


def label(language: Language, key: str, **params: object) -> str:
    """Return a label in each of the channel's languages, joined by a middle dot."""
    return " · ".join(_words(language, key, params))


def button_label(language: Language, key: str) -> str:
    """Return a label that fits on a button, joined closely: five make one row on a desktop."""
    return cut("·".join(_words(language, key, {})), BUTTON_LABEL)


def comments_for(entry: Entry, language: Language) -> tuple[Comment, ...]:
    """Return the comments that a channel is shown: those it asked for, else the other one."""
    written = tuple(
        Comment(spoken=spoken, text="\n\n".join(paragraphs))
        for spoken, paragraphs in (("ko", entry.ko), ("en", entry.en))
        if paragraphs
    )
    asked = tuple(one for one in written if one.spoken in spoken_languages(language))
    return asked or written


def share(lengths: Sequence[int], room: int) -> tuple[int, ...]:
    """Return how much of `room` each text gets: all it needs if short, the long ones alike."""
    grants = [0] * len(lengths)
    for rank, index in enumerate(sorted(range(len(lengths)), key=lengths.__getitem__)):
        grants[index] = min(lengths[index], room // (len(lengths) - rank))
        room -= grants[index]
    return tuple(grants)


def authors_line(authors: Sequence[str], room: int, language: Language) -> Markup:
    """Return as many names as fit in `room`, and how many more there are."""
    return _fill(
        authors,
        lambda author: escape_line(cut(collapse(author), _LONGEST_NAME)),
        separator=", ",
        room=room,
        more=lambda hidden: _more(language, "label.more_authors", hidden),
    )


def tag_chip(tag: str) -> Markup:
    """Return a tag as a chip."""
    return code(f"#{cut(collapse(tag), _LONGEST_TAG)}")


def tags_line(tags: Sequence[str], room: int) -> Markup:
    """Return the tags as chips, and how many more there are."""
    return _fill(tags, tag_chip, separator=" ", room=room, more=_plus)


def links_line(links: Sequence[str], room: int) -> Markup:
    """Return the links under short names, and how many more there are."""
    return _fill(
        links, lambda url: link(name_link(url), url), separator=" · ", room=room, more=_plus
    )


def make_embed(
    *, title: str = "", url: str | None = None, description: str = "", footer: str = ""
) -> discord.Embed:
    """Return an embed in our colour; `title` and `description` are markup, `footer` plain."""
    embed = discord.Embed(
        title=title or None, url=url, description=description or None, colour=ACCENT
    )
    if footer:
        embed.set_footer(text=cut(footer, EMBED_FOOTER))
    return embed


def section(language: Language, key: str, body: str) -> str:
    """Return a bold heading and the text below it."""
    return f"**{label(language, key)}**\n{body}"


def comment_sections(comments: Iterable[Comment]) -> tuple[str, ...]:
    """Return each comment in full under the name of its language."""
    return tuple(
        f"**{say(one.spoken, f'label.{one.spoken}')}**\n{escape(one.text)}" for one in comments
    )


def _words(language: Language, key: str, params: Mapping[str, object]) -> Iterable[str]:
    return dict.fromkeys(say(spoken, key, **params) for spoken in spoken_languages(language))


def _more(language: Language, key: str, hidden: int) -> str:
    return say("ko" if language is Language.KO else "en", key, count=hidden)


def _plus(hidden: int) -> str:
    return f" +{hidden}"


def _fill(
    texts: Sequence[str],
    show: Callable[[str], str],
    *,
    separator: str,
    room: int,
    more: Callable[[int], str],
) -> Markup:
    """Join what `show` makes of the texts while it fits; `more` says how many are left out.

    The first is always there. What would be left out anyway is not made: a paper may have
    thousands of authors.
    """
    shown: list[str] = []
    used = 0
    for text in texts:
        piece = show(text)
        used += length(piece) + len(separator if shown else "")
        if shown and used > room:
            break
        shown.append(piece)
    joined = separator.join(shown)
    while len(shown) < len(texts):
        joined = separator.join(shown) + more(len(texts) - len(shown))
        if len(shown) == 1 or length(joined) <= room:
            break
        shown.pop()
    return Markup(cut(joined, room))
