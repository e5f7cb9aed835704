"""Questions and answers: what follow-ups refer to, what readers think of them, who asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.models import Admission, Exchange
from storage.sqlite.database import Domain
from storage.sqlite.statements import execute

# Rated exchanges are kept for whoever evaluates the answers.
LIFETIME = timedelta(days=30)
# The longest that a question counts for somebody's quota, in any time zone.
_COUNTED = timedelta(days=2)

ADD_EXCHANGE = """
    INSERT INTO exchanges
      (guild_id, channel_id, user_id, language, question, context, cited, asked_at)
    VALUES
      (:guild_id, :channel_id, :user_id, :language, :question, :context, :cited, :now)
    RETURNING id
"""
REMOVE_EXPIRED = """
    DELETE FROM exchanges
    WHERE asked_at < :oldest
      AND NOT EXISTS (SELECT 1 FROM exchange_ratings WHERE exchange_id = exchanges.id)
"""
SET_MESSAGE = "UPDATE exchanges SET message_id = :message_id WHERE id = :id"
GET_EXCHANGE = """
    SELECT id, guild_id, channel_id, user_id, message_id, language, question, context, cited,
           asked_at
    FROM exchanges
"""
GET_BY_ID = GET_EXCHANGE + "WHERE id = :id AND asked_at >= :oldest"
GET_BY_MESSAGE = GET_EXCHANGE + "WHERE message_id = :message_id AND asked_at >= :oldest"
GET_LAST = GET_EXCHANGE + (
    "WHERE channel_id = :channel_id AND user_id = :user_id AND asked_at >= :oldest "
    "ORDER BY id DESC LIMIT 1"
)
REMOVE_EXCHANGE = "DELETE FROM exchanges WHERE id = :id"
RATE = """
    INSERT INTO exchange_ratings (exchange_id, user_id, helped)
    SELECT :id, :user_id, :helped WHERE EXISTS (SELECT 1 FROM exchanges WHERE id = :id)
    ON CONFLICT (exchange_id, user_id) DO UPDATE SET helped = excluded.helped
"""
COUNT_RATINGS = """
    SELECT COALESCE(SUM(helped), 0) AS helped, COUNT(*) AS ratings
    FROM exchange_ratings
    WHERE exchange_id = :id
"""

FORGET_EXCHANGES = "DELETE FROM exchanges WHERE user_id = :user_id"
FORGET_RATINGS = "DELETE FROM exchange_ratings WHERE user_id = :user_id"
# The server's quota still counts them.
FORGET_ASKER = "UPDATE askings SET user_id = 0 WHERE user_id = :user_id"

FORGET_ASKINGS = "DELETE FROM askings WHERE asked_at < :oldest"
LIST_OWN = """
    SELECT asked_at FROM askings
    WHERE user_id = :user_id AND asked_at > :since AND asked_at <= :now
    ORDER BY asked_at DESC
    LIMIT :most
"""
COUNT_SCOPE = """
    SELECT COUNT(*) FROM askings WHERE scope = :scope AND asked_at >= :day_began
"""
ADD_ASKING = "INSERT INTO askings (scope, user_id, asked_at) VALUES (:scope, :user_id, :now)"

FIND_POSTED_ENTRY = """
    SELECT entry_id FROM steps
    WHERE message_id = :message_id AND name = 'paper' AND entry_id > 0
    LIMIT 1
