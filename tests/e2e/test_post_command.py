"""/post: what a manager has posted now."""

from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.faults import Fault, Trouble
from sandbox.filling import ClientRefusal
from sandbox.models import Channel
from sandbox.permissions import Permission
from tests.e2e.house import House, nearest_of, open_house, text_of, title_of

MESSAGES = "/channels/{channel_id}/messages"
# 08:00 in Seoul: an hour before the day's post is due.
EARLY = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
FIRST, SECOND, THIRD, LAST = (
    "2025년 2월 3일",
    "2025년 2월 18일",
    "2025년 4월 25일",
    "2025년 7월 10일",
)


def headers(house: House, channel: Channel) -> list[str]:
    """Return the dates of the digests that a text channel was sent."""
    titles = [title_of(message) for message in house.messages(channel)]
    return [title.partition("일 ")[0] + "일" for title in titles if title.startswith("2025년")]


async def test_what_is_due_next_is_posted_digest_after_digest(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        for posted in ([FIRST], [FIRST, SECOND], [FIRST, SECOND, THIRD]):
            answered = await house.manager.run(house.text, "post")
            assert answered.ephemeral
            assert posted[-1] in answered.message.content
            assert headers(house, house.text) == posted
        await house.manager.run(house.text, "post")
        answered = await house.manager.run(house.text, "post")
        assert f"<#{house.text.id}>" in answered.message.content
        assert headers(house, house.text) == [FIRST, SECOND, THIRD, LAST]


async def test_the_answer_links_to_every_post(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(house.text, "post")
    _, *papers = house.messages(house.text)
    assert len(papers) == 7
    for message in papers:
        link = f"https://discord.com/channels/{house.guild.id}/{house.text.id}/{message.id}"
        assert f"- [{title_of(message)}]({link})" in answered.message.content


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2025-04-25",
            "2025년 4월 25일",
            "2025. 4. 25.",
            "20250425",
            "2025-04-25 · 2025년 4월 25일",
        ),
        *("April 25", "25 April 2025", "작년 4월", "spring 2025"),
    ],
)
async def test_a_date_can_be_written_in_several_ways(house: House, typed: str) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "post", {"date": typed})
    assert headers(house, house.text) == [THIRD]


async def test_what_is_there_already_is_linked_not_doubled(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "post", {"date": "2025-02-18"})
        before = house.messages(house.text)
        answered = await house.manager.run(house.text, "post", {"date": "2025-02-18"})
        assert house.messages(house.text) == before
    assert answered.ephemeral
    for message in before[1:]:
        assert f"/{house.text.id}/{message.id})" in answered.message.content


async def test_again_posts_it_once_more(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "post", {"date": "2025-02-18"})
        first = house.messages(house.text)
        answered = await house.manager.run(
            house.text, "post", {"date": "2025-02-18", "again": "true"}
        )
    assert headers(house, house.text) == [SECOND, SECOND]
    second = house.messages(house.text)[len(first) :]
    assert [title_of(message) for message in second] == [title_of(message) for message in first]
    for message in second[1:]:  # the answer links to the new ones
        assert f"/{house.text.id}/{message.id})" in answered.message.content


