"""What a single line is taken for."""

from __future__ import annotations

from datetime import date

import pytest

from bot.parsers.lines import is_date, is_names, is_title, parse_authors, parse_date, parse_tags


@pytest.mark.parametrize(
    "line",
    [
        "2025년 4월 25일",
        "2025년 04월 25일",
        "2025년4월25일",
        "2025\xa0년\u3000 4 월\t25 일",
        "2025년\u200b 4월\ufeff 25일",
    ],
)
def test_a_date_may_be_padded_and_spaced_in_any_way(line: str) -> None:
    assert parse_date(line) == date(2025, 4, 25)


@pytest.mark.parametrize("line", ["2025년 2월 30일", "2025년 13월 1일", "0000년 1월 1일"])
def test_a_date_that_no_calendar_has_is_a_date_line_without_a_date(line: str) -> None:
    assert is_date(line)
    assert parse_date(line) is None


@pytest.mark.parametrize(
    "line", ["25년 4월 25일", "2025-04-25", "2025년 4월 25일 논문", "2025년 4월"]
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert not is_date(line)


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("#rl", ("rl",)),
        ("#rl #inference-time-scaling", ("rl", "inference-time-scaling")),
        ("#video_generation\t#3d", ("video_generation", "3d")),
        ("#rl,  #moe;", ("rl", "moe")),
        ("#a#b", ("a", "b")),
        ("#강화학습 #c++ #gpt-4.5 #2024", ("강화학습", "c++", "gpt-4.5", "2024")),
        ("\uff03rl \uff03moe", ("rl", "moe")),
        ("#rl #rl", ("rl",)),
        ("#rl \u200b#moe\ufeff #llm", ("rl", "moe", "llm")),
    ],
)
def test_a_tag_line_gives_its_tags_once_each(line: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(line) == tags


@pytest.mark.parametrize(
    "line",
    [
        "# 참고",
        "#1 in the leaderboard",
        "#1",
        "#",
        "##",
        "#rl and more",
        "rl #rl",
        "#참고: 글",
        "#참고:",
    ],
)
def test_text_that_starts_with_a_hash_is_no_tag_line(line: str) -> None:
    assert parse_tags(line) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("(Ken M. Nakanishi)", ("Ken M. Nakanishi",)),
        ("(Yinmin Zhong , Yu Luo)", ("Yinmin Zhong", "Yu Luo")),
        ("(Rai (Michael Pokorny), Jan Leike)", ("Rai (Michael Pokorny)", "Jan Leike")),
        ("(Kim (KAIST, Naver), Lee)", ("Kim (KAIST, Naver)", "Lee")),
        ("\uff08김철수\uff0c 이영희、 박\uff09", ("김철수", "이영희", "박")),
        ("\uff08Kim, Lee)", ("Kim", "Lee")),
        ("(A,, B, )", ("A", "B")),
        ("(A,\u200b B\u2060, \u200b, C)", ("A", "B", "C")),
        ("(A, et al.)", ("A", "et al.")),
        ("(Google) (DeepMind, Meta)", ("Google", "DeepMind", "Meta")),
        ("(A, B))", ("A", "B")),
        ("(Jay Shah, Ying Zhang, and Tri Dao)", ("Jay Shah", "Ying Zhang", "Tri Dao")),
        ("(Anders Andreassen, Andy Zou)", ("Anders Andreassen", "Andy Zou")),
        ("(and Tri Dao)", ("and Tri Dao",)),
    ],
)
def test_an_authors_line_gives_its_names(line: str, names: tuple[str, ...]) -> None:
    assert parse_authors(line) == names


@pytest.mark.parametrize(
    "line",
    ["", "()", "( , )", "(A, B", "(A, B (MIT)", "(A) 그리고 (B)", "(A, B).", "Kim, Lee", ")A, B("],
)
def test_other_lines_are_no_authors_lines(line: str) -> None:
    assert parse_authors(line) is None


def test_two_hundred_authors_are_two_hundred_names() -> None:
    names = tuple(f"Author Number{index}" for index in range(200))
    assert parse_authors(f"({', '.join(names)})") == names


@pytest.mark.parametrize(
    "line", ["(Li Fei-Fei, Emmanuel Candès)", "(Clare O'Hara, Laurens van der Maaten, J. B. Lee)"]
)
def test_persons_are_recognised_beyond_doubt(line: str) -> None:
    assert is_names(line)


@pytest.mark.parametrize(
    "line",
    [
        "(Ken Nakanishi)",
        "(see Table 2, Figure 3)",
        "(김 철수, 이 영희)",
        "(DeepSeek, OpenAI)",
        "Kim Lee, A B",
    ],
)
def test_lists_of_other_things_are_not_taken_for_persons(line: str) -> None:
    assert not is_names(line)


@pytest.mark.parametrize(
    "line", ["Why Attend?", "#InsTag: Tagging (v2)", "ReST-MCTS*: $r$ to $Q^*$"]
)
def test_titles_may_look_odd(line: str) -> None:
    assert is_title(line)


@pytest.mark.parametrize(
    "line",
    ["A sentence.", "- item", "1. item", "> quote", "https://a.org", "한국어 제목", "x" * 401],
)
def test_sentences_lists_quotes_links_and_korean_are_no_titles(line: str) -> None:
    assert not is_title(line)
