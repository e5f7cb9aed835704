"""A checked copy of the file while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.base import StorageError
from storage.sqlite.database import Domain

LIST_FILES = "PRAGMA database_list"


class Backup(Domain):
    """Copies the store."""

    async def backup(self, target: Path) -> None:
        """Write a copy to `target`, which appears whole or not at all.

        Raises:
            StorageError: it cannot be written, or the copy does not check out.
        """
        try:
            await self._database.read(_copy, target)
        except OSError as error:
            raise StorageError("storage.unusable", path=str(target), detail=str(error)) from error


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    (source,) = (row["file"] for row in connection.execute(LIST_FILES) if row["name"] == "main")
    if target.exists() and target.samefile(source):
        raise StorageError("storage.unusable", detail="a copy cannot take the database's own place")
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)  # what a copy that was killed has left
    try:
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise StorageError("storage.corrupt")
            copy.execute("PRAGMA journal_mode = DELETE")
        os.replace(part, target)  # noqa: PTH105 - atomic, and it replaces an older copy
    finally:
        part.unlink(missing_ok=True)
