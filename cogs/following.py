"""/follow, /following: what a reader is told of in a daily direct message."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.following import FollowRequest, follow, show_follows
from bot.localization import command_text
from bot.replies import answer_language, defer, reply
from bot.suggestions import CHOICES, name_choices
from bot.timezones import suggest_timezones
from storage.models import FollowKind


class Following(commands.Cog):
    """What readers follow; every answer is for them alone."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("follow_name"), description=command_text("follow_description")
    )
    @app_commands.rename(
        author=command_text("follow_author_name"),
        tag=command_text("follow_tag_name"),
        keyword=command_text("follow_keyword_name"),
        at=command_text("follow_at_name"),
        timezone=command_text("follow_timezone_name"),
    )
    @app_commands.describe(
        author=command_text("follow_author_description"),
        tag=command_text("follow_tag_description"),
        keyword=command_text("follow_keyword_description"),
        at=command_text("follow_at_description"),
        timezone=command_text("follow_timezone_description"),
    )
    async def follow(
        self,
        interaction: discord.Interaction[DigestBot],
        author: app_commands.Range[str, 1, 100] | None = None,
        tag: app_commands.Range[str, 1, 100] | None = None,
        keyword: app_commands.Range[str, 1, 100] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        timezone: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Follow something, or change when its message comes."""
        named = (
            (FollowKind.AUTHOR, author),
            (FollowKind.TAG, tag),
            (FollowKind.KEYWORD, keyword),
        )
        request = FollowRequest(
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            language=answer_language(interaction),
            names=[(kind, name) for kind, name in named if name],
            at=at,
            timezone=timezone,
        )
        await defer(interaction, ephemeral=True)
        await reply(interaction, await follow(self.bot, request), ephemeral=True)

    @app_commands.command(
        name=command_text("following_name"), description=command_text("following_description")
    )
    async def following(self, interaction: discord.Interaction[DigestBot]) -> None:
        """List what the reader follows."""
        language = answer_language(interaction)
        message = await show_follows(self.bot, interaction.user.id, page=0, language=language)
        await reply(interaction, message, ephemeral=True)

    @follow.autocomplete("author")
    async def _suggest_authors(
        self, _interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        found = await self.bot.store.suggest_authors(text, until=self.bot.today(), limit=CHOICES)
        return name_choices(author.name for author in found)

    @follow.autocomplete("tag")
    async def _suggest_tags(
        self, _interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        found = await self.bot.store.suggest_tags(text, until=self.bot.today(), limit=CHOICES)
        return name_choices(tag.name for tag in found)

    @follow.autocomplete("timezone")
    async def _suggest_timezones(
        self, _interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        return name_choices(suggest_timezones(text, limit=CHOICES))


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Following(bot))
