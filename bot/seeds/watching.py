"""SEEDS_DIR, watched: what is new in it is taken within seconds.

watchfiles tells that something changed; what changed is for `SeedFolder` to see, which also looks
now and then without being told. So nothing is lost on a network share that tells nobody, behind a
link, while the folder was away, or where the system has no more watches to give.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from watchfiles import awatch

from bot.reporting import in_words
from bot.seeds import SeedFolder
from storage.base import StorageError

UNTOLD = 30.0  # seconds between two looks that nobody asked for
SOONEST = 0.05  # seconds between two looks
AWAY = 5.0  # seconds until a folder that is gone, or was exchanged, is looked for again
STEP_MS = 200  # how often watchfiles asks whether anything came
DEBOUNCE_MS = 1000  # the longest that it gathers changes before it tells of them

_log = logging.getLogger(__name__)


@asynccontextmanager
async def watching(seeds: SeedFolder) -> AsyncIterator[None]:
    """Take what is new in the folder for the length of the block."""
    told, stop = asyncio.Event(), asyncio.Event()
    listening = asyncio.create_task(_listen(seeds.folder, told, stop))
    looking = asyncio.create_task(_look_on(seeds, told))
    try:
        yield
    finally:
        # watchfiles waits in a thread, which only its own event ends.
        stop.set()
        looking.cancel()
        await asyncio.gather(listening, looking, return_exceptions=True)


async def _look_on(seeds: SeedFolder, told: asyncio.Event) -> None:
    said: str | None = None
    while True:
        told.clear()
        soon: float | None = None
        try:
            soon = await seeds.look()
            said = None
        except StorageError as error:
            if said != error.key:
                _log.warning("New seed files cannot be stored: %s", in_words(error))
            said = error.key
        except Exception:  # noqa: BLE001 - whatever lies in that folder must not stop the bot
            _log.exception("SEEDS_DIR could not be read; the next look tries again")
        with suppress(TimeoutError):
            wait = UNTOLD if soon is None else max(soon, SOONEST)
            await asyncio.wait_for(told.wait(), min(wait, UNTOLD))


async def _listen(folder: Path, told: asyncio.Event, stop: asyncio.Event) -> None:
    """Set `told` at every change, whatever becomes of the folder meanwhile."""
    said: str | None = None
    while not stop.is_set():
        try:
            await _listen_once(folder, told, stop)
            said = None
        except FileNotFoundError:  # `SeedFolder` says so
            said = None
        except (OSError, RuntimeError) as error:  # the latter: from watchfiles' own depths
            if said != str(error):
                _log.warning("SEEDS_DIR is looked at every %.0f s only: %s", UNTOLD, error)
            said = str(error)
        told.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AWAY)


async def _listen_once(folder: Path, told: asyncio.Event, stop: asyncio.Event) -> None:
    """Listen until the folder is another one than at the beginning.

    Raises:
        OSError, RuntimeError: it cannot be listened to.
    """
    watched = await asyncio.to_thread(_identify, folder)
    changes = awatch(
        folder,
        watch_filter=None,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=int(AWAY * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        ignore_permission_denied=True,
    )
    async with aclosing(changes):
        listened = False
        async for change in changes:
            if change or not listened:  # what came before anybody listened was not told
                told.set()
            listened = True
            if await asyncio.to_thread(_identify, folder) != watched:
                return


def _identify(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
