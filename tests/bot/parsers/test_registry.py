"""Which format reads a file, what an error says, and how long the longest line takes."""

from __future__ import annotations

import contextlib
import time

import pytest

from bot.messages import say
from bot.parsers import FORMATS, MAX_BYTES, SeedError, parse_digest

DIGEST = "2025년 4월 25일\nA Title\n(Ann Lee)\n"
NOTE = "*A Title* (Ann Lee)\n"


@pytest.mark.parametrize(
    ("text", "source", "day"),
    [
        (DIGEST + "한글.", "x.txt", "2025-04-25"),
        (DIGEST + "한글.", "250203 x.md", "2025-04-25"),
        (NOTE + "한글.", "250203 x.md", "2025-02-03"),
        (NOTE + "한글.", "250203 x.MD", "2025-02-03"),
    ],
)
def test_a_date_line_makes_a_digest_and_the_name_a_note(text: str, source: str, day: str) -> None:
    assert parse_digest(text.encode(), source=source).date.isoformat() == day


def test_a_file_of_no_format_gets_the_first_formats_reason() -> None:
    assert FORMATS[0].name == "digest"
    with pytest.raises(SeedError) as caught:
        parse_digest(NOTE.encode(), source="250203 x.txt")
    assert caught.value.key == "seed.no_date"


def test_an_error_reads_as_file_line_and_reason() -> None:
    error = SeedError("seed.impossible_date", file="seeds/x.txt", line=3, date="2025년 2월 30일")
    assert str(error) == f"seeds/x.txt:3: {say('en', error.key, **error.params)}"
    assert "2025년 2월 30일" in str(error)
    assert error.reason("ko") == say("ko", error.key, **error.params)


@pytest.mark.parametrize(
    "unit", ["(", ")", "()", "#", "#a ", "# ", "*(", ">", "https://a.bc/(", "a\u0301 "]
)
@pytest.mark.parametrize("head", ["", DIGEST, DIGEST.removesuffix("(Ann Lee)\n"), NOTE])
def test_a_line_of_two_mebibytes_takes_no_time_to_speak_of(unit: str, head: str) -> None:
    line = unit * (MAX_BYTES // 4 // len(unit.encode()))
    start = time.process_time()
    with contextlib.suppress(SeedError):
        parse_digest(f"{head}{line}".encode(), source="250203 x.md")
    assert time.process_time() - start < 2  # quadratic time would be minutes
