"""A running sandbox, furnished, with clients for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.faults import Trouble
from sandbox.options import Options
from sandbox.server import Sandbox
from sandbox.users import Person
from tests import openapi
from tests.sandbox.harness import Api, Bot, House, Run, furnish, pointed_at


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without rate limits; whatever it answers as Discord is checked in the end."""
    async with Sandbox(options=Options(limits_on=False)) as running:
        yield running
    if openapi.SPEC.exists():
        answered = [each for each in running.requests if each.fault != Trouble.PAGE]
        openapi.check_responses(answered)


@pytest.fixture
async def strict() -> AsyncIterator[Sandbox]:
    """A sandbox whose rate limits bind."""
    async with Sandbox() as running:
        yield running


@pytest.fixture
def house(sandbox: Sandbox) -> House:
    return furnish(sandbox)


@pytest.fixture
def alice(sandbox: Sandbox, house: House) -> Person:
    return sandbox.person(house.alice)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(sandbox: Sandbox, session: aiohttp.ClientSession) -> Api:
    return Api(sandbox, session)


@pytest.fixture
def run(sandbox: Sandbox) -> Run:
    """Return what runs a bot for the length of an `async with` block."""

    @contextlib.asynccontextmanager
    async def running(bot: Bot) -> AsyncIterator[Bot]:
        with pointed_at(sandbox):
            async with bot:
                await bot.login(sandbox.token)
                if bot.tree.get_commands():
                    await bot.tree.sync()
                task = asyncio.create_task(bot.connect())
                try:
                    await asyncio.wait_for(bot.wait_until_ready(), 10)
                    yield bot
                finally:
                    await bot.close()
                    await asyncio.gather(task, return_exceptions=True)

    return running
