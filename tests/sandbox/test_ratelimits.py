"""Rate limits that bind, the headers that announce them, and limits switched off."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import discord
import pytest

from sandbox.options import Options
from sandbox.ratelimits import Window
from sandbox.server import Sandbox
from tests.sandbox.harness import Api, furnish


@pytest.fixture
def bound(strict: Sandbox, session: aiohttp.ClientSession) -> Api:
    return Api(strict, session)


def test_a_window_is_fixed_and_starts_with_its_first_request() -> None:
    window = Window(limit=2, seconds=5.0)
    assert [window.take(now) for now in (10.0, 12.0, 13.0)] == [0.0, 0.0, 2.0]
    assert window.take(15.0) == 0.0


async def test_a_channel_takes_five_messages_in_five_seconds(strict: Sandbox, bound: Api) -> None:
    house = furnish(strict)
    path = f"/channels/{house.text.id}/messages"
    answers = [await bound("POST", path, {"content": "x"}) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers[:5]] == list("43210")
    last = answers[5]
    assert last.headers["Via"]
    assert last.headers["X-RateLimit-Scope"] == "user"
    assert 0 < last.data["retry_after"] <= 5.0
    assert int(last.headers["Retry-After"]) >= last.data["retry_after"]
    assert last.data["global"] is False
    assert len(strict.world.messages[house.text.id]) == 5
    other = await bound("POST", f"/channels/{house.news.id}/messages", {"content": "x"})
    assert other.status == 200
    assert other.headers["X-RateLimit-Bucket"] == answers[0].headers["X-RateLimit-Bucket"]


async def test_the_global_limit_counts_across_routes_but_not_interaction_answers(
    strict: Sandbox, bound: Api
) -> None:
    strict.options.global_per_second = 3
    house = furnish(strict)
    statuses = []
    for number in range(4):
        channel = strict.world.add_channel(house.guild, f"c{number}")
        statuses.append((await bound("GET", f"/channels/{channel.id}")).status)
    refused = await bound("GET", "/users/@me")
    assert statuses == [200, 200, 200, 429]
    assert refused.data["global"] is True
    assert refused.headers["X-RateLimit-Global"] == "true"
    callback = await bound("POST", "/interactions/1/x/callback", {"type": 4})
    assert callback.code == 10062


async def test_edits_of_old_messages_have_a_limit_of_their_own(strict: Sandbox, bound: Api) -> None:
    strict.options.old_edits = 2
    house = furnish(strict)
    sent = await bound("POST", f"/channels/{house.text.id}/messages", {"content": "x"})
    path = f"/channels/{house.text.id}/messages/{sent.data['id']}"
    assert (await bound("PATCH", path, {"content": "young"})).status == 200
    strict.clock.advance(timedelta(hours=1))
    answers = [await bound("PATCH", path, {"content": str(n)}) for n in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].code == 30046
    assert answers[2].headers["Via"]


async def test_limits_off_never_bind_and_still_send_headers(sandbox: Sandbox, api: Api) -> None:
    house = furnish(sandbox)
    path = f"/channels/{house.text.id}/messages"
    answers = [await api("POST", path, {"content": "x"}) for _ in range(60)]
    assert {answer.status for answer in answers} == {200}
    assert int(answers[-1].headers["X-RateLimit-Remaining"]) > 100
    assert float(answers[-1].headers["X-RateLimit-Reset-After"]) > 0


async def test_discord_py_waits_out_a_429(strict: Sandbox) -> None:
    strict.options.global_per_second = 2
    house = furnish(strict)
    client = discord.Client(intents=discord.Intents.none())
    patch = pytest.MonkeyPatch()
    patch.setattr(discord.http.Route, "BASE", strict.api_url)
    try:
        async with client:
            await client.login(strict.token)
            for _ in range(3):
                await client.fetch_guild(house.guild.id)
    finally:
        patch.undo()
    statuses = [request.status for request in strict.requests]
    assert statuses.count(429) >= 1
    assert statuses.count(200) == 5


def test_the_defaults_are_discords() -> None:
    options = Options()
    assert options.limits_on
    assert (options.global_per_second, options.interaction_seconds) == (50, 3.0)
    assert options.nonce_window == timedelta(minutes=5)
