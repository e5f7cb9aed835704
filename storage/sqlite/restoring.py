"""Putting a copy in the database's place; for a thread, while the bot does not run.

The copy is first laid beside the database, whole, checked and marked as restored, under a name
with the moment in it. From then on the restoring is only a matter of renaming: whatever moment the
process is killed at, `finish_restoring` goes on from there. The old files keep each other's company
under their new name, so that what they hold can still be read.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.sqlite.copying import copy_file, sync
from storage.sqlite.database import translate_errors
from storage.sqlite.inspection import check_fully, opened, require_known

NOTE = "note:restored"  # as `Notes` names it

# The newest message id that the copy knows of: all that was sent later has a greater one, since
# Discord's ids grow with time (docs: Reference, Snowflakes), whatever our clock said.
GET_NEWEST_MESSAGE = """
SELECT max(coalesce((SELECT max(message_id) FROM steps), 0),
           coalesce((SELECT max(anchor) FROM deliveries), 0))
"""
HAS_LEDGER = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deliveries'"
GET_LAST_ENTRY = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0)"
GET_NOTE = "SELECT value FROM meta WHERE key = :key"
SET_NOTE = "INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :value)"

# Ids stand in Discord messages and are never given to something else: those that were given after
# the copy was made are not known, so a wide berth is left for them.
ADD_SEQUENCES = """
INSERT INTO sqlite_sequence (name, seq)
SELECT name, 0 FROM sqlite_master
WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'
  AND name NOT IN (SELECT name FROM sqlite_sequence)
"""
SKIP_IDS = "UPDATE sqlite_sequence SET seq = seq + 1000000"

_SUFFIXES = ("-wal", "-shm", "")


def lay_beside(copy: Path, database: Path, *, moment: str) -> Path:
    """Copy `copy`, checked and marked as restored, to the name that it is restored under.

    `moment` tells restorings apart, such as `20261120-091500`.

    Raises:
        StorageError: it is damaged, no database of this bot, or a newer version's.
        OSError: it cannot be written.
    """
    check_fully(copy)
    with opened(copy) as connection:
        require_known(connection)
    laid = database.with_name(f"{database.name}.restored-{moment}")
    unmarked = laid.with_name(f"{laid.name}.unmarked")
    with translate_errors(copy):
        try:
            copy_file(copy, unmarked, pause=0)
            with closing(sqlite3.connect(unmarked, isolation_level=None)) as connection:
                _mark(connection)
            unmarked.replace(laid)
        finally:
            unmarked.unlink(missing_ok=True)
    sync(laid.parent)
    return laid


def finish_restoring(database: Path) -> Path | None:
    """Put what was laid beside the database in its place; return what the old file is called now.

    None where nothing was, or there was no old file.

    Raises:
        OSError: a file cannot be renamed.
    """
    moments = f"{database.name}.restored-{'[0-9]' * 8}-{'[0-9]' * 6}"
    for half in database.parent.glob(f"{moments}.unmarked*"):  # what a killed process has left
        half.unlink()
    laid = sorted(database.parent.glob(moments))
    if not laid:
        return None
    aside = database.with_name(laid[-1].name.replace(".restored-", ".aside-"))
    for suffix in _SUFFIXES:
        old = database.with_name(database.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    laid[-1].rename(database)
    for older in laid[:-1]:
        older.unlink()
    sync(database.parent)
    return aside if aside.exists() else None


def _mark(connection: sqlite3.Connection) -> None:
    """Note what the ledger knows of, and give no id again that somebody may have seen."""
    connection.row_factory = sqlite3.Row
    connection.execute("BEGIN IMMEDIATE")
    after = 0
    if connection.execute(HAS_LEDGER).fetchone():
        after = int(connection.execute(GET_NEWEST_MESSAGE).fetchone()[0])
    entries = int(connection.execute(GET_LAST_ENTRY).fetchone()[0])
    earlier = connection.execute(GET_NOTE, {"key": NOTE}).fetchone()
    if earlier:  # perhaps not all channels were gone through since
        known = json.loads(earlier["value"])
        after, entries = min(after, known["after"]), min(entries, known["entries"])
    note = {"after": after, "entries": entries, "waiting": {}}
    connection.execute(SET_NOTE, {"key": NOTE, "value": json.dumps(note)})
    connection.execute(ADD_SEQUENCES)
    connection.execute(SKIP_IDS)
    connection.commit()
