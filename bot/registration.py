"""Registering the commands with Discord: in one scope, and in no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Set
from itertools import chain, repeat

import aiohttp
import discord
from discord.ext import commands

from bot.reporting import in_words
from storage.base import StateStore, StorageError

# Seconds before registration is tried again; the last one repeats.
PAUSES = (2, 5, 15, 60, 300)
_SCOPE = "command_guild"

_log = logging.getLogger(__name__)


class Registration:
    """Registers the commands of a client's tree: in one guild, or everywhere where that is None.

    `ids` are the slash commands' by their English names, once they are registered.
    """

    def __init__(
        self, client: commands.AutoShardedBot, *, store: StateStore, guild_id: int | None
    ) -> None:
        self.ids: Mapping[str, int] = {}
        self._client = client
        self._store = store
        self._guild_id = guild_id

    async def run(self) -> None:
        """Register; a failure is logged and tried again, posting goes on."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                await self._register_once()
            except StorageError as error:
                _log.warning("The commands could not be registered: %s", in_words(error))
                await asyncio.sleep(pause)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                _log.warning("The commands could not be registered: %s", error)
                await asyncio.sleep(pause)
            else:
                _log.info("Commands registered")
                return

    async def _register_once(self) -> None:
        """Register in one scope and clear the others, so that no command shows twice.

        The guilds that commands may stand in are noted before, as the process may die in between.
        """
        noted = await self._store.get_note(_SCOPE)
        guilds = {int(each) for each in noted.split()} if noted else set()
        if self._guild_id is None:
            await self._register(None)
        else:
            await self._note(guilds | {self._guild_id})
            guild = discord.Object(self._guild_id)
            self._client.tree.copy_global_to(guild=guild)
            await self._register(guild)
            await self._clear(None)
            guilds.discard(self._guild_id)
        for each in guilds:
            await self._clear(each)
        await self._note({self._guild_id} if self._guild_id else set())

    async def _note(self, guilds: Set[int]) -> None:
        await self._store.set_note(_SCOPE, " ".join(map(str, sorted(guilds))) or None)

    async def _register(self, guild: discord.Object | None) -> None:
        registered = await self._client.tree.sync(guild=guild)
        self.ids = {
            command.name: command.id
            for command in registered
            if command.type is discord.AppCommandType.chat_input
        }

    async def _clear(self, guild_id: int | None) -> None:
        application_id = self._client.application_id or 0
        if guild_id is None:
            await self._client.http.bulk_upsert_global_commands(application_id, [])
            return
        try:
            await self._client.http.bulk_upsert_guild_commands(application_id, guild_id, [])
        except (discord.Forbidden, discord.NotFound):
            _log.info("Guild %s, where commands were registered before, is gone", guild_id)
