"""Pages of papers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.lists import PAGE_SIZE, render_list
from bot.render.message import Message
from storage.models import Entry, Hit, Page, Post
from tests.bot.render.builders import check_golden, entries, make_entry, words
from tests.bot.render.discord_rules import check_payload, show, squeeze

POST = Post(entry_id=1, guild_id=2, channel_id=3, message_id=4, thread_id=5)


def list_of(papers: list[Entry], *, offset: int = 0, total: int = 37) -> Message:
    page = Page(items=tuple(papers), offset=offset, total=total, posts={1: POST})
    return render_list("#rl", page, language="en", previous="list:1", following="list:3")


def text_of(message: Message) -> str:
    return "\n".join(embed.description or "" for embed in message.embeds)


def test_a_list_looks_as_it_did() -> None:
    papers = [make_entry(1), make_entry(2, title="Second", url="https://a.example/p", tags=())]
    check_golden("list-en", list_of(papers, offset=8))


def test_eight_papers_with_endless_titles_fit() -> None:
    name = "Ünïcödé_title*with|markup " * 20
    papers = [make_entry(n, title=f"{n}{name}"[:400], authors=("A" * 90,) * 9) for n in range(1, 9)]
    assert len(papers) == PAGE_SIZE
    message = list_of(papers)
    check_payload(message.to_payload())
    shown = show(text_of(message)).text
    assert all(f"{n}. {n}" in shown for n in range(1, 9))


@settings(max_examples=30, deadline=None)
@given(st.lists(entries(abstract=None), min_size=1, max_size=PAGE_SIZE), words)
def test_no_list_breaks_a_limit(papers: list[Entry], heading: str) -> None:
    post = Post(entry_id=1, guild_id=2**63, channel_id=2**63, message_id=2**63, thread_id=2**63)
    page = Page(items=tuple(papers), offset=999_992, total=1_000_000, posts={1: post})
    message = render_list(heading, page, language="ko")
    check_payload(message.to_payload())
    assert set(show(text_of(message)).effects) <= {"bold", "code", "subtext"}
    assert squeeze(show(text_of(message)).text).count("999,993") == 0


def test_a_list_of_hits_is_numbered_through_its_pages() -> None:
    hits = tuple(Hit(entry=make_entry(n), score=1.0) for n in (1, 2))
    page = Page(items=hits, offset=PAGE_SIZE, total=10)
    message = render_list("x", page, language="en", previous="list:0")
    assert "**9.**" in text_of(message)
    assert "**10.**" in text_of(message)
    assert message.embeds[-1].footer.text == "Page 2 of 2 · 10 papers"
    previous, following = message.buttons[0]
    assert not previous.disabled
    assert following.disabled


def test_a_single_page_needs_no_buttons_and_no_footer() -> None:
    page = Page(items=(make_entry(),), offset=0, total=1)
    message = render_list("x", page, language="en")
    assert message.buttons == ()
    assert message.embeds[0].footer.text is None


def test_a_posted_paper_links_to_its_post_and_thread() -> None:
    text = text_of(list_of([make_entry(1)]))
    assert "](https://discord.com/channels/2/3/4)" in text
    assert "[Thread](https://discord.com/channels/2/5)" in text


def test_an_empty_page_is_still_a_message() -> None:
    check_payload(list_of([], total=0).to_payload())
