"""Where papers stand: what the ledger knows of them, for who asks from a server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from storage.models import Near, Post
from storage.sqlite.database import Domain

# CROSS JOIN keeps the order: from the posts to their channel, not through all of a server's.
SELECT_POSTS = """
SELECT p.entry_id, s.guild_id, p.channel_id, p.message_id, t.message_id AS thread_id,
       iif(p.channel_id = s.channel_id, NULL, s.channel_id) AS parent_id
FROM steps p
CROSS JOIN deliveries d ON d.id = p.delivery_id
CROSS JOIN subscriptions s ON s.id = d.subscription_id AND s.guild_id = :guild_id
LEFT JOIN steps t ON t.delivery_id = p.delivery_id AND t.entry_id = p.entry_id
                 AND t.name = 'thread' AND t.state = 'done'
"""
LIST_POSTS = SELECT_POSTS + (  # noqa: S608 - two constants
    "WHERE p.entry_id IN (SELECT value FROM json_each(:entry_ids)) "
    "AND p.name = 'paper' AND p.state = 'done' "
    "ORDER BY s.channel_id IS :channel_id, p.message_id"
)
GET_POST = SELECT_POSTS + (
    "WHERE p.message_id = :message_id AND p.name = 'paper' AND p.state = 'done'"
)


class Posts(Domain):
    """Posts of papers, as `storage.base.PaperStore` says."""

    async def list_posts(self, entry_ids: Sequence[int], *, near: Near) -> Mapping[int, Post]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(load_posts, entry_ids, near=near)

    async def get_post(self, message_id: int, *, guild_id: int) -> Post | None:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_get_post, message_id, guild_id=guild_id)


def load_posts(
    connection: sqlite3.Connection, entry_ids: Iterable[int], *, near: Near | None
) -> dict[int, Post]:
    """Return where these entries stand: nowhere, if nobody asks from a server."""
    if near is None:
        return {}
    wanted = {
        "entry_ids": json.dumps(tuple(entry_ids)),
        "guild_id": near.guild_id,
        "channel_id": near.channel_id,
    }
    return {row["entry_id"]: _post(row) for row in connection.execute(LIST_POSTS, wanted)}


def _get_post(connection: sqlite3.Connection, message_id: int, *, guild_id: int) -> Post | None:
    wanted = {"message_id": message_id, "guild_id": guild_id}
    row = connection.execute(GET_POST, wanted).fetchone()
    return row and _post(row)


def _post(row: sqlite3.Row) -> Post:
    return Post(
        entry_id=row["entry_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        thread_id=row["thread_id"],
        parent_id=row["parent_id"],
    )
