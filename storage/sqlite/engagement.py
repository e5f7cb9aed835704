"""What readers made of the posts: how many messages and reactions, never whose."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from storage.models import Engagement
from storage.sqlite.database import Domain
from storage.sqlite.statements import execute_many

# docs: Snowflakes. Milliseconds since 2015 stand above the lowest 22 bits.
_DISCORD_EPOCH, _SNOWFLAKE_BITS = 1_420_070_400_000, 22

ADD_MESSAGES = """
    INSERT INTO engagement (message_id, messages, bots)
    SELECT :id, :people, :bots
    WHERE EXISTS (SELECT 1 FROM steps WHERE message_id = :id AND name = 'paper')
    ON CONFLICT (message_id) DO UPDATE SET
      messages = messages + excluded.messages, bots = bots + excluded.bots
"""
# What the bot itself began the thread with may have been missed as well: the ledger knows it.
SETTLE = """
    INSERT INTO engagement (message_id, messages)
    SELECT :id, MAX(0, :total - (
      SELECT COUNT(*) FROM steps AS opening
      WHERE opening.delivery_id = paper.delivery_id AND opening.entry_id = paper.entry_id
        AND opening.name LIKE 'details%' AND opening.state = 'done'
    ))
    FROM steps AS paper
    WHERE paper.message_id = :id AND paper.name = 'paper'
    ON CONFLICT (message_id) DO UPDATE SET
      messages = MAX(messages, MIN(excluded.messages, :total - bots))
"""
SET_REACTIONS = """
    INSERT INTO engagement (message_id, reactions)
    SELECT :id, :readers
    WHERE EXISTS (SELECT 1 FROM steps WHERE message_id = :id AND name = 'paper')
    ON CONFLICT (message_id) DO UPDATE SET reactions = excluded.reactions
"""
FIND_POSTS = """
    SELECT message_id, channel_id FROM steps
    WHERE message_id IN (SELECT value FROM json_each(:ids))
      AND name = 'paper' AND entry_id > 0 AND state = 'done'
"""
# An entry is that of the newest post: SQLite takes a row's other columns from the row that has the
# maximum (sqlite.org/lang_select.html#bareagg).
LIST_ENGAGEMENT = """
    SELECT steps.entry_id, entries.paper_id, MAX(steps.message_id) AS newest,
           TOTAL(engagement.messages) AS messages, TOTAL(engagement.reactions) AS reactions
    FROM subscriptions
    JOIN deliveries ON deliveries.subscription_id = subscriptions.id
    JOIN steps ON steps.delivery_id = deliveries.id
    JOIN entries ON entries.id = steps.entry_id
    LEFT JOIN engagement ON engagement.message_id = steps.message_id
    WHERE subscriptions.guild_id = :guild_id AND steps.name = 'paper' AND steps.state = 'done'
      AND steps.message_id >= :oldest
    GROUP BY entries.paper_id
    ORDER BY newest
"""


class Engagements(Domain):
    """Counts by post, as `storage.base.EngagementStore` says."""

    async def add_thread_messages(self, counts: Mapping[int, tuple[int, int]]) -> None:
        """Add (people's, bots') messages in posts' threads, by thread id."""
        rows = [{"id": id_, "people": n, "bots": bots} for id_, (n, bots) in counts.items()]
        await self._database.write(execute_many, ADD_MESSAGES, rows)

    async def settle_threads(self, totals: Mapping[int, int]) -> None:
        """Make up for messages that nobody counted: all that were ever sent, by thread id."""
        rows = [{"id": thread_id, "total": total} for thread_id, total in totals.items()]
        await self._database.write(execute_many, SETTLE, rows)

    async def set_reactions(self, readers: Mapping[int, int]) -> None:
        """Record how many people reacted to posts, by message id."""
        rows = [{"id": message_id, "readers": count} for message_id, count in readers.items()]
        await self._database.write(execute_many, SET_REACTIONS, rows)

    async def find_posts(self, message_ids: Iterable[int]) -> Mapping[int, int]:
        """Return the channel of those of the messages that are papers' posts."""
        return await self._database.read(_find_posts, json.dumps(list(message_ids)))

    async def list_engagement(
        self, guild_id: int, *, since: datetime | None
    ) -> tuple[Engagement, ...]:
        """Return what was made of each entry's posts in a server."""
        values = {"guild_id": guild_id, "oldest": _snowflake(since) if since else 0}
        return await self._database.read(_list_engagement, values)


def _find_posts(connection: sqlite3.Connection, ids: str) -> dict[int, int]:
    return {
        row["message_id"]: row["channel_id"] for row in connection.execute(FIND_POSTS, {"ids": ids})
    }


def _list_engagement(
    connection: sqlite3.Connection, values: dict[str, Any]
) -> tuple[Engagement, ...]:
    return tuple(
        Engagement(
            entry_id=row["entry_id"],
            paper_id=row["paper_id"],
            messages=int(row["messages"]),
            reactions=int(row["reactions"]),
        )
        for row in connection.execute(LIST_ENGAGEMENT, values)
    )


def _snowflake(moment: datetime) -> int:
    """Return the lowest id of what was sent at a moment or later."""
    return max(0, int(moment.timestamp() * 1000) - _DISCORD_EPOCH) << _SNOWFLAKE_BITS
