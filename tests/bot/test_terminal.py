"""What a file or a server says moves no cursor and forges no line."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given

from bot.__main__ import main
from bot.logs import TextFormatter
from bot.parsers import SeedError
from bot.terminal import printable
from tests import hostile

SEED = "2025년 4월 25일\n\nA \x1b[31mred\x1b[0m title\n(Ada Lovelace)\n설명.\n#rl\n"


@given(hostile.typed())
def test_nothing_but_text_is_left(text: str) -> None:
    shown = printable(text)
    assert not any(ord(char) < 0x20 and char not in "\t\n" for char in shown)
    assert not set(shown) & set("\x7f\x9b\u202e\u2066")
    if text.isprintable():
        assert shown == text


@pytest.mark.parametrize("name", ["a\n\x1b[2Jb.txt", "a.txt"])
def test_a_file_writes_one_line_on_the_terminal(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("no date \x1b[31m", encoding="utf-8")
    assert main(["check", name]) == 1
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
    assert captured.err.count("\n") == 1


def test_a_title_colours_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "d.sqlite3"))
    monkeypatch.setenv("SEEDS_DIR", str(tmp_path))
    (tmp_path / "a.txt").write_text(SEED, encoding="utf-8")
    assert main(["ingest"]) == 0
    assert main(["search", "title"]) == 0
    out = capsys.readouterr().out
    assert "A \\x1b[31mred\\x1b[0m title" in out
    assert "\x1b" not in out


def test_a_log_line_is_one_line() -> None:
    error = SeedError("seed.no_date", file="a\n2026-11-20 ERROR bot: forged\x1b[2J")
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "%s", (error,), None)
    line = TextFormatter().format(record)
    assert "\n" not in line
    assert "\x1b" not in line
