"""Command names and descriptions in both languages, from `bot/messages`."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.messages import say


def command_text(name: str) -> app_commands.locale_str:
    """Return `command.<name>` in English, with its Korean for Discord to show Korean users."""
    key = f"command.{name}"
    return app_commands.locale_str(say("en", key), key=key)


def choice_text(name: str) -> app_commands.locale_str:
    """Return `choice.<name>` in the same way."""
    key = f"choice.{name}"
    return app_commands.locale_str(say("en", key), key=key)


class MessageTranslator(app_commands.Translator):
    """Translates what `command_text` made."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the Korean text; None (no localization) for every other language."""
        key = string.extras.get("key")
        return say("ko", key) if key and locale is discord.Locale.korean else None
