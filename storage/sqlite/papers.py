"""Papers and digests looked up: by id, by date, by title, arXiv id or link."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any

from storage.links import link_key
from storage.models import Digest, Entry, Near, Page
from storage.sqlite.database import Domain
from storage.sqlite.nearest import find_alike, nearest_keys
from storage.sqlite.picking import Picking, is_indexed, phrase
from storage.sqlite.posts import load_posts
from storage.sqlite.records import ALL_DATES, load_entries, load_titles
from storage.text import title_key
from storage.words import GREEK_NAMES

MOST_FOUND = 25
_ANYWHERE = 2**31  # beyond any title's end
_SHORT_NAME = 4
# Symbols by the names that LaTeX has for them, as titles write them.
_SYMBOL_NAMES = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK_NAMES, strict=True)) | {"∞": "infty"}
_SYMBOL = re.compile(f"[{''.join(_SYMBOL_NAMES)}]")

LIST_PAPERS_ENTRIES = """
    SELECT id FROM entries
    WHERE paper_id IN (SELECT value FROM json_each(:papers)) AND date <= :until
    ORDER BY date DESC, position
"""
COUNT_ENTRIES = "SELECT COUNT(*) FROM entries WHERE date <= :until"
LIST_ENTRIES = """
    SELECT id FROM entries WHERE date <= :until
    ORDER BY date DESC, position, id
    LIMIT :limit OFFSET :offset
"""
LIST_DIGEST_ENTRIES = "SELECT id FROM entries WHERE date = :date ORDER BY position, id"
LIST_DATES = "SELECT DISTINCT date FROM entries WHERE date <= :until ORDER BY date"
# The plus keeps SQLite from going by date: entries_by_paper answers this alone.
COUNT_PAPERS = "SELECT COUNT(DISTINCT paper_id) FROM entries WHERE +date <= :until"
# The inner LIMIT keeps the order: without it, DISTINCT might come first.
LIST_NEWEST = """
    SELECT DISTINCT paper_id FROM (
      SELECT paper_id FROM entries WHERE date <= :until ORDER BY date DESC, position LIMIT -1
    )
    LIMIT :limit
"""

FIND_BY_URL = """
    SELECT paper_id AS id, MAX(date) AS newest FROM entries
    WHERE url_key = :key AND date <= :until
    GROUP BY paper_id
    ORDER BY newest DESC, paper_id
    LIMIT :limit
"""
FIND_BY_LINK = """
    SELECT entries.paper_id AS id, MAX(entries.date) AS newest
    FROM entry_links JOIN entries ON entries.id = entry_links.entry_id
    WHERE entry_links.key = :key AND entries.date <= :until
    GROUP BY entries.paper_id
    ORDER BY newest DESC, entries.paper_id
    LIMIT :limit
"""
FIND_BY_TITLE = """
    SELECT id FROM papers
    WHERE key = :key AND EXISTS (
      SELECT 1 FROM entries WHERE entries.paper_id = papers.id AND entries.date <= :until
    )
"""
# `beyond` is above all that begin with `key`.
FIND_BEGINNING = """
    SELECT id FROM papers WHERE key >= :key AND key < :beyond LIMIT :most
"""
# What is not in the index yet is read.
FIND_HOLDING = """
    SELECT rowid AS id FROM title_parts WHERE title_parts MATCH :match
    UNION ALL
    SELECT id FROM papers
    WHERE id > (SELECT COALESCE(MAX(id), 0) FROM title_parts_docsize)
      AND instr(' ' || key, :text) >= :first
    LIMIT :most
"""
# For what is too short for the index.
FIND_BY_LETTERS = """
    SELECT id FROM papers WHERE instr(' ' || key, :text) >= :first LIMIT :most
"""
WALK_NEWEST = """
    SELECT entries.paper_id AS id,
      instr(' ' || papers.key, :text) BETWEEN :first AND :last AS fits
    FROM entries CROSS JOIN papers ON papers.id = entries.paper_id
    WHERE entries.date <= :until
    ORDER BY entries.date DESC, entries.paper_id
    LIMIT :budget
"""
SORT_PAPERS = """
    SELECT paper_id AS id, MAX(date) AS newest FROM entries
    WHERE paper_id IN (SELECT value FROM json_each(:ids)) AND date <= :until
    GROUP BY paper_id
    ORDER BY newest DESC, paper_id
    LIMIT :limit
"""
# See `storage.sqlite.nearest`. What is not in the index yet is read.
LIST_ALIKE = """
    SELECT papers.key, papers.id FROM papers
    WHERE id IN (
        SELECT value FROM json_each(:ids)
        UNION ALL
        SELECT id FROM papers WHERE :short > 0 AND length(key) <= :short
        UNION ALL
        SELECT id FROM papers WHERE id > (SELECT COALESCE(MAX(id), 0) FROM title_parts_docsize)
      )
      AND EXISTS (
        SELECT 1 FROM entries WHERE entries.paper_id = papers.id AND entries.date <= :until
      )
