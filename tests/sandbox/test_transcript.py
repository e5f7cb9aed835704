"""What people read in a terminal: width, wrapping, Discord's markdown, whole messages."""

from __future__ import annotations

import io
import string
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.markdown import Markdown, short_url
from sandbox.models import Json, Message, MessageType
from sandbox.terminal import Line, Piece, Style, line, paint, plain, shorten, wants_colour, width
from sandbox.terminal import wrap as wrap_line
from sandbox.transcript import Transcript
from sandbox.words import WORDS, word
from sandbox.world import World

MARKDOWN = Markdown(name_of=lambda mark, found: f"{mark}{found}")
NOW = datetime(2025, 4, 25, 0, 0, tzinfo=UTC)


def read(text: str) -> list[str]:
    return [plain(row) for row in MARKDOWN.parse(text)]


def styled(text: str, style: Style) -> list[str]:
    return [p.text for row in MARKDOWN.parse(text) for p in row if style in p.style]


class Stage:
    """A world with a channel, and messages of the bot in it."""

    def __init__(self, columns: int = 80) -> None:
        self.world = World(SandboxClock(NOW, factor=0))
        self.guild = self.world.add_guild("Lab")
        self.channel = self.world.add_channel(self.guild, "papers")
        self.reader = self.world.add_user("mina")
        self.numbered: list[str] = []
        self.transcript = Transcript(
            world=self.world, zone=UTC, columns=lambda: columns, number_of=self._number
        )

    def _number(self, _message: Message, button: Json) -> int:
        self.numbered.append(button["custom_id"])
        return len(self.numbered)

    def message(self, **values: Any) -> Message:
        """Return a message of the bot."""
        return Message(
            id=self.world.snowflakes.make(),
            channel_id=self.channel.id,
            author_id=self.world.bot_id,
            type=MessageType.DEFAULT,
            created_at=NOW,
            **values,
        )

    def post(self, **values: Any) -> str:
        """Return how such a message is shown."""
        return text_of(self.transcript.post(self.message(**values)))


def text_of(lines: list[Line]) -> str:
    return "\n".join(paint(row, colour=False) for row in lines)


def button(label: str, **values: Any) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": label} | values


# --- width and wrapping ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("추론", 4), ("é", 1), ("e\u0301", 1), ("", 0), ("「」", 4)]
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_decomposed_hangul_is_as_wide_as_composed() -> None:
    assert width(unicodedata.normalize("NFD", "추론을")) == width("추론을") == 6


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.integers(8, 40))
def test_wrapping_fits_and_loses_nothing_but_spaces(text: str, columns: int) -> None:
    lines = [plain(row) for row in wrap_line(line(text), columns)]
    assert all(width(row) <= columns for row in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_korean_breaks_between_words() -> None:
    assert [plain(row) for row in wrap_line(line("추론을 위한 모델"), 12)] == [
        "추론을 위한",
        "모델",
    ]


def test_a_word_that_is_too_long_is_broken() -> None:
    assert [plain(row) for row in wrap_line(line("abcdefgh"), 5)] == ["abcde", "fgh"]


def test_what_follows_a_number_hangs_from_it() -> None:
    assert [plain(row) for row in wrap_line(line("1. a paper with words"), 14)] == [
        "1. a paper",
        "   with words",
    ]


def test_styles_survive_wrapping() -> None:
    rows = wrap_line((Piece("one two ", Style.BOLD), Piece("three")), 8)
    assert rows == [(Piece("one two", Style.BOLD),), (Piece("three"),)]


def test_shortened_lines_say_that_something_is_missing() -> None:
    lines = [line("a"), line(""), line("b")]
    assert [plain(row) for row in shorten(lines, 2)] == ["a …"]
    assert shorten(lines, 3) == lines


def test_colours_are_for_terminals_that_want_them() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert wants_colour(Terminal(), {})
    assert not wants_colour(Terminal(), {"NO_COLOR": "1"})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})
    assert not wants_colour(io.StringIO(), {})


def test_paint_uses_codes_only_with_colour() -> None:
    row = (Piece("a", Style.BOLD | Style.LINK), Piece("b"))
    assert paint(row, colour=True) == "\x1b[1;36ma\x1b[0mb"
    assert paint(row, colour=False) == "ab"


# --- markdown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[s1](https://discord.com/channels/1/2/3)", "s1"),
        (r"[a \[b\] **c**](<https://x.org>)", "a [b] c"),
        ("<https://arxiv.org/abs/2402.10200>.", "arxiv.org/abs/2402.10200."),
        ("(https://www.x.org/a/)", "(x.org/a)"),
        ("**bold** *it* __under__ ~~gone~~ ||secret||", "bold it under gone secret"),
        (r"\*not bold\* snake_case_name \_x\_", "*not bold* snake_case_name _x_"),
        ("`#rl` ``a`b``", "#rl a`b"),
        ("<#5> <@6> <@!6> <@&7>", "#5 @6 @6 @&7"),
        ("</paper:123> <:spark:9>", "/paper :spark:"),
        ("<t:1745539200:R>", "2025-04-25 00:00"),
        ("<t:999999999999>", "999999999999"),
        ("-# small", "small"),
        ("## Title", "Title"),
        ("- one", "• one"),
        ("> said", "▏ said"),
        ("#rl is a tag, 2 * 3 * 4, $β_2$", "#rl is a tag, 2 * 3 * 4, $β_2$"),
    ],
)
def test_markdown_becomes_what_discord_shows(text: str, shown: str) -> None:
    assert read(text) == [shown]


