"""Answers in forms that Discord's documentation allows, and discord.py cannot read."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.endpoint import point_rest_at, refuse_strangers

ROUTE = "/users/@me"
USER = {"id": "7", "username": "reader", "discriminator": "0", "avatar": None}
BOT: Any = {**USER, "id": "2", "bot": True}
INTERACTION = {
    "id": "1",
    "application_id": "2",
    "type": 2,
    "token": "t",
    "data": {"id": "3", "name": "paper", "type": 1},
}


@dataclass(kw_only=True)
class Answers:
    """What a server answers, one after the other."""

    client: discord.Client
    next: list[web.Response] = field(default_factory=list)

    async def answer(self, _request: web.Request) -> web.Response:
        """Answer with the next one."""
        return self.next.pop(0)

    async def get(self) -> Any:
        """Ask for something through discord.py."""
        return await self.client.http.request(Route("GET", ROUTE))


@pytest.fixture
async def answers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Answers]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    client = discord.Client(
        intents=discord.Intents.none(), http_trace=refuse_strangers(aiohttp.TraceConfig())
    )
    answers = Answers(client=client)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answers.answer)
    async with TestServer(app) as server:
        point_rest_at(str(server.make_url("/api/v10")))
        answers.next = [json_response(BOT)]
        await client.http.static_login("token")
        yield answers
        await client.http.close()


def json_response(data: object, status: int = 200, **headers: str) -> web.Response:
    """Return JSON as most servers send it: with a charset."""
    return web.json_response(data, status=status, headers=headers)


async def test_json_is_json_where_its_type_names_a_charset(answers: Answers) -> None:
    answers.next = [json_response({"id": "1"})]

    assert await answers.get() == {"id": "1"}


async def test_an_answer_without_content_is_no_page_whatever_its_type(answers: Answers) -> None:
    answers.next = [web.Response(status=204, headers={"Content-Type": "text/html"})]

    assert await answers.get() == ""


async def test_a_page_in_the_place_of_an_answer_counts_as_none(answers: Answers) -> None:
    answers.next = [web.Response(text="<html>Log in", content_type="text/html")]

    with pytest.raises(aiohttp.ClientPayloadError, match="a page"):
        await answers.get()


async def test_a_limit_is_waited_for_where_it_came_without_via(answers: Answers) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 0.3, "global": False}
    answers.next = [json_response(body, status=429), json_response({"id": "1"})]
    begun = time.monotonic()

    assert await answers.get() == {"id": "1"}
    assert time.monotonic() - begun >= 0.3


async def test_an_interaction_counts_as_answered_where_nothing_is_told_of_it(
    answers: Answers,
) -> None:
    told: Any = {**INTERACTION, "version": 1, "attachment_size_limit": 1, "user": USER}
    interaction: discord.Interaction[Any] = discord.Interaction(
        data=told, state=answers.client._connection
    )
    answers.next = [web.Response(status=204)]

    await interaction.response.defer()

    assert interaction.response.is_done()
