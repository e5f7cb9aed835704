"""README says what the bot does."""

from __future__ import annotations

import discord
import pytest

from bot.guide import GROUPS, Guide, needed_rights
from tests.readme import README, load_guide, render_table, replace_table, usage

NONE = discord.Permissions.none()


def offered(guide: Guide, rights: discord.Permissions) -> list[str]:
    """Return the commands that /help shows."""
    groups = guide.group(language="en", rights=rights, ids={})
    return [line.name for group in groups.values() for line in group]


async def test_the_table_of_commands_is_what_the_command_tree_says() -> None:
    text = README.read_text(encoding="utf-8")
    assert replace_table(text, render_table(await load_guide())) == text, "run `make docs`"


async def test_the_table_holds_every_command_in_both_languages() -> None:
    guide = await load_guide()
    table = render_table(guide)
    for command in guide.commands:
        assert f"| `{usage(command, 'en')}` | `{usage(command, 'ko')}` |" in table
    assert table.count("\n") == len(guide.commands) + len(guide.menus) + 1


async def test_help_shows_each_member_once_what_they_are_offered() -> None:
    guide = await load_guide()
    names = [command["name"] for command in guide.commands]
    everything = offered(guide, discord.Permissions(administrator=True))
    assert sorted(everything) == sorted(names)
    managed = {each["name"] for each in guide.commands if needed_rights(each) is not None}
    owned = {each["name"] for each in guide.commands if needed_rights(each) == NONE}
    assert {"subscribe", "post", "status"} <= managed
    assert set(offered(guide, discord.Permissions(manage_guild=True))) == set(names) - owned
    assert set(offered(guide, NONE)) == set(names) - managed


async def test_every_command_has_its_place_in_help() -> None:
    guide = await load_guide()
    names = [name for group in GROUPS.values() for name in group]
    assert sorted(names) == sorted(command["name"] for command in guide.commands)


def test_a_readme_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="substring"):
        replace_table("# Bot", "| a |")
