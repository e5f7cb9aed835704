"""The buttons and menus of reading lists; all work after a restart, each for its reader alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import discord

from bot.marks import ROW_ID
from bot.questions.exchanges import find_message_context
from bot.render.limits import MENU_OPTIONS
from bot.replies import answer_language, replace
from bot.saving import answer_saved, remove, save, save_many
from bot.tree import answering_errors
from bot.views import Standing, StandingMenu
from storage.models import Entry
from storage.text import title_key

if TYPE_CHECKING:
    from bot.client import DigestBot

# A masked link's label: how the bot's messages name papers.
_LINK = re.compile(r"\[([^\[\]]+)\]\(<?https?://")


class SavedPageButton(Standing, template=r"(?s)saved:page:(?P<page>[0-9]{1,6}):(?P<tag>.{0,80})"):
    """Previous and next of a list, and what opens it."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in this message's place, which only its reader sees."""
        async with answering_errors(interaction):
            await _show_page(interaction, self.match)


class RemoveMenu(StandingMenu, template=r"(?s)saved:drop:(?P<page>[0-9]{1,6}):(?P<tag>.{0,80})"):
    """Takes papers off the list that it stands under."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Remove what was chosen, show what is left."""
        async with answering_errors(interaction):
            for entry_id in self.chosen:
                await interaction.client.store.remove_saved(interaction.user.id, entry_id)
            await _show_page(interaction, self.match)


class PickMenu(StandingMenu, template=r"saved:pick:"):
    """Chooses which of a message's papers to save."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Save them."""
        async with answering_errors(interaction):
            await replace(interaction, await save_many(interaction, self.chosen))


class RemoveButton(Standing, template=rf"saved:remove:(?P<entry>{ROW_ID})"):
    """Takes back what was just saved."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Remove the paper."""
        async with answering_errors(interaction):
            await replace(interaction, await remove(interaction, int(self.match["entry"])))


class UndoButton(Standing, template=rf"saved:undo:(?P<entry>{ROW_ID})"):
    """Takes back a removal."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Save the paper again."""
        async with answering_errors(interaction):
            await replace(interaction, await save(interaction, int(self.match["entry"])))


SAVED_BUTTONS = (SavedPageButton, RemoveMenu, PickMenu, RemoveButton, UndoButton)


async def find_papers_in(bot: DigestBot, message: discord.Message) -> tuple[Entry, ...]:
    """Return the papers that one of the bot's messages is about, or else names by a link.

    Posts, threads' openings, look-ups and answers are about papers; lists, headers and recaps
    name them. At most 25; none for somebody else's message.
    """
    today = bot.today()
    about = await find_message_context(bot, message.id, message)
    if about:
        return (await bot.store.list_entries(about, until=today))[:MENU_OPTIONS]
    if message.author != bot.user:
        return ()
    found: dict[int, Entry] = {}
    for label in dict.fromkeys(_labels(message)):
        entry = await _find_named(bot, label)
        if entry is not None:
            found.setdefault(entry.paper.id, entry)
    return tuple(found.values())[:MENU_OPTIONS]


def _labels(message: discord.Message) -> Iterator[str]:
    texts = [message.content]
    for embed in message.embeds:
        texts.append(embed.description or "")
        texts += [field.value or "" for field in embed.fields]
    for text in texts:
        yield from _LINK.findall(text)


async def _find_named(bot: DigestBot, label: str) -> Entry | None:
    """Return the newest entry of the paper of exactly this title, which may be cut with `…`."""
    today = bot.today()
    key = title_key(label)
    for newest, *_ in (await bot.store.find_entries(label, until=today)).items if key else ():
        whole = title_key(newest.paper.title)
        if whole == key or (label.endswith("…") and whole.startswith(key)):
            return newest
    return None


async def _show_page(interaction: discord.Interaction[Any], match: re.Match[str]) -> None:
    bot: DigestBot = interaction.client
    message = await answer_saved(
        bot.store,
        interaction.user.id,
        number=int(match["page"]),
        tag=match["tag"],
        place=bot.place(interaction),
        language=answer_language(interaction),
    )
    await replace(interaction, message)
