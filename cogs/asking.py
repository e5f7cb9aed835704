"""/ask, mentions, direct messages, replies and "Ask about this": questions about the papers."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.localization import command_text
from bot.logs import log_task_about
from bot.messages import pick_language, pick_locale
from bot.questions.exchanges import (
    Asked,
    answer_question,
    find_message_context,
    find_message_exchange,
)
from bot.questions.outlets import InteractionOutlet, ReplyOutlet
from bot.questions.views import FORM_ID, QUESTION, answer_form, open_form
from bot.render.notices import render_notice
from bot.replies import answer_in, reader_locale
from bot.tree import showing_errors
from storage.models import Exchange

_FORM = re.compile(FORM_ID)
_MENTION = re.compile(r"<@[!&]?\d+>")


class Asking(commands.Cog):
    """Questions, wherever they are asked."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(
            name=command_text("ask_message_name"), callback=self._ask_about
        )

    async def cog_load(self) -> None:
        """Register the message command, which discord.py does not find in a cog by itself."""
        self.bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take it back."""
        self.bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(
        name=command_text("ask_name"), description=command_text("ask_description")
    )
    @app_commands.rename(question=command_text("ask_question_name"))
    @app_commands.describe(question=command_text("ask_question_description"))
    async def ask(
        self,
        interaction: discord.Interaction[DigestBot],
        question: app_commands.Range[str, 1, 2000],
    ) -> None:
        """Answer with quotes from the digests, or say that there is nothing."""
        language = answer_in(interaction, pick_language(question, reader_locale(interaction)))
        asked = Asked(
            question=question,
            guild_id=interaction.guild_id,
            place_id=interaction.channel_id or 0,
            user_id=interaction.user.id,
            language=language,
        )
        async with InteractionOutlet(interaction) as outlet:
            await answer_question(self.bot, asked, outlet)

    async def _ask_about(
        self, interaction: discord.Interaction[DigestBot], message: discord.Message
    ) -> None:
        """Open the form for a question about what one of the bot's messages shows.

        Somebody's own message becomes the question, for the asker to send or to change.
        """
        context = await find_message_context(self.bot, message.id, message)
        own = message.author == self.bot.user
        if context:
            await open_form(interaction, "entry", context[0])
        else:
            await open_form(interaction, "none", 0, question="" if own else message.content)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[DigestBot]) -> None:
        """Take what was typed into the form."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: dict[str, object] = dict(interaction.data or {})
        match = _FORM.fullmatch(str(data.get("custom_id", "")))
        if match:
            await answer_form(
                interaction,
                kind=match["kind"],
                number=int(match["number"]),
                question=_typed(data.get("components")),
            )

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer direct messages, mentions, and replies that ping the bot."""
        me = self.bot.user
        if message.author.bot or me is None or message.is_system():
            return
        if message.guild is not None and me not in message.mentions:
            return
        if not self.bot.limiter.admits_message(
            message.author.id, message.guild.id if message.guild else None
        ):
            return  # to refuse each of a flood in words would be a flood of our own
        question = _MENTION.sub(" ", message.content).strip()
        locale = self.bot.readers.language(message.author.id) or (
            str(message.guild.preferred_locale) if message.guild else ""
        )
        language = pick_language(question, locale)
        log_task_about(
            guild=message.guild.id if message.guild else None,
            channel=message.channel.id,
            typed=(message.content, question),
        )
        outlet = ReplyOutlet(self.bot.sender, message)
        async with showing_errors(outlet, language):
            if not question:
                # Discord keeps the text of a reply to a command's answer from bots.
                key = "ask.unreadable" if message.reference else "ask.hello"
                await outlet.show(render_notice(key, language=pick_locale(locale)))
                return
            context, exchange = await self._replied_to(message)
            asked = Asked(
                question=question,
                guild_id=message.guild.id if message.guild else None,
                place_id=message.channel.id,
                user_id=message.author.id,
                language=language,
                context=context,
                exchange=exchange,
                is_shown=True,
            )
            await answer_question(self.bot, asked, outlet)

    async def _replied_to(
        self, message: discord.Message
    ) -> tuple[tuple[int, ...], Exchange | None]:
        """Return the entries that the bot's message is about that this one replies to.

        Or else the exchange whose answer it is.
        """
        reference = message.reference
        if reference is None or reference.message_id is None:
            return (), None
        known = reference.resolved
        known = known if isinstance(known, discord.Message) else None
        exchange = await find_message_exchange(self.bot, reference.message_id, known)
        if exchange is not None:
            return (), exchange
        return await find_message_context(self.bot, reference.message_id, known), None


def _typed(components: object) -> str:
    """Return the text of the form's one field, wherever Discord nests it."""
    if isinstance(components, list):
        return next(filter(None, map(_typed, components)), "")
    if not isinstance(components, dict):
        return ""
    if components.get("custom_id") == QUESTION:
        return str(components.get("value", ""))
    return _typed(components.get("components")) or _typed(components.get("component"))


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Asking(bot))
