"""Listens to what readers make of the posts: messages in their threads, reactions to them."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import DigestBot


class Engagement(commands.Cog):
    """Passes on what is counted."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Learn what happened while the bot was away."""
        for guild in self.bot.guilds:
            self._note_threads(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Learn what happened while the server was away."""
        self._note_threads(guild)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Count a message in a thread, but not the one that begins it, as Discord does not."""
        channel = message.channel
        in_thread = message.guild is not None and not isinstance(channel, discord.abc.GuildChannel)
        begins = message.type is discord.MessageType.thread_starter_message
        if in_thread and not begins and message.id != channel.id:
            by_bot = message.author.bot or message.webhook_id is not None or message.is_system()
            self.bot.engagement.note_message(channel.id, by_bot=by_bot)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Count the reactions to a message anew."""
        self.bot.engagement.note_reaction(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Count the reactions to a message anew."""
        self.bot.engagement.note_reaction(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Count the reactions to a message anew."""
        self.bot.engagement.note_reaction(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(
        self, payload: discord.RawReactionClearEmojiEvent
    ) -> None:
        """Count the reactions to a message anew."""
        self.bot.engagement.note_reaction(payload.message_id)

    def _note_threads(self, guild: discord.Guild) -> None:
        for thread in guild.threads:
            if thread.total_message_sent:
                self.bot.engagement.note_total(thread.id, thread.total_message_sent)


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Engagement(bot))
