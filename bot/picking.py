"""The menu of the papers that a name may mean: it shows, cites or relates the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.citing import answer_cite
from bot.discovery.related import answer_related
from bot.replies import answer_language, replace, reply
from bot.showing import FoundPaper, show_paper
from bot.tree import answering_errors
from bot.views import StandingMenu, is_asker, require_entry

if TYPE_CHECKING:
    from bot.client import DigestBot


class PickMenu(StandingMenu, template=r"pick:(?P<action>paper|cite|related)"):
    """Chooses a paper; what is answered is for who chose it alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do with the paper what the menu is for."""
        async with answering_errors(interaction):
            entry_id = self.chosen[0]
            if self.match["action"] == "cite":
                await answer_cite(interaction, entry_id)
            elif self.match["action"] == "related":
                await answer_related(interaction, entry_id)
            else:
                await _show(interaction, entry_id)


PICK_MENUS = (PickMenu,)


async def _show(interaction: discord.Interaction[Any], entry_id: int) -> None:
    """Show the paper in the message's place, where only its reader sees that."""
    bot: DigestBot = interaction.client
    entry = await require_entry(interaction, entry_id)
    near = bot.place(interaction).near
    entries = await bot.store.get_paper_entries(entry.paper.id, until=bot.today()) or (entry,)
    posts = await bot.store.list_posts([each.id for each in entries], near=near) if near else {}
    found = FoundPaper(entries=entries, posts=posts)
    message = show_paper(found, language=answer_language(interaction))
    if is_asker(interaction):
        await replace(interaction, message)
    else:
        await reply(interaction, message, ephemeral=True)
