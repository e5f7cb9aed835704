"""Subscriptions of channels that were deleted: no option can name such a channel, a menu can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.render.message import Message
from bot.render.subscriptions import render_subscriptions
from bot.replies import answer_language, replace
from bot.tree import answering_errors
from bot.views import StandingMenu
from storage.models import Subscription

if TYPE_CHECKING:
    import discord

    from bot.client import DigestBot

END_ID = re.compile("subscriptions:end")


async def show_subscriptions(
    bot: DigestBot, guild_id: int, *, language: str
) -> tuple[Message, ...]:
    """Return a server's subscriptions, with a menu that ends those of deleted channels."""
    found = await bot.store.list_subscriptions(guild_id=guild_id)
    active = [each for each in found if each.active]
    gone = [each for each in active if _is_gone(bot, each)]
    return render_subscriptions(active, gone, language=language)


def _is_gone(bot: DigestBot, subscription: Subscription) -> bool:
    """Whether Discord, which names all channels of a server, does not name this one."""
    guild = bot.get_guild(subscription.guild_id or 0)
    return guild is not None and guild.get_channel(subscription.channel_id) is None


class EndMenu(StandingMenu, template=END_ID):
    """The menu under /subscriptions: ends what is chosen and shows what is left."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """End the subscriptions."""
        async with answering_errors(interaction):
            if not interaction.permissions.manage_guild:
                raise app_commands.MissingPermissions(["manage_guild"])
            bot: DigestBot = interaction.client
            guild_id, chosen = interaction.guild_id or 0, self.chosen
            for each in await bot.store.list_subscriptions(guild_id=guild_id):
                if each.id in chosen and _is_gone(bot, each):
                    await bot.store.end_subscription(each.channel_id, now=bot.clock())
            language = answer_language(interaction)
            left = await show_subscriptions(bot, guild_id, language=language)
            await replace(interaction, left[-1])


ENDING_MENUS = (EndMenu,)
