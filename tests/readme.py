"""README's table of commands, made from the command tree: `python -m tests.readme` writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from bot.client import COGS, DigestBot
from bot.clock import system_clock
from bot.guide import Guide, Payload, localized, needed_rights, read_guide
from bot.messages import say
from bot.metrics import Metrics
from bot.seeds import SeedFolder
from bot.settings import Settings
from storage.base import Store

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- commands: made by `make docs` -->", "<!-- end of commands -->"
_HEAD = ("| command | in Korean | what it does | who |", "|---|---|---|---|")


async def load_bot() -> DigestBot:
    """Return a bot with every command in its tree, which is good for looking at only."""
    bot = DigestBot(
        store=cast(Store, None),  # asked by nobody
        settings=Settings(_env_file=None),  # type: ignore[call-arg] # pydantic-settings' own
        clock=system_clock,
        owner="test",
        seeds=cast(SeedFolder, None),  # nor read by anybody
        metrics=Metrics(),
    )
    for name in COGS:
        await bot.load_extension(name)
    return bot


async def load_guide() -> Guide:
    """Return every command as it is registered."""
    return await read_guide((await load_bot()).tree)


def render_table(guide: Guide) -> str:
    """Return the table: slash commands in /help's order, then those of a message's menu."""
    rows = [
        _row(usage(command, "en"), usage(command, "ko"), command["description"], _who(command))
        for command in guide.in_order()
    ]
    rows += [
        _row(menu["name"], localized(menu, "name", "ko"), "in a message's menu, under Apps", "all")
        for menu in guide.menus
    ]
    return "\n".join((*_HEAD, *rows))


def usage(command: Payload, language: str) -> str:
    """Return how a command is written: `/post [date] [channel]`; what is optional in brackets."""
    return " ".join((f"/{localized(command, 'name', language)}", *_options(command, language)))


def replace_table(text: str, table: str) -> str:
    """Return the README with this table between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return f"{text[:start]}\n{table}\n{text[end:]}"


def _options(command: Payload, language: str) -> Iterator[str]:
    for option in command["options"]:
        name = localized(option, "name", language)
        yield name if option.get("required") else f"[{name}]"


def _who(command: Payload) -> str:
    needed = needed_rights(command)
    if needed is None:
        return "all"
    names = [say("en", f"permission.{name}") for name, held in needed if held]
    return ", ".join(names) or "the bot's owner"


def _row(english: str, korean: str, description: str, who: str) -> str:
    return f"| `{english}` | `{korean}` | {description} | {who} |"


def main() -> None:
    """Write the table into README.md."""
    table = render_table(asyncio.run(load_guide()))
    README.write_text(replace_table(README.read_text("utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main()
