"""Entries written: their row, names, links, index document, and the paper that they belong to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from storage.links import link_key
from storage.sqlite.index import IndexWriter
from storage.sqlite.naming import NameWriter
from storage.sqlite.preparing import PreparedDigest, PreparedEntry
from storage.sqlite.rows import Rows

ADD_ENTRIES = """
    INSERT INTO entries
      (id, paper_id, date, position, title, abstract, ko, en, url, url_key, revision)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
           json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
           json_extract(value, '$[9]'), json_extract(value, '$[10]')
    FROM json_each(:rows)
"""
CHANGE_ENTRY = """
    UPDATE entries SET
      paper_id = :paper, position = :position, date = :date, title = :title,
      abstract = :abstract, ko = :ko, en = :en, url = :url, url_key = :url_key,
      revision = :revision
    WHERE id = :id
"""
REMOVE_ENTRY = "DELETE FROM entries WHERE id = :entry"
GET_ENTRY = "SELECT paper_id, date, position FROM entries WHERE id = :entry"
GET_TWIN = "SELECT id FROM entries WHERE revision = :revision AND date = :date"
LIST_REVISIONS = """
    SELECT json_group_object(value, 0) FROM json_each(:texts)
    WHERE EXISTS (SELECT 1 FROM entries WHERE revision = value)
"""
LIST_POSITIONS = """
    SELECT json_group_object(
      value, (SELECT COALESCE(MAX(position) + 1, 0) FROM entries WHERE date = value)
    )
    FROM json_each(:texts)
"""
# Ids are not given twice, not even those of what is gone: AUTOINCREMENT keeps count.
GET_LAST_ID = "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = :table"

LIST_PAPERS = """
    SELECT json_group_object(papers.key, papers.id)
    FROM json_each(:texts) JOIN papers ON papers.key = value
"""
# The ids of papers that no entry is left of: what readers saved and were told of goes by them.
LIST_LEFT_PAPERS = """
    SELECT json_group_object(title, paper_id) FROM (
      SELECT title, MIN(paper_id) AS paper_id
      FROM json_each(:texts) JOIN removed_entries ON removed_entries.title = value
      WHERE paper_id NOT IN (SELECT id FROM papers)
      GROUP BY title
    )
"""
ADD_PAPERS = """
    INSERT INTO papers (id, key)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows)
"""
GET_PAPER_KEY = "SELECT key FROM papers WHERE id = :paper"
COUNT_PAPER_ENTRIES = "SELECT COUNT(*) FROM entries WHERE paper_id = :paper"
RENAME_PAPER = "UPDATE papers SET key = :key WHERE id = :paper"
REMOVE_EMPTY_PAPERS = """
    DELETE FROM papers
    WHERE id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.paper_id = papers.id)
"""

ADD_LINKS = """
    INSERT INTO entry_links (entry_id, position, url, key)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
           json_extract(value, '$[3]')
    FROM json_each(:rows)
