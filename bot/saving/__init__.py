"""Reading lists: saving and removing papers, the list, and the list as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.listing import Place
from bot.references import Source, make_references
from bot.render.lists import PAGE_SIZE
from bot.render.message import Attachment, Message
from bot.render.notices import render_notice
from bot.render.saved import (
    render_markdown,
    render_removed,
    render_saved,
    render_saved_many,
    render_saved_page,
)
from bot.replies import answer_language, reply
from storage.base import Store
from storage.models import Entry, Page, SavedPaper

if TYPE_CHECKING:
    from bot.client import DigestBot

# A tag stands in the custom_ids of a list's buttons, which hold 100 characters.
LONGEST_TAG = 80
# https://docs.discord.com/developers/reference#uploading-files: in a server without boosts.
_LARGEST_FILE = 10 * 1024 * 1024
_MEBIBYTE = 1024 * 1024


async def save_paper(interaction: discord.Interaction[Any], entry_id: int) -> None:
    """Put an entry's paper on the reader's list, and tell them alone.

    Raises:
        UserError: there is no such entry any more.
    """
    await reply(interaction, await save(interaction, entry_id), ephemeral=True)


async def save(interaction: discord.Interaction[Any], entry_id: int) -> Message:
    """Put an entry's paper on the reader's list; return what to tell them.

    Raises:
        UserError: there is no such entry any more.
    """
    bot: DigestBot = interaction.client
    entry = await _require_entry(bot.store, entry_id)
    is_news = await _save(interaction, entry_id)
    count = await bot.store.count_saved(interaction.user.id, until=bot.today())
    return render_saved(entry, is_news=is_news, count=count, language=answer_language(interaction))


async def save_many(interaction: discord.Interaction[Any], entry_ids: Sequence[int]) -> Message:
    """Put several papers on the reader's list; return what to tell them.

    Raises:
        UserError: there is one, and it is there no more.
    """
    if len(entry_ids) == 1:
        return await save(interaction, entry_ids[0])
    bot: DigestBot = interaction.client
    added = [await _save(interaction, entry_id) for entry_id in entry_ids]
    count = await bot.store.count_saved(interaction.user.id, until=bot.today())
    return render_saved_many(added=sum(added), count=count, language=answer_language(interaction))


async def remove(interaction: discord.Interaction[Any], entry_id: int) -> Message:
    """Take an entry's paper off the reader's list; return what to tell them.

    Raises:
        UserError: there is no such entry any more.
    """
    bot: DigestBot = interaction.client
    entry = await _require_entry(bot.store, entry_id)
    await bot.store.remove_saved(interaction.user.id, entry_id)
    return render_removed(entry, language=answer_language(interaction))


async def answer_saved(
    store: Store, user_id: int, *, number: int, tag: str, place: Place, language: str
) -> Message:
    """Return a page of a reader's list, the last one where there are not as many.

    `number` counts from 0; `tag` filters the list unless it is empty.
    """
    page = await _list_page(store, user_id, number, tag, place)
    if not page.items and page.total:
        number = (page.total - 1) // PAGE_SIZE
        page = await _list_page(store, user_id, number, tag, place)
    if not page.items:
        return await _nothing(store, user_id, tag, place, language)
    if place.near is not None:
        ids = [entry_id for item in page.items for entry_id in item.entry_ids]
        page = replace(page, posts=await store.list_posts(ids, near=place.near))
    return render_saved_page(page, number=number, tag=tag, language=language)


async def export_saved(
    store: Store, user_id: int, *, form: str, tag: str, place: Place, language: str
) -> Message:
    """Return a reader's list as a file: `markdown`, `bibtex` or `ris`.

    Raises:
        UserError: it is too large for Discord.
    """
    page = await store.list_saved(user_id, tag=tag or None, until=place.today, offset=0, limit=None)
    if not page.items:
        return await _nothing(store, user_id, tag, place, language)
    name, write = _FORMS[form]
    # Thousands of papers take seconds to write, in which nobody else should wait.
    text = await asyncio.to_thread(write, page.items, tag, language)
    content = text.encode()
    if len(content) > _LARGEST_FILE:
        raise UserError("saved.too_large", limit=_LARGEST_FILE // _MEBIBYTE)
    notice = render_notice("saved.exported", language=language, count=page.total)
    return Message(content=notice.content, attachments=(Attachment(name=name, content=content),))


async def _list_page(
    store: Store, user_id: int, number: int, tag: str, place: Place
) -> Page[SavedPaper]:
    return await store.list_saved(
        user_id,
        tag=tag or None,
        until=place.today,
        offset=number * PAGE_SIZE,
        limit=PAGE_SIZE,
    )


async def _nothing(store: Store, user_id: int, tag: str, place: Place, language: str) -> Message:
    """Return the sentence for a list without papers, or with none of that tag."""
    if tag and await store.count_saved(user_id, until=place.today):
        return render_notice("saved.none_tagged", language=language, tag=tag)
    return render_notice("saved.none", language=language)


def _to_markdown(papers: Sequence[SavedPaper], tag: str, language: str) -> str:
    return render_markdown(papers, tag=tag, language=language)


def _to_bibtex(papers: Sequence[SavedPaper], _tag: str, _language: str) -> str:
    from bot.references.bibtex import write_bibtex  # large: as in bot/citing.py

    return write_bibtex(make_references(map(_source, papers)))


def _to_ris(papers: Sequence[SavedPaper], _tag: str, _language: str) -> str:
    from bot.references.ris import write_ris

    return write_ris(make_references(map(_source, papers)))


_FORMS: dict[str, tuple[str, Callable[[Sequence[SavedPaper], str, str], str]]] = {
    "markdown": ("saved-papers.md", _to_markdown),
    "bibtex": ("saved-papers.bib", _to_bibtex),
    "ris": ("saved-papers.ris", _to_ris),
}
FORMS = tuple(_FORMS)


def _source(saved: SavedPaper) -> Source:
    return Source(paper=saved.entry.paper, first_date=saved.first_date, tags=saved.entry.tags)


async def _save(interaction: discord.Interaction[Any], entry_id: int) -> bool:
    bot: DigestBot = interaction.client
    return await bot.store.save_paper(
        interaction.user.id, entry_id, guild_id=interaction.guild_id, now=bot.clock()
    )


async def _require_entry(store: Store, entry_id: int) -> Entry:
    entry = await store.get_entry(entry_id)
    if entry is None:
        raise UserError("error.post_outdated")
    return entry
