"""Why papers are near, and the links to earlier ones that a thread begins with."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.limits import CONTENT, length
from bot.render.lists import PAGE_SIZE, render_list
from bot.render.paper import render_details
from bot.render.related import Earlier, Reason, render_earlier, render_reason
from storage.models import Entry, Language, Page, Post
from tests.bot.render.builders import entries, long_texts, make_entry, words
from tests.bot.render.discord_rules import check_payload, show

NOTHING = Reason(cites=False, cited=False, link=None, authors=(), tags=())
POST = Post(entry_id=2, guild_id=1, channel_id=3, message_id=4, thread_id=5)
EARLIER = Earlier(
    entry=make_entry(2, title="An Earlier Paper"),
    post=POST,
    reason=dataclasses.replace(NOTHING, tags=("rl",)),
)


def details(
    *earlier: Earlier, entry: Entry | None = None, language: Language = Language.BOTH
) -> tuple[str, ...]:
    """Return the contents of a thread's opening."""
    messages = render_details(
        entry or make_entry(), language=language, mark=lambda part: f"m{part}", earlier=earlier
    )
    for message in messages:
        check_payload(message.to_payload())
    return tuple(message.content for message in messages)


def test_a_reason_names_all_that_is_shared_citations_first() -> None:
    reason = Reason(
        cites=True,
        cited=True,
        link="2503.01307",
        authors=("Ada *Lovelace*",),
        tags=("rl", "moe"),
    )
    shown = show(render_reason(reason, Language.EN)).text
    assert shown == (
        "cites this paper · cited by this paper · both mention arXiv:2503.01307"
        " · Ada *Lovelace* · `#rl` `#moe`"
    )


def test_papers_that_share_nothing_by_name_have_similar_text() -> None:
    assert render_reason(NOTHING, Language.EN) == "similar text"
    assert render_reason(NOTHING, Language.KO) == "내용이 비슷함"


def test_an_opening_links_to_the_earlier_papers_threads() -> None:
    (content,) = details(EARLIER, language=Language.EN)
    shown = show(content)
    assert "https://discord.com/channels/1/5" in shown.urls
    assert content.rstrip().endswith("25 April 2025 · `#rl`")
    assert "An Earlier Paper" in shown.text


def test_a_paper_without_a_thread_is_linked_by_its_post() -> None:
    alone = dataclasses.replace(EARLIER, post=dataclasses.replace(POST, thread_id=None))
    assert "https://discord.com/channels/1/3/4" in show(details(alone)[0]).urls


def test_an_opening_without_earlier_papers_is_as_it_was() -> None:
    (plain,) = details()
    (linked,) = details(EARLIER)
    assert linked.startswith(plain)
    assert "Related" not in plain


def test_earlier_papers_get_a_message_of_their_own_where_there_is_no_room() -> None:
    full = make_entry(abstract=("word " * 400)[: CONTENT - 160])
    plain, linked = details(entry=full), details(EARLIER, EARLIER, entry=full)
    assert length(plain[-1]) > CONTENT - 200
    assert linked[:-1] == plain
    assert "An Earlier Paper" in linked[-1]


def test_as_many_links_are_shown_as_there_is_room_for() -> None:
    one = render_earlier((EARLIER,), Language.EN, CONTENT)
    room = length(one) + 10
    assert render_earlier((EARLIER, EARLIER), Language.EN, room) == one
    assert render_earlier((EARLIER,), Language.EN, length(one) - 1) == ""
    assert render_earlier((), Language.EN, CONTENT) == ""


reasons = st.builds(
    Reason,
    cites=st.booleans(),
    cited=st.booleans(),
    link=st.none() | st.just("2503.01307"),
    authors=st.lists(long_texts(200), max_size=30).map(tuple),
    tags=st.lists(long_texts(100), max_size=9).map(tuple),
)
earlier_papers = st.lists(
    st.builds(
        Earlier,
        entry=entries(abstract=None),
        post=st.just(
            Post(entry_id=1, guild_id=2**63, channel_id=2**63, message_id=2**63, thread_id=2**63)
        ),
        reason=reasons,
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=20, deadline=None)
@given(entries(), earlier_papers, st.sampled_from(Language))
def test_no_opening_breaks_a_limit_or_changes_the_text_before_its_links(
    entry: Entry, earlier: list[Earlier], language: Language
) -> None:
    plain = details(entry=entry, language=language)
    linked = details(*earlier, entry=entry, language=language)
    assert len(linked) - len(plain) in (0, 1)
    assert all(after.startswith(before) for before, after in zip(plain, linked, strict=False))


@settings(max_examples=15, deadline=None)
@given(st.lists(entries(abstract=None), min_size=1, max_size=PAGE_SIZE), reasons, words)
def test_no_list_with_reasons_breaks_a_limit(
    papers: list[Entry], reason: Reason, heading: str
) -> None:
    said = dict.fromkeys((1,), render_reason(reason, Language.EN))
    page = Page(items=tuple(papers), offset=0, total=len(papers), posts={1: POST})
    message = render_list(heading, page, language="en", reasons=said)
    check_payload(message.to_payload())
