"""Digests in a forum: its own tags, what it requires, and one post for a whole digest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.models import Channel
from sandbox.permissions import BOT, Permission
from tests.e2e.house import House, text_of
from tests.e2e.posts import marks, opened, openings, paper, revise, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

MANY = " ".join(f"#tag{number}" for number in range(25))


def add_forum(house: House, tags: Sequence[str] = (), *, required: bool = False) -> Channel:
    return house.sandbox.world.add_channel(
        house.guild, "tagged", "forum", tags=tags, require_tag=required
    )


def tags_of(forum: Channel, post: Channel) -> list[str]:
    """Return the names of a post's tags."""
    names = {tag.id: tag.name for tag in forum.tags}
    assert post.thread
    return [names[tag] for tag in post.thread.applied_tags]


async def post(house: House, folder: Path, forum: Channel, *papers: str) -> list[Channel]:
    """Have the papers posted; return their posts."""
    seeds = write_papers(folder / "seeds", *papers)
    async with house.bot(seeds_dir=seeds, digest_channel_id=forum.id):
        await opened(house, forum, threads=len(papers))
        await settled(house)
    return house.threads(forum)


def let_manage(house: House) -> None:
    house.sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_CHANNELS)


async def test_the_forums_own_tags_are_put_on_posts_five_at_most(
    house: House, tmp_path: Path
) -> None:
    forum = add_forum(house, ["RL", "Agents", *(f"tag{number}" for number in range(8))])
    one, two = await post(
        house, tmp_path, forum, paper("One", tags="#rl #agents #vision"), paper("Two", tags=MANY)
    )
    assert tags_of(forum, one) == ["RL", "Agents"]
    assert tags_of(forum, two) == ["tag0", "tag1", "tag2", "tag3", "tag4"]
    assert len(forum.tags) == 10


async def test_missing_tags_are_created_and_one_place_is_kept(house: House, tmp_path: Path) -> None:
    let_manage(house)
    forum = add_forum(house, ["Ours"])
    one, two = await post(
        house,
        tmp_path,
        forum,
        paper("One", tags="#inference-time-scaling #rl"),
        paper("Two", tags=f"#rl {MANY}"),
    )
    assert len(forum.tags) == 19
    assert forum.tags[0].name == "Ours"
    assert all(len(tag.name) <= 20 for tag in forum.tags)
    assert "rl" in tags_of(forum, one)
    assert any(name.startswith("inference") for name in tags_of(forum, one))
    assert len(tags_of(forum, two)) == 5


async def test_a_required_tag_falls_back_to_one_of_our_own(house: House, tmp_path: Path) -> None:
    let_manage(house)
    forum = add_forum(house, [f"Their {number}" for number in range(19)], required=True)
    (one,) = await post(house, tmp_path, forum, paper("One", tags="#rl"))
    assert tags_of(forum, one) == ["paper"]


async def test_a_required_tag_falls_back_to_the_forums_first_that_may_be_used(
    house: House, tmp_path: Path
) -> None:
    forum = add_forum(house, ["Reserved", "News", "Other"], required=True)
    forum.tags[0].moderated = True
    (one,) = await post(house, tmp_path, forum, paper("One", tags="#reserved #rl"))
    assert tags_of(forum, one) == ["News"]


async def test_a_reserved_tag_is_used_by_a_bot_that_may(house: House, tmp_path: Path) -> None:
    house.sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_THREADS)
    forum = add_forum(house, ["Reserved"])
    forum.tags[0].moderated = True
    (one,) = await post(house, tmp_path, forum, paper("One", tags="#reserved"))
    assert tags_of(forum, one) == ["Reserved"]


async def test_a_forum_whose_required_tag_cannot_be_given_waits_for_one(
    house: House, tmp_path: Path
) -> None:
    forum = add_forum(house, required=True)
    seeds = write_papers(tmp_path / "seeds", paper("One"))
    async with house.bot(seeds_dir=seeds, digest_channel_id=forum.id):
        await house.sandbox.wait_for(lambda: house.messages(house.text))  # somebody is told
        assert not house.threads(forum)
        elsewhere = house.sandbox.world.add_channel(house.guild, "source", "forum", tags=["rl"])
        forum.tags = elsewhere.tags
        house.sandbox.world.publish_channel("CHANNEL_UPDATE", forum)
        await opened(house, forum, threads=1)
    assert tags_of(forum, house.threads(forum)[0]) == ["rl"]


async def test_a_tag_that_has_just_been_deleted_loses_no_paper(
    house: House, tmp_path: Path
) -> None:
    forum = add_forum(house, ["rl"])
    seeds = write_papers(tmp_path / "seeds", paper("One", tags="#rl"))
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        tags, forum.tags = forum.tags, []  # the gateway has not told yet
        assert tags
        await house.manager.run(house.text, "subscribe", {"channel": "#tagged"})
        await house.sandbox.wait_for(
            lambda: [each for each in house.sandbox.requests if each.status == 400]
        )
        house.sandbox.world.publish_channel("CHANNEL_UPDATE", forum)
        await opened(house, forum, threads=1)
    assert [each.name for each in house.threads(forum)] == ["One"]


async def test_a_digest_in_one_post_holds_its_papers_and_is_kept_up_to_date(
    house: House, tmp_path: Path
) -> None:
    forum = add_forum(house, ["rl"], required=True)
    seeds = write_papers(tmp_path / "seeds", paper("One"), paper("Two"))
    async with house.bot(seeds_dir=seeds, digest_channel_id=forum.id, digest_threads="digest"):
        await house.sandbox.wait_for(lambda: house.threads(forum))
        (whole,) = house.threads(forum)
        header = house.messages(whole)[0]
        await house.sandbox.wait_for(lambda: header.edited_at)
        await settled(house)
        assert house.titles(whole)[1:] == ["One", "Two"]
        await revise(house, seeds, paper("One"), paper("Two Too"), paper("Three"))
        await house.sandbox.wait_for(lambda: "Three" in text_of(header))
        await settled(house)
    assert house.titles(whole)[1:] == ["One", "Two Too", "Three"]
    assert tags_of(forum, whole) == ["rl"]
    assert "10월 1일" in whole.name
    assert not openings(house, whole)
    for message in house.messages(whole)[1:]:
        assert f"/{whole.id}/{message.id}" in text_of(header)
    assert set(marks(house, forum).values()) == {1}
