"""What keeps a claim of another process from being taken over: its lease, or what it has sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any


def look_into(
    row: sqlite3.Row, ours: Mapping[str, Any], *, lease: timedelta, settle: timedelta
) -> tuple[datetime | None, timedelta | None]:
    """Return until when a claim (`owner`, `lease_until`) is held, or in what time it settles.

    `ours` are the `owner` that wants it and `now`; (None, None) where nothing keeps it. A claim
    that was released has no owner any more, and tells still when it was made.
    """
    if row["owner"] == ours["owner"] or row["lease_until"] is None:
        return None, None
    until, now = (datetime.fromisoformat(each) for each in (row["lease_until"], ours["now"]))
    if row["owner"] is not None and until > now:
        return until, None
    # Not longer than that: the other's clock may have been ahead of this one.
    left = min(until - lease + settle - now, settle)
    return None, left if left > timedelta(0) else None
