"""What is said of seed files: short enough for Discord, and nothing in a name is markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ingest import IngestSummary
from bot.parsers import SeedError
from bot.render.limits import CONTENT, length
from bot.render.seeds import (
    describe_problem,
    describe_problems,
    render_broken,
    render_imported,
    render_reloaded,
)
from bot.seeds.importing import Imported


def summary(*, added: int = 0, changed: int = 0, unchanged: int = 0) -> IngestSummary:
    return IngestSummary(
        files=1, unchanged=unchanged, added=added, changed=changed, removed=0, errors=()
    )


def imported(**counts: int) -> Imported:
    return Imported(name="a_b.txt", date=date(2025, 4, 25), papers=3, summary=summary(**counts))


def problem(file: str = "a.txt", line: int = 2) -> SeedError:
    return SeedError("seed.no_authors", file=file, line=line)


def test_an_import_counts_what_is_new_changed_and_as_before() -> None:
    said = render_imported(imported(added=1, changed=1), language="en").content
    assert "1 new, 1 changed, 0 removed, 1 as before" in said
    assert "a\\_b.txt" in said


def test_an_import_names_lines_that_may_not_be_meant_as_they_were_read() -> None:
    doubt = SeedError("seed.odd_name", file="a_b.txt", line=3, name="*et al.* @everyone")
    for count, named in ((1, 1), (12, 10)):
        report = replace(imported(added=3), doubts=(doubt,) * count)
        said = render_imported(report, language="en").content
        assert f"may not be meant so: {count}\n- `a_b.txt:3` “\\*et al.\\* " in said
        assert "@everyone" not in said
        assert said.count("\n- ") == named
        assert (f"and {count - named} more; `check`" in said) == (count > named)
        assert length(said) <= CONTENT
    assert "의도와 다를 수 있는 줄: 12개" in render_imported(report, language="ko").content


def test_the_same_file_again_is_said_in_both_languages() -> None:
    assert "word for word" in render_imported(imported(unchanged=1), language="en").content
    assert "이미 있어요" in render_imported(imported(unchanged=1), language="ko").content


def test_a_problem_names_file_line_and_reason() -> None:
    assert describe_problem(problem(), "en") == (
        "`a.txt:2` no authors in parentheses follow this title"
    )
    assert "괄호" in render_broken(problem(), language="ko").content


def test_without_problems_nothing_is_said_of_them() -> None:
    assert describe_problems((), "en", CONTENT) == ""
    assert "cannot be read" not in render_reloaded(summary(), (), language="en").content


@pytest.mark.parametrize("count", [1, 10, 11, 5000])
def test_many_problems_are_counted_and_some_named(count: int) -> None:
    said = describe_problems([problem(f"{n}.txt") for n in range(count)], "en", CONTENT)
    assert f"cannot be read: {count}" in said
    shown = said.count("\n- ")
    assert shown == min(count, 10)
    assert (f"and {count - shown} more" in said) == (count > shown)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=400), st.integers(1, 10**6), st.sampled_from(["en", "ko"]))
def test_no_name_breaks_out_or_makes_a_message_too_long(
    file: str, line: int, language: str
) -> None:
    problems = [problem(file, line)] * 30
    message = render_reloaded(summary(), problems, language=language)
    assert length(message.content) <= CONTENT
    assert len(message.content.splitlines()) <= 13
    assert "@everyone" not in message.content
