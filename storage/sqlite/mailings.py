"""Single messages that the bot posts by itself, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from storage.base import ClosedError
from storage.models import Mailing, MailingClaim, MailingDraft, MailingState
from storage.sqlite.database import Domain
from storage.sqlite.leases import look_into
from storage.sqlite.statements import execute

# Longer than anything counts that is read from old mailings: a day's message, a recap's days.
KEPT = timedelta(days=60)

INSERT = """
INSERT INTO mailings (kind, subject_id, day, contents, expires_at, state, created_at)
VALUES (:kind, :subject_id, :day, :contents, :expires_at, 'open', :now)
ON CONFLICT DO NOTHING
"""
FORGET_OLD = "DELETE FROM mailings WHERE day < :oldest"
LIST_DAYS = "SELECT subject_id, day FROM mailings WHERE kind = :kind AND day >= :since"

SELECT = """
SELECT id, kind, subject_id, day, contents, expires_at, state, claimed, owner, lease_until,
       channel_id, anchor, message_id, created_at
FROM mailings
"""
SELECT_OPEN = SELECT + "WHERE state = 'open' ORDER BY id"
SELECT_ONE = SELECT + "WHERE id = :id"

CLAIM = """
UPDATE mailings
SET owner = :owner, lease_until = :lease_until, claimed = 1,
    anchor = iif(channel_id IS NULL, :anchor, anchor),
    channel_id = coalesce(channel_id, :channel_id)
WHERE id = :id
"""
FINISH = """
UPDATE mailings
SET state = 'done', message_id = :message_id, owner = NULL, lease_until = NULL
WHERE id = :id
"""
SKIP = """
UPDATE mailings SET state = 'skipped', owner = NULL, lease_until = NULL
WHERE id = :id AND state = 'open' AND coalesce(owner, :owner) = :owner
"""
RELEASE = """
UPDATE mailings SET claimed = 0, owner = NULL, lease_until = NULL
WHERE id = :id AND state = 'open' AND owner = :owner
"""
REMOVE = "DELETE FROM mailings WHERE id = :id AND state = 'open' AND NOT claimed"


class Mailings(Domain):
    """Mailings, as `storage.base.MailingStore` says."""

    async def open_mailings(self, drafts: Sequence[MailingDraft], *, now: datetime) -> int:
        """Begin those that there are not yet, return how many."""
        return await self._database.write(_open, drafts, now)

    async def list_mailing_days(self, kind: str, *, since: date) -> frozenset[tuple[int, date]]:
        """Return (subject id, day) of each mailing."""
        return await self._database.read(_list_days, kind, since)

    async def list_open_mailings(self) -> tuple[Mailing, ...]:
        """Return what is to be sent or perhaps was, oldest first."""
        return await self._database.read(_list_open)

    async def claim_mailing(
        self,
        mailing_id: int,
        *,
        channel_id: int,
        anchor: int,
        owner: str,
        lease: timedelta,
        settle: timedelta = timedelta(0),
        now: datetime,
    ) -> MailingClaim:
        """Claim a mailing, atomically."""
        values = {
            "id": mailing_id,
            "channel_id": channel_id,
            "anchor": anchor,
            "owner": owner,
            "lease_until": (now + lease).isoformat(),
            "now": now.isoformat(),
        }
        return await self._database.write(_claim, values, lease=lease, settle=settle)

    async def finish_mailing(self, mailing_id: int, *, message_id: int) -> None:
        """Record where the message stands."""
        values = {"id": mailing_id, "message_id": message_id}
        await self._database.write(execute, FINISH, values)

    async def skip_mailing(self, mailing_id: int, *, owner: str) -> None:
        """Record that the mailing is given up on purpose."""
        await self._database.write(execute, SKIP, {"id": mailing_id, "owner": owner})

    async def release_mailing(self, mailing_id: int, *, owner: str) -> None:
        """Give back a claim whose request was not carried out."""
        await self._database.write(execute, RELEASE, {"id": mailing_id, "owner": owner})

    async def remove_mailing(self, mailing_id: int) -> None:
        """Forget a mailing that nobody has claimed."""
        await self._database.write(execute, REMOVE, {"id": mailing_id})


def _open(connection: sqlite3.Connection, drafts: Sequence[MailingDraft], now: datetime) -> int:
    connection.execute(FORGET_OLD, {"oldest": (now - KEPT).date().isoformat()})
    rows = [
        {
            "kind": draft.kind,
            "subject_id": draft.subject_id,
            "day": draft.day.isoformat(),
            "contents": json.dumps(draft.contents, ensure_ascii=False),
            "expires_at": draft.expires_at.isoformat(),
            "now": now.isoformat(),
        }
        for draft in drafts
    ]
    return sum(connection.execute(INSERT, row).rowcount for row in rows)


def _list_days(
    connection: sqlite3.Connection, kind: str, since: date
) -> frozenset[tuple[int, date]]:
    rows = connection.execute(LIST_DAYS, {"kind": kind, "since": since.isoformat()})
    return frozenset((row["subject_id"], date.fromisoformat(row["day"])) for row in rows)


def _list_open(connection: sqlite3.Connection) -> tuple[Mailing, ...]:
    return tuple(_mailing(row) for row in connection.execute(SELECT_OPEN))


def _claim(
    connection: sqlite3.Connection, values: dict[str, Any], *, lease: timedelta, settle: timedelta
) -> MailingClaim:
    row = connection.execute(SELECT_ONE, values).fetchone()
    if row is None:
        raise ClosedError
    if row["state"] != MailingState.OPEN:
        return MailingClaim(mailing=_mailing(row), granted=True, fresh=False)
    held, settles = look_into(row, values, lease=lease, settle=settle)
    if held or settles:
        return MailingClaim(
            mailing=_mailing(row), granted=False, fresh=False, held_until=held, settles_in=settles
        )
    connection.execute(CLAIM, values)
    claimed = _mailing(connection.execute(SELECT_ONE, values).fetchone())
    return MailingClaim(mailing=claimed, granted=True, fresh=not row["claimed"])


def _mailing(row: sqlite3.Row) -> Mailing:
    return Mailing(
        id=row["id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        day=date.fromisoformat(row["day"]),
        contents=json.loads(row["contents"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        state=MailingState(row["state"]),
        channel_id=row["channel_id"],
        anchor=row["anchor"],
        message_id=row["message_id"],
        created_at=datetime.fromisoformat(row["created_at"]),
    )
