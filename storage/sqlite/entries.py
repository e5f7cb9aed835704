"""Entries written: their row, names, links, index document, and the paper that they belong to."""

from __future__ import annotations

import json
import sqlite3

from storage.models import EntryDraft
from storage.sqlite.index import IndexWriter
from storage.sqlite.links import link_key
from storage.text import tag_key, title_key

ADD_ENTRY = """
    INSERT INTO entries
      (paper_id, date, position, title, abstract, ko, en, url, url_key, revision)
    VALUES (
      :paper, :date, (SELECT COALESCE(MAX(position) + 1, 0) FROM entries WHERE date = :date),
      :title, :abstract, :ko, :en, :url, :url_key, :revision
    )
    RETURNING id
"""
# A moved entry goes to the end of its new digest.
CHANGE_ENTRY = """
    UPDATE entries SET
      paper_id = :paper,
      position = CASE date
        WHEN :date THEN position
        ELSE (SELECT COALESCE(MAX(other.position) + 1, 0)
              FROM entries AS other WHERE other.date = :date)
      END,
      date = :date, title = :title, abstract = :abstract, ko = :ko, en = :en,
      url = :url, url_key = :url_key, revision = :revision
    WHERE id = :id
"""
REMOVE_ENTRY = "DELETE FROM entries WHERE id = :entry"

GET_PAPER = "SELECT id FROM papers WHERE key = :key"
GET_PAPER_OF = "SELECT paper_id FROM entries WHERE id = :entry"
ADD_PAPER = "INSERT INTO papers (key) VALUES (:key) RETURNING id"
COUNT_PAPER_ENTRIES = "SELECT COUNT(*) FROM entries WHERE paper_id = :paper"
RENAME_PAPER = "UPDATE papers SET key = :key WHERE id = :paper"
REMOVE_EMPTY_PAPERS = """
    DELETE FROM papers
    WHERE id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.paper_id = papers.id)
"""

GET_NAME = "SELECT id, name FROM names WHERE kind = :kind AND key = :key"
ADD_NAME = "INSERT INTO names (kind, key, name) VALUES (:kind, :key, :name) RETURNING id, name"
ADD_ENTRY_NAME = """
    INSERT INTO entry_names (entry_id, kind, position, name_id, spelling)
    VALUES (:entry, :kind, :position, :name, :spelling)
"""
LIST_NAME_IDS = "SELECT name_id FROM entry_names WHERE entry_id = :entry"
REMOVE_ENTRY_NAMES = "DELETE FROM entry_names WHERE entry_id = :entry"
REMOVE_UNUSED_NAMES = """
    DELETE FROM names
    WHERE id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (SELECT 1 FROM entry_names WHERE entry_names.name_id = names.id)
"""
COUNT_NAMES = """
    UPDATE names SET papers = (
      SELECT COUNT(DISTINCT entries.paper_id)
      FROM entry_names JOIN entries ON entries.id = entry_names.entry_id
      WHERE entry_names.name_id = names.id
    )
    WHERE id IN (SELECT value FROM json_each(:ids))
"""

ADD_LINK = """
    INSERT INTO entry_links (entry_id, position, url, key)
    VALUES (:entry, :position, :url, :key)
"""
REMOVE_LINKS = "DELETE FROM entry_links WHERE entry_id = :entry"


