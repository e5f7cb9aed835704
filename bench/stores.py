"""Stores of any number of made-up papers: one that grows, and copies of it on the way."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from bench.corpus import PAPERS_A_DAY, Corpus
from bot.ingest import ingest
from bot.library import Library
from storage.sqlite import SqliteStore, open_store

NOW = datetime(2030, 1, 1, tzinfo=UTC)
TODAY = date(2030, 1, 1)


@dataclass(slots=True)
class Archive:
    """A store that grows; `keep` are the sizes that are copied on the way."""

    folder: Path
    corpus: Corpus = field(default_factory=Corpus)
    papers: int = 0

    @property
    def path(self) -> Path:
        """The database."""
        return self.folder / "digests.sqlite3"

    @property
    def seeds(self) -> Path:
        """The digest files, of every paper so far."""
        return self.folder / "seeds"

    async def grow(self, papers: int) -> float:
        """Add papers until there are so many; return the seconds that reading each took."""
        new = range(self.papers, papers)
        # The last digest may have been begun only: it grows, too.
        self.corpus.write(self.seeds, range(self.papers - self.papers % PAPERS_A_DAY, papers))
        async with open_store(self.path) as store:
            begun = time.perf_counter()
            await ingest([self.seeds], store, root=self.folder, now=NOW)
            taken = time.perf_counter() - begun
            found = await store.count_papers(until=TODAY)
        if found != papers:  # who asks for one that is missing measures something else
            raise RuntimeError(f"there are {found} papers, not {papers}")
        self.papers = papers
        return taken / len(new)

    async def index(self, papers: int) -> float:
        """Bring the ranking index up to date with so many new papers; return seconds for each."""
        async with open_store(self.path) as store:
            begun = time.perf_counter()
            await Library(store).refresh(TODAY)
            return (time.perf_counter() - begun) / papers

    def copy(self, folder: Path) -> Path:
        """Copy the database into another folder, return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(self.path, folder / "digests.sqlite3"))


@asynccontextmanager
async def open_library(path: Path) -> AsyncIterator[tuple[SqliteStore, Library]]:
    """Open a store and what searches it."""
    async with open_store(path) as store:
        library = Library(store)
        await library.refresh(TODAY)
        try:
            yield store, library
        finally:
            library.close()
