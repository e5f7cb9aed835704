"""/post: post a digest now."""

from __future__ import annotations

import asyncio
from datetime import date

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.completions import complete_date
from bot.dates import choose_day
from bot.localization import command_text
from bot.messages import pick_name_language
from bot.options import PostChannel, chosen_channel
from bot.posting import PostRequest, PostResult, post_digest
from bot.render.notices import render_already_posted, render_notice, render_posted
from bot.replies import answer_in, defer, reader_locale, reply

# An interaction can be answered for 15 minutes (docs: Receiving and Responding); a long delivery
# goes on by itself after that.
PATIENCE = 600.0


class Posting(commands.Cog):
    """What managers do to have digests posted."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot
        self._posting: set[asyncio.Task[tuple[PostResult, ...]]] = set()

    @app_commands.command(
        name=command_text("post_name"), description=command_text("post_description")
    )
    @app_commands.rename(
        day=command_text("post_date_name"),
        channel=command_text("post_channel_name"),
        again=command_text("post_again_name"),
    )
    @app_commands.describe(
        day=command_text("post_date_description"),
        channel=command_text("post_channel_description"),
        again=command_text("post_again_description"),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def post(
        self,
        interaction: discord.Interaction[DigestBot],
        day: app_commands.Range[str, 1, 100] | None = None,
        channel: PostChannel | None = None,
        again: bool = False,
    ) -> None:
        """Post what is due next, or a date's digest, and say where."""
        language = answer_in(interaction, pick_name_language(day or "", reader_locale(interaction)))
        request = PostRequest(
            guild_id=interaction.guild_id or 0,
            channel_id=chosen_channel(interaction, channel),
            digest_date=await self._choose_day(day) if day else None,
            again=again,
            by=interaction.user.id,
        )
        await defer(interaction, ephemeral=True)
        await self._answer(interaction, request, language=language)

    async def cog_unload(self) -> None:
        """Stop the work in hand; the next start finishes it."""
        for work in self._posting:
            work.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)

    async def _choose_day(self, text: str) -> date:
        today = self.bot.today()
        known = await self.bot.store.list_dates(until=today)
        return choose_day(text, today=today, known=known)

    async def _answer(
        self,
        interaction: discord.Interaction[DigestBot],
        request: PostRequest,
        *,
        language: str,
    ) -> None:
        work = asyncio.create_task(post_digest(self.bot, request))
        self._posting.add(work)
        work.add_done_callback(self._posting.discard)
        done, _ = await asyncio.wait({work}, timeout=PATIENCE)
        if not done:
            notice = render_notice(
                "notice.still_posting", language=language, channel=request.channel_id
            )
            await reply(interaction, notice, ephemeral=True)
            return
        for result in work.result():
            render = render_posted if result.posted else render_already_posted
            message = render(
                result.entries,
                language=language,
                date=result.digest_date,
                channel_id=request.channel_id,
                links=result.links,
            )
            await reply(interaction, message, ephemeral=True)

    @post.autocomplete("day")
    async def _suggest_dates(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_date(interaction, text)


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Posting(bot))
