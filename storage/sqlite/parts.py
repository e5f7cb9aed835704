"""The index of what titles and names hold (migration 0009), brought up to date.

`_docsize` is FTS5's own table of a row for each that is indexed (sqlite.org/fts5.html, "The
docsize table").
"""

from __future__ import annotations

import sqlite3

from storage.sqlite.database import Domain

# Keys of each kind written in one transaction: others wait for a tenth of a second at most.
BATCH = 2_000

# Whatever is above the highest: an id that is given again was the highest, and left with its key.
ADD_TITLES = """
    INSERT INTO title_parts (rowid, key)
    SELECT id, key FROM papers
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM title_parts_docsize)
    ORDER BY id
    LIMIT :batch
"""
ADD_NAMES = """
    INSERT INTO name_parts (rowid, key)
    SELECT id, key FROM names
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM name_parts_docsize)
    ORDER BY id
    LIMIT :batch
"""
IS_CURRENT = """
    SELECT COALESCE((SELECT MAX(id) FROM papers), 0)
        <= COALESCE((SELECT MAX(id) FROM title_parts_docsize), 0)
       AND COALESCE((SELECT MAX(id) FROM names), 0)
        <= COALESCE((SELECT MAX(id) FROM name_parts_docsize), 0)
"""


class PartsIndex(Domain):
    """What makes parts of titles and names quick to find."""

    async def index_parts(self) -> None:
        """See `storage.base.PaperStore`."""
        while not await self._database.read(_is_current):
            await self._database.write(_add_batch)


def _is_current(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute(IS_CURRENT).fetchone()[0])


def _add_batch(connection: sqlite3.Connection) -> None:
    for sql in (ADD_TITLES, ADD_NAMES):
        connection.execute(sql, {"batch": BATCH})
