"""What every command has in common: how much may be typed, who may, how often."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from discord import app_commands

from bot.client import COGS, DigestBot
from bot.clock import system_clock
from bot.limiting import COMMANDS
from bot.metrics import Metrics
from bot.seeds import SeedFolder
from bot.settings import Settings
from storage.base import Store

ROOT = Path(__file__).parents[2]
LONGEST = 2000  # units that anybody may type into an option


@pytest.fixture
async def commands() -> list[app_commands.Command[Any, ..., Any]]:
    """Return every slash command."""
    bot = DigestBot(
        store=cast(Store, None),  # asked by nobody: the commands are only looked at
        settings=Settings(_env_file=None),  # type: ignore[call-arg] # pydantic-settings' own
        clock=system_clock,
        owner="test",
        seeds=cast(SeedFolder, None),
        metrics=Metrics(),
    )
    for name in COGS:
        await bot.load_extension(name)
    return [each for each in bot.tree.walk_commands() if isinstance(each, app_commands.Command)]


async def test_whatever_can_be_typed_has_a_longest_length(
    commands: list[app_commands.Command[Any, ..., Any]],
) -> None:
    for command in commands:
        for option in command.parameters:
            if option.type is discord.AppCommandOptionType.string and not option.choices:
                where = f"/{command.qualified_name} {option.name}"
                assert option.max_value is not None, where
                assert option.max_value <= LONGEST, where
                assert option.min_value == 1, where


async def test_every_limited_command_exists(
    commands: list[app_commands.Command[Any, ..., Any]],
) -> None:
    assert set(COMMANDS) <= {command.qualified_name for command in commands}


async def test_who_names_a_channel_manages_the_server(
    commands: list[app_commands.Command[Any, ..., Any]],
) -> None:
    naming = [
        command
        for command in commands
        if any(each.type is discord.AppCommandOptionType.channel for each in command.parameters)
    ]
    assert naming
    for command in naming:
        assert command.default_permissions == discord.Permissions(manage_guild=True)
        assert command.guild_only


async def test_what_only_the_owner_may_is_hidden_from_members(
    commands: list[app_commands.Command[Any, ..., Any]],
) -> None:
    for command in commands:
        if command.qualified_name in ("import", "reload"):
            assert command.default_permissions == discord.Permissions.none()
            assert command.guild_only


def functions(*folders: str) -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.AsyncFunctionDef):
                    yield f"{path.name}:{node.lineno} {node.name}", node


def test_every_command_with_a_channel_asks_for_the_members_own_rights() -> None:
    found = [
        (where, node)
        for where, node in functions("cogs")
        if any("PostChannel" in ast.dump(each.annotation or node) for each in node.args.args)
    ]
    assert len(found) >= 5
    for where, node in found:
        assert "chosen_channel" in ast.dump(node), where


def test_every_button_and_menu_answers_errors() -> None:
    """discord.py would swallow them: whoever pressed would wait for nothing."""
    found = [(where, node) for where, node in functions("bot", "cogs") if node.name == "callback"]
    assert len(found) >= 10
    for where, node in found:
        assert "answering_errors" in ast.dump(node), where


def test_no_secret_of_the_settings_is_plain_text() -> None:
    for name, field in Settings.model_fields.items():
        if name.endswith(("token", "key", "secret", "password")):
            assert "SecretStr" in str(field.annotation), name
