"""The note format: one Markdown file per paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsers import SeedError, parse_digest
from storage.models import DigestDraft, EntryDraft

HEAD = "*A Title* (Ann Lee, Bo Kim)"
WHOLE = f"""\
https://arxiv.org/abs/2501.19393

{HEAD}

> An abstract, https://b.org.
>
> In two parts.

한글은 https://c.org에서.

RLHF.

<english>
English.

More.
</english>

#rl #moe

https://d.org
"""


def parse(text: str, *, source: str = "notes/250203 S1.md") -> DigestDraft:
    return parse_digest(text.encode(), source=source)


def attempt(text: str) -> DigestDraft | SeedError:
    try:
        return parse(text)
    except SeedError as error:
        return error


def parse_one(text: str) -> EntryDraft:
    (entry,) = parse(text).entries
    return entry


def refuse(text: str, *, source: str = "notes/250203 S1.md") -> tuple[str, int]:
    with pytest.raises(SeedError) as caught:
        parse(text, source=source)
    assert caught.value.file == source
    return caught.value.key, caught.value.line


@pytest.mark.parametrize("text", [WHOLE, "\ufeff" + WHOLE.replace("\n", "\r\n"), WHOLE.strip()])
def test_a_whole_note_is_read_section_by_section(text: str) -> None:
    draft = parse(text)
    assert draft.date == date(2025, 2, 3)
    assert draft.source == "notes/250203 S1.md"
    assert draft.entries == (
        EntryDraft(
            title="A Title",
            authors=("Ann Lee", "Bo Kim"),
            abstract="An abstract, https://b.org.\nIn two parts.",
            ko=("한글은 https://c.org에서.", "RLHF."),
            en=("English.", "More."),
            tags=("rl", "moe"),
            url="https://arxiv.org/abs/2501.19393",
            links=("https://b.org", "https://c.org", "https://d.org"),
            line=3,
        ),
    )


@pytest.mark.parametrize(
    ("line", "title", "authors"),
    [
        ("*A* (star) search* (Ann Lee)", "A* (star) search", ("Ann Lee",)),
        ("*ReST-MCTS\\*: $Q^*$* (Ann Lee)", "ReST-MCTS*: $Q^*$", ("Ann Lee",)),
        ("*T* (Ann Lee* (MIT), Bo Kim)", "T", ("Ann Lee* (MIT)", "Bo Kim")),
        ("**Bold?**\uff08Ann Lee\uff09", "Bold?", ("Ann Lee",)),
        ("*T*\n(Ann Lee)", "T", ("Ann Lee",)),
        ("*T* (Ann Lee,\nBo Kim)", "T", ("Ann Lee", "Bo Kim")),
    ],
)
def test_title_and_authors_are_told_apart(line: str, title: str, authors: tuple[str, ...]) -> None:
    entry = parse_one(f"{line}\n\n한글.")
    assert (entry.title, entry.authors, entry.ko) == (title, authors, ("한글.",))


def test_abstract_english_tags_and_address_may_be_missing() -> None:
    entry = parse_one(f"{HEAD}\n한글.")
    assert (entry.abstract, entry.ko, entry.en, entry.tags, entry.url) == (
        None,
        ("한글.",),
        (),
        (),
        None,
    )


def test_text_without_korean_is_english() -> None:
    entry = parse_one(f"{HEAD}\n> Abstract.\nPlain.\n<english>Marked.</english>")
    assert (entry.ko, entry.en) == ((), ("Plain.", "Marked."))


@pytest.mark.parametrize(
    "english",
    [
        "<english>En.\n#1 hit\n#tag</english>",
        "<English>\nEn.</english><english>#1 hit\n#tag\n</ENGLISH>",
    ],
)
def test_english_may_be_on_lines_of_its_own_and_hold_what_looks_like_tags(english: str) -> None:
    entry = parse_one(f"{HEAD}\n한글.\n{english}\n#rl")
    assert (entry.en, entry.tags) == (("En.", "#1 hit", "#tag"), ("rl",))


def test_english_that_is_never_closed_ends_at_the_tags() -> None:
    entry = parse_one(f"{HEAD}\n한글.\n<english>\nEn.\n#rl\nhttps://a.org/x")
    assert (entry.en, entry.tags, entry.links) == (("En.",), ("rl",), ("https://a.org/x",))


def test_a_quotation_below_the_text_is_text() -> None:
    assert parse_one(f"{HEAD}\n한글.\n> 인용").ko == ("한글.", "> 인용")


def test_addresses_above_the_title_are_the_papers_own_and_links() -> None:
    entry = parse_one(f"https://a.org/x\nhttps://b.org\n{HEAD}\n한글.")
    assert (entry.url, entry.links, entry.line) == ("https://a.org/x", ("https://b.org",), 3)


def test_text_below_the_tags_is_kept() -> None:
    assert parse_one(f"{HEAD}\n한글.\n#rl\n코드: https://a.org").ko == (
        "한글.",
        "코드: https://a.org",
    )


@pytest.mark.parametrize("source", ["notes/S1.md", "2502 S1.md", "2025020 S1.md", "250203/S1.md"])
def test_a_name_without_a_date_is_refused(source: str) -> None:
    assert refuse(WHOLE, source=source) == ("seed.no_name_date", 1)


def test_a_name_with_an_impossible_date_is_refused() -> None:
    assert refuse(WHOLE, source="250230 S1.md") == ("seed.impossible_date", 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://a.org/x\nhttps://b.org", ("seed.no_title", 2)),
        ("# Heading\n한글.", ("seed.no_note_title", 1)),
        ("\n** (Ann Lee)\n한글.", ("seed.no_note_title", 2)),
        ("*A Title\n한글.", ("seed.no_note_title", 1)),
        ("*A Title*\n한글.", ("seed.no_authors", 1)),
        ("*A Title*", ("seed.no_authors", 1)),
        ("*A Title* (Ann Lee) et al.\n한글.", ("seed.no_authors", 1)),
        ("*A Title* (Ann Lee\n한글.", ("seed.authors_open", 1)),
        ("*A Title*\n(Ann Lee\n한글.", ("seed.authors_open", 2)),
        (f"https://a.org\n{HEAD}\n>\n<english></english>\n#rl\nhttps://b.org", ("seed.no_text", 2)),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(
    text: str, reason: tuple[str, int]
) -> None:
    assert refuse(text) == reason


PIECES = st.lists(
    st.sampled_from(
        [
            *"*()<>#\n가a ",
            "<english>",
            "</english>",
            "https://a.org/x\n",
            "\n#rl\n",
            "\n> q\n",
            "*T* (A)\n",
        ]
    ),
    max_size=25,
)


@given(PIECES.map("".join))
def test_any_text_below_the_title_is_kept_or_refused(text: str) -> None:
    note = attempt(f"{HEAD}\n{text}")
    if isinstance(note, SeedError):
        assert note.key == "seed.no_text"
    else:
        (entry,) = note.entries
        kept = "".join([entry.abstract or "", *entry.ko, *entry.en, *entry.tags, *entry.links])
        plain = text.replace("<english>", "").replace("</english>", "")
        for char in "가aq":
            assert (char in kept) == (char in plain)


@given(st.text(max_size=200) | PIECES.map("".join))
def test_any_text_is_a_note_or_a_seed_error(text: str) -> None:
    note = attempt(text)
    assert note.line >= 1 if isinstance(note, SeedError) else len(note.entries) == 1
