"""/help in one screen, and what /forget-me says."""

from __future__ import annotations

import discord
import pytest

from bot.guide import GROUPS
from bot.messages import say
from bot.render.limits import EMBED_DESCRIPTION, length
from bot.render.message import Message
from bot.render.personal import (
    CommandLine,
    render_forget_question,
    render_forgotten,
    render_help,
)
from tests.bot.render.discord_rules import check_payload

LONGEST_ID = 2**63


def help_of(language: str, command_id: int | None) -> Message:
    """Return /help with every command, each described as it is."""
    groups = {
        key: [
            CommandLine(
                name=say(language, f"command.{name.replace('-', '_')}_name"),
                description=say(language, f"command.{name.replace('-', '_')}_description"),
                id=command_id,
            )
            for name in names
        ]
        for key, names in GROUPS.items()
    }
    return render_help(groups, apps=["Save paper", "Ask about this"], language=language)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_commands_fit_in_one_screen(language: str) -> None:
    message = help_of(language, LONGEST_ID)
    check_payload(message.to_payload())
    (embed,) = message.embeds
    assert length(str(embed.description)) < EMBED_DESCRIPTION
    assert str(embed.description).endswith(say(language, "help.anywhere"))


def test_a_command_whose_id_is_unknown_is_named_all_the_same() -> None:
    (embed,) = help_of("en", None).embeds
    assert "`/paper` Show a paper" in str(embed.description)
    assert "</" not in str(embed.description)


def test_an_empty_group_is_left_out() -> None:
    line = CommandLine(name="ask", description="Ask", id=1)
    (embed,) = render_help({"read": [], "ask": [line]}, apps=[], language="en").embeds
    assert str(embed.description).startswith("**Ask**\n</ask:1> Ask\n\n-# You can")


def test_what_was_removed_is_counted() -> None:
    removed = {"saved": 1, "follows": 0, "questions": 2, "language": 1}
    assert render_forgotten(removed, language="en").content.splitlines() == [
        "I have removed what I had stored about you:",
        "- 1 saved paper",
        "- 2 questions, with their answers",
        "- the language you chose",
    ]
    nothing = dict.fromkeys(removed, 0)
    assert render_forgotten(nothing, language="ko").content == "저장된 정보가 없어요."


def test_the_button_that_removes_everything_looks_like_it() -> None:
    payload = render_forget_question(language="en").to_payload()
    check_payload(payload)
    (button,) = payload["components"][0]["components"]
    assert button["style"] == discord.ButtonStyle.danger.value
