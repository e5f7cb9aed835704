"""/saved, "Save paper" and /cite: what a reader keeps and uses elsewhere."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.citing import answer_cite
from bot.client import DigestBot
from bot.completions import complete_title
from bot.errors import UserError
from bot.localization import choice_text, command_text
from bot.render.saved import render_choice
from bot.replies import answer_language, defer, reply
from bot.saving import FORMS, LONGEST_TAG, answer_saved, export_saved, save_paper
from bot.saving.views import find_papers_in
from bot.showing import find_named
from bot.suggestions import name_choices
from storage.text import tag_key


class Reading(commands.Cog):
    """Reading lists and citations."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(
            name=command_text("save_message_name"), callback=self._save
        )

    async def cog_load(self) -> None:
        """Register the message command, which discord.py does not find in a cog by itself."""
        self.bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take it back."""
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        name=command_text("saved_name"), description=command_text("saved_description")
    )
    @app_commands.rename(
        tag=command_text("saved_tag_name"), export=command_text("saved_export_name")
    )
    @app_commands.describe(
        tag=command_text("saved_tag_description"), export=command_text("saved_export_description")
    )
    @app_commands.choices(
        export=[
            app_commands.Choice(name=choice_text(f"export_{form}"), value=form) for form in FORMS
        ]
    )
    async def saved(
        self,
        interaction: discord.Interaction[DigestBot],
        tag: app_commands.Range[str, 1, LONGEST_TAG] | None = None,
        export: str | None = None,
    ) -> None:
        """Show the reader's list, or hand it over as a file; nobody else sees either."""
        place, language = self.bot.place(interaction), answer_language(interaction)
        user_id, wanted = interaction.user.id, (tag or "").strip().removeprefix("#")
        if export is None:
            message = await answer_saved(
                self.bot.store, user_id, number=0, tag=wanted, place=place, language=language
            )
        else:
            await defer(interaction, ephemeral=True)
            message = await export_saved(
                self.bot.store, user_id, form=export, tag=wanted, place=place, language=language
            )
        await reply(interaction, message, ephemeral=True)

    @app_commands.command(
        name=command_text("cite_name"), description=command_text("cite_description")
    )
    @app_commands.rename(title=command_text("cite_title_name"))
    @app_commands.describe(title=command_text("cite_title_description"))
    async def cite(
        self, interaction: discord.Interaction[DigestBot], title: app_commands.Range[str, 1, 2000]
    ) -> None:
        """Give a paper as BibTeX, or the list of those that the name fits."""
        place = self.bot.place(interaction)
        if found := await find_named(
            interaction, title, place=place, ephemeral=False, action="cite"
        ):
            await answer_cite(interaction, found.entries[0].id, ephemeral=False)

    async def _save(
        self, interaction: discord.Interaction[DigestBot], message: discord.Message
    ) -> None:
        """Save the paper that one of the bot's messages is about, or ask which."""
        entries = await find_papers_in(self.bot, message)
        if not entries:
            raise UserError("saved.no_paper")
        if len(entries) == 1:
            await save_paper(interaction, entries[0].id)
            return
        question = render_choice(entries, language=answer_language(interaction))
        await reply(interaction, question, ephemeral=True)

    @saved.autocomplete("tag")
    async def _suggest_tags(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the tags of the reader's own papers."""
        tags = await self.bot.store.list_saved_tags(interaction.user.id, until=self.bot.today())
        typed = tag_key(text)
        return name_choices(
            tag.name for tag in tags if typed in tag_key(tag.name) and len(tag.name) <= LONGEST_TAG
        )

    @cite.autocomplete("title")
    async def _suggest_titles(
        self, interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_title(interaction, text)


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Reading(bot))
