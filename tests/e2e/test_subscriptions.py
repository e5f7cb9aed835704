"""/subscribe, /unsubscribe, /subscriptions and /preview."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.filling import ClientRefusal
from sandbox.interactions import Interaction
from sandbox.models import Message
from sandbox.permissions import Permission
from sandbox.users import Person
from tests import openapi
from tests.e2e.house import (
    House,
    nearest_of,
    open_house,
    options_of,
    text_of,
    title_of,
    titles_of,
    write_digest,
)
from tests.e2e.posts import beside, paper, stall, write_papers

# 08:00 in Seoul: an hour before the day's post is due.
EARLY = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
NINE = int(datetime(2026, 11, 20, 0, 0, tzinfo=UTC).timestamp())
HANGUL = re.compile("[가-힣]")


@pytest.fixture
async def early(tmp_path: Path) -> AsyncIterator[House]:
    """A house an hour before the post is due, its bot running and nothing subscribed."""
    async with open_house(tmp_path, start=EARLY) as house:
        async with house.bot(digest_channel_id=None):
            yield house
        if openapi.SPEC.exists():
            openapi.check_requests(house.sandbox.requests)


def english_manager(house: House) -> Person:
    """Return a manager whose client is in English."""
    world = house.sandbox.world
    user = world.add_user("boss", locale="en-US")
    world.add_member(house.guild, user, permissions=Permission.MANAGE_GUILD)
    return house.sandbox.person(user)


async def subscribe(house: House, **options: str) -> Interaction:
    answered = await house.manager.run(house.text, "subscribe", options)
    assert answered.ephemeral
    return answered


async def line_of(house: House) -> str:
    """Return what /subscriptions says of the text channel."""
    listed = await english_manager(house).run(house.text, "subscriptions")
    assert listed.ephemeral
    lines = text_of(listed.message).splitlines()
    return next((line for line in lines if f"<#{house.text.id}>" in line), "")


def posted(house: House) -> list[Message]:
    """Return what everybody can see in the text channel."""
    return [each for each in house.messages(house.text) if each.ephemeral_for is None]


async def test_the_answer_says_what_is_posted_next_and_when(early: House) -> None:
    answered = await english_manager(early).run(early.text, "subscribe")
    content = answered.message.content
    assert answered.ephemeral
    assert f"<#{early.text.id}>" in content
    assert "09:00 (Asia/Seoul)" in content
    assert "3 February 2025" in content
    assert f"<t:{NINE}:F>" in content
    early.clock.advance(timedelta(hours=1, minutes=1))
    await early.delivered()
    assert "2025년 2월 3일" in title_of(early.messages(early.text)[0])


async def test_after_its_time_the_channel_is_due_at_once(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await subscribe(house)
        await house.delivered()


async def test_run_again_it_changes_only_what_is_given(early: House) -> None:
    await subscribe(early, at="7:30", timezone="뉴욕", language="en", tags="RL #Reasoning")
    first = await line_of(early)
    for part in ("at 07:30", "America/New_York", "comments: English", "`#rl` `#reasoning`"):
        assert part in first
    await subscribe(early, threads="none")
    assert await line_of(early) == first.replace("A thread per paper", "No threads")
    await subscribe(early, at="08:15", start="latest")
    second = await line_of(early)
    for part in ("at 08:15", "America/New_York", "comments: English", "`#rl` `#reasoning`"):
        assert part in second
    await subscribe(early, tags="-")
    assert "#rl" not in await line_of(early)


@pytest.mark.parametrize("at", ["9pm", "21시", "오후 9시", "9:00 PM"])
async def test_the_time_is_taken_as_people_type_it(early: House, at: str) -> None:
    await subscribe(early, at=at, timezone="KST")
    line = await line_of(early)
    assert "21:00" in line
    assert "Asia/Seoul" in line


@pytest.mark.parametrize(
    ("options", "named", "nearest"),
    [
        ({"at": "25:00"}, "25:00", None),
        ({"at": "noon"}, "noon", None),
        ({"at": "9"}, "09:00", None),
        ({"timezone": "Asia/Soul"}, "Asia/Soul", "Asia/Seoul"),
        ({"timezone": "seoul"}, "seoul", "Asia/Seoul"),
        ({"timezone": "Nwe York"}, "Nwe York", "America/New_York"),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus", None),
        ({"timezone": "../../etc/passwd"}, "etc/passwd", None),
        ({"tags": "resoning"}, "resoning", "reasoning"),
        ({"tags": "rl, sparsty, resoning"}, "sparsty, resoning", "sparsity"),
        ({"tags": "rl, sparsty, resoning"}, "sparsty, resoning", "reasoning"),
        ({"tags": "r1"}, "r1", "rl"),
        ({"tags": "#"}, "#", None),
    ],
)
async def test_a_wrong_option_is_named_and_changes_nothing(
    early: House, options: Mapping[str, str], named: str, nearest: str | None
) -> None:
    answered = await subscribe(early, **options)
    assert named in answered.message.content.replace("\\", "")
    assert nearest is None or nearest in nearest_of(answered.message)
    assert await line_of(early) == ""


@pytest.mark.parametrize(
    "options", [{"language": "fr"}, {"threads": "many"}, {"start": "tomorrow"}, {"channel": "#x"}]
)
async def test_what_can_be_chosen_cannot_be_mistyped(
    early: House, options: Mapping[str, str]
) -> None:
    with pytest.raises(ClientRefusal):
        await subscribe(early, **options)


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (Permission.SEND_MESSAGES, ["Send Messages"]),
        (
            Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
            ["Send Messages", "Read Message History"],
        ),
        (Permission.READ_MESSAGE_HISTORY, ["Read Message History"]),
        (Permission.VIEW_CHANNEL, ["View Channel"]),
    ],
)
async def test_each_missing_permission_is_named_before_anything_is_subscribed(
    early: House, denied: Permission, named: list[str]
) -> None:
    world = early.sandbox.world
    world.set_overwrite(early.text, world.bot_id, allow=Permission(0), deny=denied)
    answered = await english_manager(early).run(early.text, "subscribe")
    assert answered.ephemeral
    assert f"<#{early.text.id}>" in answered.message.content
    for permission in named:
        assert permission in answered.message.content
    assert await line_of(early) == ""


async def test_what_makes_posts_plainer_is_named_and_no_obstacle(early: House) -> None:
    world = early.sandbox.world
    denied = Permission.EMBED_LINKS | Permission.CREATE_PUBLIC_THREADS
    world.set_overwrite(early.text, world.bot_id, allow=Permission(0), deny=denied)
    answered = await english_manager(early).run(early.text, "subscribe")
    assert "Embed Links, Create Public Threads" in answered.message.content
    assert await line_of(early) != ""


async def test_a_forum_needs_threads_and_a_tag_that_fits(early: House) -> None:
    refused = await subscribe(early, channel="#forum", threads="none")
    assert "논문마다 스레드 하나" in refused.message.content
    strict = early.sandbox.world.add_channel(early.guild, "strict", "forum", require_tag=True)
    refused = await subscribe(early, channel="#strict")
    assert f"<#{strict.id}> 포럼은 글마다 태그가 있어야 하는데" in refused.message.content
    early.sandbox.world.add_channel(early.guild, "open", "forum", tags=["rl"], require_tag=True)
    accepted = await subscribe(early, channel="#open")
    assert "2025년 2월 3일" in accepted.message.content


async def test_who_may_not_send_there_cannot_subscribe_it(early: House) -> None:
    world = early.sandbox.world
    world.set_overwrite(
        early.text, early.manager.user.id, allow=Permission(0), deny=Permission.SEND_MESSAGES
    )
    for command in ("subscribe", "unsubscribe", "preview"):
        for place, options in ((early.text, {}), (early.news, {"channel": "#papers"})):
            answered = await early.manager.run(place, command, options)
            assert answered.ephemeral
            assert "권한이 없으셔서" in answered.message.content
    assert await line_of(early) == ""


async def test_in_a_thread_the_parent_is_subscribed(early: House) -> None:
    await early.manager.run(early.text, "post")
    await early.manager.run(early.threads(early.text)[0], "subscribe")
    assert f"<#{early.text.id}>" in await line_of(early)


async def test_a_filter_posts_the_papers_that_match_and_no_digest_without_one(
    early: House,
) -> None:
    await subscribe(early, tags="speech, rlhf")
    early.clock.advance(timedelta(hours=1, minutes=1))
    await early.delivered()
    early.clock.advance(timedelta(days=1))
    await early.delivered(headers=2)
    titles = early.titles(early.text)
    assert [title.partition(":")[0] for title in titles] == [
        "2025년 2월 3일 월요일 · Monday, 3 February 2025",
        "The Energy Loss Phenomenon in RLHF",
        "2025년 2월 18일 화요일 · Tuesday, 18 February 2025",
        "Step-Audio",
    ]
    answered = await early.manager.run(early.text, "preview")
    assert "논문이 없어요" in answered.message.content


async def test_a_tag_is_known_beside_a_longer_one_of_more_papers(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "alike"
    write_digest(folder, date(2025, 5, 1), ["One paper"], tags="#rl")
    write_digest(folder, date(2025, 5, 2), ["Two papers", "Three papers"], tags="#rlhf")
    async with house.bot(digest_channel_id=None, seeds_dir=folder):
        await subscribe(house, tags="RL")
        assert "`#rl`" in await line_of(house)
        await house.delivered()
    assert house.titles(house.text)[1:] == ["One paper"]


async def test_start_latest_begins_with_the_newest(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await subscribe(house, start="latest")
        assert "2025년 7월 10일" in answered.message.content
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        again = await subscribe(house)
    assert "아직 올릴 논문은 없어요" in again.message.content
    assert len([title for title in house.titles(house.text) if title.startswith("2025년")]) == 1


async def test_language_and_threads_shape_the_posts(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await subscribe(house, language="en", threads="none")
        await house.sandbox.wait_for(lambda: len(posted(house)) == 8)
    assert house.threads(house.text) == []
    assert not any(HANGUL.search(text_of(message)) for message in posted(house))


async def test_unsubscribing_is_remembered_over_a_restart(house: House) -> None:
    async with house.bot():
        await house.delivered()
        ended = await house.manager.run(house.text, "unsubscribe")
        assert ended.ephemeral
        assert f"<#{house.text.id}>" in ended.message.content
    before = house.titles(house.text)
    house.clock.advance(timedelta(days=1))
    async with house.bot():
        assert await line_of(house) == ""
        await subscribe(house, channel="#news")
        await house.delivered(channel=house.news)  # whose turn came with the same tick
        assert house.titles(house.text) == before
        await subscribe(house)
        await house.delivered(headers=2)
    assert "2025년 2월 18일" in house.titles(house.text)[len(before)]


async def test_nothing_follows_the_request_that_an_unsubscribing_finds_under_way(
    house: House, tmp_path: Path
) -> None:
    papers = (paper("Paper One"), paper("Paper Two"), paper("Paper Three"))
    seeds = write_papers(tmp_path / "seeds", *papers)
    stalled = stall(house, "Paper Two", seconds=0.5)
    async with house.bot(seeds_dir=seeds, digest_threads="none"):
        await house.sandbox.wait_for(lambda: stalled.hits)
        await house.manager.run(house.text, "unsubscribe")
        await house.sandbox.wait_for(lambda: len(posted(house)) == 3)
        house.clock.advance(timedelta(days=1))
        await subscribe(house, channel="#news")
        await house.sandbox.wait_for(lambda: len(house.messages(house.news)) == 4)
    assert house.titles(house.text)[1:] == ["Paper One", "Paper Two"]


async def test_who_unsubscribed_a_stopped_channel_gets_nothing_when_it_could_go_on(
    house: House, tmp_path: Path
) -> None:
    papers = (paper("Paper One"), paper("Paper Two"), paper("Paper Three"))
    seeds = write_papers(tmp_path / "seeds", *papers)
    world = house.sandbox.world

    def close(_: int) -> None:
        if len(posted(house)) == 2:
            house.sandbox.faults.after = None
            world.set_overwrite(house.text, world.bot_id, deny=Permission.SEND_MESSAGES)

    house.sandbox.faults.after = close
    async with house.bot(seeds_dir=seeds, digest_threads="none"), beside(house) as store:
        while not any(each.parked for each in await store.list_subscriptions()):
            await line_of(house)
        await house.manager.run(house.text, "unsubscribe")
        world.set_overwrite(house.text, world.bot_id)
        house.clock.advance(timedelta(days=1))
        await subscribe(house, channel="#news")
        await house.sandbox.wait_for(lambda: len(house.messages(house.news)) == 4)
    assert house.titles(house.text)[1:] == ["Paper One"]


async def test_a_channel_without_the_digest_cannot_be_unsubscribed(early: House) -> None:
    answered = await early.manager.run(early.text, "unsubscribe")
    assert answered.ephemeral
    assert f"<#{early.text.id}>에서는 논문을 받고 있지 않아요" in answered.message.content


async def test_the_list_holds_this_servers_channels_only(early: House) -> None:
    world = early.sandbox.world
    elsewhere = world.add_guild("Elsewhere")
    channel = world.add_channel(elsewhere, "talk")
    world.add_member(elsewhere, early.manager.user, permissions=Permission.MANAGE_GUILD)
    nobody = await early.manager.run(early.text, "subscriptions")
    assert "/구독" in nobody.message.content
    await early.manager.run(channel, "subscribe")
    await subscribe(early, channel="#forum")
    here = await early.manager.run(early.text, "subscriptions")
    there = await early.manager.run(channel, "subscriptions")
    assert f"<#{early.forum.id}>" in text_of(here.message)
    assert f"<#{channel.id}>" not in text_of(here.message)
    assert f"<#{channel.id}>" in text_of(there.message)


async def test_a_channel_of_another_server_cannot_be_named(early: House) -> None:
    world = early.sandbox.world
    channel = world.add_channel(world.add_guild("Elsewhere"), "secret")
    with pytest.raises(ClientRefusal):
        await subscribe(early, channel=f"<#{channel.id}>")


async def test_a_preview_shows_the_next_post_to_the_asker_alone(early: House) -> None:
    await subscribe(early, language="en")
    answered = await early.manager.run(early.text, "preview")
    await early.sandbox.wait_for(lambda: len(answered.messages) == 7)
    notice, header, *papers = answered.messages
    assert f"<#{early.text.id}>" in notice.content
    assert "Monday, 3 February 2025" in title_of(header)
    assert title_of(papers[0]) == "s1: Simple test-time scaling"
    assert not any(HANGUL.search(text_of(message)) for message in (header, *papers))
    assert {each.ephemeral_for for each in answered.messages} == {early.manager.user.id}
    early.clock.advance(timedelta(hours=1, minutes=1))
    await early.delivered()
    assert [text_of(each) for each in papers] == [text_of(each) for each in posted(early)[1:6]]


async def test_a_preview_of_a_forum_has_no_header(early: House) -> None:
    answered = await early.manager.run(early.text, "preview", {"channel": "#forum"})
    await early.sandbox.wait_for(lambda: len(answered.messages) == 6)
    assert title_of(answered.messages[1]) == "s1: Simple test-time scaling"
    assert titles_of(answered.messages[0]) == []


async def test_a_previewed_paper_opens_in_full(early: House) -> None:
    answered = await early.manager.run(early.text, "preview")
    await early.sandbox.wait_for(lambda: len(answered.messages) == 7)
    shown = await early.manager.click(answered.messages[2], label="초록·Abstract")
    assert shown.ephemeral
    assert "Hannaneh Hajishirzi" in text_of(shown.message)


async def test_the_subscription_of_a_deleted_channel_is_ended_by_a_menu(early: House) -> None:
    boss = english_manager(early)
    await subscribe(early)
    await boss.run(early.text, "subscribe", {"channel": early.news.id})
    listed = await boss.run(early.text, "subscriptions")
    assert listed.message.components == []
    early.sandbox.world.delete_channel(early.news)
    listed = await boss.run(early.text, "subscriptions")
    ((label, value),) = options_of(listed.message).items()
    assert label == f"Deleted channel {early.news.id}"
    await boss.choose(listed.message, value)
    left = text_of(listed.message)
    assert f"<#{early.text.id}>" in left
    assert f"<#{early.news.id}>" not in left
    assert listed.message.components == []
    async with beside(early) as store:
        found = await store.list_subscriptions(guild_id=early.guild.id)
    assert {each.channel_id for each in found if each.active} == {early.text.id}


async def test_who_is_no_manager_any_more_ends_no_subscription(early: House) -> None:
    boss = english_manager(early)
    await boss.run(early.text, "subscribe", {"channel": early.news.id})
    early.sandbox.world.delete_channel(early.news)
    listed = await boss.run(early.text, "subscriptions")
    (value,) = options_of(listed.message).values()
    early.guild.members[boss.user.id].roles.clear()
    refused = await boss.choose(listed.message, value)
    assert "Manage Server" in text_of(refused.message)
    async with beside(early) as store:
        (left,) = await store.list_subscriptions(guild_id=early.guild.id)
    assert left.active
