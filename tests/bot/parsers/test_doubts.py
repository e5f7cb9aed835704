"""Lines that were read as they stand, though they may have been meant as something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsers import SeedError, find_doubts, parse_digest

DATE = "2025년 4월 25일"
HEAD = (DATE, "A Title", "(Ann Lee, Bo Kim)")
LONG = "We study what a long text in English says of a method, word for word. " * 4
SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))


def doubts(*lines: str, source: str = "x.txt") -> list[tuple[str, int]]:
    data = "\n".join(lines).encode()
    draft = parse_digest(data, source=source)
    return [(doubt.key, doubt.line) for doubt in find_doubts(data, draft)]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_the_seeds_raise_no_doubt(path: Path) -> None:
    data = path.read_bytes()
    assert not list(find_doubts(data, parse_digest(data, source=path.name)))


@pytest.mark.parametrize(
    "title",
    [
        "Why?",
        "#InsTag: Instruction Tagging (v2)",
        "ReST-MCTS*: $r$ to $Q^*$ in C#",
        "3D Gaussians",
        "Qwen2.5-1M",
        "AT&T; a case",
        "DATE: 2025년 1월 1일",
        "-1 is all you need",
        "[MASK] is all you need",
    ],
)
def test_a_title_that_only_looks_odd_raises_no_doubt(title: str) -> None:
    assert not doubts(DATE, title, "(Ann Lee)", "한글.", "#rl")


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("## A Title", "##"),
        ("**A Title**", "**"),
        ("1. A Title", "1."),
        ("2) A Title", "2)"),
        ("[3] A Title", "[3]"),
        ("[2504.12345] A Title", "[2504.12345]"),
        ("① A Title", "①"),
        ("- [ ] A Title", "-"),
        ("• A Title", "•"),
        ("Search &amp; Learn", "&amp;"),
        ("A <b>Title</b>", "<b>"),
    ],
)
def test_a_mark_that_would_be_posted_with_a_title_is_named(title: str, mark: str) -> None:
    data = "\n".join((DATE, title, "(Ann Lee)", "한글.", "#rl")).encode()
    (doubt,) = find_doubts(data, parse_digest(data, source="x.txt"))
    assert (doubt.key, doubt.line, doubt.params) == ("seed.title_mark", 2, {"mark": mark})


@pytest.mark.parametrize(
    "title",
    [
        "A Title https://a.org/x",
        "[A Title](https://a.org/x)",
        "*<https://a.org/x|A Title>*",
        "A Title (arXiv:2504.12345)",
    ],
)
def test_an_address_in_a_title_is_named(title: str) -> None:
    assert doubts(DATE, title, "(Ann Lee)", "한글.", "#rl") == [("seed.title_address", 2)]


@pytest.mark.parametrize(
    "authors",
    [
        "(Ann Lee et al.)",
        "(Ann Lee, et al.)",
        "(Ann Lee 외 3명)",
        "(Ann Lee; Bo Kim)",
        "(Ann Lee¹, Bo Kim²)",
        "(Ann Lee^1, Bo Kim)",
        "(Ann Lee1, Bo Kim2)",
        "(Ann Lee*, Bo Kim)",
        "(Ann Lee and Bo Kim)",
    ],
)
def test_what_is_no_author_s_name_is_named_with_its_line(authors: str) -> None:
    assert doubts(DATE, "T", authors, "한글.", "#rl") == [("seed.odd_name", 3)]
    assert doubts(DATE, "T", "https://a.org", authors, "한글.") == [("seed.odd_name", 4)]


@pytest.mark.parametrize(
    "authors", ["(Rai (Michael Pokorny), 01.AI)", "(Kimi K2 Team, GLM-4)", "(Alexandre Anders)"]
)
def test_names_of_teams_raise_no_doubt(authors: str) -> None:
    assert not doubts(DATE, "T", authors, "한글.", "#rl")


@pytest.mark.parametrize(
    "tags",
    [
        "Tags: #rl #moe",
        "Tags: rl, moe",
        "**Tags**: rl",
        "태그: 강화학습",
        "# rl # moe",
        "`#rl` `#moe`",
        "\\#rl \\#moe",
        "This is good. #rl #moe",
        "#long context #rl",
    ],
)
def test_tags_that_were_read_as_text_are_named(tags: str) -> None:
    assert doubts(*HEAD, "한글.", "English.", tags) == [("seed.unread_tags", 6)]


@pytest.mark.parametrize("line", ["#1", "It is #1", "# 참고: 글", "C# and #rl matter here."])
def test_other_text_with_a_hash_raises_no_doubt(line: str) -> None:
    assert not doubts(*HEAD, "한글.", line, "둘째.")


def test_where_a_tag_line_follows_no_text_is_taken_for_tags() -> None:
    assert not doubts(*HEAD, "한글.", "# rl", "#moe")


@pytest.mark.parametrize(
    "label",
    ["Abstract", "**Abstract**", "초록:", "초록: 글", "KO: 글", "English", "---", "> Quoted."],
)
def test_labels_and_rules_that_were_read_as_text_are_named(label: str) -> None:
    assert doubts(*HEAD, label, "Text.", "한글.", "English.", "#rl")[0] == ("seed.label", 4)


@pytest.mark.parametrize(
    "paper",
    [
        ("Next: A Title", "(Qwen Team)", "한글."),
        ("한국어 제목", "(김철수, 이영희)", "한글."),
        ("Next", "(Cy Park et al.)", "Abstract."),
        ("Next: A Title", LONG, "한글."),
    ],
)
def test_a_paper_that_may_have_been_read_as_text_of_the_one_above_is_named(
    paper: tuple[str, ...],
) -> None:
    assert ("seed.inner_title", 6) in doubts(*HEAD, "한글.", "English.", *paper, "#rl")


@pytest.mark.parametrize(
    "lines",
    [
        ("둘째.", "(주석, 이렇게)", "셋째."),
        ("A sentence.", "(Kaplan et al., Hoffmann et al.)", "셋째."),
        ("보세요", "(https://a.org/x)", "셋째."),
        ("RLHF", "is short.", "셋째."),
    ],
)
def test_remarks_in_parentheses_are_not_taken_for_papers(lines: tuple[str, ...]) -> None:
    assert not doubts(*HEAD, "한글.", *lines, "#rl")


def test_an_english_comment_above_the_korean_one_is_named() -> None:
    assert doubts(*HEAD, "Abstract.", "English.", "한글.", "#rl") == [("seed.english_above", 5)]


@pytest.mark.parametrize(
    "text",
    [
        ("Abstract.", "한글."),
        ("An abstract", "wrapped.", "한글."),
        ("One.", "Two.", "한글.", "En."),
    ],
)
def test_an_abstract_of_several_lines_raises_no_doubt(text: tuple[str, ...]) -> None:
    assert not doubts(*HEAD, *text, "#rl")


def test_a_second_paper_in_a_note_is_named() -> None:
    note = ("*A Title* (Ann Lee, Bo Kim)", "한글.", "#rl")
    second = ("*B: A Title* (Cy Park, Di Choi)", "한글.", "#rl")
    assert not doubts(*note, source="250203.md")
    assert doubts(*note, *second, source="250203.md") == [("seed.second_note", 4)]


def test_doubts_about_a_file_of_megabytes_take_no_longer_than_reading_it() -> None:
    paper = ("A Title", "(Ann Lee)", "한글.", "x" * 2000 + "#", "#rl")
    assert not doubts(DATE, *paper * 1500)
    assert not doubts(*HEAD, "# a" * 1_000_000)


PIECES = st.sampled_from(
    [
        "A Title",
        "(Ann Lee, Bo Kim)",
        "(Qwen Team)",
        "한글.",
        "#rl",
        "Tags: rl",
        "---",
        "> q",
        LONG,
        "https://a.org/x",
        "*T* (Ann Lee, Bo Kim)",
        "KO:",
        "# a # b",
        "1. A",
        "(Ann; Bo)",
        DATE,
    ]
)


@given(
    st.lists(PIECES | st.text(max_size=20), max_size=12), st.sampled_from(["x.txt", "250203.md"])
)
def test_any_file_that_can_be_read_has_its_doubts_in_its_own_lines(
    lines: list[str], source: str
) -> None:
    head = HEAD if source == "x.txt" else ("*A Title* (Ann Lee)",)
    data = "\n".join((*head, "Text.", *lines)).encode()
    try:
        draft = parse_digest(data, source=source)
    except SeedError:
        return
    numbers = [doubt.line for doubt in find_doubts(data, draft)]
    assert all(1 < number <= data.count(b"\n") + data.count(b"\r") + 1 for number in numbers)
    assert all(str(doubt) for doubt in find_doubts(data, draft))