async def test_two_at_once_post_one(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await asyncio.gather(
            *(house.manager.run(house.text, "post", {"date": "2025-02-18"}) for _ in range(3))
        )
    assert headers(house, house.text) == [SECOND]
    assert len(house.messages(house.text)) == 6


async def test_in_a_thread_the_parent_is_meant(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "post", {"date": "2025-02-03"})
        thread = house.threads(house.text)[0]
        written = len(house.messages(thread))
        answered = await house.manager.run(thread, "post", {"date": "2025-02-18"})
    assert f"<#{house.text.id}>" in answered.message.content
    assert headers(house, house.text) == [FIRST, SECOND]
    assert len([each for each in house.messages(thread) if each.ephemeral_for is None]) == written


async def test_in_a_forums_post_the_forum_is_meant(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "post", {"channel": "#forum", "date": "2025-02-03"})
        post = house.threads(house.forum)[0]
        answered = await house.manager.run(post, "post", {"date": "2025-02-18"})
    assert f"<#{house.forum.id}>" in answered.message.content
    assert len(house.threads(house.forum)) == 7 + 5


async def test_what_a_stop_interrupts_is_finished_after_the_restart(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    stall = Fault(
        trouble=Trouble.STALL, method="POST", template=MESSAGES, skip=3, times=1, seconds=0.3
    )
    async with house.bot(digest_channel_id=None):
        house.sandbox.faults.add(stall)
        house.manager.begin_run(house.text, "post", {"date": "2025-02-18"})
        await house.sandbox.wait_for(lambda: stall.hits)
    assert len(house.messages(house.text)) < 6
    async with house.bot(digest_channel_id=None):
        await house.delivered()
    assert headers(house, house.text) == [SECOND]
    assert len([each for each in house.messages(house.text) if each.ephemeral_for is None]) == 6
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_another_channel_can_be_named(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(house.text, "post", {"channel": "#news"})
    assert f"<#{house.news.id}>" in answered.message.content
    assert headers(house, house.news) == [FIRST]
    assert headers(house, house.text) == []


async def test_a_forum_gets_a_post_per_paper(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(
            house.text, "post", {"channel": "#forum", "date": "2025-07-10"}
        )
    posts = house.threads(house.forum)
    assert len(posts) == 5
    for post in posts:
        assert f"/{post.id})" in answered.message.content


@pytest.mark.parametrize("typed", ["2025-02-04", "2031-01-01", "1999-12-31"])
async def test_a_date_without_a_digest_offers_the_nearest(house: House, typed: str) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(house.text, "post", {"date": typed})
    assert answered.ephemeral
    nearest = {"2025-02-04": FIRST, "2031-01-01": LAST, "1999-12-31": FIRST}[typed]
    assert nearest_of(answered.message)[0] == nearest
    assert headers(house, house.text) == []


async def test_who_may_not_send_there_is_refused(house: House) -> None:
    world = house.sandbox.world
    world.set_overwrite(
        house.news, house.manager.user.id, allow=Permission(0), deny=Permission.SEND_MESSAGES
    )
    async with house.bot(digest_channel_id=None):
        by_name = await house.manager.run(house.text, "post", {"channel": "#news"})
        in_place = await house.manager.run(house.news, "post")
    for answered in (by_name, in_place):
        assert answered.ephemeral
        assert f"<#{house.news.id}>에 글을 쓸 권한이 없으셔서" in answered.message.content
    assert headers(house, house.news) == []


async def test_what_the_bot_lacks_is_named(house: House) -> None:
    house.sandbox.world.set_overwrite(
        house.news, house.sandbox.world.bot_id, allow=Permission(0), deny=Permission.SEND_MESSAGES
    )
    async with house.bot(digest_channel_id=None):
        answered = await house.manager.run(house.text, "post", {"channel": "#news"})
    assert answered.ephemeral
    assert "메시지 보내기" in answered.message.content
    assert headers(house, house.news) == []


async def test_members_do_not_see_the_managers_commands(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        seen = {command.body["name"] for command in house.member.commands(house.text)}
        assert seen >= {"paper", "tag", "author", "search", "digest"}
        managed = {"post", "subscribe", "unsubscribe", "subscriptions", "preview"}
        assert not seen & managed
        assert {each.body["name"] for each in house.manager.commands(house.text)} >= managed
        assert not managed & {
            each.body["name"] for each in house.manager.commands(house.manager.dm_channel())
        }
        with pytest.raises(ClientRefusal):
            await house.member.run(house.text, "post")


async def test_it_counts_as_that_days_delivery(tmp_path: Path) -> None:
    async with open_house(tmp_path, start=EARLY) as house, house.bot():
        await house.manager.run(house.text, "subscribe", {"channel": "#news"})
        await house.manager.run(house.text, "post")
        assert headers(house, house.text) == [FIRST]
        house.clock.advance(timedelta(hours=1, minutes=5))
        await house.delivered(channel=house.news)  # whose turn it was as well
        assert headers(house, house.text) == [FIRST]
        house.clock.advance(timedelta(days=1))
        await house.delivered(channel=house.news, headers=2)
        await house.delivered(channel=house.text, headers=2)
        assert headers(house, house.text) == headers(house, house.news) == [FIRST, SECOND]


async def test_a_channel_without_a_subscription_gets_nothing_more(house: House) -> None:
    async with house.bot(digest_channel_id=house.news.id):
        await house.manager.run(house.text, "post")
        await house.delivered(channel=house.news)
        house.clock.advance(timedelta(days=1))
        await house.delivered(channel=house.news, headers=2)
        listed = await house.manager.run(house.text, "subscriptions")
    assert headers(house, house.text) == [FIRST]
    assert f"<#{house.text.id}>" not in text_of(listed.message)


async def test_a_channels_filter_holds_for_it_too(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        options = {"tags": "speech", "at": "23:00"}
        await house.manager.run(house.text, "subscribe", options)
        refused = await house.manager.run(house.text, "post", {"date": "2025-02-03"})
        assert refused.ephemeral
        assert "태그" in refused.message.content
        await house.manager.run(house.text, "post")
    header, paper = house.messages(house.text)
    assert SECOND in title_of(header)
    assert title_of(paper).startswith("Step-Audio")
