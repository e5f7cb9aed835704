"""Tags over time, and who cites whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from storage.models import Citations, Page, TagCounts, TagSpan
from storage.sqlite.database import Domain
from storage.sqlite.names import COUNT_LATER

# A paper stands for itself by its newest entry up to `until`; SQLite takes a row's other columns
# from the row that has the maximum (sqlite.org/lang_select.html#bareagg).
LIST_CITED = """
    SELECT MAX(cited.date), cited.id
    FROM entries AS this
    JOIN entries AS own ON own.paper_id = this.paper_id AND own.date <= :until
    JOIN entry_links ON entry_links.entry_id = own.id
    JOIN entries AS cited ON cited.url_key = entry_links.key AND cited.date <= :until
    WHERE this.id = :entry AND cited.paper_id <> this.paper_id
    GROUP BY cited.paper_id
"""
LIST_CITING = """
    SELECT MAX(citing.date), citing.id
    FROM entries AS this
    JOIN entries AS own ON own.paper_id = this.paper_id AND own.date <= :until
    JOIN entry_links ON entry_links.key = own.url_key
    JOIN entries AS citing ON citing.id = entry_links.entry_id AND citing.date <= :until
    WHERE this.id = :entry AND citing.paper_id <> this.paper_id
    GROUP BY citing.paper_id
"""
LIST_SHARING = """
    SELECT MAX(other.date), other.id, there.key
    FROM entries AS this
    JOIN entries AS own ON own.paper_id = this.paper_id AND own.date <= :until
    JOIN entry_links AS here ON here.entry_id = own.id AND here.key LIKE 'arxiv:%'
    JOIN entry_links AS there ON there.key = here.key
    JOIN entries AS other ON other.id = there.entry_id AND other.date <= :until
    WHERE this.id = :entry AND other.paper_id <> this.paper_id
    GROUP BY other.paper_id
"""

COUNT_PAPERS = """
    SELECT COUNT(DISTINCT paper_id) FROM entries WHERE date BETWEEN :first AND :last
"""
# CROSS JOIN keeps the order: from the period's entries to their tags.
COUNT_TAGS = """
    SELECT names.name, COUNT(DISTINCT entries.paper_id) AS papers
    FROM entries
    CROSS JOIN entry_names ON entry_names.entry_id = entries.id AND entry_names.kind = 'tag'
    CROSS JOIN names ON names.id = entry_names.name_id
    WHERE entries.date BETWEEN :first AND :last
    GROUP BY names.id
    ORDER BY papers DESC, names.key
"""

# `names.papers` counts every date's papers; `later` are those that are in no digest yet.
VISIBLE_TAGS = f"""
    SELECT id, key, name, names.papers - COALESCE(later.papers, 0) AS visible
    FROM names LEFT JOIN ({COUNT_LATER}) AS later ON later.name_id = names.id
    WHERE kind = 'tag' AND visible > 0
"""  # noqa: S608 - constants
COUNT_ALL_TAGS = f"SELECT COUNT(*) FROM ({VISIBLE_TAGS})"  # noqa: S608 - constants
LIST_TAGS = f"""
    SELECT name, visible,
           (SELECT MIN(date) FROM entry_names WHERE name_id = tags.id) AS first,
           (SELECT MAX(date) FROM entry_names WHERE name_id = tags.id AND date <= :until) AS last
    FROM ({VISIBLE_TAGS}) AS tags
    ORDER BY CASE :by WHEN 'papers' THEN visible END DESC,
             CASE :by WHEN 'last' THEN last WHEN 'first' THEN first END DESC,
             key
    LIMIT :limit OFFSET :offset
"""  # noqa: S608 - constants


class Discovery(Domain):
    """What the digests hold as a whole, as `storage.base.DiscoveryStore` says."""

    async def get_citations(self, entry_id: int, *, until: date) -> Citations:
        """Return whom an entry's paper cites and who cites it."""
        return await self._database.read(_get_citations, entry_id, until=until)

    async def count_tags(self, periods: Sequence[tuple[date, date]]) -> tuple[TagCounts, ...]:
        """Return what each period holds."""
        return await self._database.read(_count_tags, periods)

    async def list_tags(self, *, until: date, by: str, offset: int, limit: int) -> Page[TagSpan]:
        """Return tags in the order that `by` names."""
        return await self._database.read(_list_tags, until=until, by=by, offset=offset, limit=limit)


def _get_citations(connection: sqlite3.Connection, entry_id: int, *, until: date) -> Citations:
    values = {"entry": entry_id, "until": until.isoformat()}
    sharing = connection.execute(LIST_SHARING, values)
    return Citations(
        cites=frozenset(row["id"] for row in connection.execute(LIST_CITED, values)),
        cited_by=frozenset(row["id"] for row in connection.execute(LIST_CITING, values)),
        shared={row["id"]: row["key"].partition(":")[2] for row in sharing},
    )


def _count_tags(
    connection: sqlite3.Connection, periods: Sequence[tuple[date, date]]
) -> tuple[TagCounts, ...]:
    counts = []
    for first, last in periods:
        days = {"first": first.isoformat(), "last": last.isoformat()}
        papers = connection.execute(COUNT_PAPERS, days).fetchone()[0]
        tags = {row["name"]: row["papers"] for row in connection.execute(COUNT_TAGS, days)}
        counts.append(TagCounts(papers=papers, tags=tags))
    return tuple(counts)


def _list_tags(
    connection: sqlite3.Connection, *, until: date, by: str, offset: int, limit: int
) -> Page[TagSpan]:
    values = {"until": until.isoformat(), "by": by, "offset": offset, "limit": limit}
    rows = connection.execute(LIST_TAGS, values).fetchall()
    spans = tuple(
        TagSpan(
            name=row["name"],
            papers=row["visible"],
            first=date.fromisoformat(row["first"]),
            last=date.fromisoformat(row["last"]),
        )
        for row in rows
    )
    total = connection.execute(COUNT_ALL_TAGS, values).fetchone()[0]
    return Page(items=spans, offset=offset, total=total)
