"""SIGKILL before and after the request of a single message: it comes exactly once all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.bot_process import BotProcess
from sandbox.models import Channel
from sandbox.options import Options
from storage.models import FollowKind, Start, SubscriptionOptions
from tests.e2e.house import House, buttons_of, open_house, text_of
from tests.e2e.posts import beside, stall
from tests.e2e.test_kill import TWO_PAPERS, Killer, carried_out, survive, write_digest


@pytest.fixture(params=[300, 0], ids=["nonce remembered", "nonce forgotten"])
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    options = Options(limits_on=False, nonce_window=timedelta(seconds=request.param))
    async with open_house(tmp_path, options=options) as opened:
        yield opened


def make_process(house: House, seeds: Path, *, settle_seconds: float) -> BotProcess:
    return BotProcess(
        {
            "DISCORD_TOKEN": house.sandbox.token,
            "DISCORD_API_URL": house.sandbox.api_url,
            "DATABASE_PATH": str(house.folder / "digests.sqlite3"),
            "SEEDS_DIR": str(seeds),
        },
        clock=house.folder / "clock.json",
        log=house.folder / "bot.log",
        tick_seconds=0.1,
        settle_seconds=settle_seconds,
    )


async def survive_two_kills(house: House, seeds: Path) -> None:
    """Run the bot until nothing is on its way, killing it before and after its one request."""
    killer = Killer(house)
    killer.process = make_process(house, seeds, settle_seconds=0.1)
    async with killer.process, beside(house) as store:
        await survive(killer, house, lambda: killer.kills == 2)
        async with asyncio.timeout(30):
            while await store.list_open_mailings():
                await house.manager.run(house.text, "following")


async def test_a_reader_is_told_once_whatever_the_bot_is_killed_at(
    house: House, tmp_path: Path
) -> None:
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)
    user_id = house.member.user.id
    async with beside(house) as store:
        await store.set_follower(
            user_id,
            at=None,
            timezone=None,
            default_at=house.settings().digest_post_at,
            default_timezone="Asia/Seoul",
            guild_id=house.guild.id,
            language="en",
        )
        await store.add_follow(
            user_id, FollowKind.TAG, key="rl", name="rl", most=50, now=house.clock.now()
        )
    await survive_two_kills(house, seeds)
    (mail,) = house.messages(house.member.dm_channel())
    assert "Large Models" in text_of(mail)
    (button,) = buttons_of(mail)
    assert button["custom_id"] == f"mail:follow:{user_id}:20261120"


async def want_recap(house: House, channel: Channel) -> None:
    """Have a channel wait for its recap, now; the subscription is newer than the digest."""
    house.clock.set(datetime(2026, 11, 23, 0, 5, tzinfo=UTC))  # Monday, 09:05 in Seoul
    async with beside(house) as store:
        await store.set_subscription(
            channel.id,
            SubscriptionOptions(start=Start.LATEST, recap=True),
            defaults=house.settings().subscription_options(),
            guild_id=house.guild.id,
            since=date(2026, 11, 21),
            by=None,
            now=house.clock.now(),
        )


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_recap_comes_once_whatever_the_bot_is_killed_at(
    house: House, tmp_path: Path, kind: str
) -> None:
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)
    channel = house.text if kind == "text" else house.forum
    await want_recap(house, channel)
    await survive_two_kills(house, seeds)
    if kind == "forum":
        (post,) = house.threads(channel)
        (recap,) = house.messages(post)
    else:
        (recap,) = house.messages(channel)
    assert "Large Models" in text_of(recap)
    assert [button["custom_id"] for button in buttons_of(recap)] == ["mail:recap:1:20261116"]
    assert len(recap.attachments) == 1


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_recap_that_outlives_its_bot_is_waited_for_and_not_sent_again(
    house: House, tmp_path: Path, kind: str
) -> None:
    """Discord takes longer for it than the bot takes to be there again."""
    seeds = write_digest(tmp_path / "seeds", TWO_PAPERS)
    channel = house.text if kind == "text" else house.forum
    await want_recap(house, channel)
    stalled = stall(house, "Large Models", seconds=4.0, mark="mail:recap:")
    async with make_process(house, seeds, settle_seconds=5.0) as process, beside(house) as store:
        await house.sandbox.wait_for(lambda: stalled.hits, timeout=20)
        await process.restart()
        async with asyncio.timeout(30):
            while await store.list_open_mailings():
                await house.manager.run(house.text, "following")
        await house.sandbox.wait_for(lambda: carried_out(house), timeout=30)
    posts = house.threads(channel) if kind == "forum" else house.messages(channel)
    assert len(posts) == 1
