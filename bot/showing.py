"""A paper by its name, or by chance, as a look-up shows it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import NotFoundError
from bot.listing import ListRequest, Place, answer_list, find_posts, list_nearest
from bot.messages import pick_name_language
from bot.render.message import Message
from bot.render.paper import render_entry
from bot.replies import answer_in, reader_locale, reply
from bot.views import entry_button_id
from storage.base import Store
from storage.models import Entry

if TYPE_CHECKING:
    from bot.client import DigestBot


async def show_paper(
    store: Store, entries: Sequence[Entry], *, place: Place, language: str
) -> Message:
    """Return a paper as its newest entry, the first, has it; where it stands in this server."""
    newest = entries[0]
    posts = await find_posts(store, entries, place=place)
    return render_entry(
        newest,
        language=language,
        mark=entry_button_id(newest.id),
        post=next((posts[entry.id] for entry in entries if entry.id in posts), None),
        dates=[entry.date for entry in entries],
    )


async def find_named(
    interaction: discord.Interaction[Any], title: str, *, place: Place, ephemeral: bool
) -> tuple[Entry, ...]:
    """Return the entries of the one paper that a name fits, newest first.

    Where it fits several, answer with their list and return none. The answer is in the language
    of the name.

    Raises:
        NotFoundError: it fits none; the nearest titles are in the error.
    """
    bot: DigestBot = interaction.client
    language = answer_in(interaction, pick_name_language(title, reader_locale(interaction)))
    found = await bot.store.find_entries(title, until=place.today)
    if len(found) == 1:
        return found[0]
    request = ListRequest(kind="title", argument=title, page=0, language=language)
    message = await answer_list(bot.library, request, place=place)
    await reply(interaction, message, ephemeral=ephemeral)
    return ()


async def pick_paper(store: Store, *, tag: str | None, today: date) -> tuple[Entry, ...]:
    """Return a paper's entries, newest first: a paper by chance, of those with the tag if given.

    Raises:
        NotFoundError: there is none; the tags nearest to it are in the error.
    """
    entry = await (_pick_tagged(store, tag, today) if tag else _pick_any(store, today))
    return await store.get_paper_entries(entry.paper.id, until=today)


async def _pick_tagged(store: Store, tag: str, today: date) -> Entry:
    total = (await store.list_by_tag(tag, until=today, offset=0, limit=1)).total
    if not total:
        nearest = await list_nearest(store, "tag", tag, until=today)
        raise NotFoundError("error.tag_not_found", name=tag, nearest=nearest)
    chosen = secrets.randbelow(total)
    return (await store.list_by_tag(tag, until=today, offset=chosen, limit=1)).items[0]


async def _pick_any(store: Store, today: date) -> Entry:
    known = list(await store.list_revisions(until=today))
    if not known:
        raise NotFoundError("error.no_digests")
    return (await store.list_entries([secrets.choice(known)], until=today))[0]
