"""The subscriptions in the database, as far as it can be read."""

from __future__ import annotations

import asyncio

from bot.settings import Settings
from storage.base import StorageError
from storage.models import Subscription
from storage.sqlite import open_store
from storage.sqlite.inspection import check_quickly, inspect_file


async def read_subscriptions(settings: Settings) -> tuple[Subscription, ...]:
    """Return who gets digests; nobody where the database is missing, broken or an older version's.

    An older one would be brought up to date by being opened.
    """
    path = settings.database_path
    try:
        found = await asyncio.to_thread(inspect_file, path)
        await asyncio.to_thread(check_quickly, path)
        if found.schema < found.known:
            return ()
        async with open_store(path) as store:
            return await store.list_subscriptions()
    except StorageError:
        return ()
