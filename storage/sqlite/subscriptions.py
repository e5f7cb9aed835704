"""Subscriptions in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Any

from storage.models import Language, Start, Subscription, SubscriptionOptions, Threads
from storage.sqlite.database import Domain
from storage.sqlite.statements import execute

SELECT = """
SELECT id, channel_id, guild_id, at, timezone, language, threads, tags, start, since, chosen,
       state, created_at, created_by, parked, parked_at, role_id, recap, crosspost
FROM subscriptions
"""
SELECT_ALL = SELECT + "ORDER BY id"
SELECT_BY_GUILD = SELECT + "WHERE guild_id = :guild_id ORDER BY id"
SELECT_BY_CHANNEL = SELECT + "WHERE channel_id = :channel_id"
SELECT_BY_ID = SELECT + "WHERE id = :id"

INSERT = """
INSERT INTO subscriptions (channel_id, guild_id, at, timezone, language, threads, tags, start,
                           role_id, recap, crosspost, since, chosen, state, created_at, created_by)
VALUES (:channel_id, :guild_id, :at, :timezone, :language, :threads, :tags, :start,
        coalesce(:role_id, 0), coalesce(:recap, 0), coalesce(:crosspost, 0),
        :since, :chosen, :state, :now, :by)
"""

UPDATE = """
UPDATE subscriptions
SET guild_id = :guild_id, at = :at, timezone = :timezone, language = :language,
    threads = :threads, tags = :tags, start = :start, role_id = :role_id, recap = :recap,
    crosspost = :crosspost, since = :since, chosen = :chosen, state = :state, created_by = :by,
    parked = NULL, parked_at = NULL, told = 0
WHERE channel_id = :channel_id
"""

END = """
UPDATE subscriptions SET state = 'ended' WHERE channel_id = :channel_id AND state = 'active'
"""
# What ends with a subscription; an edit of what was posted before goes on.
LIST_IN_HAND = """
SELECT d.id FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
WHERE s.channel_id = :channel_id AND d.finished_at IS NULL AND NOT d.reopened
"""
FORGET_UNBEGUN = """
DELETE FROM deliveries
WHERE id = :id AND NOT EXISTS (SELECT 1 FROM steps WHERE delivery_id = :id)
"""
# A request that is under way is recorded all the same, should it still end.
SKIP_CLAIMED = """
UPDATE steps SET state = 'skipped', owner = NULL, lease_until = NULL
WHERE delivery_id = :id AND state = 'claimed'
"""
CLOSE_DELIVERY = "UPDATE deliveries SET finished_at = :now WHERE id = :id"
FOLLOW = """
UPDATE subscriptions
SET at = :at, timezone = :timezone, language = :language, threads = :threads, tags = :tags,
    start = :start, since = :since, state = :state
