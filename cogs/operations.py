"""/status, /verify, /import and /reload: how things stand; a line of welcome in a new server."""

from __future__ import annotations

import logging
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.localization import command_text
from bot.messages import pick_locale
from bot.options import PostChannel, chosen_channel
from bot.outcomes import RefusedError, UnsureError
from bot.parsers import SeedError
from bot.render.notices import render_notice
from bot.render.seeds import render_broken, render_imported, render_reloaded
from bot.render.status import render_findings, render_status
from bot.replies import answer_language, defer, reply
from bot.seeds.importing import download, import_seed, name_of
from bot.status import describe_status
from bot.verification import verify

JUST_JOINED = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class Operations(commands.Cog):
    """What managers see of the bot's work."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("status_name"), description=command_text("status_description")
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[DigestBot]) -> None:
        """Say of each channel what comes next, what came last and what is in the way."""
        statuses = await describe_status(self.bot, interaction.guild_id or 0)
        language = answer_language(interaction)
        troubles = ("notice.status_no_backup",) if self.bot.backups.problem else ()
        problems = self.bot.seeds.problems
        for message in render_status(
            statuses, language=language, troubles=troubles, problems=problems
        ):
            await reply(interaction, message, ephemeral=True)

    @app_commands.command(
        name=command_text("verify_name"), description=command_text("verify_description")
    )
    @app_commands.rename(
        channel=command_text("verify_channel_name"), repair=command_text("verify_repair_name")
    )
    @app_commands.describe(
        channel=command_text("verify_channel_description"),
        repair=command_text("verify_repair_description"),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def verify(
        self,
        interaction: discord.Interaction[DigestBot],
        channel: PostChannel | None = None,
        repair: bool = False,
    ) -> None:
        """Compare what was posted with what should be there; mend it if asked."""
        channel_id = chosen_channel(interaction, channel)
        await defer(interaction, ephemeral=True)
        findings = await verify(self.bot, channel_id, repair=repair)
        message = render_findings(
            findings,
            channel_id=channel_id,
            repaired=repair,
            language=answer_language(interaction),
        )
        await reply(interaction, message, ephemeral=True)

    @app_commands.command(
        name=command_text("import_name"), description=command_text("import_description")
    )
    @app_commands.rename(
        file=command_text("import_file_name"), replace=command_text("import_replace_name")
    )
    @app_commands.describe(
        file=command_text("import_file_description"),
        replace=command_text("import_replace_description"),
    )
    @app_commands.default_permissions()
    @app_commands.guild_only()
    async def import_file(
        self,
        interaction: discord.Interaction[DigestBot],
        file: discord.Attachment,
        replace: bool = False,
    ) -> None:
        """Put a digest file into SEEDS_DIR, for the application's owner."""
        await defer(interaction, ephemeral=True)
        await self.bot.owners.require(interaction.user.id)
        language = answer_language(interaction)
        data = await download(file)
        try:
            imported = await import_seed(self.bot.seeds, name_of(file), data, replace=replace)
        except SeedError as error:
            await reply(interaction, render_broken(error, language=language), ephemeral=True)
            return
        await reply(interaction, render_imported(imported, language=language), ephemeral=True)

    @app_commands.command(
        name=command_text("reload_name"), description=command_text("reload_description")
    )
    @app_commands.default_permissions()
    @app_commands.guild_only()
    async def reload(self, interaction: discord.Interaction[DigestBot]) -> None:
        """Read all of SEEDS_DIR now, for the application's owner."""
        await defer(interaction, ephemeral=True)
        await self.bot.owners.require(interaction.user.id)
        summary = await self.bot.seeds.read()
        message = render_reloaded(
            summary, self.bot.seeds.problems, language=answer_language(interaction)
        )
        await reply(interaction, message, ephemeral=True)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say what the bot does and how to begin, where the server has a channel for that."""
        channel = guild.system_channel
        if channel is None or not channel.permissions_for(guild.me).send_messages:
            return
        joined_at = guild.me.joined_at
        if joined_at is None or self.bot.clock() - joined_at > JUST_JOINED:
            return  # a server that was long in coming, after an outage
        language = pick_locale(str(guild.preferred_locale))
        payload = render_notice("notice.welcome", language=language).to_payload()
        try:
            await self.bot.sender.create_message(channel.id, payload, mark=f"welcome:{guild.id}")
        except (RefusedError, UnsureError) as error:
            _log.info("No welcome in guild %s: %s", guild.id, error)


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Operations(bot))
