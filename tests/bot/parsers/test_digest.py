"""The digest format: every variation that real files show, what is refused, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.parsers import SeedError, parse_digest
from storage.models import DigestDraft, EntryDraft

DATE = "2025년 4월 25일"
HEAD = (DATE, "A Title", "(Ann Lee, Bo Kim)")
SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))


def parse(*lines: str) -> DigestDraft:
    return parse_digest("\n".join(lines).encode(), source="x.txt")


def attempt(text: str) -> DigestDraft | SeedError:
    try:
        return parse(text)
    except SeedError as error:
        return error


def parse_one(*lines: str) -> EntryDraft:
    (entry,) = parse(*lines).entries
    return entry


def titles(*lines: str) -> list[str]:
    return [entry.title for entry in parse(*lines).entries]


def refuse(*lines: str) -> tuple[str, int]:
    with pytest.raises(SeedError) as caught:
        parse(*lines)
    assert caught.value.file == "x.txt"
    return caught.value.key, caught.value.line


def test_a_whole_paper_is_read_section_by_section() -> None:
    draft = parse(*HEAD, "Abstract.", "한글.", "둘째.", "English.", "More.", "#rl #moe")
    assert draft.date == date(2025, 4, 25)
    assert draft.source == "x.txt"
    assert draft.entries == (
        EntryDraft(
            title="A Title",
            authors=("Ann Lee", "Bo Kim"),
            abstract="Abstract.",
            ko=("한글.", "둘째."),
            en=("English.", "More."),
            tags=("rl", "moe"),
            url=None,
            links=(),
            line=2,
        ),
    )


@pytest.mark.parametrize(
    ("text", "abstract", "ko", "en"),
    [
        (["한글."], None, ("한글.",), ()),
        (["Abstract."], "Abstract.", (), ()),
        (["Abstract.", "English.", "More."], "Abstract.", (), ("English.", "More.")),
        (["Abstract.", "More abstract.", "한글."], "Abstract.\nMore abstract.", ("한글.",), ()),
        (["한글.", "RLHF.", "둘째.", "En."], None, ("한글.", "RLHF.", "둘째."), ("En.",)),
        (["GPT-4 and many, many, many, many more English words 은"], None, None, ()),
    ],
)
def test_sections_are_told_apart_by_script_and_order(
    text: list[str], abstract: str | None, ko: tuple[str, ...] | None, en: tuple[str, ...]
) -> None:
    entry = parse_one(*HEAD, *text, "#rl")
    assert (entry.abstract, entry.ko, entry.en) == (abstract, tuple(text) if ko is None else ko, en)


@pytest.mark.parametrize(
    "odd",
    [
        "(역설적이지만 그렇습니다.)",
        "(https://arxiv.org/abs/1904.01569)",
        "(Kaplan et al., Hoffmann et al.)",
        "(Ann Lee, Bo Kim)",
        "# 참고",
        "#1 in the leaderboard",
        "#1",
        "- 목록",
        "1. item",
        "> 인용",
        "https://a.org/x",
        "*강조*",
        "2023년 11월을 기점으로",
        "@everyone <@1> $x$",
    ],
)
def test_a_line_that_looks_like_something_else_stays_commentary(odd: str) -> None:
    entry = parse_one(*HEAD, "한글.", odd, "둘째.", "English.", "#rl")
    assert entry.ko == ("한글.", odd, "둘째.")


@pytest.mark.parametrize(
    "title",
    [
        "Why?",
        "C# and *bold* for $x_1$ (v2) @everyone",
        "#InsTag: Instruction Tagging",
        "#InsTag",
        DATE,
        "2024년 1월 1일의 논문",
        "한국어 제목",
        "(Almost)",
        "> quoted",
        "https://a.org/x",
    ],
)
def test_a_title_may_be_anything_that_authors_follow(title: str) -> None:
    second = ("(Cy Park)", "한글.", "#moe")
    assert titles(*HEAD, "한글.", "#rl", title, *second) == ["A Title", title]


def test_authors_may_be_wrapped_behind_commas() -> None:
    entry = parse_one(DATE, "T", "(Ann Lee,", "Bo Kim,", "Cy Park", ")", "한글.")
    assert entry.authors == ("Ann Lee", "Bo Kim", "Cy Park")
    assert entry.ko == ("한글.",)


def test_the_last_paper_may_lack_its_tag_line() -> None:
    first, last = parse(*HEAD, "한글.", "#rl", "Last", "(Cy Park)", "한글.", "English.").entries
    assert (first.tags, last.tags, last.en) == (("rl",), (), ("English.",))


def test_a_paper_without_tag_line_ends_where_persons_follow_a_title() -> None:
    first, last = parse(
        *HEAD, "한글.", "English.", "Next: A Title?", "(Cy Park, Di Choi)", "한글.", "#rl"
    ).entries
    assert (first.en, first.tags) == (("English.",), ())
    assert (last.title, last.authors, last.tags) == (
        "Next: A Title?",
        ("Cy Park", "Di Choi"),
        ("rl",),
    )


def test_it_ends_there_where_an_address_stands_between_them_as_well() -> None:
    first, last = parse(
        *HEAD, "한글.", "English.", "Next", "https://a.org/x", "(Cy Park, Di Choi)", "한글.", "#rl"
    ).entries
    assert (first.en, first.tags) == (("English.",), ())
    assert (last.title, last.url, last.authors) == (
        "Next",
        "https://a.org/x",
        ("Cy Park", "Di Choi"),
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["A sentence.", "(Cy Park, Di Choi)", "More."],
        ["A Title", "(DeepSeek-AI)", "More."],
        ["A Title", "(Cy Park, Di Choi)"],
        ["A sentence.", "https://a.org/x", "(Cy Park, Di Choi)", "More."],
        ["A Title", "https://a.org/x", "(Cy Park, Di Choi)"],
    ],
    ids=["a sentence before", "one name", "no text behind", "a sentence and an address", "none"],
)
def test_where_that_is_in_doubt_the_lines_stay_text(lines: list[str]) -> None:
    assert parse_one(*HEAD, "한글.", *lines, "#rl").en == tuple(lines)


def test_a_paper_does_not_end_before_its_text() -> None:
    entry = parse_one(*HEAD, "A Heading", "(Cy Park, Di Choi)", "한글.", "#rl")
    assert entry.abstract == "A Heading\n(Cy Park, Di Choi)"


def test_tags_may_be_wrapped() -> None:
    assert parse_one(*HEAD, "한글.", "#rl", "#moe #rl").tags == ("rl", "moe")


@pytest.mark.parametrize(
    "head", [(*HEAD, "https://a.org/x"), (DATE, "A Title", "https://a.org/x", "(Ann Lee)")]
)
def test_an_address_beside_title_and_authors_is_the_papers_own(head: tuple[str, ...]) -> None:
    entry = parse_one(*head, "Abstract: https://b.org.", "한글(https://c.org)은", "#rl")
    assert entry.url == "https://a.org/x"
    assert entry.links == ("https://b.org", "https://c.org")
    assert entry.abstract == "Abstract: https://b.org."


def test_an_address_that_is_all_the_text_is_text() -> None:
    entry = parse_one(*HEAD, "https://a.org/x", "#rl")
    assert (entry.url, entry.abstract, entry.links) == (
        None,
        "https://a.org/x",
        ("https://a.org/x",),
    )


def test_fifty_papers_in_a_day_keep_their_order() -> None:
    papers = [line for n in range(50) for line in (f"T{n}", "(Ann Lee)", "한글.", "#rl")]
    assert titles(DATE, *papers) == [f"T{n}" for n in range(50)]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["", "A Title", "(Ann Lee)"], ("seed.no_date", 2)),
        (["2025-04-25"], ("seed.no_date", 1)),
        (["2025년 2월 30일"], ("seed.impossible_date", 1)),
        ([DATE, ""], ("seed.no_papers", 1)),
        ([*HEAD, "한글.", "#rl", DATE, "B", "(Bo Kim)", "한글."], ("seed.second_date", 6)),
        ([*HEAD, "한글.", "", "2025년 2월 30일"], ("seed.second_date", 6)),
        ([DATE, DATE, "A Title", "(Ann Lee)", "한글."], ("seed.second_date", 2)),
        ([DATE, "(Ann Lee)", "한글."], ("seed.no_title", 2)),
        ([DATE, "A Title"], ("seed.no_authors", 2)),
        ([DATE, "A Title", "한글.", "#rl"], ("seed.no_authors", 2)),
        ([*HEAD, "한글.", "#rl", "B", "한글.", "#rl"], ("seed.no_authors", 6)),
        ([DATE, "A Title", "(주석) 한글 (주석)"], ("seed.no_authors", 2)),
        ([DATE, "A Title", "()", "한글."], ("seed.no_authors", 2)),
        ([DATE, "A Title", "https://a.org/x", "한글."], ("seed.no_authors", 2)),
        ([DATE, "A Title", "(Ann Lee", "Abstract.", "#rl"], ("seed.authors_open", 3)),
        ([DATE, "A Title", "(Ann Lee (MIT)", "Abstract."], ("seed.authors_open", 3)),
        ([DATE, "A Title", "(Ann Lee,", "Abstract (x).", "#rl"], ("seed.authors_open", 3)),
        ([*HEAD], ("seed.no_text", 2)),
        ([*HEAD, "#rl"], ("seed.no_text", 2)),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(
    lines: list[str], reason: tuple[str, int]
) -> None:
    assert refuse(*lines) == reason


@pytest.mark.parametrize(
    "lines",
    [
        ["오늘은 논문이 많네요.", "A Title"],
        ["A Title", "wrapped over a line"],
        ["A Title", "<https://a.org/x>"],
        ["https://a.org/x", "A Title"],
        ["---", "A Title", "https://a.org/x"],
    ],
)
def test_authors_that_do_not_follow_at_once_are_pointed_at(lines: list[str]) -> None:
    with pytest.raises(SeedError) as caught:
        parse(DATE, *lines, "(Ann Lee, Bo Kim)", "한글.", "#rl")
    assert (caught.value.key, caught.value.line) == ("seed.late_authors", 2)
    assert caught.value.params == {"authors": str(2 + len(lines))}


def test_the_authors_of_the_next_paper_are_not_pointed_at() -> None:
    paper = ("B", "(Cy Park, Di Choi)", "한글.", "#rl")
    assert refuse(DATE, "A Title", "한글.", "#rl", *paper) == ("seed.no_authors", 2)


@pytest.mark.parametrize("note", [["오늘은 여기까지!"], ["Links:", "- https://a.org", "(끝) 끝"]])
def test_a_note_below_the_last_paper_is_refused_as_what_is_no_title(note: list[str]) -> None:
    assert refuse(*HEAD, "한글.", "#rl", "", *note) == ("seed.no_paper", 7)


def test_tags_above_the_text_are_refused_with_their_own_line() -> None:
    paper = ("B", "(Bo Kim)", "한글.", "#rl")
    assert refuse(*HEAD, "#rl", "Abstract.", "한글.", "", *paper) == ("seed.early_tags", 4)
    assert refuse(*HEAD, "#rl", *paper) == ("seed.no_text", 2)


def words_of(texts: Sequence[str]) -> set[str]:
    blanks = str.maketrans(dict.fromkeys("()\uff08\uff09,\uff0c、#\uff03;", " "))
    return set(" ".join(texts).translate(blanks).split())


def assert_no_line_is_lost(text: str, draft: DigestDraft) -> None:
    """Every line is in one field as it stands, or its words are those of authors and tags."""
    left = [line.strip(" \t\ufeff") for line in text.split("\n")]
    left = [line for line in left if line]
    names: list[str] = []
    assert left.pop(0).startswith(str(draft.date.year))
    for entry in draft.entries:
        abstract = entry.abstract.split("\n") if entry.abstract else []
        for line in filter(None, [entry.title, entry.url, *abstract, *entry.ko, *entry.en]):
            left.remove(line)
        names += [*entry.authors, *entry.tags]
    assert words_of(left) == words_of(names)


LINES = st.sampled_from(
    [
        *("A Title", "Why?", "#InsTag", "# 참고", "#1", "#rl", "#rl #moe", "#a,\t#b", ""),
        *(
            "(Ann Lee, Bo Kim)",
            "(Ann Lee)",
            "(Ann Lee,",
            "Bo Kim)",
            ")",
            "()",
            "(가)",
            "\uff08Ann\uff09",
        ),
        *(
            "한글.",
            "English.",
            "https://a.org/x",
            DATE,
            "- item",
            "(가) 나 (다)",
            "  \t",
            "(A (B, C), D)",
        ),
    ]
)


@given(st.lists(LINES, max_size=12))
@example(["A Title", "(Ann Lee)", "한글.", "#rl", "#rl"])
@settings(max_examples=300)
def test_lines_in_any_order_lose_nothing_or_are_refused_by_line(lines: list[str]) -> None:
    text = "\n".join([DATE, "A Title", "(Ann Lee)", "한글.", *lines])
    draft = attempt(text)
    if isinstance(draft, SeedError):
        assert 1 <= draft.line <= len(lines) + 4
    else:
        assert_no_line_is_lost(text, draft)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=60, deadline=None)
def test_a_mutated_seed_loses_nothing_or_is_refused_by_line(
    path: Path, data: st.DataObject
) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        line, cut = lines[index], data.draw(st.integers(0, 200))
        pieces = data.draw(
            st.sampled_from([[], [line, line], [line[:cut], line[cut:]], [line[:cut]], ["", line]])
        )
        lines[index : index + 1] = pieces
        lines = lines or [""]
    draft = attempt("\n".join(lines))
    if isinstance(draft, SeedError):
        assert 1 <= draft.line <= len(lines)
    else:
        assert_no_line_is_lost("\n".join(lines), draft)


@given(st.text(max_size=300))
def test_any_text_behind_a_date_is_a_digest_or_a_seed_error(text: str) -> None:
    draft = attempt(f"{DATE}\nA\n(B)\n{text}")
    assert draft.line >= 1 if isinstance(draft, SeedError) else draft.entries
