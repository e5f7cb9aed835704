"""The buttons under an answer, and the form for a follow-up; both work after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.exchanges import (
    Asked,
    answer_again,
    answer_question,
    find_sources,
    render_again,
)
from bot.messages import pick_language, say
from bot.outlets import InteractionOutlet
from bot.render.answers import render_evidence
from bot.render.notices import render_notice
from bot.replies import answer_in, answer_language, replace, reply
from bot.tree import answering_errors
from bot.views import Standing, is_asker
from storage.models import Exchange

if TYPE_CHECKING:
    from bot.client import DigestBot

FORM_ID = r"ask:form:(?P<kind>exchange|entry|none):(?P<number>\d+)"
QUESTION = "question"
_LONGEST = 2000
_LONGEST_DEFAULT = 1000


class MoreButton(Standing, template=r"ask:more:(?P<exchange>\d+)"):
    """Shows the reader what else there is to an answer."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Quote the next best sentences."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            exchange = await _exchange(interaction, self.match["exchange"])
            found = await answer_again(bot, exchange, exchange.language)
            more = found.evidence[len(found.answer.citations) :]
            if not more:
                raise UserError("error.no_more_evidence")
            sources = await find_sources(
                bot, found.entries, interaction.guild_id, exchange.language
            )
            await reply(interaction, render_evidence(more, sources), ephemeral=True)


class LanguageButton(Standing, template=r"ask:(?P<language>ko|en):(?P<exchange>\d+)"):
    """The answer in the other language: in its place for the asker, else for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question again."""
        async with answering_errors(interaction):
            exchange = await _exchange(interaction, self.match["exchange"])
            message = await render_again(interaction.client, exchange, self.match["language"])
            if exchange.user_id == interaction.user.id or is_asker(interaction):
                await replace(interaction, message)
            else:
                await reply(interaction, message, ephemeral=True)


class RatingButton(Standing, template=r"ask:(?P<rating>helped|missed):(?P<exchange>\d+)"):
    """Records whether an answer helped, for whoever looks after the answers."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Record it, and thank the reader."""
        async with answering_errors(interaction):
            exchange = await _exchange(interaction, self.match["exchange"])
            await interaction.client.store.rate_exchange(
                exchange.id,
                user_id=interaction.user.id,
                helped=self.match["rating"] == "helped",
            )
            language = answer_language(interaction)
            await reply(interaction, render_notice("ask.rated", language=language), ephemeral=True)


class DeleteButton(Standing, template=r"ask:delete:(?P<exchange>\d+)"):
    """Takes an answer back, for who asked for it."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Delete the message and forget the exchange."""
        async with answering_errors(interaction):
            exchange = await _exchange(interaction, self.match["exchange"])
            if exchange.user_id != interaction.user.id:
                raise UserError("error.not_your_answer")
            await interaction.response.defer()
            await interaction.delete_original_response()
            await interaction.client.store.remove_exchange(exchange.id)


class FollowButton(Standing, template=r"ask:follow:(?P<exchange>\d+)"):
    """Opens the form for a question about the same papers."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open it."""
        async with answering_errors(interaction):
            exchange = await _exchange(interaction, self.match["exchange"])
            await open_form(interaction, "exchange", exchange.id)


ANSWER_BUTTONS = (MoreButton, LanguageButton, RatingButton, DeleteButton, FollowButton)


async def open_form(
    interaction: discord.Interaction[Any], kind: str, number: int, *, question: str = ""
) -> None:
    """Open the form for a question; what it is about stands in its custom_id, as in `FORM_ID`.

    What is sent comes back to `answer_form`, after a restart too.
    """
    language = answer_language(interaction)
    form = discord.ui.Modal(
        title=say(language, "ask.form"), custom_id=f"ask:form:{kind}:{number}", timeout=None
    )
    text: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        label=say(language, "ask.form_label"),
        custom_id=QUESTION,
        style=discord.TextStyle.paragraph,
        placeholder=say(language, "ask.form_hint"),
        default=question[:_LONGEST_DEFAULT] or None,
        min_length=1,
        max_length=_LONGEST,
    )
    form.add_item(text)
    form.stop()  # answered by its custom_id, not from memory
    await interaction.response.send_modal(form)


async def answer_form(
    interaction: discord.Interaction[DigestBot], *, kind: str, number: int, question: str
) -> None:
    """Answer the question that somebody typed into the form."""
    async with answering_errors(interaction):
        bot = interaction.client
        context: tuple[int, ...] = ()
        if kind == "exchange":
            exchange = await _exchange(interaction, str(number))
            context = exchange.cited or exchange.context
        elif kind == "entry":
            context = (number,)
        language = answer_in(interaction, pick_language(question, str(interaction.locale)))
        asked = Asked(
            question=question,
            guild_id=interaction.guild_id,
            place_id=interaction.channel_id or 0,
            user_id=interaction.user.id,
            language=language,
            context=context,
        )
        async with InteractionOutlet(interaction) as outlet:
            await answer_question(bot, asked, outlet)


async def _exchange(interaction: discord.Interaction[Any], number: str) -> Exchange:
    bot: DigestBot = interaction.client
    exchange = await bot.store.get_exchange(int(number), now=bot.clock())
    if exchange is None:
        raise UserError("error.answer_expired")
    return exchange
