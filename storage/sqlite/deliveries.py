"""Deliveries in SQLite: what is unposted, which digest was opened for whom, and what is left."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from storage.models import Delivery, Language, Subscription, Threads
from storage.sqlite.database import Domain
from storage.sqlite.statements import execute_many, fetch_all
from storage.sqlite.subscriptions import ENDED

# A paper may have been sent under another date. What was given up before it was sent was not; what
# may have been sent counts until that is known (`give_back`).
LIST_UNPOSTED = """
SELECT DISTINCT e.date AS date
FROM entries e
WHERE e.date <= :until
  AND (:tags = '[]'
       OR EXISTS (SELECT 1 FROM entry_names en JOIN names n ON n.id = en.name_id
                  WHERE en.entry_id = e.id AND en.kind = 'tag'
                    AND n.key IN (SELECT value FROM json_each(:tags))))
  AND NOT EXISTS (SELECT 1 FROM deliveries d
                  WHERE d.subscription_id = :subscription_id AND d.digest_date = e.date)
  AND NOT EXISTS (SELECT 1 FROM steps s JOIN deliveries d ON d.id = s.delivery_id
                  WHERE s.entry_id = e.id AND s.name = 'paper'
                    AND (s.state <> 'skipped' OR s.message_id IS NOT NULL)
                    AND d.subscription_id = :subscription_id)
ORDER BY e.date
"""

CHANGED = "SELECT EXISTS (SELECT 1 FROM changed_digests) AS changed"
# One that is under way shows perhaps the old text: `changes` keeps it from being finished with it.
REOPEN = """
UPDATE deliveries
SET reopened = reopened OR finished_at IS NOT NULL, finished_at = NULL, changes = changes + 1
WHERE digest_date IN (SELECT date FROM changed_digests)
"""
GET_VERSION = "SELECT version FROM digests_version"
FORGET_CHANGES = "DELETE FROM changed_digests"

LIST_POSTED_ELSEWHERE = """
SELECT DISTINCT s.entry_id
FROM json_each(:entry_ids) wanted
JOIN steps s ON s.entry_id = wanted.value AND s.name = 'paper'
JOIN deliveries d ON d.id = s.delivery_id
WHERE d.subscription_id = :subscription_id AND d.digest_date <> :digest_date
  AND (s.state <> 'skipped' OR s.message_id IS NOT NULL)
"""

LIST_DAYS = "SELECT subscription_id, day FROM delivery_days WHERE day >= :since"

GET_DAY = "SELECT 1 FROM delivery_days WHERE subscription_id = :subscription_id AND day = :day"

GET_STATE = "SELECT state FROM subscriptions WHERE id = :subscription_id"

INSERT_DAY = """
INSERT INTO delivery_days (subscription_id, day) VALUES (:subscription_id, :day)
ON CONFLICT DO NOTHING
"""

INSERT_DELIVERY = """
INSERT INTO deliveries (subscription_id, digest_date, run, day, anchor, threads, language, tags,
                        role_id, crosspost, created_at)
VALUES (:subscription_id, :digest_date, :run, :day, :anchor, :threads, :language, :tags,
        iif(:run = 0, :role_id, 0), :crosspost, :now)
ON CONFLICT DO NOTHING
"""

NEXT_RUN = """
SELECT coalesce(max(run) + 1, 0) AS run FROM deliveries
WHERE subscription_id = :subscription_id AND digest_date = :digest_date
"""

SELECT_DELIVERY = """
SELECT d.id, d.subscription_id, d.digest_date, d.run, d.day, d.anchor, d.threads, d.language,
       d.tags, d.created_at, d.finished_at, d.reopened, d.changes, d.role_id, d.crosspost
FROM deliveries d
"""
SELECT_BY_RUN = SELECT_DELIVERY + (
    "WHERE subscription_id = :subscription_id AND digest_date = :digest_date AND run = :run"
)
SELECT_RUNS = SELECT_DELIVERY + (
    "WHERE subscription_id = :subscription_id AND digest_date = :digest_date ORDER BY run"
)
SELECT_UNFINISHED = (
    SELECT_DELIVERY
    + """
