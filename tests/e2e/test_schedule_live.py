"""The schedule on the sandbox's clock: several zones, a change of DST, outages, jumps."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import delivery, due
from sandbox.models import Channel
from storage.base import Store
from storage.models import Subscription, SubscriptionOptions
from tests.e2e.house import House, open_house
from tests.e2e.posts import (
    DAY,
    beside,
    count_ticks,
    opened,
    paper,
    revise,
    settled,
    write_papers,
)

pytestmark = pytest.mark.usefixtures("impatient")

ONE_DAY = timedelta(days=1)
Quiet = Callable[[House], Awaitable[None]]
# Clocks go back in New York on 2026-11-01 at 02:00; they did in Berlin a week before.
BEFORE_DST = datetime(2026, 10, 30, 0, 0, tzinfo=UTC)


def headers(house: House, channel: Channel) -> list[tuple[str, datetime]]:
    """Return each digest's header in a channel, and when it came."""
    return [
        (title.partition("일")[0] + "일", message.created_at)
        for message, title in zip(house.messages(channel), house.titles(channel), strict=True)
        if "년" in title
    ]


def dates(house: House, channel: Channel) -> list[str]:
    return [title for title, _ in headers(house, channel)]


@pytest.fixture
async def autumn(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose week has a change of DST in it."""
    async with open_house(tmp_path, start=BEFORE_DST) as opened:
        yield opened


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """Let the bot begin and end a tick, and what came of it."""
    ticks = count_ticks(monkeypatch)

    async def wait(house: House) -> None:
        seen = len(ticks)
        while len(ticks) < seen + 2:
            await house.manager.run(house.text, "status")
        await settled(house)

    return wait


async def test_each_zone_gets_one_delivery_a_local_day_across_a_change_of_clocks(
    autumn: House, tmp_path: Path, quiet: Quiet
) -> None:
    house = autumn
    seeds = tmp_path / "seeds"
    for number in range(8):
        write_papers(
            seeds,
            paper(f"Paper {number}"),
            day=DAY - 90 * ONE_DAY + number * ONE_DAY,
            name=f"{number}.txt",
        )
    zones = {
        house.text.id: ("Asia/Seoul", "09:00"),
        house.news.id: ("America/New_York", "01:30"),
        house.forum.id: ("Europe/Berlin", "22:00"),
    }
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        for channel in (house.text, house.news, house.forum):
            zone, at = zones[channel.id]
            await house.manager.run(
                house.text,
                "subscribe",
                {"channel": f"#{channel.name}", "timezone": zone, "at": at, "threads": "digest"},
            )
        for _ in range(4 * 8):  # four days in steps of three hours
            house.clock.advance(timedelta(hours=3))
            await quiet(house)
    for channel in (house.text, house.news):
        zone, at = zones[channel.id]
        posted = headers(house, channel)
        days = Counter(when.astimezone(ZoneInfo(zone)).date() for _, when in posted)
        assert set(days.values()) == {1}
        assert len(days) >= 3
        assert dates(house, channel) == sorted(dates(house, channel), key=_day)
    posts = Counter(
        post.thread.created_at.astimezone(ZoneInfo("Europe/Berlin")).date()
        for post in house.threads(house.forum)
        if post.thread
    )
    assert set(posts.values()) == {1}


def _day(title: str) -> tuple[int, ...]:
    return tuple(int(part.rstrip("년월일")) for part in title.split())


async def test_a_backlog_goes_out_oldest_first_one_a_day_however_long_the_bot_was_off(
    house: House, tmp_path: Path, quiet: Quiet
) -> None:
    seeds = tmp_path / "seeds"
    for number in range(3):
        write_papers(
            seeds, paper(f"Paper {number}"), day=DAY + number * ONE_DAY, name=f"{number}.txt"
        )
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    house.clock.advance(5 * ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await house.delivered(headers=2)
        await quiet(house)
        assert dates(house, house.text) == ["2026년 10월 1일", "2026년 10월 2일"]
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=3)
    assert dates(house, house.text)[2:] == ["2026년 10월 3일"]


async def test_after_an_outage_the_last_days_digests_come_together(
    house: House, tmp_path: Path
) -> None:
    seeds = write_papers(tmp_path / "seeds", paper("Old"))
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    house.clock.advance(4 * ONE_DAY)
    today = date(2026, 11, 24)
    for number in range(3):
        write_papers(
            seeds, paper(f"New {number}"), day=today - number * ONE_DAY, name=f"{number}.txt"
        )
    async with house.bot(seeds_dir=seeds):
        await house.delivered(headers=4)
    assert dates(house, house.text)[1:] == [
        "2026년 11월 22일",
        "2026년 11월 23일",
        "2026년 11월 24일",
    ]


async def test_a_late_file_is_posted_at_once_on_a_day_without_a_post_and_else_tomorrow(
    house: House, tmp_path: Path, quiet: Quiet
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    today = date(2026, 11, 20)
    async with house.bot(seeds_dir=seeds):
        await quiet(house)
        assert not house.messages(house.text)
        await revise(house, seeds, paper("First"), day=today)
        await house.delivered()
        await revise(house, seeds, paper("Second"), day=today - ONE_DAY, name="b.txt")
        await quiet(house)
        assert len(dates(house, house.text)) == 1
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=2)
    assert dates(house, house.text) == ["2026년 11월 20일", "2026년 11월 19일"]


async def test_a_clock_that_jumps_back_posts_no_day_twice(
    house: House, tmp_path: Path, quiet: Quiet
) -> None:
    seeds = tmp_path / "seeds"
    for number in range(4):
        write_papers(
            seeds, paper(f"Paper {number}"), day=DAY + number * ONE_DAY, name=f"{number}.txt"
        )
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=2)
        await settled(house)
        house.clock.advance(-ONE_DAY)
        await quiet(house)
        house.clock.advance(ONE_DAY)
        await quiet(house)
        assert len(dates(house, house.text)) == 2
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=3)


async def test_latest_begins_with_the_newest_and_leaves_the_old_ones(
    house: House, tmp_path: Path, quiet: Quiet
) -> None:
    seeds = write_papers(tmp_path / "seeds", paper("Old"))
    write_papers(seeds, paper("Newest"), day=DAY + ONE_DAY, name="b.txt")
    async with house.bot(seeds_dir=seeds, digest_start="latest"):
        await house.delivered()
        await settled(house)
        house.clock.advance(ONE_DAY)
        await quiet(house)
        await revise(house, seeds, paper("Next"), day=date(2026, 11, 21), name="c.txt")
        await house.delivered(headers=2)
    assert dates(house, house.text) == ["2026년 10월 2일", "2026년 11월 21일"]


async def test_a_quiet_day_costs_one_look_a_channel(
    house: House, tmp_path: Path, quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    look = due.list_unposted

    async def count(*args: Any, **options: Any) -> tuple[date, ...]:
        looks.append(1)
        return await look(*args, **options)

    monkeypatch.setattr(delivery, "list_unposted", count)
    seeds = write_papers(tmp_path / "seeds", paper("Only"))
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        looks.clear()
        house.clock.advance(ONE_DAY)
        while not looks:
            await quiet(house)
        for _ in range(20):  # each takes a tick or so
            await quiet(house)
        assert len(looks) == 1
        await revise(house, seeds, paper("Next"), day=DAY + ONE_DAY, name="b.txt")
        await house.delivered(headers=2)


async def test_channels_that_are_due_at_once_leave_the_store_a_reader_for_look_ups(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: set[int] = set()
    at_once: list[int] = []
    look = due.list_unposted

    async def count(store: Store, subscription: Subscription, *, until: date) -> tuple[date, ...]:
        asking.add(subscription.id)
        at_once.append(len(asking))
        unposted = await look(store, subscription, until=until)
        asking.remove(subscription.id)
        return unposted

    monkeypatch.setattr(delivery, "list_unposted", count)
    seeds = write_papers(tmp_path / "seeds", paper("Only"))
    channels = (house.text, house.news, house.forum)
    async with beside(house) as store:
        for channel in channels:
            await store.set_subscription(
                channel.id,
                SubscriptionOptions(),
                defaults=house.settings().subscription_options(),
                guild_id=house.guild.id,
                since=None,
                by=None,
                now=house.clock.now(),
            )
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.forum, threads=1)
        for channel in (house.text, house.news):
            await house.delivered(channel=channel)
    assert set(at_once) == {1}
