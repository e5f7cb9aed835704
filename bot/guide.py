"""The commands as people meet them: named in their language, in groups, for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.localization import MessageTranslator
from bot.render.personal import CommandLine

if TYPE_CHECKING:
    from bot.client import DigestBot

# What /help shows under which heading (`help.KEY`), in which order. A command that is in none of
# them stands at the end of what those may do who may use it.
GROUPS = {
    "read": (
        *("paper", "digest", "search", "tag", "author"),
        *("related", "cite", "trends", "tags", "top", "random"),
    ),
    "keep": ("saved", "follow", "following"),
    "ask": ("ask",),
    "you": ("language", "help", "forget-me"),
    "manage": (
        *("subscribe", "unsubscribe", "subscriptions"),
        *("preview", "post", "verify", "status"),
    ),
    "own": ("import", "reload"),
}

Payload = Mapping[str, Any]
# docs: Application Commands, interaction context types.
_IN_DM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """All commands as they are registered: slash commands, and those of a message's menu."""

    commands: Sequence[Payload]
    menus: Sequence[Payload]

    def group(
        self, *, language: str, rights: discord.Permissions | None, ids: Mapping[str, int]
    ) -> dict[str, list[CommandLine]]:
        """Return the commands by heading that a member with these rights is offered.

        No rights at all (None): in a direct message.
        """
        groups: dict[str, list[CommandLine]] = {key: [] for key in GROUPS}
        for command in self.in_order():
            if _is_offered(command, rights):
                groups[heading_of(command)].append(
                    CommandLine(
                        name=localized(command, "name", language),
                        description=localized(command, "description", language),
                        id=ids.get(command["name"]),
                    )
                )
        return groups

    def in_order(self) -> list[Payload]:
        """Return the slash commands as `GROUPS` has them."""
        return sorted(self.commands, key=_place)


async def read_guide(tree: app_commands.CommandTree[DigestBot]) -> Guide:
    """Return the tree's commands as Discord is told of them."""
    translator = MessageTranslator()
    commands: list[Payload] = []
    menus: list[Payload] = []
    for command in tree.get_commands():
        payload = await command.get_translated_payload(tree, translator)
        (menus if isinstance(command, app_commands.ContextMenu) else commands).append(payload)
    return Guide(commands=commands, menus=menus)


def heading_of(command: Payload) -> str:
    """Return the heading of `GROUPS` that a command stands under."""
    for heading, names in GROUPS.items():
        if command["name"] in names:
            return heading
    needed = needed_rights(command)
    if needed is None:
        return "read"
    return "manage" if needed.value else "own"


def needed_rights(command: Payload) -> discord.Permissions | None:
    """Return what a member needs to be offered a command, as far as no admin changed that.

    None: nothing; none at all: to be an administrator.
    """
    needed = command.get("default_member_permissions")
    return None if needed is None else discord.Permissions(int(needed))


def is_for_messages(command: Payload) -> bool:
    """Return whether a command works in direct messages as well."""
    contexts = command.get("contexts")
    return bool(command.get("dm_permission", True)) if contexts is None else _IN_DM in contexts


def localized(part: Payload, field: str, language: str) -> str:
    """Return a command's or option's `name` or `description` in a language."""
    texts = part.get(f"{field}_localizations") or {}
    return str(texts.get(language, part[field]))


def _is_offered(command: Payload, rights: discord.Permissions | None) -> bool:
    if rights is None:
        return is_for_messages(command)
    needed = needed_rights(command)
    if needed is None or rights.administrator:
        return True
    return needed.value != 0 and rights >= needed


def _place(command: Payload) -> tuple[int, int]:
    heading, name = heading_of(command), command["name"]
    names = GROUPS[heading]
    return list(GROUPS).index(heading), names.index(name) if name in names else len(names)
