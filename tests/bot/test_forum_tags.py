"""Which of a forum's tags a post gets, and which are created: pure, within Discord's numbers."""

from __future__ import annotations

from datetime import date

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.destination import ChannelKind, Destination, ForumTag
from bot.forum_tags import FALLBACK, PER_FORUM, PER_POST, choose_tags, missing_tags
from storage.models import Entry, Paper

NAMES = st.lists(st.text(min_size=1, max_size=30), max_size=30)


def forum(
    *names: str, required: bool = False, moderated: tuple[str, ...] = (), manage: bool = False
) -> Destination:
    return Destination(
        guild_id=1,
        channel_id=2,
        kind=ChannelKind.FORUM,
        permissions=discord.Permissions(manage_threads=manage),
        last_message_id=0,
        forum_tags=tuple(
            ForumTag(id=number, name=name, moderated=name in moderated)
            for number, name in enumerate(names, start=1)
        ),
        tag_required=required,
    )


def entry(*tags: str) -> Entry:
    paper = Paper(id=1, title="One", authors=("Ada",), abstract=None, url=None)
    return Entry(
        id=1,
        paper=paper,
        date=date(2026, 10, 1),
        position=0,
        ko=(),
        en=("A comment.",),
        tags=tags,
        links=(),
        revision="r",
    )


def test_the_most_used_tags_are_created_first() -> None:
    papers = (entry("rare", "rl"), entry("rl"))
    assert missing_tags(forum(), papers) == ("rl", "rare")


def test_a_long_name_is_shortened_the_same_way_each_time() -> None:
    (name,) = missing_tags(forum(), (entry("inference-time-scaling"),))
    assert len(name) <= 20
    assert missing_tags(forum(name), (entry("inference-time-scaling"),)) == ()
    assert choose_tags(forum(name), ("inference-time-scaling",)) == (1,)


@pytest.mark.parametrize("required", [False, True])
def test_the_last_place_is_for_the_fallback(*, required: bool) -> None:
    almost = forum(*(f"t{number}" for number in range(19)), required=required)
    assert missing_tags(almost, (entry("rl"),)) == ((FALLBACK,) if required else ())
    full = forum(*(f"t{number}" for number in range(20)), required=required)
    assert missing_tags(full, (entry("rl"),)) == ()


def test_a_reserved_tag_is_for_those_who_may() -> None:
    assert choose_tags(forum("rl", moderated=("rl",)), ("rl",)) == ()
    assert choose_tags(forum("rl", moderated=("rl",), manage=True), ("rl",)) == (1,)


def test_a_required_tag_is_the_fallback_or_else_the_first_usable_one() -> None:
    assert choose_tags(forum("a", FALLBACK, required=True), ("rl",)) == (2,)
    assert choose_tags(forum("a", "b", required=True, moderated=("a",)), ("rl",)) == (2,)
    assert choose_tags(forum(required=True), ("rl",)) == ()


@given(own=NAMES, tags=NAMES, required=st.booleans())
@settings(max_examples=60)
def test_no_number_of_discords_is_ever_exceeded(
    own: list[str], tags: list[str], *, required: bool
) -> None:
    place = forum(*own[:PER_FORUM], required=required)
    new = missing_tags(place, (entry(*tags),))
    assert len(place.forum_tags) + len(new) <= PER_FORUM
    assert all(1 <= len(name) <= 20 for name in new)
    assert len(choose_tags(place, tags)) <= PER_POST
