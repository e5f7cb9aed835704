"""What is wrong with a set-up, one line each, with how to mend it.

Nothing is changed, and nothing is made: it can be run beside the bot, and before its first start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.clock import Clock
from bot.doctor.findings import Finding, Level
from bot.doctor.local import examine_locally
from bot.doctor.model_server import examine_model_server
from bot.doctor.online import examine_online
from bot.doctor.records import read_subscriptions
from bot.settings import Settings

__all__ = ["Finding", "Level", "examine"]


async def examine(
    settings: Settings, problems: Sequence[str], clock: Clock
) -> AsyncIterator[Finding]:
    """Yield what is found. `problems` are sentences on settings that are wrong.

    Those have their defaults in `settings`, so that the rest can be looked at.
    """
    for problem in problems:
        yield Finding(Level.FAIL, "settings", problem)
    if not problems:
        yield Finding(Level.OK, "settings", "all of them can be read")
    subscriptions = await read_subscriptions(settings)
    for finding in await asyncio.to_thread(examine_locally, settings, subscriptions, clock()):
        yield finding
    async for finding in examine_model_server(settings):
        yield finding
    async for finding in examine_online(settings, subscriptions, clock):
        yield finding