JOIN subscriptions s ON s.id = d.subscription_id AND s.parked IS NULL
WHERE d.finished_at IS NULL
ORDER BY d.id
"""
)
SELECT_UNFINISHED_OF = SELECT_DELIVERY + (
    "WHERE d.subscription_id = :subscription_id AND d.finished_at IS NULL ORDER BY d.id"
)

SELECT_RECENT = SELECT_DELIVERY + (
    "WHERE d.subscription_id = :subscription_id ORDER BY d.id DESC LIMIT :limit"
)
SELECT_LAST = SELECT_DELIVERY + (
    "WHERE d.subscription_id = :subscription_id AND d.finished_at IS NOT NULL "
    "ORDER BY d.finished_at DESC LIMIT 1"
)
REOPEN_ONE = "UPDATE deliveries SET finished_at = NULL, reopened = 1 WHERE id = :id"

FINISH = """
UPDATE deliveries SET finished_at = :now
WHERE id = :id AND finished_at IS NULL AND changes = :changes
"""
# Posting works: should it stop again, that is news.
FORGET_TOLD = "UPDATE subscriptions SET told = 0 WHERE id = :subscription_id AND told"


class Deliveries(Domain):
    """Deliveries, as `storage.base.LedgerStore` says."""

    async def list_unposted(
        self, subscription_id: int, *, until: date, tags: Collection[str] = ()
    ) -> tuple[date, ...]:
        """Return the digests without a delivery that have a paper with one of the folded tags."""
        wanted = {
            "subscription_id": subscription_id,
            "until": until.isoformat(),
            "tags": json.dumps(list(tags), ensure_ascii=False),
        }
        rows = await self._database.read(fetch_all, LIST_UNPOSTED, wanted)
        return tuple(date.fromisoformat(row["date"]) for row in rows)

    async def get_digests_version(self) -> int:
        """Return a number that grows with every change of an entry."""
        (row,) = await self._database.read(fetch_all, GET_VERSION, {})
        return int(row["version"])

    async def list_delivered_days(self, *, since: date) -> frozenset[tuple[int, date]]:
        """Return (subscription id, local day) of each day's delivery."""
        rows = await self._database.read(fetch_all, LIST_DAYS, {"since": since.isoformat()})
        return frozenset((row["subscription_id"], date.fromisoformat(row["day"])) for row in rows)

    async def open_deliveries(
        self,
        subscription: Subscription,
        dates: Sequence[date],
        *,
        day: date,
        anchor: int,
        now: datetime,
        scheduled: bool,
    ) -> tuple[Delivery, ...]:
        """Begin the day's delivery: one Delivery a digest that has none yet."""
        values = _opening_values(subscription, day=day, anchor=anchor, now=now)
        return await self._database.write(_open_deliveries, values, dates, scheduled=scheduled)

    async def open_again(
        self,
        subscription: Subscription,
        digest_date: date,
        *,
        day: date,
        anchor: int,
        now: datetime,
    ) -> Delivery:
        """Begin another run of a digest."""
        values = _opening_values(subscription, day=day, anchor=anchor, now=now)
        return await self._database.write(_open_again, values, digest_date)

    async def list_unfinished(self, subscription_id: int | None = None) -> tuple[Delivery, ...]:
        """Return what has steps left, oldest first."""
        sql = SELECT_UNFINISHED if subscription_id is None else SELECT_UNFINISHED_OF
        rows = await self._database.read(fetch_all, sql, {"subscription_id": subscription_id})
        return tuple(_delivery(row) for row in rows)

    async def list_deliveries(
        self, subscription_id: int, digest_date: date
    ) -> tuple[Delivery, ...]:
        """Return the runs of a digest."""
        key = {"subscription_id": subscription_id, "digest_date": digest_date.isoformat()}
        rows = await self._database.read(fetch_all, SELECT_RUNS, key)
        return tuple(_delivery(row) for row in rows)

    async def list_recent_deliveries(
        self, subscription_id: int, *, limit: int
    ) -> tuple[Delivery, ...]:
        """Return the newest deliveries, newest first."""
        wanted = {"subscription_id": subscription_id, "limit": limit}
        rows = await self._database.read(fetch_all, SELECT_RECENT, wanted)
        return tuple(_delivery(row) for row in rows)

    async def get_last_delivery(self, subscription_id: int) -> Delivery | None:
        """Return the newest complete one, or None."""
        wanted = {"subscription_id": subscription_id}
        rows = await self._database.read(fetch_all, SELECT_LAST, wanted)
        return _delivery(rows[0]) if rows else None

    async def reopen_deliveries(self, delivery_ids: Sequence[int]) -> None:
        """Have these gone through again."""
        rows = [{"id": delivery_id} for delivery_id in delivery_ids]
        await self._database.write(execute_many, REOPEN_ONE, rows)

    async def finish_delivery(self, delivery: Delivery, *, now: datetime) -> None:
        """Record that no step is left, unless the digest has changed meanwhile."""
        await self._database.write(_finish, delivery, now.isoformat())

    async def reopen_changed(self) -> int:
        """Open the deliveries of changed digests again, return how many."""
        (row,) = await self._database.read(fetch_all, CHANGED, {})
        return await self._database.write(_reopen_changed) if row["changed"] else 0

    async def list_posted_elsewhere(
        self, delivery: Delivery, entry_ids: Sequence[int]
    ) -> frozenset[int]:
        """Return those of the entries that the channel was sent under another date."""
        rows = await self._database.read(
            fetch_all,
            LIST_POSTED_ELSEWHERE,
            {
                "entry_ids": json.dumps(list(entry_ids)),
                "subscription_id": delivery.subscription_id,
                "digest_date": delivery.digest_date.isoformat(),
            },
        )
        return frozenset(row["entry_id"] for row in rows)


