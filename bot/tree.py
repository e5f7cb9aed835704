"""The one table from exceptions to replies; commands, buttons and modals all end here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from bot.errors import DomainError
from bot.outlets import Outlet
from bot.render.message import Message
from bot.render.notices import render_error, render_incident, render_notice
from bot.replies import answer_language, reply
from bot.sender import RefusedError, UnsureError
from bot.steps import BusyError
from storage.base import StorageError

if TYPE_CHECKING:
    from bot.client import DigestBot

_log = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062  # docs: JSON Error Codes

# The first class in an exception's MRO that is listed here decides.
_KEYS: dict[type[BaseException], str] = {
    app_commands.NoPrivateMessage: "error.guild_only",
    app_commands.MissingPermissions: "error.manager_only",
    app_commands.CommandNotFound: "error.command_outdated",
    app_commands.CommandSignatureMismatch: "error.command_outdated",
    app_commands.TransformerError: "error.option_invalid",
    UnsureError: "error.discord_unreachable",
    RefusedError: "error.discord_refused",
    BusyError: "error.busy",
}


class DigestTree(app_commands.CommandTree["DigestBot"]):
    """The command tree with the one error handler."""

    async def on_error(
        self,
        interaction: discord.Interaction[DigestBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Answer a command's error."""
        await answer_error(interaction, error)


@asynccontextmanager
async def answering_errors(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Answer what a button or modal raises as a command's error is answered."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the same boundary as DigestTree.on_error
        await answer_error(interaction, error)


@asynccontextmanager
async def showing_errors(outlet: Outlet, language: str) -> AsyncIterator[None]:
    """Show what goes wrong where the answer would have been."""
    try:
        yield
    except RefusedError as error:
        _log.info("A question could not be answered where it was asked: %s", error)
    except Exception as error:  # noqa: BLE001 - the same boundary as DigestTree.on_error
        try:
            await outlet.show(_render(error, language))
        except (RefusedError, UnsureError, discord.HTTPException) as problem:
            _log.warning("Nobody could be told of an error: %s", problem)


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person who asked what went wrong: a sentence, or an incident id.

    What is unexpected is logged with the id; its text is never shown.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        _log.warning("An interaction was answered too late: %s", error)
        return
    message = _render(error, answer_language(interaction))
    if interaction.type is discord.InteractionType.autocomplete:
        return  # takes choices only
    try:
        await reply(interaction, message, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as problem:
        _log.warning("Nobody could be told of an error: %s", problem)


def _render(error: BaseException, language: str) -> Message:
    if isinstance(error, DomainError | StorageError):
        return render_error(error, language=language)
    for kind in type(error).__mro__:
        if kind in _KEYS:
            return render_notice(_KEYS[kind], language=language)
    incident = secrets.token_hex(4)
    _log.error("Incident %s", incident, exc_info=error)
    return render_incident(incident, language=language)
