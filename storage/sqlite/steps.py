"""The steps of deliveries in SQLite: each claimed, and what it led to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from storage.base import ClosedError
from storage.models import Claim, Step, StepState
from storage.sqlite.database import Domain
from storage.sqlite.leases import look_into
from storage.sqlite.statements import execute, fetch_all

RESET_STEP = """
UPDATE steps
SET state = 'claimed', owner = NULL, lease_until = NULL, channel_id = NULL, message_id = NULL,
    refused = NULL
WHERE delivery_id = :delivery_id AND entry_id = :entry_id
  AND (name = :name OR :name IN ('paper', 'header'))
"""

# ... and the header's links lead elsewhere by then.
RESET_LINKS = """
UPDATE steps SET revision = ''
WHERE delivery_id = :delivery_id AND entry_id = 0 AND name = 'links' AND state = 'done'
"""

SELECT_STEPS = """
SELECT delivery_id, entry_id, name, state, channel_id, message_id, revision, refused, owner,
       lease_until
FROM steps
"""
SELECT_ALL_STEPS = SELECT_STEPS + "WHERE delivery_id = :delivery_id ORDER BY position"
SELECT_STEP = SELECT_STEPS + (
    "WHERE delivery_id = :delivery_id AND entry_id = :entry_id AND name = :name"
)

# Whether a step may be claimed at all, and one that nobody has claimed yet. What ended with its
# subscription is closed; posts from before are edited, but get no company.
IS_OPEN = """
SELECT d.finished_at IS NULL AS is_open,
       NOT (d.reopened AND s.state = 'ended' AND :name IN ('header', 'paper')) AS may_begin
FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
WHERE d.id = :delivery_id
"""

INSERT_STEP = """
INSERT INTO steps (delivery_id, entry_id, name, position, state, owner, lease_until, revision)
VALUES (:delivery_id, :entry_id, :name,
        (SELECT coalesce(max(position) + 1, 0) FROM steps WHERE delivery_id = :delivery_id),
        'claimed', :owner, :lease_until, :revision)
"""

TAKE_STEP = """
UPDATE steps
SET owner = :owner, lease_until = :lease_until,
    revision = iif(revision IS :revision, revision, '')
WHERE delivery_id = :delivery_id AND entry_id = :entry_id AND name = :name
"""

MARK_STEP = """
UPDATE steps
SET state = :state, channel_id = :channel_id, message_id = :message_id, revision = :revision,
    refused = NULL, owner = NULL, lease_until = NULL
WHERE delivery_id = :delivery_id AND entry_id = :entry_id AND name = :name
"""

SKIP_STEP = """
UPDATE steps SET state = 'skipped', refused = :refused, owner = NULL, lease_until = NULL
WHERE delivery_id = :delivery_id AND entry_id = :entry_id AND name = :name
  AND coalesce(owner, :owner) = :owner
"""

FORGET_STEP = """
DELETE FROM steps
WHERE delivery_id = :delivery_id AND entry_id = :entry_id AND name = :name
"""
# The paper is unposted again, under whatever date it is by now.
COUNT_CHANGE = "UPDATE digests_version SET version = version + 1"
NOTE_CHANGED = """
INSERT OR IGNORE INTO changed_digests (date)
SELECT date FROM entries
WHERE id = :entry_id AND EXISTS (SELECT 1 FROM deliveries WHERE digest_date = entries.date)
"""
RELEASE_STEP = FORGET_STEP + "AND state = 'claimed' AND owner = :owner"

# A delivery that is about to start the thread as well finds that there is one.
RECORD_THREAD = """
INSERT INTO steps (delivery_id, entry_id, name, position, state, channel_id, message_id, revision)
SELECT p.delivery_id, p.entry_id, 'thread',
       (SELECT max(position) + 1 FROM steps WHERE delivery_id = p.delivery_id),
       'done', p.channel_id, :thread_id, :revision
FROM steps p
WHERE p.message_id = :message_id AND p.name = 'paper'
ON CONFLICT (delivery_id, entry_id, name) DO UPDATE
SET state = 'done', channel_id = excluded.channel_id, message_id = excluded.message_id,
    revision = excluded.revision, refused = NULL, owner = NULL, lease_until = NULL