"""


class PaperLookups(Domain):
    """Look-ups of papers and digests."""

    async def get_entry(self, entry_id: int) -> Entry | None:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_get_entry, entry_id)

    async def get_paper_entries(self, paper_id: int, *, until: date) -> tuple[Entry, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_get_paper_entries, paper_id, until=until)

    async def find_entries(
        self, name: str, *, until: date, near: Near | None = None
    ) -> Page[tuple[Entry, ...]]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_find_entries, name, until=until, near=near)

    async def find_mentions(
        self, address: str, *, until: date, near: Near | None = None
    ) -> Page[tuple[Entry, ...]]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_find_mentions, address, until=until, near=near)

    async def suggest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """See `storage.base.PaperStore`; an arXiv id or link suggests its paper."""
        return await self._database.read(_suggest_titles, text, until=until, limit=limit)

    async def nearest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_nearest_titles, text, until=until, limit=limit)

    async def list_newest(self, *, until: date, offset: int, limit: int) -> Page[Entry]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_list_newest, until=until, offset=offset, limit=limit)

    async def get_digest(self, day: date) -> Digest | None:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_get_digest, day)

    async def list_dates(self, *, until: date) -> tuple[date, ...]:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_list_dates, until=until)

    async def count_papers(self, *, until: date) -> int:
        """See `storage.base.PaperStore`."""
        return await self._database.read(_count_papers, until=until)


def _list_newest(
    connection: sqlite3.Connection, *, until: date, offset: int, limit: int
) -> Page[Entry]:
    values = {"until": until.isoformat(), "offset": offset, "limit": limit}
    ids = [row["id"] for row in connection.execute(LIST_ENTRIES, values)]
    (total,) = connection.execute(COUNT_ENTRIES, values).fetchone()
    return Page(items=load_entries(connection, ids, until=until), offset=offset, total=total)


def _get_entry(connection: sqlite3.Connection, entry_id: int) -> Entry | None:
    return next(iter(load_entries(connection, [entry_id], until=ALL_DATES)), None)


def _get_paper_entries(
    connection: sqlite3.Connection, paper_id: int, *, until: date
) -> tuple[Entry, ...]:
    return next(iter(_get_papers_entries(connection, [paper_id], until=until)), ())


def _get_papers_entries(
    connection: sqlite3.Connection, paper_ids: Sequence[int], *, until: date
) -> tuple[tuple[Entry, ...], ...]:
    """Return each paper's entries, newest first; a paper without any is left out."""
    params = {"papers": json.dumps(paper_ids), "until": until.isoformat()}
    rows = connection.execute(LIST_PAPERS_ENTRIES, params)
    entries: dict[int, list[Entry]] = {paper_id: [] for paper_id in paper_ids}
    for entry in load_entries(connection, [row["id"] for row in rows], until=until):
        entries[entry.paper.id].append(entry)
    return tuple(tuple(each) for each in entries.values() if each)


def _get_digest(connection: sqlite3.Connection, day: date) -> Digest | None:
    rows = connection.execute(LIST_DIGEST_ENTRIES, {"date": day.isoformat()})
    entries = load_entries(connection, [row["id"] for row in rows], until=ALL_DATES)
    return Digest(date=day, entries=entries) if entries else None


def _list_dates(connection: sqlite3.Connection, *, until: date) -> tuple[date, ...]:
    rows = connection.execute(LIST_DATES, {"until": until.isoformat()})
    return tuple(date.fromisoformat(row["date"]) for row in rows)


def _count_papers(connection: sqlite3.Connection, *, until: date) -> int:
    return int(connection.execute(COUNT_PAPERS, {"until": until.isoformat()}).fetchone()[0])


def _find_entries(
    connection: sqlite3.Connection, name: str, *, until: date, near: Near | None
) -> Page[tuple[Entry, ...]]:
    ids = _find_at(connection, name, until=until, limit=MOST_FOUND)
    keys = _title_keys(name)
    for key in keys:
        ids = ids or _find(connection, FIND_BY_TITLE, key, until=until, limit=MOST_FOUND)
        ids = ids or _find_called(connection, key, until=until)
    if not (ids or _is_short_name(name)):
        ids = _hold(connection, keys[0], until=until, limit=MOST_FOUND) if keys else []
    return _list_papers(connection, ids, until=until, near=near)


def _title_keys(name: str) -> list[str]:
    r"""Return the keys of the titles that a name may mean: `$\infty$Bench` for `∞Bench`, too."""
    spelled = _SYMBOL.sub(lambda symbol: f" {_SYMBOL_NAMES[symbol[0]]} ", name)
    return [key for key in dict.fromkeys((title_key(spelled), title_key(name))) if key]


def _is_short_name(name: str) -> bool:
    """Return whether a name would stand within many a word: `NSA` in `Ansatz`."""
    name = name.strip()
    return name.isascii() and (len(name) <= _SHORT_NAME or (name.isupper() and " " not in name))


