"""The buttons under a paper, apart from the first, which `bot.views` answers."""

from __future__ import annotations

from typing import Any

import discord

from bot.citing import answer_cite
from bot.discovery.related import answer_related
from bot.discussing import answer_discuss
from bot.errors import UserError
from bot.marks import ROW_ID
from bot.render.cards import render_comment, render_more
from bot.replies import answer_language, replace, reply
from bot.saving import save_paper
from bot.tree import answering_errors
from bot.views import Standing, require_entry
from storage.models import Entry


class CommentButton(Standing, template=rf"card:(?P<language>ko|en|both):(?P<entry>{ROW_ID})"):
    """한국어, English: the whole comment, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the comment in the button's language; in the reader's where it names both."""
        async with answering_errors(interaction):
            own = answer_language(interaction)
            spoken = own if self.match["language"] == "both" else self.match["language"]
            entry = await _get_commented(interaction, int(self.match["entry"]))
            for message in render_comment(entry, spoken=spoken, language=own):
                await reply(interaction, message, ephemeral=True)


class TurnButton(Standing, template=rf"card:to(?P<language>ko|en):(?P<entry>{ROW_ID})"):
    """Under a comment: the other one, in its place where both are a message each."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the other comment."""
        async with answering_errors(interaction):
            own = answer_language(interaction)
            entry = await _get_commented(interaction, int(self.match["entry"]))
            both = {
                spoken: render_comment(entry, spoken=spoken, language=own)
                for spoken in ("ko", "en")
            }
            messages = both[self.match["language"]]
            if all(len(each) == 1 for each in both.values()):
                await replace(interaction, messages[0])
                return
            for message in messages:
                await reply(interaction, message, ephemeral=True)


class SaveButton(Standing, template=rf"card:save:(?P<entry>{ROW_ID})"):
    """Keeps the paper in the reader's own list."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Save it."""
        async with answering_errors(interaction):
            await save_paper(interaction, int(self.match["entry"]))


class DiscussButton(Standing, template=rf"card:discuss:(?P<entry>{ROW_ID})"):
    """Leads to the paper's discussion."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Link it, open it first where there is none."""
        async with answering_errors(interaction):
            await answer_discuss(interaction, int(self.match["entry"]))


class MoreButton(Standing, template=rf"card:more:(?P<entry>{ROW_ID})"):
    """Opens the menu of what else there is to do."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the menu."""
        async with answering_errors(interaction):
            entry = await require_entry(interaction, int(self.match["entry"]))
            menu = render_more(entry, language=answer_language(interaction))
            await reply(interaction, menu, ephemeral=True)


class RelatedButton(Standing, template=rf"card:related:(?P<entry>{ROW_ID})"):
    """Lists related papers."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """List them."""
        async with answering_errors(interaction):
            await answer_related(interaction, int(self.match["entry"]))


class CiteButton(Standing, template=rf"card:cite:(?P<entry>{ROW_ID})"):
    """Gives the paper's citation."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Give it."""
        async with answering_errors(interaction):
            await answer_cite(interaction, int(self.match["entry"]))


CARD_BUTTONS = (
    CommentButton,
    TurnButton,
    SaveButton,
    DiscussButton,
    MoreButton,
    RelatedButton,
    CiteButton,
)


async def _get_commented(interaction: discord.Interaction[Any], entry_id: int) -> Entry:
    """Return the card's entry, which has a comment.

    Raises:
        UserError: one of the two is no longer there.
    """
    entry = await require_entry(interaction, entry_id)
    if not (entry.ko or entry.en):
        raise UserError("card.no_comment")
    return entry
