"""The store in one SQLite file.

Each domain is a module with its SQL and a class of async methods on `Domain`; `SqliteStore` is all
of them on one `Database`. A new domain is such a module, a migration, and its class in the list of
`SqliteStore`'s bases.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.sqlite.backup import Backup
from storage.sqlite.contents import Contents
from storage.sqlite.database import open_database
from storage.sqlite.deliveries import Deliveries
from storage.sqlite.discovery import Discovery
from storage.sqlite.engagement import Engagements
from storage.sqlite.exchanges import Exchanges
from storage.sqlite.follows import Follows
from storage.sqlite.index import is_index_current, rebuild_index
from storage.sqlite.ingest import IngestStore
from storage.sqlite.leases import Leases
from storage.sqlite.mailings import Mailings
from storage.sqlite.names import NameLookups
from storage.sqlite.notes import Notes
from storage.sqlite.papers import PaperLookups
from storage.sqlite.parts import PartsIndex
from storage.sqlite.postings import PostingIndex
from storage.sqlite.posts import Posts
from storage.sqlite.readers import Readers
from storage.sqlite.restored import RestoredLedger
from storage.sqlite.saved import SavedPapers
from storage.sqlite.search import Search
from storage.sqlite.steps import Steps
from storage.sqlite.subscriptions import Subscriptions
from storage.sqlite.view_state import ViewStates

__all__ = ["SqliteStore", "open_store"]


class SqliteStore(
    IngestStore,
    PaperLookups,
    NameLookups,
    PartsIndex,
    Search,
    Contents,
    PostingIndex,
    Discovery,
    Exchanges,
    Subscriptions,
    Deliveries,
    Steps,
    Leases,
    Posts,
    Mailings,
    Follows,
    Engagements,
    Readers,
    SavedPapers,
    ViewStates,
    Notes,
    Backup,
    RestoredLedger,
):
    """Everything that the bot stores. Made by `open_store`."""


@asynccontextmanager
async def open_store(
    path: Path, *, sound: asyncio.Future[None] | None = None
) -> AsyncIterator[SqliteStore]:
    """Open the store in the file at `path`, made if it is missing, and close it in the end.

    A file of an older version is brought up to date, one whose full-text index was made by
    another analyser is indexed again. Whatever writes waits for `sound`, if it is given, and fails
    as that does.

    Raises:
        StorageError: the file cannot be opened, is no database, or a newer version's.
    """
    async with open_database(path, sound=sound) as database:
        if not await database.read(is_index_current):
            await database.write(rebuild_index)
        yield SqliteStore(database)
