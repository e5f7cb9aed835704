"""Command options that discord.py has no annotation for."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands


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
