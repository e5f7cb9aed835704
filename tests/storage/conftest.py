"""A store in a real file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from storage.models import Delivery, DigestDraft, IngestReport, Subscription
from storage.sqlite import SqliteStore, open_store
from tests.storage.builders import NOW
from tests.storage.ledgers import open_day, subscribe

Ingest = Callable[..., Awaitable[IngestReport]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "digests.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(path) as opened:
        yield opened


@pytest.fixture
def ingest(store: SqliteStore) -> Ingest:
    """Store drafts in one transaction, each with a new fingerprint; the last one's report."""
    fingerprints = count()

    async def add(*drafts: DigestDraft) -> IngestReport:
        fingerprinted = [(draft, f"f{next(fingerprints)}") for draft in drafts]
        return (await store.add_digests(fingerprinted, now=NOW))[-1]

    return add


@pytest.fixture
async def other(path: Path, store: SqliteStore) -> AsyncIterator[SqliteStore]:
    """Another process's store on the same file."""
    assert store
    async with open_store(path) as opened:
        yield opened


@pytest.fixture
async def subscription(store: SqliteStore) -> Subscription:
    return await subscribe(store)


@pytest.fixture
async def delivery(store: SqliteStore, subscription: Subscription) -> Delivery:
    (opened,) = await open_day(store, subscription)
    return opened
