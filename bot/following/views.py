"""The buttons and the menu of what a reader follows, and those under single messages."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.discovery import recap_mail
from bot.errors import UserError
from bot.following import mail as following_mail
from bot.following import show_follows, unfollow
from bot.listing import ListRequest, answer_list
from bot.marks import MAIL_MARK
from bot.replies import answer_language, replace, reply
from bot.tree import answering_errors
from bot.views import Standing, StandingMenu

if TYPE_CHECKING:
    from bot.client import DigestBot

FOLLOWS_ID = re.compile(r"follows:(?P<page>[0-9]{1,4})")
UNFOLLOW_ID = re.compile(r"unfollow:(?P<page>[0-9]{1,4})")


class FollowsButton(Standing, template=FOLLOWS_ID):
    """Previous and next under the list, which only its reader sees."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        async with answering_errors(interaction):
            message = await show_follows(
                interaction.client,
                interaction.user.id,
                page=int(self.match["page"]),
                language=answer_language(interaction),
            )
            await replace(interaction, message)


class UnfollowMenu(StandingMenu, template=UNFOLLOW_ID):
    """The menu under the list: ends what is chosen."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """End the follows and show what is left."""
        async with answering_errors(interaction):
            message = await unfollow(
                interaction.client,
                interaction.user.id,
                self.chosen,
                page=int(self.match["page"]),
                language=answer_language(interaction),
            )
            await replace(interaction, message)


class MailButton(Standing, template=MAIL_MARK):
    """The marked button under a single message: more of what it is about, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        async with answering_errors(interaction):
            show = _SHOWN.get(self.match["kind"])
            if show is None:
                raise UserError("error.post_outdated")
            await show(interaction)


async def _show_follows(interaction: discord.Interaction[Any]) -> None:
    bot: DigestBot = interaction.client
    language = answer_language(interaction)
    message = await show_follows(bot, interaction.user.id, page=0, language=language)
    await reply(interaction, message, ephemeral=True)


async def _show_top(interaction: discord.Interaction[Any]) -> None:
    bot: DigestBot = interaction.client
    request = ListRequest(
        kind="top", argument="week", page=0, language=answer_language(interaction)
    )
    message = await answer_list(bot.library, request, place=bot.place(interaction))
    await reply(interaction, message, ephemeral=True)


_SHOWN: dict[str, Callable[[discord.Interaction[Any]], Awaitable[None]]] = {
    following_mail.KIND: _show_follows,
    recap_mail.KIND: _show_top,
}

FOLLOWING_ITEMS = (FollowsButton, UnfollowMenu, MailButton)
