"""Ingest against its floor: the same rows by `executemany` into the same tables and index."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.corpus import Corpus
from bench.measuring import Row
from bench.stores import NOW
from bot.ingest import ingest
from storage.sqlite import open_store
from storage.text import index_tokens

TABLES = ("sources", "papers", "entries", "entry_sources", "names", "entry_names", "entry_links")
LIST_TEXTS = """
    SELECT entries.id, title,
      (SELECT group_concat(COALESCE(spelling, name), ' ') FROM entry_names
        JOIN names ON names.id = name_id
        WHERE entry_id = entries.id AND entry_names.kind = 'author'),
      (SELECT group_concat(COALESCE(spelling, name), ' ') FROM entry_names
        JOIN names ON names.id = name_id
        WHERE entry_id = entries.id AND entry_names.kind = 'tag'),
      abstract, ko, en
    FROM entries
"""
ADD_TEXT = """
    INSERT INTO entry_index (rowid, title, authors, tags, abstract, ko, en)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


async def measure(papers: int, *, runs: int) -> Row:
    """Ingest so many new papers, and insert what came of it, in turn."""
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        Corpus().write(root / "seeds", range(papers))
        for run in range(runs):
            ours.append(await _ingest(root, root / f"ours{run}.sqlite3"))
            await _create(root / f"floor{run}.sqlite3")
            floor.append(_insert(root / f"ours{run}.sqlite3", root / f"floor{run}.sqlite3"))
    return Row(
        what=f"ingest of {papers:,} new papers (parse, store, index)",
        ours=ours,
        unit="s",
        floor=floor,
        floor_name="`executemany` of the same rows",
        most=1.5,
    )


async def _ingest(root: Path, path: Path) -> float:
    async with open_store(path) as store:
        begun = time.perf_counter()
        await ingest([root / "seeds"], store, root=root, now=NOW)
        return time.perf_counter() - begun


async def _create(path: Path) -> None:
    async with open_store(path):
        pass


def _insert(source: Path, target: Path) -> float:
    """Return the seconds that inserting all rows of one store into another takes."""
    with closing(sqlite3.connect(source)) as known:
        rows = {table: known.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608
        texts = [
            (entry_id, *(index_tokens(text or "") for text in texts))
            for entry_id, *texts in known.execute(LIST_TEXTS)
        ]
    with closing(sqlite3.connect(target, isolation_level=None)) as new:
        new.execute("PRAGMA synchronous = FULL")
        begun = time.perf_counter()
        new.execute("BEGIN IMMEDIATE")
        for table, values in rows.items():
            if values:
                marks = ", ".join("?" * len(values[0]))
                new.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
        new.executemany(ADD_TEXT, texts)
        new.execute("COMMIT")
        return time.perf_counter() - begun
