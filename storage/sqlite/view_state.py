"""Button state that does not fit into a custom_id: JSON under a short key, for 30 days."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from storage.sqlite.database import Domain

LIFETIME = timedelta(days=30)

SET_STATE = """
    INSERT INTO view_states (key, state, created_at) VALUES (:key, :state, :now)
    ON CONFLICT (key) DO UPDATE SET created_at = MAX(created_at, excluded.created_at)
"""
GET_STATE = "SELECT state FROM view_states WHERE key = :key AND created_at >= :oldest"
REMOVE_EXPIRED = "DELETE FROM view_states WHERE created_at < :oldest"


class ViewStates(Domain):
    """Button state, as `storage.base.StateStore` says."""

    async def add_view_state(self, state: Mapping[str, Any], *, now: datetime) -> str:
        """Store a JSON object, return its key; the same object has the same key."""
        return await self._database.write(_add_view_state, state, now=now)

    async def get_view_state(self, key: str, *, now: datetime) -> Mapping[str, Any] | None:
        """Return the object, or None when there is none or it is over 30 days old."""
        return await self._database.read(_get_view_state, key, now=now)


def _add_view_state(
    connection: sqlite3.Connection, state: Mapping[str, Any], *, now: datetime
) -> str:
    text = json.dumps(state, sort_keys=True, separators=(",", ":"))
    # 16 bytes are 22 characters of base64 without padding.
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    key = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    connection.execute(REMOVE_EXPIRED, {"oldest": _oldest(now)})
    connection.execute(SET_STATE, {"key": key, "state": text, "now": int(now.timestamp())})
    return key


def _get_view_state(
    connection: sqlite3.Connection, key: str, *, now: datetime
) -> dict[str, Any] | None:
    row = connection.execute(GET_STATE, {"key": key, "oldest": _oldest(now)}).fetchone()
    state: dict[str, Any] | None = row and json.loads(row["state"])
    return state


def _oldest(now: datetime) -> int:
    return int((now - LIFETIME).timestamp())
