"""Buttons that work after a restart: each reads what to do from its custom_id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.errors import UserError
from bot.listing import PAGE_ID, ListRequest, answer_list, parse_page_id
from bot.marks import MARK, ROW_ID, mark_date, parse_row_id
from bot.render.message import Message
from bot.render.paper import other_language, render_abstract, render_full
from bot.replies import answer_in, answer_language, replace, reply
from bot.tree import admit_press, answering_errors
from storage.models import Entry, Language

if TYPE_CHECKING:
    from bot.client import DigestBot

ENTRY_ID = re.compile(rf"full:(?P<entry>{ROW_ID})")


class Standing(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"(?!)"):
    """A button found by its custom_id."""

    def __init__(self, match: re.Match[str]) -> None:
        super().__init__(discord.ui.Button(custom_id=match.string))
        self.match = match

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        _item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return the button that this custom_id stands for."""
        return cls(match)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse who presses too often."""
        return await admit_press(interaction)


class StandingMenu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"(?!)"):
    """A menu found by its custom_id; `self.item.values` is what was chosen."""

    def __init__(self, match: re.Match[str]) -> None:
        super().__init__(discord.ui.Select(custom_id=match.string))
        self.match = match

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        _item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return the menu that this custom_id stands for."""
        return cls(match)

    @property
    def chosen(self) -> list[int]:
        """Return the ids of what was chosen, for a menu of ids.

        Raises:
            UserError: it is nothing, or one is no id; Discord sends what the menu offers.
        """
        try:
            chosen = [parse_row_id(value) for value in self.item.values]
        except ValueError:
            chosen = []
        if not chosen:
            raise UserError("error.post_outdated")
        return chosen

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse who chooses too often."""
        return await admit_press(interaction)


class PageButton(Standing, template=PAGE_ID):
    """Previous and next under a list: edits it for who asked, answers anybody else in private."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            answer_in(interaction, self.match["language"])
            request = await parse_page_id(bot.store, self.match, now=bot.clock())
            message = await answer_list(bot.library, request, place=bot.place(interaction))
            if is_asker(interaction):
                await replace(interaction, message)
            else:
                await reply(interaction, message, ephemeral=True)


class PostButton(Standing, template=MARK):
    """The marked button under a post: what it stands for in full, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the digest's list, the paper's abstract, or all of the paper in a thread."""
        async with answering_errors(interaction):
            entry_id = int(self.match["entry"])
            if entry_id == 0:
                await self._show_digest(interaction)
            elif self.match["step"] == "details":
                entry = await require_entry(interaction, entry_id)
                language = await self._channel_lacks(interaction, entry)
                await _show(interaction, render_full(entry, language=language))
            else:
                await _show_abstract(interaction, entry_id)

    async def _show_digest(self, interaction: discord.Interaction[Any]) -> None:
        bot: DigestBot = interaction.client
        day = mark_date(self.match)
        if day is None:
            raise UserError("error.post_outdated")
        request = ListRequest(
            kind="digest",
            argument=day.isoformat(),
            page=0,
            language=answer_language(interaction),
        )
        message = await answer_list(bot.library, request, place=bot.place(interaction))
        await reply(interaction, message, ephemeral=True)

    async def _channel_lacks(self, interaction: discord.Interaction[Any], entry: Entry) -> Language:
        """Return the language that the channel of a thread's opening is not shown."""
        bot: DigestBot = interaction.client
        subscription = await bot.store.get_subscription_by_id(int(self.match["subscription"]))
        if subscription is None:
            raise UserError("error.post_outdated")
        return other_language(subscription.language, entry)


class EntryButton(Standing, template=ENTRY_ID):
    """The first button under a looked-up paper: its abstract, for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the abstract."""
        async with answering_errors(interaction):
            await _show_abstract(interaction, int(self.match["entry"]))


BUTTONS = (PageButton, PostButton, EntryButton)


def entry_button_id(entry_id: int) -> str:
    """Return the custom_id of the first button under a look-up's paper."""
    return f"full:{entry_id}"


async def _show_abstract(interaction: discord.Interaction[Any], entry_id: int) -> None:
    """Show the abstract, or everything under a message from before it had more buttons."""
    entry = await require_entry(interaction, entry_id)
    language = Language(answer_language(interaction))
    render = render_full if len(list_custom_ids(interaction.message)) == 1 else render_abstract
    await _show(interaction, render(entry, language=language))


async def _show(interaction: discord.Interaction[Any], messages: Iterable[Message]) -> None:
    for message in messages:
        await reply(interaction, message, ephemeral=True)


async def require_entry(interaction: discord.Interaction[Any], entry_id: int) -> Entry:
    """Return the entry of a button.

    Raises:
        UserError: it is no longer there.
    """
    bot: DigestBot = interaction.client
    entry = await bot.store.get_entry(entry_id)
    if entry is None:
        raise UserError("error.post_outdated")
    return entry


def list_custom_ids(message: discord.Message | None) -> list[str]:
    """Return the custom_ids of a message's buttons."""
    rows = message.components if message is not None else []
    buttons = [
        child for row in rows if isinstance(row, discord.ActionRow) for child in row.children
    ]
    return [
        button.custom_id
        for button in buttons
        if isinstance(button, discord.Button) and button.custom_id
    ]


def is_asker(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the message is the presser's own answer, or only they can see it."""
    message = interaction.message
    if message is None:
        return False
    metadata = message.interaction_metadata
    return message.flags.ephemeral or (
        metadata is not None and metadata.user.id == interaction.user.id
    )
