"""Autocomplete of names that several commands take: titles and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.suggestions import CHOICES, name_choices

if TYPE_CHECKING:
    from bot.client import DigestBot


async def complete_title(
    interaction: discord.Interaction[Any], text: str
) -> list[app_commands.Choice[str]]:
    """Offer papers by title, arXiv id or link."""
    bot: DigestBot = interaction.client
    titles = await bot.store.suggest_titles(text, until=bot.today(), limit=CHOICES)
    return name_choices(titles)


async def complete_tag(
    interaction: discord.Interaction[Any], text: str
) -> list[app_commands.Choice[str]]:
    """Offer tags."""
    bot: DigestBot = interaction.client
    tags = await bot.store.suggest_tags(text, until=bot.today(), limit=CHOICES)
    return name_choices(tag.name for tag in tags)