def _opening_values(
    subscription: Subscription, *, day: date, anchor: int, now: datetime
) -> dict[str, Any]:
    return {
        "subscription_id": subscription.id,
        "day": day.isoformat(),
        "anchor": anchor,
        "threads": subscription.threads,
        "language": subscription.language,
        "tags": json.dumps(subscription.tags, ensure_ascii=False),
        "role_id": subscription.role_id or 0,
        "crosspost": subscription.crosspost,
        "now": now.isoformat(),
    }


def _open_deliveries(
    connection: sqlite3.Connection,
    values: dict[str, Any],
    dates: Sequence[date],
    *,
    scheduled: bool,
) -> tuple[Delivery, ...]:
    if scheduled and not _is_still_due(connection, values):
        return ()
    attempts = [
        _open(connection, values | {"digest_date": digest_date.isoformat(), "run": 0})
        for digest_date in dates
    ]
    opened = tuple(delivery for delivery in attempts if delivery)
    if opened:  # what the channel had already does not use up its day
        connection.execute(INSERT_DAY, values)
    return opened


def _is_still_due(connection: sqlite3.Connection, values: dict[str, Any]) -> bool:
    """Return whether the day has had no delivery yet and the subscription has not ended."""
    if connection.execute(GET_DAY, values).fetchone():
        return False
    row = connection.execute(GET_STATE, values).fetchone()
    return bool(row["state"] != ENDED)


def _open_again(
    connection: sqlite3.Connection, values: dict[str, Any], digest_date: date
) -> Delivery:
    values = values | {"digest_date": digest_date.isoformat()}
    connection.execute(INSERT_DAY, values)
    run = connection.execute(NEXT_RUN, values).fetchone()["run"]
    opened = _open(connection, values | {"run": run})
    assert opened is not None  # noqa: S101 - the run is new
    return opened


def _open(connection: sqlite3.Connection, values: dict[str, Any]) -> Delivery | None:
    """Insert a delivery; None when there is one already."""
    if connection.execute(INSERT_DELIVERY, values).rowcount < 1:
        return None
    return _delivery(connection.execute(SELECT_BY_RUN, values).fetchone())


def _reopen_changed(connection: sqlite3.Connection) -> int:
    reopened = connection.execute(REOPEN).rowcount
    connection.execute(FORGET_CHANGES)
    return reopened


def _finish(connection: sqlite3.Connection, delivery: Delivery, now: str) -> None:
    connection.execute(FINISH, {"id": delivery.id, "now": now, "changes": delivery.changes})
    connection.execute(FORGET_TOLD, {"subscription_id": delivery.subscription_id})


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        subscription_id=row["subscription_id"],
        digest_date=date.fromisoformat(row["digest_date"]),
        run=row["run"],
        day=date.fromisoformat(row["day"]),
        anchor=row["anchor"],
        threads=Threads(row["threads"]),
        language=Language(row["language"]),
        tags=tuple(json.loads(row["tags"])),
        created_at=datetime.fromisoformat(row["created_at"]),
        finished_at=datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
        reopened=bool(row["reopened"]),
        changes=row["changes"],
        role_id=row["role_id"] or None,
        crosspost=bool(row["crosspost"]),
    )
