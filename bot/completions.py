"""Autocomplete of what several commands take: titles, tags and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.dates import read_days
from bot.messages import say
from bot.naming import list_tag_synonyms
from bot.replies import answer_language
from bot.suggestions import CHOICES, cut_choice, date_choices, name_choices
from storage.links import is_address

if TYPE_CHECKING:
    from bot.client import DigestBot


async def complete_title(
    interaction: discord.Interaction[Any], text: str
) -> list[app_commands.Choice[str]]:
    """Offer papers by title, arXiv id or link; for an address of none of them, who names it."""
    bot: DigestBot = interaction.client
    today = bot.today()
    titles = await bot.store.suggest_titles(text, until=today, limit=CHOICES)
    if titles or not is_address(text):
        return name_choices(titles)
    mentions = (await bot.store.find_mentions(text, until=today)).items
    language = answer_language(interaction)
    return [
        app_commands.Choice(
            name=cut_choice(say(language, "list.mentions", title=newest.paper.title)),
            value=cut_choice(newest.paper.title),
        )
        for newest, *_ in mentions
    ]


async def complete_tag(
    interaction: discord.Interaction[Any], text: str
) -> list[app_commands.Choice[str]]:
    """Offer tags; where none is written so, those that mean the same."""
    bot: DigestBot = interaction.client
    tags = await bot.store.suggest_tags(text, until=bot.today(), limit=CHOICES)
    if tags:
        return name_choices(tag.name for tag in tags)
    return name_choices(await list_tag_synonyms(bot.store, text, until=bot.today()))


async def complete_date(
    interaction: discord.Interaction[Any], text: str
) -> list[app_commands.Choice[str]]:
    """Offer digests' dates, newest first: those that are meant, then those written like it."""
    bot: DigestBot = interaction.client
    today = bot.today()
    known = await bot.store.list_dates(until=today)
    meant = read_days(text, today=today, known=known)
    return date_choices(known[::-1], text, meant=meant, language=answer_language(interaction))
