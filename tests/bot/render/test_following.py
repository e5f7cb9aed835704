"""What readers read of what they follow: within Discord's limits, whatever names hold."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.following.matches import Reason
from bot.messages import LANGUAGES
from bot.render.following import (
    PAGE_SIZE,
    Found,
    describe_follow,
    describe_follows,
    render_follow_mail,
    render_follows,
    render_nothing_followed,
)
from storage.models import Follow, Follower, FollowKind, Page, Post
from tests.bot.render.builders import check_golden, entries, long_texts, make_entry
from tests.bot.render.discord_rules import check_payload, show

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FOLLOWER = Follower(
    user_id=1,
    at=time(7, 5),
    timezone="America/Argentina/ComodRivadavia",
    guild_id=10,
    language="ko",
    parked=None,
    follows=3,
    changes=0,
)
TAG = Reason(kind=FollowKind.TAG, name="rl")
AUTHOR = Reason(kind=FollowKind.AUTHOR, name="Emmanuel Candès")
KEYWORD = Reason(kind=FollowKind.KEYWORD, name="scaling")


def post(entry_id: int = 1, *, thread: int | None = 40) -> Post:
    return Post(entry_id=entry_id, guild_id=10, channel_id=20, message_id=30, thread_id=thread)


def page_of(names: list[str], *, offset: int = 0, total: int | None = None) -> Page[Follow]:
    follows = tuple(
        Follow(id=number, kind=kind, key=name, name=name, created_at=NOW)
        for number, (name, kind) in enumerate(zip(names, list(FollowKind) * 20, strict=False), 1)
    )
    return Page(items=follows, offset=offset, total=total or offset + len(names))


reasons = st.lists(
    st.builds(Reason, kind=st.sampled_from(FollowKind), name=long_texts(100)),
    min_size=1,
    max_size=7,
).map(tuple)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_daily_message_looks_like_this(language: str) -> None:
    found = [
        Found(entry=make_entry(1), reasons=(TAG, AUTHOR, KEYWORD), post=post()),
        Found(entry=make_entry(2, title="두 번째 논문"), reasons=(TAG,), post=post(2, thread=None)),
        Found(entry=make_entry(3, title="Unposted"), reasons=(KEYWORD,), post=None),
    ]
    message = render_follow_mail(found, follower=FOLLOWER, language=language)
    check_golden(f"follow_mail_{language}", message)


@given(
    st.lists(st.tuples(entries(), reasons, st.booleans()), min_size=1, max_size=3),
    st.sampled_from((1, 4, 40)),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=30, deadline=None)
def test_any_papers_make_one_message_that_discord_takes(
    found: list[tuple[object, tuple[Reason, ...], bool]], times: int, language: str
) -> None:
    papers = [
        Found(entry=entry, reasons=why, post=post() if posted else None)  # type: ignore[arg-type]
        for entry, why, posted in found * times
    ]
    check_payload(render_follow_mail(papers, follower=FOLLOWER, language=language).to_payload())


def test_what_does_not_fit_is_counted() -> None:
    papers = [
        Found(entry=make_entry(number, title=f"Paper {number} " * 9), reasons=(TAG,), post=post())
        for number in range(1, 61)
    ]
    message = render_follow_mail(papers, follower=FOLLOWER, language="en")
    text = "\n".join(embed.description or "" for embed in message.embeds)
    shown = sum(text.count(f"[Paper {number} ") for number in range(1, 61))
    assert 0 < shown < 60
    assert f"and {60 - shown} more" in text
    assert "60 new papers" in (message.embeds[0].title or "")


@given(st.lists(long_texts(100), min_size=1, max_size=PAGE_SIZE), st.sampled_from((0, 15, 30)))
@settings(max_examples=30, deadline=None)
def test_any_names_make_a_list_that_discord_takes(names: list[str], offset: int) -> None:
    page = page_of(names, offset=offset, total=50)
    message = render_follows(page, FOLLOWER, language="ko", notes=["지웠어요."])
    check_payload(message.to_payload())


@given(st.sampled_from(FollowKind), long_texts(100))
@settings(max_examples=40, deadline=None)
def test_a_name_cannot_become_more_than_a_name(kind: FollowKind, name: str) -> None:
    sentence = describe_follow(kind, name, "following.added", language="en")
    allowed = {"code"} if kind is FollowKind.TAG else set()
    assert set(show(sentence).effects) <= allowed
    assert not show(sentence).urls


def test_each_follow_of_the_page_can_be_ended_and_the_neighbours_reached() -> None:
    page = page_of(["Ada", "rl", "추론"], offset=PAGE_SIZE, total=PAGE_SIZE + 3)
    message = render_follows(page, FOLLOWER, language="ko")
    (menu,) = message.menus
    assert [option.label for option in menu.options] == ["저자 Ada", "태그 rl", "키워드 추론"]
    assert (menu.custom_id, menu.most) == ("unfollow:1", 3)
    previous, following = message.buttons[0]
    assert (previous.custom_id, previous.disabled) == ("follows:0", False)
    assert following.disabled
    assert f"{PAGE_SIZE + 3}. " in (message.embeds[0].description or "")


def test_a_short_list_has_no_pages() -> None:
    message = render_follows(page_of(["Ada"]), FOLLOWER, language="en")
    assert not message.buttons
    assert "You follow 1 thing" in (message.embeds[0].title or "")


def test_who_follows_nothing_is_told_how_to_begin() -> None:
    message = render_nothing_followed(language="en", notes=["Done."])
    assert message.content.startswith("Done.\nYou follow nothing yet")


def test_what_was_ended_is_named() -> None:
    page = page_of(["Ada *", "rl"])
    sentence = describe_follows(page.items, "following.ended", language="en")
    assert sentence == "You no longer follow: Author Ada \\*, Tag `#rl`"
