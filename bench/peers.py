"""What the bot is measured against, as a process: `python -m bench.peers client|constant|replay`.

`client` is a discord.py client that imports the five packages the bot is built on and connects.
`constant` also has the bot's commands, and answers a constant. `replay` sends requests from a file
one after the other and prints the seconds that it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import aiosqlite
import apscheduler
import discord
import pydantic_settings
import pytest_asyncio
from discord import app_commands
from discord.ext import commands

from bot.endpoint import point_gateway, point_rest_at

PACKAGES = (aiosqlite, apscheduler, pydantic_settings, pytest_asyncio)


class Client(commands.AutoShardedBot):
    """A client as the bot's, with nothing in it."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            chunk_guilds_at_startup=False,
        )
        self._answers = answers

    async def setup_hook(self) -> None:
        """Register the commands."""
        await point_gateway(self)
        if self._answers:
            self.tree.add_command(_command("paper", "title"))
            self.tree.add_command(_command("tag", "name"))
            await self.tree.sync()


def _command(name: str, option: str) -> app_commands.Command[Any, Any, Any]:
    async def answer(interaction: discord.Interaction[Any], text: str) -> None:
        await interaction.response.send_message(f"A constant, whatever {len(text)} is.")

    async def complete(
        _interaction: discord.Interaction[Any], _text: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"Choice {n}", value=str(n)) for n in range(25)]

    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name=name, description="A constant", callback=answer
    )
    command = app_commands.rename(text=option)(command)
    command.autocomplete("text")(complete)
    return command


async def _replay(requests: list[dict[str, Any]]) -> float:
    api, token = os.environ["DISCORD_API_URL"], os.environ["DISCORD_TOKEN"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {token}"}) as session:
        begun = time.perf_counter()
        for request in requests:
            url = f"{api}{request['path']}"
            async with session.request(request["method"], url, json=request["body"]) as response:
                await response.read()
        return time.perf_counter() - begun


def main() -> None:
    """Be the peer that the command line names."""
    what = sys.argv[1]
    if what == "replay":
        requests = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        sys.stdout.write(f"{asyncio.run(_replay(requests))}\n")
        return
    point_rest_at(os.environ["DISCORD_API_URL"])
    Client(answers=what == "constant").run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
