"""The index of what a store holds, kept up to date with it and consulted in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from bot.retrieval import Analyser, Catalogue, Index, Lexicon, index_version
from bot.retrieval.glossary import load_glossary
from storage.base import Postings, Store
from storage.models import DocumentDraft, Documents, Entry

P = ParamSpec("P")
T = TypeVar("T")

# Entries read from the store at a time; their texts are not kept. Of those that are to be indexed,
# a part is written at a time: more of them share more tokens, so that an archive is quick, and each
# takes 20 kB of memory, so that a few thousand papers leave a small process small.
_READ = 64
_PARTS, _LEAST_WRITTEN, _MOST_WRITTEN = 16, 128, 1024
_WORDS_EACH = 32  # remembered while they are read


class Shelf:
    """A store and the index of its entries. Close it in the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._refreshing = asyncio.Lock()
        self._consulting = asyncio.Lock()
        self._catalogue = Catalogue(Documents.none())
        self._lexicon = Lexicon()
        self._version: tuple[int, date] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self, today: date) -> None:
        """Bring the index up to date with the store; at once where nothing has changed.

        Raises:
            StorageError: the store cannot be read, or not written.
        """
        async with self._refreshing:
            version = await self.store.get_digests_version(), today
            if version == self._version:
                return
            await self._update(today)
            self._version = version

    async def is_ready(self, today: date, *, within: float) -> bool:
        """Return whether `refresh` is done within so many seconds; if not, it goes on by itself.

        Raises:
            StorageError: the store cannot be read, or not written.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self.refresh(today))
        done, _ = await asyncio.wait({self._reading}, timeout=within)
        for reading in done:
            reading.result()
        return bool(done)

    def close(self) -> None:
        """Take no more questions."""
        if self._reading is not None:
            self._reading.cancel()

    async def consult(
        self, work: Callable[Concatenate[Index, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(index, ...)` in a thread of the store's; one at a time, for it counts words."""

        def call(postings: Postings) -> T:
            index = Index(self._catalogue, postings, lexicon=self._lexicon)
            return work(index, *args, **kwargs)

        async with self._consulting:
            return await self.store.consult(call)

    async def _update(self, today: date) -> None:
        """Read into the index what it lacks: a batch at a time, each a transaction."""
        await self.store.begin_index(index_version(load_glossary()))
        await self.store.drop_removed()
        lacking = await self.store.list_unindexed(until=today)
        written = min(max(len(lacking) // _PARTS, _LEAST_WRITTEN), _MOST_WRITTEN)
        analyser = Analyser(remembered=written * _WORDS_EACH)
        drafts: list[DocumentDraft] = []
        for start in range(0, len(lacking), _READ):
            batch = lacking[start : start + _READ]
            entries = await self.store.list_entries(batch, until=today)
            drafts += await asyncio.to_thread(_analyse, analyser, entries)
            if len(drafts) >= written or start + _READ >= len(lacking):
                await self.store.add_documents(drafts)
                drafts.clear()
        self._catalogue = Catalogue(await self.store.get_documents())


def _analyse(analyser: Analyser, entries: Sequence[Entry]) -> list[DocumentDraft]:
    return [analyser.analyse(entry, content=f"{entry.date} {entry.revision}") for entry in entries]
