"""What the bot is measured against, as a process: `python -m bench.peers NAME`.

`client` is a discord.py client that imports the five packages the bot is built on and connects.
`constant` also has the bot's commands, and answers a constant. `ready DATABASE` gives the bot's own
answers, made before: one row read by aiosqlite (`Answers`), an embed and buttons, or choices.
`replay FILE` sends requests from a file one after the other and prints the seconds that it took.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import closing
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


Answer = Callable[[discord.Interaction[Any], str], Awaitable[None]]
Choices = list[app_commands.Choice[str]]
Complete = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, Choices]]


class Client(commands.AutoShardedBot):
    """A client as the bot's, with nothing in it but what answers its commands."""

    def __init__(self, answer: Answer | None = None, complete: Complete | None = None) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            chunk_guilds_at_startup=False,
        )
        self._answer, self._complete = answer, complete

    async def setup_hook(self) -> None:
        """Register the commands."""
        await point_gateway(self)
        if self._answer is not None and self._complete is not None:
            for name, option in (("paper", "title"), ("tag", "name")):
                self.tree.add_command(_command(name, option, self._answer, self._complete))
            await self.tree.sync()


def _command(
    name: str, option: str, answer: Answer, complete: Complete
) -> app_commands.Command[Any, Any, Any]:
    async def callback(interaction: discord.Interaction[Any], text: str) -> None:
        await answer(interaction, text)

    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name=name, description="A constant", callback=callback
    )
    command = app_commands.rename(text=option)(command)
    command.autocomplete("text")(complete)
    return command


async def complete_constant(_interaction: discord.Interaction[Any], _text: str) -> Choices:
    """Suggest the same, whatever is typed."""
    return [app_commands.Choice(name=f"Choice {n}", value=str(n)) for n in range(25)]


async def answer_constant(interaction: discord.Interaction[Any], text: str) -> None:
    """Answer the same, whatever is asked."""
    await interaction.response.send_message(f"A constant, whatever {len(text)} is.")


class Answers:
    """Answers by what was asked for, in a database; the least that answers with them sends them.

    An answer is Discord's JSON; what was asked for is an option's value.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: aiosqlite.Connection | None = None

    def write(self, answers: Mapping[str, Any]) -> None:
        """Make the database."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute("CREATE TABLE answers (asked PRIMARY KEY, message) WITHOUT ROWID")
            rows = [(asked, json.dumps(message)) for asked, message in answers.items()]
            connection.executemany("INSERT INTO answers VALUES (?, ?)", rows)

    async def answer(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Answer as the bot did."""
        answer = await self._read(text)
        view = discord.ui.View(timeout=None)
        for row in answer.get("components", ()):
            for button in row["components"]:
                view.add_item(_button(button))
        view.stop()
        embeds = [discord.Embed.from_dict(embed) for embed in answer["embeds"]]
        await interaction.response.send_message(embeds=embeds, view=view)

    async def complete(self, _interaction: discord.Interaction[Any], text: str) -> Choices:
        """Suggest what the bot did."""
        return [app_commands.Choice(**each) for each in (await self._read(text))["choices"]]

    async def _read(self, text: str) -> dict[str, Any]:
        if self._connection is None:
            self._connection = await aiosqlite.connect(self._path)
        query = "SELECT message FROM answers WHERE asked = ?"
        async with self._connection.execute(query, (text,)) as rows:
            (message,) = await rows.fetchone() or ("{}",)
        answer: dict[str, Any] = json.loads(message)
        return answer


def _button(data: dict[str, Any]) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(
        label=data["label"],
        custom_id=data["custom_id"],
        style=discord.ButtonStyle(data["style"]),
        disabled=data.get("disabled", False),
    )


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
    if what == "ready":
        answers = Answers(Path(sys.argv[2]))
        client = Client(answers.answer, answers.complete)
    else:
        client = Client(answer_constant, complete_constant) if what == "constant" else Client()
    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
