"""Reading lists: sentences, pages and the Markdown file."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.lists import PAGE_SIZE
from bot.render.message import Message
from bot.render.saved import (
    render_choice,
    render_markdown,
    render_removed,
    render_saved,
    render_saved_many,
    render_saved_page,
)
from storage.models import Entry, Page, Post, SavedPaper
from tests.bot.render.builders import DAY, entries, make_entry
from tests.bot.render.discord_rules import check_payload, show

NOW = datetime(2025, 8, 1, tzinfo=UTC)
LONG = "Ünïcödé_title*with|markup @everyone " * 20


def saved(entry: Entry, *others: int) -> SavedPaper:
    return SavedPaper(entry=entry, entry_ids=(entry.id, *others), first_date=DAY, saved_at=NOW)


def page_of(
    papers: list[SavedPaper],
    *,
    number: int = 0,
    total: int = 37,
    tag: str = "",
    posts: dict[int, Post] | None = None,
    language: str = "en",
) -> Message:
    page = Page(items=tuple(papers), offset=number * PAGE_SIZE, total=total, posts=posts or {})
    return render_saved_page(page, number=number, tag=tag, language=language)


def test_a_page_offers_each_of_its_papers_for_removal() -> None:
    message = page_of(
        [saved(make_entry(7, title="One")), saved(make_entry(9, title="Two"))], number=1
    )
    (menu,) = message.menus
    assert [(each.label, each.value) for each in menu.options] == [
        ("9. One", "7"),
        ("10. Two", "9"),
    ]
    assert (menu.custom_id, menu.most) == ("saved:drop:1:", 2)
    assert [button.custom_id for button in message.buttons[0]] == ["saved:page:0:", "saved:page:2:"]


def test_a_filter_stays_on_every_control() -> None:
    message = page_of([saved(make_entry())], number=1, tag="rl:x")
    assert message.menus[0].custom_id == "saved:drop:1:rl:x"
    assert [button.custom_id for button in message.buttons[0]] == [
        "saved:page:0:rl:x",
        "saved:page:2:rl:x",
    ]
    assert (message.embeds[0].title or "").startswith("Your reading list · #rl:x · ")


def test_the_last_page_has_none_after_it() -> None:
    message = page_of([saved(make_entry())], number=1, total=PAGE_SIZE + 1)
    assert [button.disabled for button in message.buttons[0]] == [False, True]


def test_a_paper_links_to_an_older_post_if_the_newest_digest_was_not_posted_here() -> None:
    post = Post(entry_id=3, guild_id=2, channel_id=4, message_id=5, thread_id=6)
    message = page_of([saved(make_entry(7), 3)], posts={3: post})
    assert "](https://discord.com/channels/2/4/5)" in (message.embeds[0].description or "")


def test_saving_says_what_and_how_many() -> None:
    entry = make_entry(7, title="A *star*")
    message = render_saved(entry, is_news=True, count=1, language="en")
    assert show(message.content).text == "Saved “A *star*”. Your reading list has 1 paper."
    assert [button.custom_id for button in message.buttons[0]] == [
        "saved:remove:7",
        "saved:page:0:",
    ]
    again = render_saved(entry, is_news=False, count=2, language="ko")
    assert "이미 저장했어요" in again.content
    removed = render_removed(entry, language="en")
    assert removed.buttons[0][0].custom_id == "saved:undo:7"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        entries(abstract=None), min_size=1, max_size=PAGE_SIZE, unique_by=lambda each: each.id
    ),
    st.text(max_size=40),
)
def test_nothing_breaks_a_limit(papers: list[Entry], tag: str) -> None:
    for language in ("ko", "en"):
        shown = [saved(entry) for entry in papers]
        messages = [
            page_of(shown, number=999_998, total=10**7, tag=tag, language=language),
            render_choice(papers, language=language),
            render_saved(papers[0], is_news=True, count=10**6, language=language),
            render_removed(papers[0], language=language),
            render_saved_many(added=25, count=10**6, language=language),
        ]
        for message in messages:
            check_payload(message.to_payload())


def test_endless_titles_fit_into_a_page_and_a_choice() -> None:
    papers = [make_entry(number, title=f"{number}{LONG}"[:400]) for number in range(1, 31)]
    check_payload(page_of([saved(entry) for entry in papers[:PAGE_SIZE]]).to_payload())
    choice = render_choice(papers, language="en")
    check_payload(choice.to_payload())
    assert len(choice.menus[0].options) == choice.menus[0].most == 25


def test_the_markdown_file_lists_titles_links_authors_and_tags() -> None:
    first = make_entry(
        1, title="A [b] *c* #1", authors=("Ada_L", "김민수"), url="https://x.example/p"
    )
    second = make_entry(2, title="Two", authors=tuple(f"A{n}" for n in range(30)), tags=())
    text = render_markdown([saved(first), saved(second)], tag="rl", language="en")
    assert text.splitlines() == [
        "# Your reading list · #rl · 2 papers",
        "",
        "- [A \\[b\\] \\*c\\* #1](https://x.example/p)",
        "  Ada\\_L, 김민수",
        "  Digest of 25 April 2025 · #reasoning #rl",
        "- [Two](https://arxiv.org/search/?query=Two&searchtype=title)",
        "  " + ", ".join(f"A{n}" for n in range(20)) + " … +10",
        "  Digest of 25 April 2025",
    ]
    korean = render_markdown([saved(first)], tag="", language="ko")
    assert korean.startswith("# 저장한 논문 1편\n")
    assert "2025년 4월 25일 다이제스트" in korean