"""


class Exchanges(Domain):
    """Exchanges, as `storage.base.ExchangeStore` says."""

    async def add_exchange(
        self,
        *,
        guild_id: int | None,
        channel_id: int,
        user_id: int,
        language: str,
        question: str,
        context: Sequence[int],
        cited: Sequence[int],
        now: datetime,
    ) -> int:
        """Remember a question and what answered it, return its id; drop what is too old."""
        values = {
            "guild_id": guild_id,
            "channel_id": channel_id,
            "user_id": user_id,
            "language": language,
            "question": question,
            "context": json.dumps(list(context)),
            "cited": json.dumps(list(cited)),
            "now": _stamp(now),
            "oldest": _stamp(now - LIFETIME),
        }
        return await self._database.write(_add_exchange, values)

    async def set_exchange_message(self, exchange_id: int, message_id: int) -> None:
        """Record which message the answer is."""
        values = {"id": exchange_id, "message_id": message_id}
        await self._database.write(execute, SET_MESSAGE, values)

    async def get_exchange(self, exchange_id: int, *, now: datetime) -> Exchange | None:
        """Return an exchange, or None when there is none or it is over 30 days old."""
        values = {"id": exchange_id, "oldest": _stamp(now - LIFETIME)}
        return await self._database.read(_get_exchange, GET_BY_ID, values)

    async def find_exchange(self, message_id: int, *, now: datetime) -> Exchange | None:
        """Return the exchange whose answer is this message, or None."""
        values = {"message_id": message_id, "oldest": _stamp(now - LIFETIME)}
        return await self._database.read(_get_exchange, GET_BY_MESSAGE, values)

    async def get_last_exchange(
        self, channel_id: int, user_id: int, *, since: datetime
    ) -> Exchange | None:
        """Return the user's newest exchange in a place, or None."""
        values = {"channel_id": channel_id, "user_id": user_id, "oldest": _stamp(since)}
        return await self._database.read(_get_exchange, GET_LAST, values)

    async def remove_exchange(self, exchange_id: int) -> None:
        """Forget an exchange and what was thought of it."""
        await self._database.write(execute, REMOVE_EXCHANGE, {"id": exchange_id})

    async def forget_asker(self, user_id: int) -> tuple[int, int]:
        """Remove a user's questions and opinions; return how many of each."""
        return await self._database.write(_forget_asker, user_id)

    async def rate_exchange(self, exchange_id: int, *, user_id: int, helped: bool) -> None:
        """Record what a reader thinks of an answer; their last word counts."""
        values = {"id": exchange_id, "user_id": user_id, "helped": int(helped)}
        await self._database.write(execute, RATE, values)

    async def count_ratings(self, exchange_id: int) -> tuple[int, int]:
        """Return how many readers an answer helped, and how many it did not."""
        return await self._database.read(_count_ratings, exchange_id)

    async def admit_question(
        self,
        *,
        scope: int,
        user_id: int,
        now: datetime,
        window: timedelta,
        per_window: int,
        day_began: datetime,
        per_day: int,
    ) -> Admission:
        """Count a question unless its asker or its server has asked too many."""
        values = {
            "scope": scope,
            "user_id": user_id,
            "now": _stamp(now),
            "since": _stamp(now - window),
            "most": per_window,
            "day_began": _stamp(day_began),
            "per_day": per_day,
            "oldest": _stamp(now - _COUNTED),
        }
        return await self._database.write(_admit, values)

    async def find_posted_entry(self, message_id: int) -> int | None:
        """Return the entry of a paper's post, by the message or its thread; else None."""
        return await self._database.read(_find_posted_entry, message_id)


def _add_exchange(connection: sqlite3.Connection, values: dict[str, Any]) -> int:
    connection.execute(REMOVE_EXPIRED, {"oldest": values["oldest"]})
    return int(connection.execute(ADD_EXCHANGE, values).fetchone()["id"])


def _get_exchange(
    connection: sqlite3.Connection, sql: str, values: dict[str, Any]
) -> Exchange | None:
    row = connection.execute(sql, values).fetchone()
    return None if row is None else _exchange(row)


def _admit(connection: sqlite3.Connection, values: dict[str, Any]) -> Admission:
    connection.execute(FORGET_ASKINGS, values)
    own = [row["asked_at"] for row in connection.execute(LIST_OWN, values)]
    if len(own) == values["most"]:
        milliseconds = own[-1] - values["since"]
        return Admission(wait=timedelta(milliseconds=milliseconds), exhausted=False)
    if connection.execute(COUNT_SCOPE, values).fetchone()[0] >= values["per_day"]:
        return Admission(wait=None, exhausted=True)
    connection.execute(ADD_ASKING, values)
    return Admission(wait=None, exhausted=False)


def _forget_asker(connection: sqlite3.Connection, user_id: int) -> tuple[int, int]:
    values = {"user_id": user_id}
    ratings = connection.execute(FORGET_RATINGS, values).rowcount
    questions = connection.execute(FORGET_EXCHANGES, values).rowcount
    connection.execute(FORGET_ASKER, values)
    return questions, ratings


def _find_posted_entry(connection: sqlite3.Connection, message_id: int) -> int | None:
    row = connection.execute(FIND_POSTED_ENTRY, {"message_id": message_id}).fetchone()
    return None if row is None else int(row["entry_id"])


def _count_ratings(connection: sqlite3.Connection, exchange_id: int) -> tuple[int, int]:
    row = connection.execute(COUNT_RATINGS, {"id": exchange_id}).fetchone()
    return row["helped"], row["ratings"] - row["helped"]


def _exchange(row: sqlite3.Row) -> Exchange:
    return Exchange(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        user_id=row["user_id"],
        message_id=row["message_id"],
        language=row["language"],
        question=row["question"],
        context=tuple(json.loads(row["context"])),
        cited=tuple(json.loads(row["cited"])),
        asked_at=datetime.fromtimestamp(row["asked_at"] / 1000, UTC),
    )


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
