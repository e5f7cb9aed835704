"""Entries with defaults, and hostile ones."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.render.message import Message
from storage.models import Entry, Paper

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2025, 4, 25)

TITLE = "OctoThinker: Mid-Training with $x_i^*$ and β_2"
AUTHORS = ("Zengzhi Wang", "Emmanuel Candès", "김민수", "Pengfei Liu")
ABSTRACT = "We revisit mid-training. It scales with $x_i^*$ and β_2. " * 20
KO = (
    "미드트레이닝을 사용한 시도. 이전에도 비슷한 연구가 있었죠 (https://arxiv.org/abs/2503.01307).",
    "https://github.com/GAIR-NLP/OctoThinker에서 코드를 볼 수 있습니다.",
)
EN = (
    "Mid-training helps (https://arxiv.org/abs/2503.01307). I'm curious about * larger * models.",
)
LINKS = ("https://arxiv.org/abs/2503.01307", "https://github.com/GAIR-NLP/OctoThinker")


def make_entry(
    entry_id: int = 1,
    *,
    title: str = TITLE,
    authors: tuple[str, ...] = AUTHORS,
    abstract: str | None = ABSTRACT,
    url: str | None = None,
    ko: tuple[str, ...] = KO,
    en: tuple[str, ...] = EN,
    tags: tuple[str, ...] = ("reasoning", "rl"),
    links: tuple[str, ...] = LINKS,
) -> Entry:
    return Entry(
        id=entry_id,
        paper=Paper(id=entry_id, title=title, authors=authors, abstract=abstract, url=url),
        date=DAY,
        position=entry_id - 1,
        ko=ko,
        en=en,
        tags=tags,
        links=links,
        revision="r",
    )


def check_golden(name: str, *messages: Message) -> None:
    """Compare with `golden/NAME.json`; UPDATE_GOLDEN=1 writes it instead."""
    text = json.dumps([message.to_payload() for message in messages], ensure_ascii=False, indent=1)
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text + "\n", encoding="utf-8")
    assert json.loads(text) == json.loads(path.read_text(encoding="utf-8"))


# Whatever Discord could take for markup, and what must not be cut apart.
FRAGMENTS = (
    *("**bold**", "*it*", "__u__", "_i_", "~~s~~", "||spoiler||", "`code`", "```block```"),
    *("*", "_", "~", "|", "`", "\\", "\\*", "\\\\", "]", "[", "(", ")", "[x]", "2*3*4"),
    *("[label](https://evil.example)", "<https://a.example/b_c_d>", "<a@b.example>"),
    *("<@1>", "<@!22>", "<@&3>", "<#4>", "<:e:5>", "<a:e:6>", "<t:7:R>", "</cmd:8>", "<id:guide>"),
    *("@everyone", "@here", "<@everyone>", "<+15551234>", ":smile:", ":100:", "10:30:45"),
    *("$x_i^*$", "β_2", "A_b_c_d", "snake_case_name", "¯\\_(ツ)_/¯", "문장입니다."),
    *("https://arxiv.org/abs/2503.01307를", "(https://a.example/x).", "https://a.example/p(q)에서"),
    *("https://ko.example/위키/한국어", "https://", "http://*", "https://a.example/@everyone"),
    *("👩\u200d👩\u200d👧", "🇰🇷", "👍🏽", "\U0001d518", "e\u0301", "\u1112\u1161\u11ab"),
    *("\u202eRTL\u202c", "שלום", "\u200b", "\u2027"),
)
BLOCKS = ("\n- ", "\n* ", "\n# ", "\n### ", "\n> ", "\n>>> ", "\n-# ", "\n1. ", "\n2025. ", "\n\n")

_fragments = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.sampled_from(BLOCKS),
    st.sampled_from((" ", ". ", "\n")),
    st.text(max_size=6),
)
texts = st.lists(_fragments, max_size=12).map("".join)
words = texts.map(lambda text: text if squeeze_printable(text) else "word")


def squeeze_printable(text: str) -> bool:
    return any(char.isalnum() for char in text)


@st.composite
def long_texts(draw: st.DrawFn, limit: int) -> str:
    text = draw(words)
    times = draw(st.sampled_from((1, 1, 3, limit // len(text) + 1)))
    return (text * times)[:limit]


@st.composite
def entries(draw: st.DrawFn, /, **fixed: Any) -> Entry:
    values: dict[str, Any] = {
        "title": draw(long_texts(400)),
        "authors": tuple(draw(st.lists(long_texts(60), min_size=1, max_size=3)))
        * draw(st.sampled_from((1, 20, 66))),
        "abstract": draw(st.none() | long_texts(20_000)),
        "ko": tuple(draw(st.lists(long_texts(3000), max_size=2))),
        "en": tuple(draw(st.lists(long_texts(3000), max_size=2))),
        "tags": tuple(draw(st.lists(long_texts(40), max_size=4))),
        "links": tuple(draw(st.lists(st.sampled_from(_LINK_SAMPLES), max_size=30))),
        "url": draw(st.none() | st.sampled_from(_LINK_SAMPLES)),
    }
    return make_entry(**(values | fixed))


_LINK_SAMPLES = (
    "https://arxiv.org/abs/2503.01307",
    "https://a.example/p(q)?x=[1]",
    "https://a.example/" + "x" * 1900,
    "https://한국.example/위키",
    "http://[bad",
    "https://user@a.example/",
)
