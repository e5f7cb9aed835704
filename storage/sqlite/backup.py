"""A checked copy of the file while it is in use."""

from __future__ import annotations

import asyncio
import errno
import threading
from pathlib import Path

from storage.base import StorageError
from storage.sqlite.copying import copy_file
from storage.sqlite.database import Domain, translate_errors

# What no copy can be guilty of: it is new, and nobody else writes to it.
_OF_THE_SOURCE = frozenset({"storage.corrupt", "storage.locked"})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class Backup(Domain):
    """Copies the store."""

    async def backup(self, target: Path) -> None:
        """Write a copy to `target`, which appears whole or not at all.

        It is made in a thread, over a connection of its own: neither reads nor writes wait for
        it. Cancelled, it ends after the page in hand and leaves nothing.

        Raises:
            StorageError: it cannot be written, or the copy does not check out.
        """
        abandoned = threading.Event()
        copying = asyncio.create_task(asyncio.to_thread(self._copy, target, abandoned))
        try:
            await asyncio.shield(copying)
        except asyncio.CancelledError:
            abandoned.set()
            await asyncio.gather(copying, return_exceptions=True)
            raise

    def _copy(self, target: Path, abandoned: threading.Event) -> None:
        source = self._database.path
        self._database.require_in_place()
        try:
            with translate_errors(target):
                copy_file(source, target, abandoned=abandoned)
        except StorageError as error:
            if error.key in _OF_THE_SOURCE:
                error.params["path"] = str(source)
            raise
        except OSError as error:
            key = "storage.full" if error.errno in _NO_ROOM else "storage.copy_failed"
            detail = error.strerror or str(error)
            raise StorageError(key, path=str(target), detail=detail) from error