def _find_called(connection: sqlite3.Connection, key: str, *, until: date) -> list[int]:
    """Return the papers whose titles begin with `key`, or else have a word that does.

    One that is called so before a colon (`s1: …`) is meant alone. Where only one title begins so,
    those of which a later word does may be meant as well; what has it as a whole word comes first.
    """
    begun = _begin(connection, key, until=until, limit=MOST_FOUND)
    titles = load_titles(connection, begun, until=until)
    called = [
        paper
        for paper, title in zip(begun, titles, strict=True)
        if title_key(title.partition(":")[0]) == key
    ]
    if len(called) == 1:
        return called
    if len(begun) > 1:
        return begun
    held = _have_word(connection, key, until=until, limit=MOST_FOUND)
    found = list(dict.fromkeys([*begun, *held]))[:MOST_FOUND]
    keys = map(title_key, load_titles(connection, found, until=until))
    part = {paper: f" {key} " not in f" {title} " for paper, title in zip(found, keys, strict=True)}
    return sorted(found, key=lambda paper: part[paper])


def _find_mentions(
    connection: sqlite3.Connection, address: str, *, until: date, near: Near | None
) -> Page[tuple[Entry, ...]]:
    key = link_key(address)
    ids = [] if key is None else _find(connection, FIND_BY_LINK, key, until=until, limit=MOST_FOUND)
    return _list_papers(connection, ids, until=until, near=near)


def _list_papers(
    connection: sqlite3.Connection, ids: Sequence[int], *, until: date, near: Near | None
) -> Page[tuple[Entry, ...]]:
    papers = _get_papers_entries(connection, ids, until=until)
    wanted = (entry.id for entries in papers for entry in entries)
    posts = load_posts(connection, wanted, near=near)
    return Page(items=papers, offset=0, total=len(papers), posts=posts)


def _suggest_titles(
    connection: sqlite3.Connection, text: str, *, until: date, limit: int
) -> tuple[str, ...]:
    if key := title_key(text):
        ids = _find_at(connection, text, until=until, limit=limit)
        for find in () if ids else (_begin, _have_word, _hold):
            if len(ids) < limit:
                more = find(connection, key, until=until, limit=limit)
                ids = list(dict.fromkeys([*ids, *more]))[:limit]
    else:
        rows = connection.execute(LIST_NEWEST, {"until": until.isoformat(), "limit": limit})
        ids = [row["paper_id"] for row in rows]
    return load_titles(connection, ids, until=until)


def _nearest_titles(
    connection: sqlite3.Connection, text: str, *, until: date, limit: int
) -> tuple[str, ...]:
    key = title_key(text)
    params = find_alike(connection, "title_terms", key) | {"until": until.isoformat()}
    keys = dict(connection.execute(LIST_ALIKE, params).fetchall())
    ids = [keys[found] for found in nearest_keys(key, keys, limit=limit)]
    return load_titles(connection, ids, until=until)


def _find_at(connection: sqlite3.Connection, text: str, *, until: date, limit: int) -> list[int]:
    """Return the papers at an address."""
    key = link_key(text)
    return [] if key is None else _find(connection, FIND_BY_URL, key, until=until, limit=limit)


def _find(
    connection: sqlite3.Connection, sql: str, key: str, *, until: date, limit: int
) -> list[int]:
    params = {"key": key, "until": until.isoformat(), "limit": limit}
    return [row["id"] for row in connection.execute(sql, params)]


def _begin(connection: sqlite3.Connection, key: str, *, until: date, limit: int) -> list[int]:
    """Return the newest papers whose titles begin with `key`."""
    params = {"key": key, "beyond": key + "\U0010ffff", "text": f" {key}", "first": 1, "last": 1}
    return _pick(connection, FIND_BEGINNING, params, until, limit)


def _have_word(connection: sqlite3.Connection, key: str, *, until: date, limit: int) -> list[int]:
    """Return the newest papers of whose titles a later word begins so."""
    return _hold(connection, f" {key}", until=until, limit=limit)


def _hold(connection: sqlite3.Connection, text: str, *, until: date, limit: int) -> list[int]:
    """Return the newest papers whose titles hold a text; one that begins so may be left out."""
    find = FIND_HOLDING if is_indexed(text) else FIND_BY_LETTERS
    # In a title with a space before it, that it begins with the text is found at 2.
    first = 2 if text.startswith(" ") else 3
    params = {"match": phrase(text), "text": text, "first": first, "last": _ANYWHERE}
    return _pick(connection, find, params, until, limit)


def _pick(
    connection: sqlite3.Connection, find: str, params: dict[str, Any], until: date, limit: int
) -> list[int]:
    picking = Picking(find=find, walk=WALK_NEWEST, sort=SORT_PAPERS)
    rows = picking.pick(connection, params | {"until": until.isoformat()}, limit=limit)
    return [row["id"] for row in rows]
