"""Every cog's commands as Discord is told of them, and what no cog may hold."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from bot.client import COGS
from bot.localization import MessageTranslator
from tests.readme import load_bot

FOLDER = Path(__file__).parents[2] / "cogs"
MANAGE_GUILD = 1 << 5

# The names that people and scripts rely on: docs/design.md, "Contract". More may be added.
CONTRACT = {
    "paper": {"title"},
    "tag": {"name"},
    "author": {"name"},
    "search": {"query"},
    "digest": {"date"},
    "ask": {"question"},
    "subscribe": {
        *("channel", "at", "timezone", "language", "threads", "tags", "start"),
        *("role", "no_role", "crosspost", "recap"),
    },
    "unsubscribe": {"channel"},
    "subscriptions": set(),
    "post": {"date", "channel", "again"},
    "status": set(),
    "preview": {"channel"},
    "verify": {"channel", "repair"},
    "saved": {"tag", "export"},
    "cite": {"title"},
    "language": {"language"},
    "help": set(),
    "forget-me": set(),
}
BUILT = (
    "ask",
    "paper",
    "tag",
    "author",
    "search",
    "digest",
    "post",
    "subscribe",
    "unsubscribe",
    "subscriptions",
    "preview",
)
MANAGED = {"subscribe", "unsubscribe", "subscriptions", "post", "status", "preview", "verify"}
REQUIRED = {
    "paper": "title",
    "tag": "name",
    "author": "name",
    "search": "query",
    "ask": "question",
    "cite": "title",
    "language": "language",
}
COMPLETED = {
    ("paper", "title"),
    ("tag", "name"),
    ("author", "name"),
    ("digest", "date"),
    ("post", "date"),
    ("subscribe", "timezone"),
    ("subscribe", "tags"),
    ("saved", "tag"),
    ("cite", "title"),
}

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA|CREATE\s+TABLE)\b",
    re.DOTALL,
)


@pytest.fixture
async def commands() -> dict[str, dict[str, Any]]:
    """Return every command as it is registered, by name."""
    bot = await load_bot()
    translator = MessageTranslator()
    payloads = [
        await command.get_translated_payload(bot.tree, translator)
        for command in bot.tree.get_commands()
        if not isinstance(command, app_commands.ContextMenu)
    ]
    return {payload["name"]: payload for payload in payloads}


def options_of(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for option in command.get("options", []):
        yield option
        yield from options_of(option)


def is_name(text: str) -> bool:
    r"""Return whether Discord takes a name: ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$.

    In lower case (docs: Application Commands, Naming). Ours need neither of the two scripts.
    """
    fits = all(char in "-_'" or unicodedata.category(char)[0] in "LN" for char in text)
    return fits and 1 <= len(text) <= 32 and text == text.lower()


def test_the_rule_for_names_refuses_what_discord_refuses() -> None:
    assert all(map(is_name, ("paper", "논문", "구독취소", "a-b_c'd", "x" * 32)))
    assert not any(map(is_name, ("", "Paper", "구독 취소", "x" * 33, "논문!", "a/b")))


def test_every_cog_file_is_loaded() -> None:
    files = {f"cogs.{path.stem}" for path in FOLDER.glob("*.py")} - {"cogs.__init__"}
    assert files == set(COGS)


async def test_the_contracts_commands_have_the_contracts_options(
    commands: dict[str, dict[str, Any]],
) -> None:
    assert set(BUILT) <= set(commands)
    for name, command in commands.items():
        assert {option["name"] for option in command["options"]} >= CONTRACT.get(name, set()), name


async def test_only_what_a_look_up_needs_is_required(commands: dict[str, dict[str, Any]]) -> None:
    for name in CONTRACT.keys() & commands:
        command = commands[name]
        required = {option["name"] for option in command["options"] if option.get("required")}
        assert required == ({REQUIRED[name]} if name in REQUIRED else set()), name


async def test_names_tags_dates_and_zones_complete_themselves(
    commands: dict[str, dict[str, Any]],
) -> None:
    completed = {
        (name, option["name"])
        for name, command in commands.items()
        for option in options_of(command)
        if option.get("autocomplete")
    }
    assert completed >= COMPLETED


async def test_every_name_and_description_is_in_both_languages_and_within_limits(
    commands: dict[str, dict[str, Any]],
) -> None:
    for command in commands.values():
        for part in (command, *options_of(command)):
            where = f"{command['name']} {part['name']}"
            names = [part["name"], part["name_localizations"]["ko"]]
            descriptions = [part["description"], part["description_localizations"]["ko"]]
            assert all(map(is_name, names)), where
            assert part["name"].isascii(), where
            assert re.search("[가-힣]", names[1]), where
            assert re.search("[가-힣]", descriptions[1]), where
            assert all(1 <= len(text) <= 100 for text in descriptions), where
            for choice in part.get("choices", []):
                both = [choice["name"], choice["name_localizations"]["ko"]]
                assert all(1 <= len(text) <= 100 for text in both), where
                assert both[0] != both[1], where


async def test_no_two_commands_or_options_share_a_name_in_any_language(
    commands: dict[str, dict[str, Any]],
) -> None:
    for parts in (list(commands.values()), *(each["options"] for each in commands.values())):
        for names in (
            [part["name"] for part in parts],
            [part["name_localizations"]["ko"] for part in parts],
        ):
            assert len(names) == len(set(names))


async def test_a_command_holds_no_more_than_discord_takes(
    commands: dict[str, dict[str, Any]],
) -> None:
    assert len(commands) <= 100
    for command in commands.values():
        assert len(command["options"]) <= 25
        texts = [text for part in (command, *options_of(command)) for text in _texts(part)]
        assert sum(map(len, texts)) <= 8000  # docs: Application Command Limits


def _texts(part: dict[str, Any]) -> Iterator[str]:
    for key in ("name", "description"):
        yield max((part[key], *part[f"{key}_localizations"].values()), key=len)
    for choice in part.get("choices", []):
        yield choice["name"]
        yield str(choice["value"])


async def test_managers_commands_are_theirs_and_of_servers_only(
    commands: dict[str, dict[str, Any]],
) -> None:
    for name in CONTRACT.keys() & commands:
        command, managed = commands[name], name in MANAGED
        assert command["default_member_permissions"] == (MANAGE_GUILD if managed else None), name
        in_dms = command["dm_permission"] and command.get("contexts") in (None, [0, 1])
        assert in_dms == (not managed), name


def cog_trees() -> list[tuple[str, ast.Module]]:
    return [
        (path.name, ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.py"))
    ]


@pytest.mark.parametrize(("name", "tree"), cog_trees(), ids=lambda value: str(value)[:20])
def test_no_cog_holds_sql_embeds_or_a_broad_except(name: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not SQL.search(node.value), f"{name}:{node.lineno}"
        if isinstance(node, ast.Attribute | ast.Name):
            called = node.attr if isinstance(node, ast.Attribute) else node.id
            assert called != "Embed", f"{name}:{node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            caught = [] if node.type is None else list(ast.walk(node.type))
            names = {each.id for each in caught if isinstance(each, ast.Name)}
            assert node.type is not None, f"{name}:{node.lineno}"
            assert not names & {"Exception", "BaseException"}, f"{name}:{node.lineno}"


@pytest.mark.parametrize(("name", "tree"), cog_trees(), ids=lambda value: str(value)[:20])
def test_no_cog_speaks_for_itself(name: str, tree: ast.Module) -> None:
    """Every sentence comes from bot/messages: Hangul in a cog's code would be one that does not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search("[가-힣]", node.value), f"{name}:{node.lineno}"
