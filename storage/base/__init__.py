"""The Store protocol: everything the bot asks of its storage, and what it may rely on.

Promises of every implementation: a method that writes is one transaction, all or nothing; writers
wait for each other, readers wait for nobody; driver errors leave as `StorageError`. `until` is the
reader's today: a digest dated later does not exist for that call.
"""

from __future__ import annotations

from typing import Protocol

from storage.base.discovery import DiscoveryStore
from storage.base.engagement import EngagementStore
from storage.base.errors import ClosedError, StorageError
from storage.base.exchanges import ExchangeStore
from storage.base.follows import FollowStore
from storage.base.ledger import LedgerStore
from storage.base.mailings import MailingStore
from storage.base.papers import ContentStore, PaperStore
from storage.base.postings import Postings, PostingStore
from storage.base.readers import ReaderStore, SavedStore
from storage.base.restored import RestoredStore
from storage.base.state import BackupStore, StateStore
from storage.base.subscriptions import SubscriptionStore

__all__ = [
    "BackupStore",
    "ClosedError",
    "ContentStore",
    "DiscoveryStore",
    "EngagementStore",
    "ExchangeStore",
    "FollowStore",
    "LedgerStore",
    "MailingStore",
    "PaperStore",
    "PostingStore",
    "Postings",
    "ReaderStore",
    "RestoredStore",
    "SavedStore",
    "StateStore",
    "StorageError",
    "Store",
    "SubscriptionStore",
]


class Store(
    PaperStore,
    ContentStore,
    PostingStore,
    DiscoveryStore,
    ExchangeStore,
    SubscriptionStore,
    LedgerStore,
    MailingStore,
    FollowStore,
    EngagementStore,
    ReaderStore,
    SavedStore,
    StateStore,
    BackupStore,
    RestoredStore,
    Protocol,
):
    """Everything in one."""
