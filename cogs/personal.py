"""/language, /help, /forget-me: what concerns the reader alone."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.guide import localized, read_guide
from bot.localization import choice_text, command_text
from bot.render.notices import render_notice
from bot.render.personal import render_forget_question, render_help
from bot.replies import answer_language, reply

AS_IN_DISCORD = "discord"
LANGUAGES = ("ko", "en", AS_IN_DISCORD)


class Personal(commands.Cog):
    """A reader's own settings, and what the bot can do for them."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("language_name"), description=command_text("language_description")
    )
    @app_commands.rename(language=command_text("language_language_name"))
    @app_commands.describe(language=command_text("language_language_description"))
    @app_commands.choices(
        language=[
            app_commands.Choice(name=choice_text(f"reader_{value}"), value=value)
            for value in LANGUAGES
        ]
    )
    async def language(self, interaction: discord.Interaction[DigestBot], language: str) -> None:
        """Remember the language that the reader is answered in."""
        follows_discord = language == AS_IN_DISCORD
        await self.bot.readers.choose(interaction.user.id, None if follows_discord else language)
        key = "language.followed" if follows_discord else "language.chosen"
        notice = render_notice(key, language=answer_language(interaction))
        await reply(interaction, notice, ephemeral=True)

    @app_commands.command(
        name=command_text("help_name"), description=command_text("help_description")
    )
    async def help(self, interaction: discord.Interaction[DigestBot]) -> None:
        """Show what the bot can do, in one screen."""
        language = answer_language(interaction)
        guide = await read_guide(self.bot.tree)
        rights = interaction.permissions if interaction.guild_id is not None else None
        groups = guide.group(
            language=language,
            rights=rights,
            ids=self.bot.registration.ids,
        )
        apps = [localized(menu, "name", language) for menu in guide.menus]
        await reply(interaction, render_help(groups, apps=apps, language=language), ephemeral=True)

    @app_commands.command(
        name=command_text("forget_me_name"), description=command_text("forget_me_description")
    )
    async def forget_me(self, interaction: discord.Interaction[DigestBot]) -> None:
        """Ask whether everything about the user shall go; a button does it."""
        question = render_forget_question(language=answer_language(interaction))
        await reply(interaction, question, ephemeral=True)


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Personal(bot))
