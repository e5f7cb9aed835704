"""Waiting until the bot has nothing more to say by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.mailing.service import MailService
from tests.e2e.house import House
from tests.e2e.posts import beside

Quiet = Callable[[House], Awaitable[None]]


def wait_for_quiet(monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """Return what lets a bot that is started from now on begin and end a tick, and its posts."""
    ticks: list[int] = []
    tick = MailService.tick

    async def count(service: MailService) -> None:
        await tick(service)
        ticks.append(1)

    monkeypatch.setattr(MailService, "tick", count)

    async def wait(house: House) -> None:
        seen = len(ticks)
        async with beside(house) as store:
            while len(ticks) < seen + 2 or (
                await store.list_open_mailings() or await store.list_unfinished()
            ):
                await house.manager.run(house.text, "following")

    return wait