WHERE channel_id = :channel_id
"""

SET_GUILD = "UPDATE subscriptions SET guild_id = :guild_id WHERE id = :id"
PARK = """
UPDATE subscriptions SET parked = :reason, parked_at = :now WHERE id = :id AND parked IS NULL
"""
# `told` outlasts a vain new try: nobody is told of the same trouble every few minutes.
TELL = "UPDATE subscriptions SET told = 1 WHERE id = :id AND NOT told"
FORGET_CREATOR = "UPDATE subscriptions SET created_by = NULL WHERE created_by = :user_id"
UNPARK = "UPDATE subscriptions SET parked = NULL, parked_at = NULL WHERE id = :id"

# A target has only seen /post so far; an ended one is remembered, so that it stays ended.
TARGET, ACTIVE, ENDED = "target", "active", "ended"


class Subscriptions(Domain):
    """Subscriptions, as `storage.base.SubscriptionStore` says."""

    async def list_subscriptions(self, *, guild_id: int | None = None) -> tuple[Subscription, ...]:
        """Return all of them, or a guild's."""
        sql = SELECT_ALL if guild_id is None else SELECT_BY_GUILD
        return await self._database.read(_list, sql, {"guild_id": guild_id})

    async def get_subscription(self, channel_id: int) -> Subscription | None:
        """Return a channel's."""
        found = await self._database.read(_list, SELECT_BY_CHANNEL, {"channel_id": channel_id})
        return found[0] if found else None

    async def get_subscription_by_id(self, subscription_id: int) -> Subscription | None:
        """Return one."""
        found = await self._database.read(_list, SELECT_BY_ID, {"id": subscription_id})
        return found[0] if found else None

    async def set_subscription(
        self,
        channel_id: int,
        options: SubscriptionOptions,
        *,
        defaults: SubscriptionOptions,
        guild_id: int | None,
        since: date | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Begin, resume or change one on a member's word."""
        values = _values(channel_id, guild_id=guild_id, since=since, by=by, now=now)
        return await self._database.write(_set, values, options, defaults)

    async def follow_environment(
        self, channel_id: int, options: SubscriptionOptions, *, since: date | None, now: datetime
    ) -> Subscription:
        """Begin the environment's, or update what no member has said."""
        values = _values(channel_id, guild_id=None, since=since, by=None, now=now)
        # A start that changes nothing need not wait until the file can be written.
        followed = await self._database.read(_find_followed, values, options)
        if followed is not None:
            return followed
        return await self._database.write(_follow, values, options)

    async def add_target(
        self,
        channel_id: int,
        defaults: SubscriptionOptions,
        *,
        guild_id: int | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Return the channel's; make one that is not active where there is none."""
        values = _values(channel_id, guild_id=guild_id, since=None, by=by, now=now)
        return await self._database.write(_add_target, values, defaults)

    async def end_subscription(self, channel_id: int, *, now: datetime) -> bool:
        """End the channel's, and what is being delivered to it; false when none is active."""
        values = {"channel_id": channel_id, "now": now.isoformat()}
        return await self._database.write(_end, values)

    async def set_guild(self, subscription_id: int, guild_id: int) -> None:
        """Record the channel's guild."""
        values = {"id": subscription_id, "guild_id": guild_id}
        await self._database.write(execute, SET_GUILD, values)

    async def park(self, subscription_id: int, reason: str, *, now: datetime) -> bool:
        """Stop for a reason; return whether that is news."""
        values = {"id": subscription_id, "reason": reason, "now": now.isoformat()}
        return await self._database.write(_park, values)

    async def unpark(self, subscription_id: int) -> None:
        """Resume."""
        await self._database.write(execute, UNPARK, {"id": subscription_id})

    async def forget_subscriber(self, user_id: int) -> int:
        """No longer know who subscribed what; return how many it was."""
        return await self._database.write(execute, FORGET_CREATOR, {"user_id": user_id})


def _list(
    connection: sqlite3.Connection, sql: str, values: dict[str, Any]
) -> tuple[Subscription, ...]:
    return tuple(_subscription(row) for row in connection.execute(sql, values))


def _end(connection: sqlite3.Connection, values: dict[str, Any]) -> bool:
    if execute(connection, END, values) == 0:
        return False
    for row in connection.execute(LIST_IN_HAND, values).fetchall():
        for statement in (FORGET_UNBEGUN, SKIP_CLAIMED, CLOSE_DELIVERY):
            connection.execute(statement, {"id": row["id"], "now": values["now"]})
    return True


def _park(connection: sqlite3.Connection, values: dict[str, Any]) -> bool:
    parked = connection.execute(PARK, values).rowcount > 0
    return parked and connection.execute(TELL, values).rowcount > 0


def _values(
    channel_id: int,
    *,
    guild_id: int | None,
    since: date | None,
    by: int | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "channel_id": channel_id,
        "guild_id": guild_id,
        "since": _iso(since),
        "by": by,
        "now": now.isoformat(),
    }


def _set(
    connection: sqlite3.Connection,
    values: dict[str, Any],
    options: SubscriptionOptions,
    defaults: SubscriptionOptions,
) -> Subscription:
    old = connection.execute(SELECT_BY_CHANNEL, values).fetchone()
    chosen = {name for name, value in asdict(options).items() if value is not None}
    if old is None:
        row = _row(_merge(defaults, options)) | values
    else:
        row = _changed(old, options) | values
        chosen |= set(json.loads(old["chosen"]))
        if old["state"] == ACTIVE and options.start is None:
            row["since"] = old["since"]
    row |= {"chosen": _json(sorted(chosen)), "state": ACTIVE}
    connection.execute(UPDATE if old else INSERT, row)
    return _get(connection, values)


def _follow(
    connection: sqlite3.Connection, values: dict[str, Any], options: SubscriptionOptions
) -> Subscription:
    old = connection.execute(SELECT_BY_CHANNEL, values).fetchone()
    if old is None:
        connection.execute(INSERT, _row(options) | values | {"chosen": "[]", "state": ACTIVE})
    else:
        connection.execute(FOLLOW, _followed(old, options, since=values["since"]))
    return _get(connection, values)


def _find_followed(
    connection: sqlite3.Connection, values: dict[str, Any], options: SubscriptionOptions
) -> Subscription | None:
    """Return the channel's if `_follow` would leave it as it is."""
    old = connection.execute(SELECT_BY_CHANNEL, values).fetchone()
    if old is None:
        return None
    row = _followed(old, options, since=values["since"])
    return _subscription(old) if all(old[name] == value for name, value in row.items()) else None


def _add_target(
    connection: sqlite3.Connection, values: dict[str, Any], defaults: SubscriptionOptions
) -> Subscription:
    if connection.execute(SELECT_BY_CHANNEL, values).fetchone() is None:
        connection.execute(INSERT, _row(defaults) | values | {"chosen": "[]", "state": TARGET})
    return _get(connection, values)


def _get(connection: sqlite3.Connection, values: dict[str, Any]) -> Subscription:
    return _subscription(connection.execute(SELECT_BY_CHANNEL, values).fetchone())


def _followed(
    old: sqlite3.Row, options: SubscriptionOptions, *, since: str | None
) -> dict[str, Any]:
    """Return the row updated in what no member has said; what was ended stays ended."""
    chosen = json.loads(old["chosen"])
    unsaid = {name: value for name, value in asdict(options).items() if name not in chosen}
    row = _changed(old, SubscriptionOptions(**unsaid))
    begins = old["state"] == TARGET or row["start"] != old["start"]
    row["state"] = ACTIVE if old["state"] == TARGET else old["state"]
    row["since"] = since if begins else old["since"]
    return row | {"channel_id": old["channel_id"]}


def _merge(first: SubscriptionOptions, over: SubscriptionOptions) -> SubscriptionOptions:
    said = {name: value for name, value in asdict(over).items() if value is not None}
    return replace(first, **said)


def _changed(old: sqlite3.Row, options: SubscriptionOptions) -> dict[str, Any]:
    kept = {name: old[name] for name in asdict(options)}
    return kept | {name: value for name, value in _row(options).items() if value is not None}


def _row(options: SubscriptionOptions) -> dict[str, Any]:
    return {
        "at": options.at.strftime("%H:%M") if options.at is not None else None,
        "timezone": options.timezone,
        "language": options.language,
        "threads": options.threads,
        "tags": _json(options.tags) if options.tags is not None else None,
        "start": options.start,
        "role_id": options.role_id,
        "recap": options.recap,
        "crosspost": options.crosspost,
    }


def _subscription(row: sqlite3.Row) -> Subscription:
    return Subscription(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        at=time.fromisoformat(row["at"]),
        timezone=row["timezone"],
        language=Language(row["language"]),
        threads=Threads(row["threads"]),
        tags=tuple(json.loads(row["tags"])),
        start=Start(row["start"]),
        since=date.fromisoformat(row["since"]) if row["since"] else None,
        active=row["state"] == ACTIVE,
        created_at=datetime.fromisoformat(row["created_at"]),
        created_by=row["created_by"],
        parked=row["parked"],
        parked_at=datetime.fromisoformat(row["parked_at"]) if row["parked_at"] else None,
        role_id=row["role_id"] or None,
        recap=bool(row["recap"]),
        crosspost=bool(row["crosspost"]),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
