"""/paper, /tag, /author, /search, /digest: what the digests hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.completions import complete_date, complete_tag, complete_title
from bot.dates import choose_day
from bot.errors import NotFoundError
from bot.listing import ListRequest, Place, answer_list, offer_days
from bot.localization import command_text
from bot.messages import pick_language, pick_name_language
from bot.replies import answer_in, answer_language, reader_locale, reply
from bot.showing import find_named, show_paper
from bot.suggestions import CHOICES, name_choices


class Lookups(commands.Cog):
    """Public look-ups."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("paper_name"), description=command_text("paper_description")
    )
    @app_commands.rename(title=command_text("paper_title_name"))
    @app_commands.describe(title=command_text("paper_title_description"))
    @app_commands.autocomplete(title=complete_title)
    async def paper(
        self, interaction: discord.Interaction[DigestBot], title: app_commands.Range[str, 1, 2000]
    ) -> None:
        """Show one paper, or the list of those that the name fits."""
        place = self.bot.place(interaction)
        if found := await find_named(interaction, title, place=place, ephemeral=False):
            await reply(interaction, show_paper(found, language=answer_language(interaction)))

    @app_commands.command(
        name=command_text("tag_name"), description=command_text("tag_description")
    )
    @app_commands.rename(name=command_text("tag_name_name"))
    @app_commands.describe(name=command_text("tag_name_description"))
    @app_commands.autocomplete(name=complete_tag)
    async def tag(
        self, interaction: discord.Interaction[DigestBot], name: app_commands.Range[str, 1, 200]
    ) -> None:
        """List the papers with a tag."""
        await self._list(interaction, "tag", name)

    @app_commands.command(
        name=command_text("author_name"), description=command_text("author_description")
    )
    @app_commands.rename(name=command_text("author_name_name"))
    @app_commands.describe(name=command_text("author_name_description"))
    async def author(
        self, interaction: discord.Interaction[DigestBot], name: app_commands.Range[str, 1, 200]
    ) -> None:
        """List an author's papers."""
        await self._list(interaction, "author", name)

    @app_commands.command(
        name=command_text("search_name"), description=command_text("search_description")
    )
    @app_commands.rename(query=command_text("search_query_name"))
    @app_commands.describe(query=command_text("search_query_description"))
    async def search(
        self, interaction: discord.Interaction[DigestBot], query: app_commands.Range[str, 1, 2000]
    ) -> None:
        """Search everything that the digests say."""
        language = answer_in(interaction, pick_language(query, reader_locale(interaction)))
        request = ListRequest(kind="search", argument=query, page=0, language=language)
        place = self.bot.place(interaction)
        await reply(interaction, await answer_list(self.bot.library, request, place=place))

    @app_commands.command(
        name=command_text("digest_name"), description=command_text("digest_description")
    )
    @app_commands.rename(day=command_text("digest_date_name"))
    @app_commands.describe(day=command_text("digest_date_description"))
    async def digest(
        self,
        interaction: discord.Interaction[DigestBot],
        day: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """List a date's papers; the latest digest's without a date."""
        place = self.bot.place(interaction)
        language = answer_in(interaction, pick_name_language(day or "", reader_locale(interaction)))
        request = ListRequest(kind="digest", argument="", page=0, language=language)
        wanted = await self._choose_day(day, request, place)
        request = replace(request, argument=wanted.isoformat())
        await reply(interaction, await answer_list(self.bot.library, request, place=place))

    @author.autocomplete("name")
    async def _suggest_authors(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        authors = await self.bot.store.suggest_authors(text, until=self.bot.today(), limit=CHOICES)
        return name_choices(author.name for author in authors)

    @digest.autocomplete("day")
    async def _suggest_dates(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_date(interaction, text)

    async def _list(
        self, interaction: discord.Interaction[DigestBot], kind: str, name: str
    ) -> None:
        language = answer_in(interaction, pick_name_language(name, reader_locale(interaction)))
        request = ListRequest(kind=kind, argument=name, page=0, language=language)
        place = self.bot.place(interaction)
        await reply(interaction, await answer_list(self.bot.library, request, place=place))

    async def _choose_day(self, text: str | None, request: ListRequest, place: Place) -> date:
        """Return the day that was typed, the newest digest's for nothing."""
        store = self.bot.store
        known = await store.list_dates(until=place.today)
        if not known:
            raise NotFoundError("error.no_digests")
        try:
            return choose_day(text, today=place.today, known=known) if text else known[-1]
        except NotFoundError as error:
            days = error.params["nearest"]
            buttons = await offer_days(store, request, days, now=place.now)
            raise NotFoundError(error.key, **error.params, buttons=buttons) from None


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Lookups(bot))
