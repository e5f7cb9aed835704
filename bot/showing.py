"""A paper by its name, or by chance, as a look-up shows it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import NotFoundError
from bot.library import Library
from bot.listing import ListRequest, Place, answer_list
from bot.messages import pick_name_language
from bot.naming import list_nearest
from bot.render.message import Message
from bot.render.paper import render_entry
from bot.replies import answer_in, reader_locale, reply
from bot.views import entry_button_id
from storage.links import is_address
from storage.models import Entry, Post

if TYPE_CHECKING:
    from bot.client import DigestBot


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPaper:
    """A paper's entries, newest first, and where they stand near who asked, by entry id."""

    entries: tuple[Entry, ...]
    posts: Mapping[int, Post]


def show_paper(found: FoundPaper, *, language: str) -> Message:
    """Return a paper as its newest entry has it."""
    entries, posts = found.entries, found.posts
    newest = entries[0]
    return render_entry(
        newest,
        language=language,
        mark=entry_button_id(newest.id),
        post=next((posts[entry.id] for entry in entries if entry.id in posts), None),
        dates=[entry.date for entry in entries],
    )


async def find_named(
    interaction: discord.Interaction[Any],
    title: str,
    *,
    place: Place,
    ephemeral: bool,
    action: str | None = None,
) -> FoundPaper | None:
    """Return the one paper that a name fits.

    Where it fits several, answer with their list and return None; so too for an address that is no
    paper's own, with the papers that mention it. With an `action` (`cite` or `related`), the list
    asks with which of them to do that. The answer is in the language of the name.

    Raises:
        NotFoundError: it fits none; the nearest titles are in the error.
    """
    bot: DigestBot = interaction.client
    language = answer_in(interaction, pick_name_language(title, reader_locale(interaction)))
    found = await bot.store.find_entries(title, until=place.today, near=place.near)
    if found.total == 1:
        return FoundPaper(entries=found.items[0], posts=found.posts)
    kind = "link" if not found.items and is_address(title) else "title"
    request = ListRequest(kind=kind, argument=title.strip(), page=0, language=language)
    message = await answer_list(bot.library, request, place=place, action=action)
    await reply(interaction, message, ephemeral=ephemeral)
    return None


async def pick_paper(library: Library, *, tag: str | None, place: Place) -> FoundPaper:
    """Return a paper by chance, of those with the tag if given.

    Raises:
        NotFoundError: there is none; the tags nearest to it are in the error.
    """
    store, today = library.store, place.today
    list_some = partial(store.list_by_tag, tag) if tag else store.list_newest
    first = await list_some(until=today, offset=0, limit=1)
    if not first.items:
        if tag is None:
            raise NotFoundError("error.no_digests")
        nearest = await list_nearest(library, "tag", tag, until=today)
        raise NotFoundError("error.tag_not_found", name=tag, nearest=nearest)
    offset = secrets.randbelow(first.total)
    chosen = await list_some(until=today, offset=offset, limit=1)
    (entry,) = chosen.items or first.items  # one may have been removed meanwhile
    entries = await store.get_paper_entries(entry.paper.id, until=today)
    ids = [each.id for each in entries]
    posts = await store.list_posts(ids, near=place.near) if place.near else {}
    return FoundPaper(entries=entries, posts=posts)
