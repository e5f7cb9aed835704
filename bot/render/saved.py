"""Reading lists: what saving answers, the list page by page, and the list as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.messages import say
from bot.render.dates import format_date
from bot.render.limits import BUTTON_LABEL, MENU_OPTIONS, OPTION_LABEL, cut
from bot.render.links import find_paper
from bot.render.lists import render_list
from bot.render.markdown import collapse
from bot.render.message import Button, Menu, Message, Option
from bot.render.notices import render_notice
from storage.models import Entry, Page, SavedPaper

_MARKDOWN = re.compile(r"([\\`*_\[\]<>~])")
_NAMES = 20  # authors that a line of the Markdown file names


def saved_id(action: str, rest: object) -> str:
    """Return the custom_id of a button about saved papers: `saved:ACTION:REST`."""
    return f"saved:{action}:{rest}"


def page_id(page: int, tag: str) -> str:
    """Return the custom_id that opens a page, counted from 0, of a list; of all if no tag."""
    return saved_id("page", f"{page}:{tag}")


def render_saved(entry: Entry, *, is_news: bool, count: int, language: str) -> Message:
    """Return what a reader is told when they save a paper; `count` papers are on their list."""
    key = "saved.added" if is_news else "saved.already"
    notice = render_notice(key, language=language, title=entry.paper.title, count=count)
    return replace(
        notice, buttons=((_button("remove", entry.id, language), _list_button(language)),)
    )


def render_removed(entry: Entry, *, language: str) -> Message:
    """Return what a reader is told when they take a paper off their list."""
    notice = render_notice("saved.removed", language=language, title=entry.paper.title)
    return replace(notice, buttons=((_button("undo", entry.id, language), _list_button(language)),))


def render_saved_many(*, added: int, count: int, language: str) -> Message:
    """Return what a reader is told when they save several papers at once."""
    notice = render_notice("saved.added_many", language=language, added=added, count=count)
    return replace(notice, buttons=((_list_button(language),),))


def render_choice(entries: Sequence[Entry], *, language: str) -> Message:
    """Return the question which of a message's papers to save; the first 25 are offered."""
    options = tuple(_option(number, entry) for number, entry in enumerate(entries, start=1))
    menu = Menu(
        custom_id=saved_id("pick", ""),
        placeholder=say(language, "saved.pick_hint"),
        options=options[:MENU_OPTIONS],
        most=len(options[:MENU_OPTIONS]),
    )
    return replace(render_notice("saved.pick", language=language), menus=(menu,))


def render_saved_page(page: Page[SavedPaper], *, number: int, tag: str, language: str) -> Message:
    """Return a page of a reader's list, with a menu to take papers off it.

    `number` counts pages from 0; `tag` is what they are filtered by, or empty.
    """
    entries = tuple(item.entry for item in page.items)
    posts = {
        item.entry.id: page.posts[each]
        for item in page.items
        for each in reversed(item.entry_ids)
        if each in page.posts
    }
    shown = render_list(
        _heading(tag, page.total, language),
        Page(items=entries, offset=page.offset, total=page.total, posts=posts),
        language=language,
        previous=page_id(number - 1, tag) if number else None,
        following=(
            page_id(number + 1, tag) if page.offset + len(page.items) < page.total else None
        ),
    )
    menu = Menu(
        custom_id=saved_id("drop", f"{number}:{tag}"),
        placeholder=say(language, "saved.remove_hint"),
        options=tuple(
            _option(place, entry) for place, entry in enumerate(entries, start=page.offset + 1)
        ),
        most=len(entries),
    )
    return replace(shown, menus=(menu,))


def render_markdown(papers: Sequence[SavedPaper], *, tag: str, language: str) -> str:
    """Return a reader's list as a Markdown document, in their language."""
    heading = _heading(tag, len(papers), language)
    lines = [f"# {_escape(heading)}", ""]
    for saved in papers:
        paper = saved.entry.paper
        lines += [
            f"- [{_escape(paper.title)}]({find_paper(paper)})",
            f"  {_authors(paper.authors, language)}",
            "  " + _about(saved, language),
        ]
    return "\n".join(line for line in lines if line.strip() or not line) + "\n"


def _heading(tag: str, count: int, language: str) -> str:
    return say(language, "saved.heading_tag" if tag else "saved.heading", tag=tag, count=count)


def _about(saved: SavedPaper, language: str) -> str:
    digest = say(language, "saved.in_digest", date=format_date(saved.entry.date, language))
    tags = " ".join(f"#{tag}" for tag in saved.entry.tags)
    return " · ".join(filter(None, (digest, _escape(tags))))


def _authors(authors: Sequence[str], language: str) -> str:
    names = ", ".join(_escape(author) for author in authors[:_NAMES])
    hidden = len(authors) - _NAMES
    return names + (say(language, "label.more_authors", count=hidden) if hidden > 0 else "")


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", collapse(text))


def _option(number: int, entry: Entry) -> Option:
    label = cut(f"{number}. {collapse(entry.paper.title)}", OPTION_LABEL)
    return Option(label=label, value=str(entry.id))


def _button(action: str, entry_id: int, language: str) -> Button:
    label = cut(say(language, f"saved.{action}"), BUTTON_LABEL)
    return Button(label=label, custom_id=saved_id(action, entry_id))


def _list_button(language: str) -> Button:
    return Button(label=say(language, "saved.list"), custom_id=page_id(0, ""))
