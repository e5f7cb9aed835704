"""/related, /trends, /tags, /random, /top: what there is to find without knowing a name."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.completions import complete_tag, complete_title
from bot.discovery.popularity import PERIODS
from bot.discovery.related import answer_related
from bot.discovery.tag_pages import ORDERS, answer_tags
from bot.discovery.trend_reports import report_trends
from bot.errors import UserError
from bot.listing import ListRequest, answer_list
from bot.localization import choice_text, command_text
from bot.messages import pick_name_language
from bot.replies import answer_in, answer_language, defer, reader_locale, reply
from bot.showing import find_named, pick_paper, show_paper
from bot.subscribing import find_tags
from bot.suggestions import CHOICES, tag_list_choices


class Discovery(commands.Cog):
    """What the digests hold as a whole, and what readers make of it."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("related_name"), description=command_text("related_description")
    )
    @app_commands.rename(title=command_text("related_title_name"))
    @app_commands.describe(title=command_text("related_title_description"))
    @app_commands.autocomplete(title=complete_title)
    async def related(
        self, interaction: discord.Interaction[DigestBot], title: app_commands.Range[str, 1, 2000]
    ) -> None:
        """List the papers near one, or those that the name fits."""
        place = self.bot.place(interaction)
        if found := await find_named(
            interaction, title, place=place, ephemeral=True, action="related"
        ):
            await answer_related(interaction, found.entries[0].id)

    @app_commands.command(
        name=command_text("trends_name"), description=command_text("trends_description")
    )
    @app_commands.rename(
        months=command_text("trends_months_name"), tags=command_text("trends_tags_name")
    )
    @app_commands.describe(
        months=command_text("trends_months_description"),
        tags=command_text("trends_tags_description"),
    )
    async def trends(
        self,
        interaction: discord.Interaction[DigestBot],
        months: app_commands.Range[int, 2, 36] = 12,
        tags: app_commands.Range[str, 1, 500] | None = None,
    ) -> None:
        """Show what rises and falls."""
        language = answer_in(
            interaction, pick_name_language(tags or "", reader_locale(interaction))
        )
        wanted = await find_tags(self.bot, tags) if tags else ()
        await defer(interaction)
        message = await report_trends(self.bot, months=months, tags=wanted, language=language)
        await reply(interaction, message)

    @app_commands.command(
        name=command_text("tags_name"), description=command_text("tags_description")
    )
    @app_commands.rename(sort=command_text("tags_sort_name"))
    @app_commands.describe(sort=command_text("tags_sort_description"))
    @app_commands.choices(
        sort=[
            app_commands.Choice(name=choice_text(f"sort_{order}"), value=order) for order in ORDERS
        ]
    )
    async def tags(
        self, interaction: discord.Interaction[DigestBot], sort: str = ORDERS[0]
    ) -> None:
        """List all tags."""
        message = await answer_tags(
            self.bot.store,
            by=sort,
            page=0,
            language=answer_language(interaction),
            today=self.bot.today(),
        )
        await reply(interaction, message)

    @app_commands.command(
        name=command_text("random_name"), description=command_text("random_description")
    )
    @app_commands.rename(tag=command_text("random_tag_name"))
    @app_commands.describe(tag=command_text("random_tag_description"))
    @app_commands.autocomplete(tag=complete_tag)
    async def random(
        self,
        interaction: discord.Interaction[DigestBot],
        tag: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Show a paper by chance."""
        language = answer_in(interaction, pick_name_language(tag or "", reader_locale(interaction)))
        found = await pick_paper(self.bot.library, tag=tag, place=self.bot.place(interaction))
        await reply(interaction, show_paper(found, language=language))

    @app_commands.command(
        name=command_text("top_name"), description=command_text("top_description")
    )
    @app_commands.guild_only()
    @app_commands.rename(period=command_text("top_period_name"))
    @app_commands.describe(period=command_text("top_period_description"))
    @app_commands.choices(
        period=[
            app_commands.Choice(name=choice_text(f"period_{period}"), value=period)
            for period in PERIODS
        ]
    )
    async def top(self, interaction: discord.Interaction[DigestBot], period: str = "month") -> None:
        """List what readers of this server cared for."""
        if interaction.guild_id is None:
            raise UserError("error.guild_only")
        request = ListRequest(
            kind="top", argument=period, page=0, language=answer_language(interaction)
        )
        place = self.bot.place(interaction)
        await reply(interaction, await answer_list(self.bot.library, request, place=place))

    @trends.autocomplete("tags")
    async def _suggest_tag_lists(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        last = text.rpartition(",")[2].strip()
        tags = await self.bot.store.suggest_tags(last, until=self.bot.today(), limit=CHOICES)
        return tag_list_choices(text, [tag.name for tag in tags])


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Discovery(bot))
