"""Leases of processes: the name that this one's go by, and the end of those of the dead."""

from __future__ import annotations

import os
import secrets
import socket

from storage.base import LedgerStore

_PROCESS = secrets.token_hex(4)


def owner_name() -> str:
    """Return a name for the ledger: host, process id, and what tells processes apart by time."""
    return f"{socket.gethostname()}:{os.getpid()}:{_PROCESS}-{secrets.token_hex(2)}"


async def release_others(store: LedgerStore, *, owner: str, alone: bool) -> None:
    """End the leases of processes that are gone, so that nobody waits for them.

    `owner` is not. Who is `alone` on the database knows it of all others, whatever host or id they
    had. Otherwise it is known of this host's processes only.

    Raises:
        StorageError: the store cannot be read or written.
    """
    for other in await store.list_owners():
        if other != owner and (alone or _is_dead(other)):
            await store.release_owner(other)


def _is_dead(owner: str) -> bool:
    host, process_id, process = owner.rsplit(":", 2)
    return host == socket.gethostname() and not _is_alive(int(process_id), process)


def _is_alive(process_id: int, process: str) -> bool:
    if process_id == os.getpid():  # ... which another one may have had before us
        return process.startswith(f"{_PROCESS}-")
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