"""
REMOVE_LINKS = "DELETE FROM entry_links WHERE entry_id = :entry"


class EntryWriter:
    """Writes entries within one transaction; `settle` must end it.

    The rows of new entries get their ids here and are collected, and written by one statement a
    table. What there was before is changed at once, behind them.
    """

    def __init__(self, connection: sqlite3.Connection, digests: Sequence[PreparedDigest]) -> None:
        """`digests` hold whatever will be added, or changed to."""
        self._connection = connection
        entries = [entry for digest in digests for entry in digest.entries]
        self._index = IndexWriter(connection)
        self._names = NameWriter(connection, entries)
        self._papers = self._map(LIST_PAPERS, {entry.key for entry in entries})
        self._former_papers = self._map(LIST_LEFT_PAPERS, {entry.key for entry in entries})
        self._positions = self._map(LIST_POSITIONS, {digest.date for digest in digests})
        # Revisions of entries that stand in the table, perhaps; and entries that are not there yet.
        self._stored = set(self._map(LIST_REVISIONS, {entry.revision for entry in entries}))
        self._collected: dict[tuple[str, str], int] = {}
        self._last_entry = self._last_id("entries")
        self._last_paper = self._last_id("papers")
        self._new_papers = Rows(connection, ADD_PAPERS)
        self._new_entries = Rows(connection, ADD_ENTRIES)
        self._new_links = Rows(connection, ADD_LINKS)
        self._left_papers: set[int] = set()
        self._given: set[int] = set()  # to papers that are new, or there again

    def find_twin(self, entry: PreparedEntry, date: str) -> int | None:
        """Return the id of the entry of that date that says the same, word for word."""
        twin = self._collected.get((entry.revision, date))
        if twin is None and entry.revision in self._stored:
            said = {"revision": entry.revision, "date": date}
            row = self._connection.execute(GET_TWIN, said).fetchone()
            twin = row and row["id"]
        return twin

    def add(self, entry: PreparedEntry, *, date: str) -> int:
        """Add an entry at the end of the date's digest and return its id."""
        self._last_entry += 1
        is_new_paper = entry.key not in self._papers
        paper = self._find_paper(entry.key)
        self._add(self._last_entry, paper, entry, date=date, is_new_paper=is_new_paper)
        return self._last_entry

    def add_again(self, entry_id: int, paper: int, entry: PreparedEntry, *, date: str) -> None:
        """Add an entry that was removed, and belonged to that paper, at the end of its digest."""
        paper = self._find_former(paper, entry.key)
        self._add(entry_id, paper, entry, date=date, is_new_paper=False)

    def change(self, entry_id: int, entry: PreparedEntry, *, date: str) -> None:
        """Let an entry say what the draft says, under this date."""
        self.flush()
        old = self._connection.execute(GET_ENTRY, {"entry": entry_id}).fetchone()
        self._remove_parts(entry_id)
        # A moved entry goes to the end of its new digest.
        position = old["position"] if old["date"] == date else self._take_position(date)
        columns = _columns(entry) | {
            "id": entry_id,
            "paper": self._move_paper(old["paper_id"], entry.key),
            "date": date,
            "position": position,
        }
        self._connection.execute(CHANGE_ENTRY, columns)
        self._stored.add(entry.revision)
        self._add_parts(entry_id, entry, date=date, is_new_paper=False)

    def remove(self, entry_id: int) -> None:
        """Remove an entry; its id is not given again."""
        self.flush()
        entry = {"entry": entry_id}
        self._left_papers.add(self._connection.execute(GET_ENTRY, entry).fetchone()["paper_id"])
        self._remove_parts(entry_id)
        self._connection.execute(REMOVE_ENTRY, entry)

    def set_links(self, entry_id: int, links: Iterable[str]) -> None:
        """Replace an entry's links."""
        self._connection.execute(REMOVE_LINKS, {"entry": entry_id})
        self._add_links(entry_id, links)

    def flush(self) -> None:
        """Write the rows that are collected."""
        self._new_papers.write()
        self._new_entries.write()
        self._names.flush()
        self._new_links.write()
        self._stored.update(revision for revision, _ in self._collected)
        self._collected.clear()

    def settle(self) -> None:
        """Write all, drop papers and names that nothing carries now, count the others."""
        self.flush()
        papers = {"ids": json.dumps(list(self._left_papers))}
        self._connection.execute(REMOVE_EMPTY_PAPERS, papers)
        self._names.settle()
        self._index.flush()

    def _add(
        self, entry_id: int, paper: int, entry: PreparedEntry, *, date: str, is_new_paper: bool
    ) -> None:
        position = self._take_position(date)
        self._new_entries.add(entry_id, paper, date, position, *_columns(entry).values())
        self._collected[entry.revision, date] = entry_id
        self._add_parts(entry_id, entry, date=date, is_new_paper=is_new_paper)

    def _add_parts(
        self, entry_id: int, entry: PreparedEntry, *, date: str, is_new_paper: bool
    ) -> None:
        self._names.add(entry_id, entry.names, date=date, is_new_paper=is_new_paper)
        self._add_links(entry_id, entry.draft.links)
        self._index.add(entry_id, entry.document)

    def _remove_parts(self, entry_id: int) -> None:
        self._index.remove(entry_id)
        self._names.remove(entry_id)
        self._connection.execute(REMOVE_LINKS, {"entry": entry_id})

    def _add_links(self, entry_id: int, links: Iterable[str]) -> None:
        for position, url in enumerate(links):
            self._new_links.add(entry_id, position, url, link_key(url) or url)

    def _take_position(self, date: str) -> int:
        self._positions[date] += 1
        return self._positions[date] - 1

    def _find_paper(self, key: str) -> int:
        paper = self._papers.get(key)
        if paper is None:
            paper = self._former_papers.get(key)
            if paper is None or paper in self._given:
                self._last_paper += 1
                paper = self._last_paper
            self._add_paper(paper, key)
        return paper

    def _add_paper(self, paper: int, key: str) -> None:
        self._papers[key] = paper
        self._given.add(paper)
        self._new_papers.add(paper, key)

    def _find_former(self, paper: int, key: str) -> int:
        """Return the paper that an entry of `paper` belongs to which comes back with this key."""
        if key in self._papers or key in self._former_papers:
            return self._find_paper(key)
        self.flush()
        if self._connection.execute(GET_PAPER_KEY, {"paper": paper}).fetchone() is None:
            self._add_paper(paper, key)
            return paper
        return self._rename_paper(paper, key, others=self._count_entries(paper))

    def _move_paper(self, paper: int, key: str) -> int:
        """Return the paper that an entry of `paper` belongs to once its title has this key.

        A corrected title is a correction of the paper, unless other entries hold on to the old
        one or the new one is another paper's.
        """
        self._left_papers.add(paper)
        return self._rename_paper(paper, key, others=self._count_entries(paper) - 1)

    def _rename_paper(self, paper: int, key: str, *, others: int) -> int:
        if key in self._papers or others:
            found = self._find_paper(key)
            self._new_papers.write()
            return found
        (old_key,) = self._connection.execute(GET_PAPER_KEY, {"paper": paper}).fetchone()
        self._connection.execute(RENAME_PAPER, {"paper": paper, "key": key})
        self._papers.pop(old_key, None)
        self._papers[key] = paper
        return paper

    def _count_entries(self, paper: int) -> int:
        (entries,) = self._connection.execute(COUNT_PAPER_ENTRIES, {"paper": paper}).fetchone()
        return int(entries)

    def _last_id(self, table: str) -> int:
        return int(self._connection.execute(GET_LAST_ID, {"table": table}).fetchone()[0])

    def _map(self, sql: str, texts: set[str]) -> dict[str, int]:
        """Return what a statement finds about texts, as one JSON object (see `Rows`)."""
        listed = {"texts": json.dumps(list(texts))}
        found: dict[str, int] = json.loads(self._connection.execute(sql, listed).fetchone()[0])
        return found


def _columns(entry: PreparedEntry) -> dict[str, str | None]:
    """Return what an entry's row says of its draft, in the order of the columns."""
    draft = entry.draft
    return {
        "title": draft.title,
        "abstract": draft.abstract,
        "ko": json.dumps(draft.ko, ensure_ascii=False),
        "en": json.dumps(draft.en, ensure_ascii=False),
        "url": draft.url,
        "url_key": None if draft.url is None else link_key(draft.url),
        "revision": entry.revision,
    }
