"""A house for each test; whatever the bot sent in it is checked against Discord's own spec."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import openapi
from tests.e2e.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A furnished sandbox without rate limits."""
    async with open_house(tmp_path) as opened:
        yield opened
        if openapi.SPEC.exists():
            openapi.check_requests(opened.sandbox.requests)
