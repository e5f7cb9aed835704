"""Pages of papers: what /tag, /author, /search and /digest answer."""

from __future__ import annotations

from collections.abc import Mapping

from bot.library import Snippet
from bot.messages import say
from bot.render.dates import format_date
from bot.render.fitting import Line, embed_capacities, fit_lines
from bot.render.limits import ELLIPSIS, EMBED_TITLE, EMBED_TOTAL, cut, length
from bot.render.links import find_paper, post_url, thread_url
from bot.render.markdown import collapse, escape_line, link
from bot.render.message import Button, Message
from bot.render.parts import authors_line, make_embed, tags_line
from storage.models import Entry, Hit, Language, Page, Post

PAGE_SIZE = 8

_AUTHORS = 70
_TAGS = 110
# A longer address of a paper gives way to a search for its title.
_URL = 200
_FOOTER = 100
# A snippet, what stands before its first match, and what is shown in bold at most.
_SNIPPET, _BEFORE, _LONGEST_BOLD = 200, 60, 80
# Distinct custom_ids for buttons that cannot be pressed: Discord wants one on each.
_FIRST, _LAST = "list:first", "list:last"


def render_list(
    heading: str,
    page: Page[Entry] | Page[Hit],
    *,
    language: str,
    snippets: Mapping[int, Snippet] | None = None,
    reasons: Mapping[int, str] | None = None,
    previous: str | None = None,
    following: str | None = None,
) -> Message:
    """Return one page of a list, numbered through all pages.

    `heading` is plain text and says how many there are; `snippets` say why entries match a search,
    `reasons` as markup why they are on the list instead of their authors and tags; `previous` and
    `following` are the custom_ids of the neighbouring pages' buttons, None at an end.
    """
    entries = [item.entry if isinstance(item, Hit) else item for item in page.items]
    title = cut(escape_line(heading), EMBED_TITLE)

    shown, why = snippets or {}, reasons or {}

    def make(room: int) -> list[Line]:
        return [
            _item(
                number,
                entry,
                page.posts.get(entry.id),
                shown.get(entry.id),
                why.get(entry.id),
                room,
                language,
            )
            for number, entry in enumerate(entries, start=page.offset + 1)
        ]

    boxes, _ = fit_lines(make, embed_capacities(EMBED_TOTAL - length(title) - _FOOTER))
    texts = ["\n".join(box) for box in boxes if box] or [""]
    embeds = [make_embed(title=title, description=texts[0])]
    embeds += [make_embed(description=text) for text in texts[1:]]
    if page.total > PAGE_SIZE:
        embeds[-1].set_footer(text=_position(page, language))
    return Message(embeds=tuple(embeds), buttons=page_buttons(language, previous, following))


def _item(
    number: int,
    entry: Entry,
    post: Post | None,
    snippet: Snippet | None,
    reason: str | None,
    room: int,
    language: str,
) -> Line:
    """Return a paper's lines: its title, linked to its post or else to the paper; the rest."""
    title = cut(collapse(entry.paper.title), room)
    url = post_url(post) if post else find_paper(entry.paper, _URL)
    about = [format_date(entry.date, language)]
    if reason is not None:
        about.append(reason)
    else:
        about.append(authors_line(entry.paper.authors, _AUTHORS, Language(language)))
        about.append(tags_line(entry.tags, _TAGS))
    if post and (thread := thread_url(post)):
        about.append(link(say(language, "label.thread"), thread))
    text = f"**{number}.** {link(title, url)}\n-# {' · '.join(filter(None, about))}"
    if snippet is not None:
        text += f"\n> {_highlight(snippet)}"
    return Line(text=text, weight=length(text))


def _highlight(snippet: Snippet) -> str:
    """Return the part of a sentence around the first match, what matches in bold."""
    pieces = list(snippet.pieces)
    first = next((place for place, (_, is_match) in enumerate(pieces) if is_match), 0)
    if first and len(pieces[0][0]) > _BEFORE:
        words = pieces[0][0][-_BEFORE:].partition(" ")[2]
        pieces[0] = (f"{ELLIPSIS} {words}", False)
    return cut("".join(_piece(text, is_match) for text, is_match in pieces), _SNIPPET)


def _piece(text: str, is_match: bool) -> str:
    core = collapse(text)
    tail = " " if text[-1:].isspace() else ""
    shown = escape_line(core)
    # Bold is one unit to `cut`, which knows it up to a length, and without stars inside.
    bold = is_match and core and "*" not in shown and len(shown) <= _LONGEST_BOLD
    return f"**{shown}**{tail}" if bold else f"{shown}{tail}"


def _position(page: Page[Entry] | Page[Hit], language: str) -> str:
    pages = max(1, -(-page.total // PAGE_SIZE))
    return say(
        language, "list.position", page=page.offset // PAGE_SIZE + 1, pages=pages, total=page.total
    )


def page_buttons(
    language: str, previous: str | None, following: str | None
) -> tuple[tuple[Button, ...], ...]:
    """Return the row that leads to the neighbouring pages; none where there are none."""
    if previous is None and following is None:
        return ()
    row = (
        Button(
            label=say(language, "button.previous"),
            custom_id=previous or _FIRST,
            disabled=previous is None,
        ),
        Button(
            label=say(language, "button.next"),
            custom_id=following or _LAST,
            disabled=following is None,
        ),
    )
    return (row,)
