"""The one table from exceptions to replies; commands, buttons and modals all end here."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from bot.attempts import BusyError
from bot.errors import DomainError, UserError
from bot.logs import log_task_about
from bot.outcomes import RefusedError, UnsureError
from bot.questions.outlets import Outlet
from bot.render.message import Message
from bot.render.notices import render_error, render_incident, render_notice
from bot.replies import answer_language, reply
from bot.reporting import in_words
from bot.wire import TOO_MANY
from storage.base import StorageError

if TYPE_CHECKING:
    from bot.client import DigestBot

_log = logging.getLogger(__name__)

# docs: JSON Error Codes. Discord waits 3 seconds for a first response (Unknown Interaction), and
# takes what follows it for 15 minutes (Invalid Webhook Token).
_TOO_LATE = (10062, 50027)
AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu
_BEGAN = "began"  # in an interaction's extras: the event loop's time

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
_BROKEN = (aiohttp.ClientError, discord.DiscordServerError)


class DigestTree(app_commands.CommandTree["DigestBot"]):
    """The command tree: what is common to all commands, and the one error handler."""

    async def interaction_check(self, interaction: discord.Interaction[DigestBot], /) -> bool:
        """Note what a command's log lines are about; refuse one that comes too soon."""
        _begin(interaction)
        try:
            interaction.client.limiter.admit_command(interaction)
        except UserError as error:
            await answer_error(interaction, error)
            return False
        return True

    async def on_error(
        self,
        interaction: discord.Interaction[DigestBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Answer a command's error."""
        await answer_error(interaction, error)
        observe(interaction, "refused" if _is_expected(error) else "failed")


def observe(interaction: discord.Interaction[DigestBot], end: str) -> None:
    """Count a command that has ended: `answered`, `refused` or `failed`."""
    if interaction.type is discord.InteractionType.autocomplete:
        return
    name = interaction.command.qualified_name if interaction.command else "unknown"
    took = asyncio.get_running_loop().time() - interaction.extras[_BEGAN]
    interaction.client.metrics.commands.labels(name, end).observe(took)
    _log.info("/%s %s after %.2f s", name, end, took)


@asynccontextmanager
async def answering_errors(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Answer what a button or modal raises as a command's error is answered."""
    _begin(interaction)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the same boundary as DigestTree.on_error
        await answer_error(interaction, error)


async def admit_press(interaction: discord.Interaction[Any]) -> bool:
    """Return whether to answer a press; who presses too often is told when they may again."""
    bot: DigestBot = interaction.client
    try:
        bot.limiter.admit_press(interaction)
    except UserError as error:
        await answer_error(interaction, error)
        return False
    return True


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
    if isinstance(error, discord.HTTPException) and error.code in _TOO_LATE:
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
    if isinstance(error, StorageError):
        _log.warning("The store cannot do what was asked: %s", in_words(error))
    if isinstance(error, DomainError | StorageError):
        return render_error(error, language=language)
    if _is_broken(error):
        _log.warning("An answer did not get through: %r", error)
        return render_notice("error.connection", language=language)
    for kind in type(error).__mro__:
        if kind in _KEYS:
            return render_notice(_KEYS[kind], language=language)
    incident = secrets.token_hex(4)
    _log.error("Incident %s", incident, exc_info=error, extra={"incident": incident})
    return render_incident(incident, language=language)


def _is_expected(error: BaseException) -> bool:
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    return isinstance(error, DomainError) or any(kind in _KEYS for kind in type(error).__mro__)


def _is_broken(error: BaseException) -> bool:
    """Return whether the answer did not get through; it is tried once more, with a sentence.

    So it is with a 429 that says no time to wait for: whoever stands before Discord holds us off.
    """
    if isinstance(error, discord.HTTPException) and error.status == TOO_MANY:
        return True
    return isinstance(error, _BROKEN)


def _begin(interaction: discord.Interaction[Any]) -> None:
    """Note when an interaction began, and what this task's log lines are about from here on."""
    interaction.extras[_BEGAN] = asyncio.get_running_loop().time()
    command = interaction.command
    offered = set(_offered(command))
    log_task_about(
        guild=interaction.guild_id,
        channel=interaction.channel_id,
        command=command.qualified_name if command else None,
        typed=tuple(text for text in _typed(interaction.data) if text not in offered),
    )


def _offered(command: AnyCommand | None) -> Iterator[str]:
    """Yield the values that a command offers to choose from: nobody typed them."""
    for option in command.parameters if isinstance(command, app_commands.Command) else ():
        yield from (str(choice.value) for choice in option.choices)


def _typed(data: object) -> Iterator[str]:
    """Yield what a user wrote: options, a form's fields, a message that a command was used on."""
    if isinstance(data, list | tuple):
        for each in data:
            yield from _typed(each)
    elif isinstance(data, dict):
        is_option = data.get("type") == discord.AppCommandOptionType.string.value
        if isinstance(data.get("value"), str) and (is_option or "custom_id" in data):
            yield data["value"]
        if isinstance(data.get("content"), str):
            yield data["content"]
        for each in data.values():
            yield from _typed(each)