"""


class Steps(Domain):
    """Steps, as `storage.base.LedgerStore` says."""

    async def list_steps(self, delivery_id: int) -> tuple[Step, ...]:
        """Return a delivery's steps in the order of their first claim."""
        rows = await self._database.read(fetch_all, SELECT_ALL_STEPS, {"delivery_id": delivery_id})
        return tuple(_step(row) for row in rows)

    async def claim_step(
        self,
        delivery_id: int,
        entry_id: int,
        name: str,
        *,
        owner: str,
        lease: timedelta,
        settle: timedelta = timedelta(0),
        now: datetime,
        revision: str | None = None,
    ) -> Claim:
        """Claim a step, atomically."""
        key = {"delivery_id": delivery_id, "entry_id": entry_id, "name": name}
        ours = {
            "owner": owner,
            "lease_until": (now + lease).isoformat(),
            "now": now.isoformat(),
            "revision": revision,
        }
        return await self._database.write(_claim, key, ours, lease=lease, settle=settle)

    async def mark_done(
        self, step: Step, *, channel_id: int, message_id: int, revision: str
    ) -> Step:
        """Record what the step led to."""
        done = replace(
            step,
            state=StepState.DONE,
            channel_id=channel_id,
            message_id=message_id,
            revision=revision,
            refused=None,
        )
        await self._database.write(execute, MARK_STEP, asdict(done))
        return done

    async def mark_skipped(self, step: Step, *, owner: str, refused: int | None) -> Step:
        """Record that the step is given up on purpose."""
        skipped = replace(step, state=StepState.SKIPPED, refused=refused)
        await self._database.write(execute, SKIP_STEP, asdict(skipped) | {"owner": owner})
        return skipped

    async def reset_steps(self, steps: Sequence[Step]) -> None:
        """Have these sent again unless their mark is found."""
        await self._database.write(_reset, [asdict(step) for step in steps])

    async def release_step(self, step: Step, *, owner: str) -> None:
        """Give back a claim whose request was not carried out."""
        await self._database.write(execute, RELEASE_STEP, asdict(step) | {"owner": owner})

    async def forget_step(self, step: Step) -> None:
        """Forget a step whose message was deleted."""
        await self._database.write(execute, FORGET_STEP, asdict(step))

    async def give_back(self, step: Step) -> None:
        """Forget a claim that led to nothing, of a paper that its digest no longer holds."""
        await self._database.write(_give_back, asdict(step))

    async def record_thread(self, message_id: int, *, thread_id: int, title: str) -> None:
        """Record which thread a paper's post got after it was posted."""
        values = {"message_id": message_id, "thread_id": thread_id, "revision": title}
        await self._database.write(execute, RECORD_THREAD, values)


def _reset(connection: sqlite3.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    for statement in (RESET_STEP, RESET_LINKS):
        connection.executemany(statement, rows)


def _claim(
    connection: sqlite3.Connection,
    key: dict[str, Any],
    ours: dict[str, Any],
    *,
    lease: timedelta,
    settle: timedelta,
) -> Claim:
    delivery = connection.execute(IS_OPEN, key).fetchone()
    row = connection.execute(SELECT_STEP, key).fetchone()
    if delivery is None or not delivery["is_open"] or (row is None and not delivery["may_begin"]):
        raise ClosedError
    if row is None:
        connection.execute(INSERT_STEP, key | ours)
        step = _step(connection.execute(SELECT_STEP, key).fetchone())
        return Claim(step=step, granted=True, fresh=True)
    step = _step(row)
    if step.state is not StepState.CLAIMED:
        return Claim(step=step, granted=True, fresh=False)
    held, settles = look_into(row, ours, lease=lease, settle=settle)
    if held or settles:
        return Claim(step=step, granted=False, fresh=False, held_until=held, settles_in=settles)
    connection.execute(TAKE_STEP, key | ours)
    return Claim(step=step, granted=True, fresh=False)


def _give_back(connection: sqlite3.Connection, step: Mapping[str, Any]) -> None:
    for statement in (FORGET_STEP, COUNT_CHANGE, NOTE_CHANGED):
        connection.execute(statement, step)


def _step(row: sqlite3.Row) -> Step:
    return Step(
        delivery_id=row["delivery_id"],
        entry_id=row["entry_id"],
        name=row["name"],
        state=StepState(row["state"]),
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        revision=row["revision"],
        refused=row["refused"],
    )
