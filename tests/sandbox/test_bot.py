"""A plain, unmodified discord.py client at home in the sandbox."""

from __future__ import annotations

import discord

from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Bot, House, Run


async def test_a_bot_connects_and_answers_a_slash_command(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    bot = Bot()

    @bot.tree.command(description="Says it back")
    async def echo(interaction: discord.Interaction, text: str, times: int = 1) -> None:
        await interaction.response.send_message(text * times, ephemeral=True)

    async with run(bot):
        answer = await alice.run(house.text, "echo", {"text": "hi ", "times": "2"})
    assert answer.message.content == "hi hi"
    assert answer.ephemeral
    assert answer.error is None
    assert answer.seconds is not None
    assert answer.seconds < sandbox.options.interaction_seconds
