"""What readers follow, and when and how they are told, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from storage.models import (
    Follow,
    Follower,
    FollowKind,
    FollowOutcome,
    Interests,
    Page,
    PlacedPost,
    Post,
)
from storage.sqlite.database import Domain
from storage.sqlite.statements import execute, fetch_all

SET_FOLLOWER = """
INSERT INTO followers (user_id, at, timezone, guild_id, language)
VALUES (:user_id, coalesce(:at, :default_at), coalesce(:timezone, :default_timezone), :guild_id,
        :language)
ON CONFLICT (user_id) DO UPDATE
SET at = coalesce(:at, at), timezone = coalesce(:timezone, timezone),
    guild_id = coalesce(:guild_id, guild_id), language = :language, changes = changes + 1
"""
SELECT_FOLLOWER = """
SELECT user_id, at, timezone, guild_id, language, parked, changes,
       (SELECT COUNT(*) FROM follows WHERE follows.user_id = followers.user_id) AS follows
FROM followers
"""
GET_FOLLOWER = SELECT_FOLLOWER + "WHERE user_id = :user_id"
LIST_FOLLOWERS = SELECT_FOLLOWER + "WHERE follows > 0 ORDER BY user_id"
PARK = "UPDATE followers SET parked = :reason WHERE user_id = :user_id"
UNPARK = """
UPDATE followers SET parked = NULL, changes = changes + 1
WHERE user_id = :user_id AND parked IS NOT NULL
"""
COUNT_CHANGE = "UPDATE followers SET changes = changes + 1 WHERE user_id = :user_id"
FORGET_FOLLOWER = "DELETE FROM followers WHERE user_id = :user_id"
FORGET_MAILINGS = "DELETE FROM mailings WHERE kind = 'follow' AND subject_id = :user_id"

SELECT_FOLLOW = "SELECT id, kind, key, name, created_at FROM follows "
LIST_FOLLOWS = SELECT_FOLLOW + (
    "WHERE user_id = :user_id ORDER BY kind = 'keyword', kind, name COLLATE NOCASE, id"
)
LIST_PAGE = LIST_FOLLOWS + " LIMIT :limit OFFSET :offset"
FIND_FOLLOW = SELECT_FOLLOW + "WHERE user_id = :user_id AND kind = :kind AND key = :key"
COUNT_FOLLOWS = "SELECT COUNT(*) FROM follows WHERE user_id = :user_id"
ADD_FOLLOW = """
INSERT INTO follows (user_id, kind, key, name, created_at)
VALUES (:user_id, :kind, :key, :name, :now)
"""
REMOVE_FOLLOWS = """
DELETE FROM follows
WHERE user_id = :user_id AND id IN (SELECT value FROM json_each(:ids))
RETURNING id, kind, key, name, created_at
"""

# What is on its way counts as told, too: otherwise the next day's would tell it again.
LIST_TOLD = """
SELECT paper_id AS paper, entry_id AS entry FROM told WHERE user_id = :user_id
UNION ALL
SELECT json_extract(p.value, '$.paper'), json_extract(p.value, '$.entry')
FROM mailings m, json_each(m.contents, '$.papers') p
WHERE m.kind = 'follow' AND m.subject_id = :user_id AND m.state = 'open'
"""

LIST_PLACED_POSTS = """
SELECT p.entry_id, s.guild_id, s.channel_id AS place, p.channel_id, p.message_id,
       t.message_id AS thread_id
FROM json_each(:entry_ids) wanted
JOIN steps p ON p.entry_id = wanted.value AND p.name = 'paper' AND p.state = 'done'
JOIN deliveries d ON d.id = p.delivery_id
JOIN subscriptions s ON s.id = d.subscription_id AND s.guild_id IS NOT NULL
LEFT JOIN steps t ON t.delivery_id = p.delivery_id AND t.entry_id = p.entry_id
                 AND t.name = 'thread' AND t.state = 'done'
ORDER BY p.message_id DESC
LIMIT :limit
"""

LIST_DELIVERED = """
    SELECT DISTINCT guild_id, digest_date, day
    FROM deliveries JOIN subscriptions ON subscriptions.id = subscription_id
    WHERE day >= :since AND guild_id IS NOT NULL