def test_marks_become_styles() -> None:
    assert styled("**a**b", Style.BOLD) == ["a"]
    assert styled("-# a", Style.DIM) == ["a"]
    assert styled("[**a**](https://x.org)", Style.BOLD & Style.LINK | Style.LINK) == ["a"]


def test_a_code_block_is_shown_as_it_is() -> None:
    assert read("```py\n**x** \\*\n```\n**y**") == ["**x** \\*", "y"]


@given(st.text(st.sampled_from(string.punctuation + string.ascii_letters + " 추론é")))
def test_escaped_text_is_shown_as_written(text: str) -> None:
    escaped = "".join(f"\\{char}" if char in string.punctuation else char for char in text)
    assert read(escaped) == [text]


@given(st.text(st.sampled_from("*_~|`[]()<>#@\\ \n-ahtps:/.:0추\x1b\u202e\u0000")))
def test_nothing_can_move_the_cursor_or_break_the_reader(text: str) -> None:
    for row in read(text):
        assert not set(row) & {"\x1b", "\u202e", "\x00", "\n"}


def test_deep_nesting_is_left_as_it_is() -> None:
    deep = "x"
    for _ in range(40):
        deep = f"[{deep}](https://x.org)" if len(deep) < 3 else f"**__{deep}__**"
    assert "x" in read(deep)[0]


def test_a_long_address_is_cut() -> None:
    assert len(short_url("https://x.org/" + "a" * 100)) == 48


# --- messages --------------------------------------------------------------------------------


def test_a_post_shows_title_text_fields_and_buttons() -> None:
    shown = Stage().post(
        embeds=[
            {
                "title": "s1: Simple",
                "description": "-# Kim, Lee\n\n추론 모델",
                "fields": [
                    {"name": "Abstract", "value": "word " * 200},
                    {"name": "Tags", "value": "`#rl`"},
                ],
                "footer": {"text": "2025-02-03"},
            }
        ],
        components=[{"type": 1, "components": [button("Abstract")]}],
    )
    rows = shown.split("\n")
    assert rows[:6] == [
        "",
        "Paper Digest BOT · #papers · 04-25 00:00",
        "  ┃ s1: Simple",
        "  ┃ Kim, Lee",
        "  ┃",
        "  ┃ 추론 모델",
    ]
    assert sum("word" in row for row in rows) == 3
    assert rows[-4].endswith("word …")
    assert rows[-3:] == ["  ┃ Tags  #rl", "  ┃ 2025-02-03", "  [1: Abstract]"]


def test_links_and_disabled_buttons_get_no_number() -> None:
    stage = Stage()
    row = [
        button("Previous", disabled=True),
        button("Next"),
        {"type": 2, "style": 5, "label": "arXiv", "url": "https://arxiv.org"},
    ]
    shown = stage.post(components=[{"type": 1, "components": row}])
    assert shown.endswith("[Previous] [1: Next] [arXiv]")
    assert stage.numbered == ["Next"]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    stage = Stage(columns)
    long = "긴 제목 with `code` and [links](https://x.org/" + "a" * 90 + ") " * 9
    lines = stage.transcript.post(
        stage.message(
            content=long,
            embeds=[{"title": long, "description": long, "fields": [{"name": "n", "value": long}]}],
            components=[{"type": 1, "components": [button("버튼 이름" * 4)] * 5}],
        )
    )
    assert all(width(paint(row, colour=False)) <= columns for row in lines)


def test_an_ephemeral_answer_says_so_in_the_readers_language() -> None:
    stage = Stage()
    message = stage.message(content="hi", ephemeral_for=stage.reader.id)
    assert "Only you can see this" in text_of(stage.transcript.reply(message, "en-US"))
    assert "나에게만 보이는 메시지" in text_of(stage.transcript.reply(message, "ko"))
    seen = stage.message(content="hi")
    assert "Only you" not in text_of(stage.transcript.reply(seen, "en-US"))


def test_mentions_carry_names() -> None:
    stage = Stage()
    content = f"<#{stage.channel.id}> <@{stage.reader.id}> <@&{stage.guild.id}> <#1> <@1> <@&1>"
    assert stage.post(content=content).endswith(
        "#papers @mina @@everyone #unknown @unknown-user @unknown-role"
    )


def test_commands_are_listed_with_localized_names() -> None:
    stage = Stage()
    body = {
        "name": "paper",
        "name_localizations": {"ko": "논문"},
        "description": "Show a paper",
        "description_localizations": {"ko": "논문 보기"},
        "options": [{"name": "title", "required": True}, {"name": "lang"}],
    }
    english = text_of(stage.transcript.commands([body], "en-US"))
    assert english.split() == ["/paper", "<title>", "[lang]", "Show", "a", "paper"]
    assert "/논문 <title> [lang]" in text_of(stage.transcript.commands([body], "ko"))


def test_both_languages_say_the_same() -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert WORDS["en"].keys() == WORDS["ko"].keys()
    for key, english in WORDS["en"].items():
        assert fields(english) == fields(WORDS["ko"][key]), key
    assert word("ko", "language") != word("en-GB", "language")
