"""What a restored ledger learns from the channels."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from storage.models import FoundDelivery, FoundMark, Restored, Subscription
from storage.sqlite.database import Domain
from storage.sqlite.restoring import GET_NOTE, NOTE, SET_NOTE

ADD_DAY = """
INSERT INTO delivery_days (subscription_id, day) VALUES (:subscription_id, :day)
ON CONFLICT DO NOTHING
"""
ADD_DELIVERY = """
INSERT INTO deliveries (subscription_id, digest_date, run, day, anchor, threads, language, tags,
                        created_at, reopened)
VALUES (:subscription_id, :digest_date, :run, :day, :anchor, :threads, :language, :tags, :at, 1)
ON CONFLICT DO NOTHING
"""
GET_DELIVERY = """
SELECT id FROM deliveries
WHERE subscription_id = :subscription_id AND digest_date = :digest_date AND run = :run
"""
ADD_STEP = """
INSERT INTO steps (delivery_id, entry_id, name, position, state, channel_id, message_id, revision)
VALUES (:delivery_id, :entry_id, :name,
        (SELECT coalesce(max(position) + 1, 0) FROM steps WHERE delivery_id = :delivery_id),
        'done', :channel_id, :message_id, :revision)
ON CONFLICT DO NOTHING
"""
REOPEN = """
UPDATE deliveries SET reopened = reopened OR finished_at IS NOT NULL, finished_at = NULL
WHERE id = :delivery_id
"""


class RestoredLedger(Domain):
    """A ledger out of a copy, as `storage.base.RestoredStore` says."""

    async def get_restored(self) -> Restored | None:
        """Return what the copy knew."""
        return await self._database.read(_get)

    async def add_found(
        self,
        subscription: Subscription,
        found: Sequence[FoundDelivery],
        *,
        waiting: Sequence[FoundMark],
        anchor: int,
    ) -> None:
        """Record what was found in a channel, that it was gone through, and what still waits."""
        await self._database.write(_add, subscription, found, waiting, anchor)


def _get(connection: sqlite3.Connection) -> Restored | None:
    row = connection.execute(GET_NOTE, {"key": NOTE}).fetchone()
    if row is None:
        return None
    note = json.loads(row["value"])
    waiting = {
        int(subscription_id): tuple(_mark(each) for each in marks)
        for subscription_id, marks in note["waiting"].items()
    }
    return Restored(after=note["after"], entries=note["entries"], waiting=waiting)


def _mark(found: dict[str, Any]) -> FoundMark:
    return FoundMark(**(found | {"day": date.fromisoformat(found["day"])}))


def _add(
    connection: sqlite3.Connection,
    subscription: Subscription,
    found: Sequence[FoundDelivery],
    waiting: Sequence[FoundMark],
    anchor: int,
) -> None:
    for delivery in found:
        _add_delivery(connection, subscription, delivery, anchor)
    row = connection.execute(GET_NOTE, {"key": NOTE}).fetchone()
    note = json.loads(row["value"])
    note["waiting"][str(subscription.id)] = [
        asdict(each) | {"day": each.day.isoformat()} for each in waiting
    ]
    connection.execute(SET_NOTE, {"key": NOTE, "value": json.dumps(note)})


def _add_delivery(
    connection: sqlite3.Connection, subscription: Subscription, found: FoundDelivery, anchor: int
) -> None:
    values: dict[str, Any] = {
        "subscription_id": subscription.id,
        "digest_date": found.digest_date.isoformat(),
        "run": found.run,
        "day": found.day.isoformat(),
        "anchor": anchor,
        "threads": found.threads,
        "language": subscription.language,
        "tags": json.dumps(subscription.tags, ensure_ascii=False),
        "at": found.at.isoformat(),
    }
    connection.execute(ADD_DAY, values)
    connection.execute(ADD_DELIVERY, values)
    delivery_id = connection.execute(GET_DELIVERY, values).fetchone()["id"]
    added = 0
    for step in found.steps:
        row = {
            "delivery_id": delivery_id,
            "entry_id": step.entry_id,
            "name": step.name,
            "channel_id": step.channel_id,
            "message_id": step.message_id,
            "revision": step.revision,
        }
        added += connection.execute(ADD_STEP, row).rowcount
    if added:
        connection.execute(REOPEN, {"delivery_id": delivery_id})