"""


class Follows(Domain):
    """Follows, as `storage.base.FollowStore` says."""

    async def set_follower(
        self,
        user_id: int,
        *,
        at: time | None,
        timezone: str | None,
        default_at: time,
        default_timezone: str,
        guild_id: int | None,
        language: str,
    ) -> Follower:
        """Remember how a user wants to be told."""
        values = {
            "user_id": user_id,
            "at": _clock(at) if at is not None else None,
            "timezone": timezone,
            "default_at": _clock(default_at),
            "default_timezone": default_timezone,
            "guild_id": guild_id,
            "language": language,
        }
        return await self._database.write(_set_follower, values)

    async def get_follower(self, user_id: int) -> Follower | None:
        """Return a user who follows or followed something, or None."""
        rows = await self._database.read(fetch_all, GET_FOLLOWER, {"user_id": user_id})
        return _follower(rows[0]) if rows else None

    async def list_followers(self) -> tuple[Follower, ...]:
        """Return every user who follows something."""
        rows = await self._database.read(fetch_all, LIST_FOLLOWERS, {})
        return tuple(map(_follower, rows))

    async def park_follower(self, user_id: int, reason: str) -> None:
        """Write to the user no more."""
        await self._database.write(execute, PARK, {"user_id": user_id, "reason": reason})

    async def unpark_follower(self, user_id: int) -> None:
        """Write to the user again."""
        await self._database.write(execute, UNPARK, {"user_id": user_id})

    async def add_follow(
        self, user_id: int, kind: FollowKind, *, key: str, name: str, most: int, now: datetime
    ) -> FollowOutcome:
        """Have a user follow something, unless they follow `most`."""
        values = {
            "user_id": user_id,
            "kind": kind,
            "key": key,
            "name": name,
            "now": now.isoformat(),
        }
        return await self._database.write(_add_follow, values, most)

    async def list_follows(self, user_id: int, *, offset: int, limit: int) -> Page[Follow]:
        """Return what a user follows."""
        return await self._database.read(_list_page, user_id, offset, limit)

    async def remove_follows(self, user_id: int, follow_ids: Sequence[int]) -> tuple[Follow, ...]:
        """End those of the user's own follows, return them."""
        return await self._database.write(_remove_follows, user_id, follow_ids)

    async def get_interests(self, user_id: int) -> Interests:
        """Return what a user follows, and what they were told of."""
        return await self._database.read(_get_interests, user_id)

    async def list_delivered(self, *, since: date) -> Mapping[int, frozenset[tuple[date, date]]]:
        """See `storage.base.FollowStore`."""
        return await self._database.read(_list_delivered, since=since)

    async def list_placed_posts(
        self, entry_ids: Sequence[int], *, limit: int
    ) -> tuple[PlacedPost, ...]:
        """Return where these entries stand, newest post first."""
        wanted = {"entry_ids": json.dumps(list(entry_ids)), "limit": limit}
        rows = await self._database.read(fetch_all, LIST_PLACED_POSTS, wanted)
        return tuple(map(_placed_post, rows))

    async def forget_follows(self, user_id: int) -> int:
        """Forget everything of a user; return how many follows."""
        return await self._database.write(_forget, user_id)


def _set_follower(connection: sqlite3.Connection, values: Mapping[str, Any]) -> Follower:
    connection.execute(SET_FOLLOWER, values)
    return _follower(connection.execute(GET_FOLLOWER, values).fetchone())


def _add_follow(
    connection: sqlite3.Connection, values: Mapping[str, Any], most: int
) -> FollowOutcome:
    if connection.execute(FIND_FOLLOW, values).fetchone():
        return FollowOutcome.KNOWN
    if connection.execute(COUNT_FOLLOWS, values).fetchone()[0] >= most:
        return FollowOutcome.FULL
    connection.execute(ADD_FOLLOW, values)
    connection.execute(COUNT_CHANGE, values)
    return FollowOutcome.ADDED


def _list_page(
    connection: sqlite3.Connection, user_id: int, offset: int, limit: int
) -> Page[Follow]:
    values = {"user_id": user_id, "offset": offset, "limit": limit}
    return Page(
        items=tuple(map(_follow, connection.execute(LIST_PAGE, values))),
        offset=offset,
        total=connection.execute(COUNT_FOLLOWS, values).fetchone()[0],
    )


def _remove_follows(
    connection: sqlite3.Connection, user_id: int, follow_ids: Sequence[int]
) -> tuple[Follow, ...]:
    values = {"user_id": user_id, "ids": json.dumps(list(follow_ids))}
    removed = tuple(map(_follow, connection.execute(REMOVE_FOLLOWS, values).fetchall()))
    connection.execute(COUNT_CHANGE, values)
    return removed


def _get_interests(connection: sqlite3.Connection, user_id: int) -> Interests:
    values = {"user_id": user_id}
    told = connection.execute(LIST_TOLD, values).fetchall()
    return Interests(
        follows=tuple(map(_follow, connection.execute(LIST_FOLLOWS, values))),
        told_papers=frozenset(row["paper"] for row in told),
        told_entries=frozenset(row["entry"] for row in told),
    )


def _forget(connection: sqlite3.Connection, user_id: int) -> int:
    values = {"user_id": user_id}
    follows = int(connection.execute(COUNT_FOLLOWS, values).fetchone()[0])
    connection.execute(FORGET_MAILINGS, values)
    connection.execute(FORGET_FOLLOWER, values)  # and with it, what they follow
    return follows


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _follower(row: sqlite3.Row) -> Follower:
    return Follower(
        user_id=row["user_id"],
        at=time.fromisoformat(row["at"]),
        timezone=row["timezone"],
        guild_id=row["guild_id"],
        language=row["language"],
        parked=row["parked"],
        follows=row["follows"],
        changes=row["changes"],
    )


def _follow(row: sqlite3.Row) -> Follow:
    return Follow(
        id=row["id"],
        kind=FollowKind(row["kind"]),
        key=row["key"],
        name=row["name"],
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def _placed_post(row: sqlite3.Row) -> PlacedPost:
    post = Post(
        entry_id=row["entry_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        thread_id=row["thread_id"],
    )
    return PlacedPost(post=post, channel_id=row["place"])


def _list_delivered(
    connection: sqlite3.Connection, *, since: date
) -> dict[int, frozenset[tuple[date, date]]]:
    found: dict[int, set[tuple[date, date]]] = {}
    for guild_id, digest, day in connection.execute(LIST_DELIVERED, {"since": since.isoformat()}):
        pair = (date.fromisoformat(digest), date.fromisoformat(day))
        found.setdefault(guild_id, set()).add(pair)
    return {guild_id: frozenset(pairs) for guild_id, pairs in found.items()}
