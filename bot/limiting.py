"""How often one user, and one server, may ask for what costs much.

The counting is discord.py's own (`commands.CooldownMapping`): a window of a minute that begins
with the first use. It is kept in memory: a restart forgives.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import discord
from discord.ext import commands

from bot.errors import UserError

SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Uses in a minute: by one user anywhere, and by everybody in one server."""

    per_user: int
    per_server: int


# No person needs more; a script would keep everybody else waiting. Questions have a limit of their
# own (`bot.questions.exchanges`); it is kept in the store, as a model may be paid for them.
SEARCHING = Limit(per_user=120, per_server=1200)
PRESSING = Limit(per_user=300, per_server=3000)
# What is answered with a message in public, whoever wrote to the bot.
WRITING = Limit(per_user=60, per_server=600)
# A picture is drawn by a process of its own; managers' commands ask Discord a lot.
DRAWING = Limit(per_user=12, per_server=60)
MANAGING = Limit(per_user=60, per_server=240)
# What suggests names as fast as somebody types, and what costs little, but not nothing.
TYPING = Limit(per_user=3000, per_server=30_000)
LOOKING = Limit(per_user=3000, per_server=30_000)

# Commands by qualified name; None has a limit of its own. All others are LOOKING.
COMMANDS: dict[str, Limit | None] = {
    "ask": None,
    "search": SEARCHING,
    "related": SEARCHING,
    "top": SEARCHING,
    "saved": SEARCHING,
    "cite": SEARCHING,
    "random": SEARCHING,
    "follow": SEARCHING,
    "trends": DRAWING,
    "post": MANAGING,
    "preview": MANAGING,
    "verify": MANAGING,
    "import": MANAGING,
    "reload": MANAGING,
}


class Limiter:
    """Counts uses. Commands under one limit are counted together."""

    def __init__(self) -> None:
        self._users: dict[Limit, commands.CooldownMapping[int]] = {}
        self._servers: dict[Limit, commands.CooldownMapping[int]] = {}

    def admit_command(self, interaction: discord.Interaction[Any]) -> None:
        """Count a command; what is typed into its options is counted apart.

        Raises:
            UserError: it comes too soon; its sentence says when it may come again.
        """
        command = interaction.command
        limit = COMMANDS.get(command.qualified_name, LOOKING) if command else None
        if interaction.type is discord.InteractionType.autocomplete:
            limit = TYPING
        if limit is not None:
            self._admit(interaction, limit)

    def admit_press(self, interaction: discord.Interaction[Any]) -> None:
        """Count a press of a button, or a choice in a menu.

        Raises:
            UserError: it comes too soon.
        """
        self._admit(interaction, PRESSING)

    def admits_message(self, user_id: int, guild_id: int | None) -> bool:
        """Count a message to the bot; return whether to answer it at all."""
        return self.count(WRITING, user_id, guild_id) is None

    def _admit(self, interaction: discord.Interaction[Any], limit: Limit) -> None:
        wait = self.count(limit, interaction.user.id, interaction.guild_id)
        if wait is not None:
            raise UserError("error.cooldown", seconds=max(1, math.ceil(wait)))

    def count(self, limit: Limit, user_id: int, guild_id: int | None) -> float | None:
        """Count one use; return the seconds to wait if it is one too many, else None."""
        now = asyncio.get_running_loop().time()
        wait = _mapping(self._users, limit, limit.per_user).update_rate_limit(user_id, now)
        if wait is None and guild_id is not None:
            servers = _mapping(self._servers, limit, limit.per_server)
            wait = servers.update_rate_limit(guild_id, now)
        return wait


def _mapping(
    known: dict[Limit, commands.CooldownMapping[int]], limit: Limit, rate: int
) -> commands.CooldownMapping[int]:
    if limit not in known:
        known[limit] = commands.CooldownMapping.from_cooldown(rate, SECONDS, _itself)
    return known[limit]


def _itself(key: int) -> int:
    return key