class EntryWriter:
    """Writes entries within one transaction; `settle` must end it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = IndexWriter(connection)
        self._touched_papers: set[int] = set()
        self._touched_names: set[int] = set()
        self._names: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, draft: EntryDraft, *, revision: str, date: str) -> int:
        """Add an entry at the end of the date's digest and return its id."""
        paper = self._find_paper(title_key(draft.title))
        columns = _columns(draft) | {"paper": paper, "revision": revision, "date": date}
        (entry_id,) = self._connection.execute(ADD_ENTRY, columns).fetchone()
        self._add_parts(entry_id, draft)
        return int(entry_id)

    def change(self, entry_id: int, draft: EntryDraft, *, revision: str, date: str) -> None:
        """Let an entry say what the draft says, under this date."""
        self._remove_parts(entry_id)
        paper = self._move_paper(entry_id, title_key(draft.title))
        columns = _columns(draft) | {"paper": paper, "revision": revision, "date": date}
        self._connection.execute(CHANGE_ENTRY, columns | {"id": entry_id})
        self._add_parts(entry_id, draft)

    def remove(self, entry_id: int) -> None:
        """Remove an entry; its id is not given again."""
        self._touched_papers.add(self._paper_of(entry_id))
        self._remove_parts(entry_id)
        self._connection.execute(REMOVE_ENTRY, {"entry": entry_id})

    def set_links(self, entry_id: int, links: tuple[str, ...]) -> None:
        """Replace an entry's links."""
        self._connection.execute(REMOVE_LINKS, {"entry": entry_id})
        self._connection.executemany(
            ADD_LINK,
            [
                {"entry": entry_id, "position": i, "url": url, "key": link_key(url) or url}
                for i, url in enumerate(links)
            ],
        )

    def settle(self) -> None:
        """Write the index, drop papers and names that nothing carries now, count the others."""
        papers = {"ids": json.dumps(list(self._touched_papers))}
        names = {"ids": json.dumps(list(self._touched_names))}
        self._connection.execute(REMOVE_EMPTY_PAPERS, papers)
        self._connection.execute(REMOVE_UNUSED_NAMES, names)
        self._connection.execute(COUNT_NAMES, names)
        self._index.flush()

    def _add_parts(self, entry_id: int, draft: EntryDraft) -> None:
        self._add_names(entry_id, "author", [(name, title_key(name)) for name in draft.authors])
        self._add_names(entry_id, "tag", [(name, tag_key(name)) for name in draft.tags])
        if draft.links:
            self.set_links(entry_id, draft.links)
        self._index.add(entry_id, draft)

    def _remove_parts(self, entry_id: int) -> None:
        entry = {"entry": entry_id}
        self._index.remove(entry_id)
        ids = self._connection.execute(LIST_NAME_IDS, entry).fetchall()
        self._touched_names.update(name_id for (name_id,) in ids)
        self._connection.execute(REMOVE_ENTRY_NAMES, entry)
        self._connection.execute(REMOVE_LINKS, entry)

    def _add_names(self, entry_id: int, kind: str, names: list[tuple[str, str]]) -> None:
        rows = []
        for position, (spelling, key) in enumerate(names):
            name_id, name = self._find_name(kind, key, spelling)
            rows.append(
                {
                    "entry": entry_id,
                    "kind": kind,
                    "position": position,
                    "name": name_id,
                    "spelling": None if spelling == name else spelling,
                }
            )
        self._connection.executemany(ADD_ENTRY_NAME, rows)

    def _find_name(self, kind: str, key: str, spelling: str) -> tuple[int, str]:
        """Return a name's id and spelling, this one if the name is new."""
        known = self._names.get((kind, key))
        if known is None:
            columns = {"kind": kind, "key": key, "name": spelling}
            row = self._connection.execute(GET_NAME, columns).fetchone()
            row = row or self._connection.execute(ADD_NAME, columns).fetchone()
            known = self._names[kind, key] = (row["id"], row["name"])
            self._touched_names.add(row["id"])
        return known

    def _find_paper(self, key: str) -> int:
        row = self._connection.execute(GET_PAPER, {"key": key}).fetchone()
        row = row or self._connection.execute(ADD_PAPER, {"key": key}).fetchone()
        return int(row[0])

    def _move_paper(self, entry_id: int, key: str) -> int:
        """Return the paper that an entry belongs to once its title has this key.

        A corrected title is a correction of the paper, unless other entries hold on to the old
        one or the new one is another paper's.
        """
        paper = self._paper_of(entry_id)
        self._touched_papers.add(paper)
        taken = self._connection.execute(GET_PAPER, {"key": key}).fetchone()
        alone = self._connection.execute(COUNT_PAPER_ENTRIES, {"paper": paper}).fetchone()[0] == 1
        if taken or not alone:
            return self._find_paper(key)
        self._connection.execute(RENAME_PAPER, {"paper": paper, "key": key})
        return paper

    def _paper_of(self, entry_id: int) -> int:
        return int(self._connection.execute(GET_PAPER_OF, {"entry": entry_id}).fetchone()[0])


def _columns(draft: EntryDraft) -> dict[str, str | int | None]:
    return {
        "title": draft.title,
        "abstract": draft.abstract,
        "ko": json.dumps(draft.ko, ensure_ascii=False),
        "en": json.dumps(draft.en, ensure_ascii=False),
        "url": draft.url,
        "url_key": None if draft.url is None else link_key(draft.url),
    }
