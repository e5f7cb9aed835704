"""What doctor makes of an odd application, a wrong clock, and a model server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from aiohttp import web

from bot.doctor import online
from bot.doctor.findings import Finding, Level
from bot.doctor.model_server import examine_model_server
from bot.settings import Settings

NOW = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)


def application(**changes: Any) -> discord.AppInfo:
    values = {"name": "Bot", "interactions_endpoint_url": None, "bot_require_code_grant": False}
    return cast(discord.AppInfo, SimpleNamespace(**(values | changes)))


def skewed(seconds: float) -> list[Finding]:
    """Return what is said when our clock is ahead by so many seconds."""
    skew = online._Skew(lambda: NOW)
    skew._read("Fri, 20 Nov 2026 00:05:00 GMT", NOW + timedelta(seconds=seconds))
    return list(online._clock(skew))


@pytest.mark.parametrize("seconds", [0, 30, -30])
def test_a_clock_that_is_nearly_right_is_in_order(seconds: int) -> None:
    ((level, _, _),) = skewed(seconds)
    assert level is Level.OK


@pytest.mark.parametrize(
    ("seconds", "says"), [(31, "31 seconds ahead"), (-90, "90 seconds behind")]
)
def test_a_wrong_clock_is_told_with_its_direction(seconds: int, says: str) -> None:
    (finding,) = skewed(seconds)
    assert finding.level is Level.WARN
    assert says in finding.text


@pytest.mark.parametrize("header", [None, "", "yesterday"])
def test_an_answer_without_a_date_says_nothing_of_the_clock(header: str | None) -> None:
    skew = online._Skew(lambda: NOW)
    skew._read(header, NOW)
    assert list(online._clock(skew)) == []


def test_commands_that_go_elsewhere_are_told() -> None:
    url = "https://example.org/interactions"
    (finding,) = online._application(application(interactions_endpoint_url=url))
    assert finding.level is Level.FAIL
    assert url in finding.text


def test_invitations_that_fail_are_told() -> None:
    (finding,) = online._application(application(bot_require_code_grant=True))
    assert finding.level is Level.WARN
    (finding,) = online._application(application())
    assert finding.level is Level.OK


# --- the model server ------------------------------------------------------------------------


@asynccontextmanager
async def serving(answer: web.Response) -> AsyncIterator[tuple[str, list[str | None]]]:
    """Serve GET /v1/models with an answer; give the base address and the keys that were sent."""
    keys: list[str | None] = []

    async def models(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Authorization"))
        return answer

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", keys
    finally:
        await runner.cleanup()


async def ask(**values: Any) -> Finding:
    settings = Settings(**({"_env_file": None} | values))
    (finding,) = [each async for each in examine_model_server(settings)]
    return finding


async def test_a_server_that_has_the_model_is_in_order() -> None:
    async with serving(web.json_response({"data": [{"id": "small"}]})) as (url, keys):
        finding = await ask(llm_base_url=url, llm_model="small", llm_api_key="secret-key")
    assert finding.level is Level.OK
    assert "secret-key" not in finding.text
    assert keys == ["Bearer secret-key"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (web.json_response({"data": [{"id": "other"}]}), "no model small, but: other"),
        (web.json_response({"error": "key"}, status=401), "answers 401"),
        (web.Response(text="<html>"), "lists no models"),
        (web.json_response([]), "lists no models"),
    ],
)
async def test_a_server_that_will_not_do_is_told(answer: web.Response, says: str) -> None:
    async with serving(answer) as (url, _):
        finding = await ask(llm_base_url=url, llm_model="small")
    assert finding.level is Level.FAIL
    assert says in finding.text


async def test_a_server_that_is_not_there_is_told() -> None:
    finding = await ask(llm_base_url="http://127.0.0.1:9/v1", llm_model="small")
    assert finding.level is Level.FAIL
    assert "cannot be reached" in finding.text


async def test_a_server_without_a_model_in_the_settings_is_told() -> None:
    assert (await ask(llm_base_url="http://127.0.0.1:9/v1")).level is Level.FAIL
    assert (await ask()).level is Level.OK


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"llm_model": "small"}, "LLM_MODEL"),
        ({"llm_api_key": "secret-key"}, "LLM_API_KEY"),
        ({"llm_model": "small", "llm_api_key": "secret-key"}, "LLM_MODEL and LLM_API_KEY"),
    ],
)
async def test_a_model_without_a_server_is_told_to_have_no_effect(
    given: dict[str, str], named: str
) -> None:
    finding = await ask(**given)
    assert finding.level is Level.WARN
    assert finding.text.startswith("LLM_BASE_URL is not set")
    assert finding.text.endswith(f"remove {named}")
