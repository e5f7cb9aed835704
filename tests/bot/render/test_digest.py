"""A digest's header."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.digest import render_header
from bot.render.message import Message
from bot.render.plain import to_plain
from storage.models import Entry, Language
from tests.bot.render.builders import DAY, check_golden, entries, make_entry
from tests.bot.render.discord_rules import check_payload, show

SNOWFLAKE = 12345678901234567890
# What a label shows instead of characters that cannot be escaped there.
TWINS = str.maketrans({"\N{ASTERISK OPERATOR}": "*", "\N{MODIFIER LETTER LOW MACRON}": "_"})


def url(entry_id: int) -> str:
    return f"https://discord.com/channels/{SNOWFLAKE}/{SNOWFLAKE}/{SNOWFLAKE - entry_id}"


def header(papers: list[Entry], *, linked: bool, language: Language = Language.BOTH) -> Message:
    links = {entry.id: url(entry.id) for entry in papers} if linked else {}
    return render_header(papers, date=DAY, language=language, links=links, mark="post:1:header")


def shown_lines(message: Message) -> list[str]:
    texts = [message.content, *(embed.description or "" for embed in message.embeds)]
    return [line for text in texts for line in show(text).text.splitlines()]


def titles(count: int, length: int = 400) -> list[Entry]:
    word = "Attention_is*all|you need to know about this [paper] "
    return [
        make_entry(n, title=f"{n} {word * 10}"[:length], tags=(f"tag-{n % 30}",))
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("language", list(Language))
def test_a_header_with_links_looks_as_it_did(language: Language) -> None:
    papers = [make_entry(1), make_entry(2, title="Second paper", tags=("rl",))]
    check_golden(f"header-{language}", header(papers, linked=True, language=language))


@pytest.mark.parametrize("count", [1, 24, 25, 50])
def test_a_header_names_its_role_first_and_still_fits(count: int) -> None:
    for links in ({}, {entry: url(entry) for entry in range(1, count + 1)}):
        message = render_header(
            titles(count),
            date=DAY,
            language=Language.BOTH,
            links=links,
            mark="post:1:header",
            role_id=SNOWFLAKE,
        )
        role = f"<@&{SNOWFLAKE}>"
        for shown in (message, to_plain(message)):
            assert shown.content.startswith(role)
            payload = shown.to_payload()
            check_payload(payload | {"content": payload["content"].replace(role, "r" * len(role))})


def test_the_date_is_written_in_the_channels_language() -> None:
    papers = [make_entry()]
    korean = header(papers, linked=False, language=Language.KO).embeds[0].title
    english = header(papers, linked=False, language=Language.EN).embeds[0].title
    assert korean == "2025년 4월 25일 금요일"
    assert english == "Friday, 25 April 2025"
    assert header(papers, linked=False).embeds[0].title == f"{korean} · {english}"


def test_tags_are_counted_most_frequent_first() -> None:
    papers = [make_entry(1, tags=("a", "b")), make_entry(2, tags=("b",))]
    text = header(papers, linked=False, language=Language.EN).embeds[0].description or ""
    assert text.startswith("2 papers\n`#b` 2 · `#a` 1\n")


@pytest.mark.parametrize("count", [1, 6, 24, 25, 50])
def test_every_paper_is_listed_and_linked(count: int) -> None:
    papers = titles(count)
    message = header(papers, linked=True)
    check_payload(message.to_payload())
    text = message.content + "".join(embed.description or "" for embed in message.embeds)
    assert re.findall(r"/(\d+)\)", text) == [str(SNOWFLAKE - n) for n in range(1, count + 1)]
    lines = [line for line in shown_lines(message) if re.match(r"\d+\. ", line)]
    assert min(map(len, lines)) >= 38


def test_a_hundred_papers_fit_and_the_rest_is_counted() -> None:
    message = header(titles(100), linked=True, language=Language.EN)
    check_payload(message.to_payload())
    listed = sum(bool(re.match(r"\d+\. ", line)) for line in shown_lines(message))
    assert listed > 50
    assert shown_lines(message)[-1] == f"… and {100 - listed} more"


@pytest.mark.parametrize("count", [1, 24, 25, 50, 100])
def test_links_do_not_change_the_layout(count: int) -> None:
    papers = titles(count)
    before = shown_lines(header(papers, linked=False))
    after = [line.translate(TWINS) for line in shown_lines(header(papers, linked=True))]
    assert before == after


@settings(max_examples=25, deadline=None)
@given(
    st.lists(entries(abstract=None, ko=("문장",), en=()), max_size=4), st.sampled_from((1, 8, 30))
)
def test_no_header_breaks_a_limit(some: list[Entry], times: int) -> None:
    papers = [
        make_entry(n, title=entry.paper.title, tags=entry.tags)
        for n, entry in enumerate(some * times, start=1)
    ]
    for linked in (False, True):
        message = header(papers, linked=linked)
        check_payload(message.to_payload())
        check_payload(to_plain(message).to_payload())
        for embed in message.embeds:
            assert set(show(embed.description or "").effects) <= {"code", "list", "subtext"}


def test_an_address_that_is_no_message_is_left_out() -> None:
    message = render_header(
        [make_entry()], date=DAY, language=Language.EN, links={1: "x" * 200}, mark="m"
    )
    assert "xxx" not in str(message.embeds[0].description)
