"""A house for each test; whatever the bot sent in it is checked against Discord's own spec."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import app, attempts, limiting, workers
from tests import openapi
from tests.e2e.house import House, open_house


@pytest.fixture(scope="session", autouse=True)
def _as_often_as_they_like() -> Iterator[None]:
    """Let the few people of a test ask as often as many do in a minute."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiting, "SECONDS", 0.001)
        yield


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A furnished sandbox without rate limits."""
    async with open_house(tmp_path) as opened:
        yield opened
        if openapi.SPEC.exists():
            openapi.check_requests(opened.sandbox.requests)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot wait as often as in earnest, but not as long."""
    monkeypatch.setattr(attempts, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(attempts, "SETTLE", 0.01)
    monkeypatch.setattr(attempts, "SETTLE_LEFT", 0.01)
    monkeypatch.setattr(attempts, "SETTLE_BY_NONCE", 0.01)
    monkeypatch.setattr(workers, "RETRY_FIRST", 0.01)
    monkeypatch.setattr(workers, "RETRY_MOST", 0.05)
    monkeypatch.setattr(app, "PAUSES", (0.01,))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house whose bot runs for a whole module of look-ups; the first digest is posted.

    Its tests need `pytest.mark.asyncio(loop_scope="module")`, change nothing, and open no other
    house: discord.py is pointed at one sandbox at a time.
    """
    async with open_house(tmp_path_factory.mktemp("library")) as opened:
        async with opened.bot():
            await opened.delivered()
            yield opened
        if openapi.SPEC.exists():
            openapi.check_requests(opened.sandbox.requests)
