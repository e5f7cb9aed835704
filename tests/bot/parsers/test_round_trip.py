"""Papers that are made up, written as a digest in all the ways files vary, and read again."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsers import parse_digest
from storage.models import EntryDraft

FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
ENGLISH = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: " ".join(words) + ".")
KOREAN = st.tuples(ENGLISH, st.sampled_from(["추론을", "학습", "값"])).map(" ".join)
ODD = st.sampled_from(
    ["(An aside.)", "#1 there", "# 참고", "- item", "> 인용", "(주석)", "(https://a.org/x)"]
)
ODD_ENGLISH = ODD.filter(str.isascii)
TITLES = WORDS | st.sampled_from(
    ["Why?", "C# (v2)", "*Bold* $x$", "#InsTag: Tags", "2024년 1월 1일", "@everyone", "한국어 제목"]
)
NAMES = st.lists(WORDS.map(str.title), min_size=1, max_size=3).map(" ".join) | st.sampled_from(
    ["Rai (Michael Pokorny)", "Kim (KAIST, Naver)", "Candès", "김철수", "O'Hara Jr."]
)
TAGS = WORDS | st.sampled_from(["inference-time-scaling", "video_generation", "3d", "강화학습"])


@st.composite
def korean_comments(draw: st.DrawFn) -> tuple[str, ...]:
    """A Korean comment begins and ends in Korean; anything may stand between."""
    middle = draw(st.lists(KOREAN | ODD | ENGLISH, max_size=3))
    return (draw(KOREAN), *middle, draw(KOREAN)) if middle else (draw(KOREAN),)


@st.composite
def papers(draw: st.DrawFn) -> EntryDraft:
    ko = draw(st.just(()) | korean_comments())
    abstract = draw(st.lists(ENGLISH, min_size=0 if ko else 1, max_size=2 if ko else 1))
    return EntryDraft(
        title=draw(TITLES),
        authors=tuple(draw(st.lists(NAMES, min_size=1, max_size=5))),
        abstract="\n".join(abstract) or None,
        ko=ko,
        en=tuple(draw(st.lists(ENGLISH | ODD_ENGLISH, max_size=3))),
        tags=tuple(draw(st.lists(TAGS, min_size=1, max_size=4, unique=True))),
        url=None,
        links=(),
        line=1,
    )


def content(entry: EntryDraft) -> tuple[object, ...]:
    """Everything but the links, which have tests of their own, and the line."""
    return entry.title, entry.authors, entry.abstract, entry.ko, entry.en, entry.tags


def write(entry: EntryDraft, *, wide: bool, comma: str, gap: str, tagged: bool) -> list[str]:
    opening, closing = ("\uff08", "\uff09") if wide else ("(", ")")
    lines = [entry.title, opening + comma.join(entry.authors) + closing]
    lines += [*filter(None, [entry.abstract]), *entry.ko, *entry.en]
    return [*lines, gap.join(f"#{tag}" for tag in entry.tags)] if tagged else lines


@given(st.lists(papers(), min_size=1, max_size=4), st.dates(date(1000, 1, 1)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_digest_reads_the_same_however_it_is_written(
    entries: list[EntryDraft], day: date, data: st.DataObject
) -> None:
    def pick(*choices: str) -> str:
        return data.draw(st.sampled_from(choices))

    space, padding = pick(" ", "\xa0", ""), pick("", "02")
    lines = [f"{day.year}년{space}{day.month:{padding}}월{space}{day.day:{padding}}일"]
    last_is_tagged = data.draw(st.booleans())
    for entry in entries:
        lines += write(
            entry,
            wide=data.draw(st.booleans()),
            comma=pick(", ", ",", " , ", "\uff0c"),
            gap=pick(" ", "\t", "  "),
            tagged=entry is not entries[-1] or last_is_tagged,
        )
    ending = pick("\n", "\r\n")
    text = "".join(
        line + pick("", " ", "\t", ending, ending + " \t" + ending) + ending for line in lines
    )
    form = data.draw(st.sampled_from(FORMS))
    text = pick("", "\ufeff") + unicodedata.normalize(form, text)
    draft = parse_digest(text.removesuffix(pick("", ending)).encode(), source="x.txt")

    expected = [content(entry) for entry in entries]
    if not last_is_tagged:
        expected[-1] = (*expected[-1][:-1], ())
    assert draft.date == day
    assert [content(entry) for entry in draft.entries] == expected
