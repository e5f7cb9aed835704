"""The buttons under an answer, and the form for a follow-up; both work after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.marks import ROW_ID
from bot.messages import pick_language, say
from bot.questions.exchanges import (
    Asked,
    answer_again,
    answer_question,
    find_sources,
    is_to_be_phrased,
    render_again,
)
from bot.questions.outlets import InteractionOutlet
from bot.render.answers import render_evidence
from bot.render.notices import render_notice
from bot.replies import answer_in, answer_language, defer, reader_locale, replace, reply
from bot.tree import answering_errors
from bot.views import Standing, is_asker
from storage.models import Exchange

if TYPE_CHECKING:
    from bot.client import DigestBot

FORM_ID = rf"ask:form:(?P<kind>exchange|entry|none):(?P<number>{ROW_ID})"
QUESTION = "question"
_LONGEST = 2000
_LONGEST_DEFAULT = 1000


class MoreButton(Standing, template=rf"ask:more:(?P<exchange>{ROW_ID})"):
    """Shows the reader what else there is to an answer."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Quote the next best sentences."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            exchange = await _exchange(interaction, self.match["exchange"])
            found = await answer_again(bot, exchange, exchange.language)
            evidence = await bot.library.find_evidence(found)
            more = evidence[len(found.answer.citations) :]
            if not more:
                raise UserError("error.no_more_evidence")
            sources = await find_sources(
                bot, found.entries, interaction.guild_id, exchange.language
            )
            await reply(interaction, render_evidence(more, sources), ephemeral=True)


class LanguageButton(Standing, template=rf"ask:(?P<language>ko|en):(?P<exchange>{ROW_ID})"):
    """The answer in the other language: in its place for the asker, else for the reader alone."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question again."""
        async with answering_errors(interaction):
            bot: DigestBot = interaction.client
            language = self.match["language"]
            exchange = await _exchange(interaction, self.match["exchange"])
            found = await answer_again(bot, exchange, language)
            own = exchange.user_id == interaction.user.id or is_asker(interaction)
            if is_to_be_phrased(bot, found):  # a model takes longer than Discord waits
                await defer(interaction, ephemeral=True, thinking=not own)
            message = await render_again(bot, exchange, found, language)
            if own:
                await replace(interaction, message)
            else:
                await reply(interaction, message, ephemeral=True)


class RatingButton(Standing, template=rf"ask:(?P<rating>helped|missed):(?P<exchange>{ROW_ID})"):
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


class DeleteButton(Standing, template=rf"ask:delete:(?P<exchange>{ROW_ID})"):
    """Takes an answer back, for who asked for it."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Delete the message and forget the exchange."""
        async with answering_errors(interaction):
            exchange = await _exchange(interaction, self.match["exchange"])
            if exchange.user_id != interaction.user.id:
                raise UserError("error.not_your_answer")
            await defer(interaction, thinking=False)
            await interaction.delete_original_response()
            await interaction.client.store.remove_exchange(exchange.id)


class FollowButton(Standing, template=rf"ask:follow:(?P<exchange>{ROW_ID})"):
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
        exchange = await _exchange(interaction, str(number)) if kind == "exchange" else None
        language = answer_in(interaction, pick_language(question, reader_locale(interaction)))
        asked = Asked(
            question=question,
            guild_id=interaction.guild_id,
            place_id=interaction.channel_id or 0,
            user_id=interaction.user.id,
            language=language,
            context=(number,) if kind == "entry" else (),
            exchange=exchange,
        )
        async with InteractionOutlet(interaction) as outlet:
            await answer_question(bot, asked, outlet)


async def _exchange(interaction: discord.Interaction[Any], number: str) -> Exchange:
    bot: DigestBot = interaction.client
    exchange = await bot.store.get_exchange(int(number), now=bot.clock())
    # An answer is for those who can read it: who is elsewhere has made the number up.
    if exchange is None or exchange.channel_id != (interaction.channel_id or 0):
        raise UserError("error.answer_expired")
    return exchange
