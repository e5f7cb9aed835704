"""Answers and events in forms that Discord's documentation allows, and discord.py cannot read."""

from __future__ import annotations

import logging
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
from bot.wire import read_events

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


class Listener(discord.Client):
    """A client that keeps the interactions it is told of."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self._connection.user = discord.ClientUser(state=self._connection, data=BOT)
        self.heard: list[discord.Interaction[Any]] = []
        read_events(self)

    def dispatch(self, event: str, /, *args: Any, **_kwargs: Any) -> None:
        """Keep what is dispatched."""
        if event == "interaction":
            self.heard += args

    def tell(self, event: str, data: Any) -> None:
        """Tell the client of an event as its gateway does."""
        self._connection.parsers[event](data)


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


@pytest.mark.parametrize(
    ("channel", "place"),
    [
        ({"channel": {"id": "5", "type": 0, "name": "papers", "permissions": "0"}}, 5),
        ({"channel": {"id": "5", "type": 15, "name": "forum"}}, 5),
        ({"channel": {"id": "5", "type": 2, "name": "voice"}}, 5),
        ({"channel": {"id": "5", "type": 11, "name": "thread", "parent_id": "4"}}, 5),
        ({"channel_id": "5"}, 5),
        ({}, None),
    ],
)
async def test_an_interaction_is_answered_where_its_channel_is_known_in_part(
    channel: dict[str, Any], place: int | None
) -> None:
    listener = Listener()
    member = {"user": USER, "joined_at": None, "permissions": "0", "mute": False, "deaf": False}

    listener.tell(
        "INTERACTION_CREATE", {**INTERACTION, "guild_id": "9", "member": member} | channel
    )

    assert [each.channel_id for each in listener.heard] == [place]


@pytest.mark.parametrize("channel", [{"id": "5", "type": 1}, {"id": "5", "type": 3}, None])
async def test_an_interaction_is_answered_outside_of_servers(
    channel: dict[str, Any] | None,
) -> None:
    listener = Listener()

    listener.tell(
        "INTERACTION_CREATE",
        {**INTERACTION, "user": USER, "channel_id": "5", "channel": channel},
    )

    assert [each.channel_id for each in listener.heard] == [5]


async def test_an_event_that_cannot_be_read_ends_nothing_but_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listener = Listener()

    with caplog.at_level(logging.WARNING):
        listener.tell("GUILD_CREATE", {"unexpected": True})
        listener.tell("INTERACTION_CREATE", [])
        listener.tell("INTERACTION_CREATE", {**INTERACTION, "user": USER, "channel_id": "5"})

    assert len(listener.heard) == 1
    assert "An event (GUILD_CREATE) could not be read: KeyError: 'id'" in caplog.text


async def test_a_ready_that_cannot_be_read_has_the_client_connect_again() -> None:
    with pytest.raises(aiohttp.ClientPayloadError, match="not Discord's answer"):
        Listener().tell("READY", {})
