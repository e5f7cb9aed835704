"""Buttons that work after a restart: each reads what to do from its custom_id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.errors import UserError
from bot.listing import PAGE_ID, ListRequest, answer_list, parse_page_id
from bot.marks import MARK, mark_date
from bot.messages import pick_locale
from bot.render.paper import other_language, render_full
from bot.replies import answer_in, replace, reply
from bot.tree import answering_errors
from storage.models import Language

if TYPE_CHECKING:
    from bot.client import DigestBot

ENTRY_ID = re.compile(r"full:(?P<entry>\d+)")


class Standing(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"(?!)"):
    """A button found by its custom_id."""

    def __init__(self, match: re.Match[str]) -> None:
        super().__init__(discord.ui.Button(custom_id=match.string))
        self.match = match

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        _item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return the button that this custom_id stands for."""
        return cls(match)


class PageButton(Standing, template=PAGE_ID):
    """Previous and next under a list: edits it for who asked, answers anybody else in private."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            answer_in(interaction, self.match["language"])
            request = await parse_page_id(bot.store, self.match, now=bot.clock())
            message = await answer_list(bot.library, request, place=bot.place(interaction))
            if is_asker(interaction):
                await replace(interaction, message)
            else:
                await reply(interaction, message, ephemeral=True)


class PostButton(Standing, template=MARK):
    """The marked button under a post: what the post had to cut, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the digest's list, or the paper in full."""
        async with answering_errors(interaction):
            if int(self.match["entry"]) == 0:
                await self._show_digest(interaction)
            else:
                language = await self._language(interaction)
                await _show_entry(interaction, int(self.match["entry"]), language)

    async def _show_digest(self, interaction: discord.Interaction[Any]) -> None:
        bot: DigestBot = interaction.client
        day = mark_date(self.match)
        if day is None:
            raise UserError("error.post_outdated")
        request = ListRequest(
            kind="digest",
            argument=day.isoformat(),
            page=0,
            language=pick_locale(str(interaction.locale)),
        )
        message = await answer_list(bot.library, request, place=bot.place(interaction))
        await reply(interaction, message, ephemeral=True)

    async def _language(self, interaction: discord.Interaction[Any]) -> Language:
        """Return the reader's language; in a thread's opening, the one the channel lacks."""
        if self.match["step"] != "details":
            return Language(pick_locale(str(interaction.locale)))
        bot: DigestBot = interaction.client
        subscription = await bot.store.get_subscription_by_id(int(self.match["subscription"]))
        entry = await bot.store.get_entry(int(self.match["entry"]))
        if subscription is None or entry is None:
            raise UserError("error.post_outdated")
        return other_language(subscription.language, entry)


class EntryButton(Standing, template=ENTRY_ID):
    """The button under a looked-up paper: all of its text, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the paper in full."""
        async with answering_errors(interaction):
            language = Language(pick_locale(str(interaction.locale)))
            await _show_entry(interaction, int(self.match["entry"]), language)


BUTTONS = (PageButton, PostButton, EntryButton)


def entry_button_id(entry_id: int) -> str:
    """Return the custom_id of the button that shows an entry in full."""
    return f"full:{entry_id}"


async def _show_entry(
    interaction: discord.Interaction[Any], entry_id: int, language: Language
) -> None:
    entry = await interaction.client.store.get_entry(entry_id)
    if entry is None:
        raise UserError("error.post_outdated")
    for message in render_full(entry, language=language):
        await reply(interaction, message, ephemeral=True)


def is_asker(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the message is the presser's own answer, or only they can see it."""
    message = interaction.message
    if message is None:
        return False
    metadata = message.interaction_metadata
    return message.flags.ephemeral or (
        metadata is not None and metadata.user.id == interaction.user.id
    )
