"""Pages of all tags, and the buttons that turn them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import NotFoundError
from bot.render.message import Message
from bot.render.tags import PAGE_SIZE, render_tags
from bot.replies import answer_in, replace, reply
from bot.tree import answering_errors
from bot.views import Standing, is_asker
from storage.base import DiscoveryStore

if TYPE_CHECKING:
    from bot.client import DigestBot

ORDERS = ("papers", "last", "first", "name")


async def answer_tags(
    store: DiscoveryStore, *, by: str, page: int, language: str, today: date
) -> Message:
    """Return a page of the tags, from 0, in an order of `ORDERS`.

    Raises:
        NotFoundError: there is no such page, or no tag at all.
    """
    offset = page * PAGE_SIZE
    found = await store.list_tags(until=today, by=by, offset=offset, limit=PAGE_SIZE)
    if not found.items:
        raise NotFoundError("error.page_gone" if page else "error.no_digests")
    is_last = offset + len(found.items) >= found.total
    return render_tags(
        found,
        language=language,
        previous=_page_id(language, by, page - 1) if page else None,
        following=None if is_last else _page_id(language, by, page + 1),
    )


class TagsButton(
    Standing,
    template=rf"tags:(?P<language>ko|en):(?P<by>{'|'.join(ORDERS)}):(?P<page>[0-9]{{1,6}})",
):
    """Previous and next under the tags: edits them for who asked, answers others in private."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            message = await answer_tags(
                bot.store,
                by=self.match["by"],
                page=int(self.match["page"]),
                language=answer_in(interaction, self.match["language"]),
                today=bot.today(),
            )
            if is_asker(interaction):
                await replace(interaction, message)
            else:
                await reply(interaction, message, ephemeral=True)


TAGS_BUTTONS = (TagsButton,)


def _page_id(language: str, by: str, page: int) -> str:
    return f"tags:{language}:{by}:{page}"
