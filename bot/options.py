"""Command options that discord.py has no annotation for."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.errors import UserError


class ChannelOption(app_commands.Transformer):
    """A channel that digests can be posted to, with the member's own permissions in it."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return Discord's option type."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Return what the client offers."""
        return [
            discord.ChannelType.text,
            discord.ChannelType.news,
            discord.ChannelType.forum,
        ]

    async def transform(
        self, interaction: discord.Interaction[Any], value: Any, /
    ) -> app_commands.AppCommandChannel:
        """Return what Discord resolved, as it is."""
        channel: app_commands.AppCommandChannel = value
        return channel


PostChannel = app_commands.Transform[app_commands.AppCommandChannel, ChannelOption]


def rights_in(
    interaction: discord.Interaction[Any], channel: app_commands.AppCommandChannel | None
) -> discord.Permissions:
    """Return the member's own permissions in the channel named, or where they are."""
    return interaction.permissions if channel is None else channel.permissions


def chosen_channel(
    interaction: discord.Interaction[Any], channel: app_commands.AppCommandChannel | None
) -> int:
    """Return the channel meant: the one named, or this one, or this thread's parent.

    Raises:
        UserError: the member may not send there themselves.
    """
    if channel is not None:
        channel_id = channel.id
    else:
        here = interaction.channel
        parent = here.parent_id if isinstance(here, discord.Thread) else None
        channel_id = parent or interaction.channel_id or 0
    rights = rights_in(interaction, channel)
    if not (rights.view_channel and rights.send_messages):
        raise UserError("error.invoker_cannot_send", channel=channel_id)
    return channel_id
