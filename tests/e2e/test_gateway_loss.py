"""Whatever becomes of the gateway, the day's digest is posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, delivery
from bot.errors import StartupError
from sandbox.faults import Fault, Trouble
from sandbox.gateway import Gateway
from storage.models import SubscriptionOptions
from tests.e2e.house import TICK, House
from tests.e2e.posts import DAY, beside, paper, write_papers

AUTHENTICATION_FAILED = 4004  # docs: Gateway Close Event Codes

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Two digests, due on two days."""
    folder = write_papers(tmp_path / "seeds", paper("One"))
    return write_papers(folder, paper("Two"), day=DAY + timedelta(days=1), name="b.txt")


LOSSES: dict[str, Callable[[Gateway], None]] = {
    "asked to reconnect": Gateway.ask_reconnect,
    "session invalid, resumable": lambda gateway: gateway.invalidate(resumable=True),
    "session invalid": lambda gateway: gateway.invalidate(resumable=False),
    "socket dropped": Gateway.drop,
    "closed": lambda gateway: gateway.close(4000),
    "silent": Gateway.go_silent,
}


@pytest.mark.parametrize("loss", LOSSES)
async def test_the_next_day_is_posted_whatever_became_of_the_gateway(
    house: House, seeds: Path, loss: str
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        LOSSES[loss](house.sandbox.gateway)
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
        # Stopped in the middle of a reconnect, discord.py leaves its socket open.
        await house.sandbox.wait_for(lambda: house.sandbox.gateway.live_sessions, timeout=20)
    assert [title for title in house.titles(house.text) if "년" not in title] == ["One", "Two"]


async def test_a_gateway_that_never_answers_leaves_posting_to_rest(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "READY_SECONDS", 0.2)
    monkeypatch.setattr(house.sandbox.gateway, "base_url", "ws://127.0.0.1:1")

    async with house.bot_without_gateway(seeds_dir=seeds):
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
    assert [title for title in house.titles(house.text) if "년" not in title] == ["One", "Two"]
    assert len(house.threads(house.text)) == 2


async def test_discord_may_be_away_when_the_bot_starts(house: House, seeds: Path) -> None:
    away = house.sandbox.faults.add(Fault(trouble=Trouble.REFUSE, status=503, times=4))
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
    assert away.hits == 4


@pytest.mark.parametrize("told_by", ["gateway", "rest"])
async def test_a_token_that_is_taken_back_ends_the_bot_with_what_to_do(
    house: House, seeds: Path, told_by: str
) -> None:
    settings = house.settings(seeds_dir=seeds)
    if told_by == "rest":
        refused = Fault(trouble=Trouble.REFUSE, template="/gateway/bot", status=401)
        house.sandbox.faults.add(refused)
    running = asyncio.create_task(app.run(settings, clock=house.clock.now, tick_seconds=TICK))
    try:
        if told_by == "gateway":
            await house.delivered()
            house.sandbox.gateway.close(AUTHENTICATION_FAILED)
        with pytest.raises(StartupError) as ended:
            await asyncio.wait_for(running, 20)
    finally:
        running.cancel()
    assert ended.value.key == "startup.token_wrong"


@pytest.mark.parametrize("trouble", [Trouble.STALL, Trouble.REFUSE])
async def test_a_server_in_an_outage_holds_up_no_other(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    """Its channel is not told of, and is asked for in vain, before the other one's turn."""
    monkeypatch.setattr(delivery, "OPEN_WITHIN", 0.05)
    world, gateway = house.sandbox.world, house.sandbox.gateway
    away = world.add_guild("Away")
    channel = world.add_channel(away, "papers")
    monkeypatch.setattr(gateway, "_guilds_of", lambda _: [house.guild])
    asked = house.sandbox.faults.add(
        Fault(
            trouble=trouble,
            status=500,
            seconds=60.0,
            where=lambda logged: logged.path == f"/channels/{channel.id}",
        )
    )
    async with beside(house) as store:
        await store.set_subscription(
            channel.id,
            SubscriptionOptions(),
            defaults=house.settings().subscription_options(),
            guild_id=away.id,
            since=None,
            by=None,
            now=house.clock.now(),
        )
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
        assert asked.hits
        house.sandbox.faults.clear()
        if trouble is Trouble.REFUSE:
            await house.delivered(channel=channel)
