"""What concerns the reader alone: /help in one screen, what /forget-me asks and did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.messages import say
from bot.render.limits import EMBED_DESCRIPTION, cut
from bot.render.markdown import Markup, code
from bot.render.message import Button, ButtonStyle, Message
from bot.render.parts import make_embed

FORGET_ID = "forget:all"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A command as /help shows it: `id` is None where Discord has not told it yet."""

    name: str
    description: str
    id: int | None


def render_help(
    groups: Mapping[str, Sequence[CommandLine]], *, apps: Sequence[str], language: str
) -> Message:
    """Return the commands by group (`help.KEY`), each to be clicked; an empty group is left out.

    `apps` are the commands in a message's menu.
    """
    parts = [
        "\n".join((f"**{say(language, f'help.{key}')}**", *map(_line, commands)))
        for key, commands in groups.items()
        if commands
    ]
    hints = [say(language, "help.anywhere")]
    if apps:
        names = ", ".join(f"**{name}**" for name in apps)
        hints.insert(0, say(language, "help.apps", names=names))
    text = "\n\n".join((*parts, "\n".join(f"-# {hint}" for hint in hints)))
    embed = make_embed(title=say(language, "help.title"), description=cut(text, EMBED_DESCRIPTION))
    return Message(embeds=(embed,))


def render_forget_question(*, language: str) -> Message:
    """Return what /forget-me asks before it does anything."""
    button = Button(
        label=say(language, "button.forget"), custom_id=FORGET_ID, style=ButtonStyle.DANGER
    )
    return Message(content=say(language, "forget.ask"), buttons=((button,),))


def render_forgotten(removed: Mapping[str, int], *, language: str) -> Message:
    """Return what was removed, by `forget.KEY` and number."""
    kept = {key: count for key, count in removed.items() if count}
    lines = [f"- {say(language, f'forget.{key}', count=count)}" for key, count in kept.items()]
    if not lines:
        return Message(content=say(language, "forget.nothing"))
    return Message(content="\n".join((say(language, "forget.done"), *lines)))


def command_mention(name: str, command_id: int | None) -> Markup:
    """Return a command to be clicked (docs: Message Formatting), plain where its id is unknown."""
    return Markup(f"</{name}:{command_id}>") if command_id else code(f"/{name}")


def _line(command: CommandLine) -> str:
    return f"{command_mention(command.name, command.id)} {command.description}"
