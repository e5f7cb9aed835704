"""What a paper has to do with the papers near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.library import Library
from bot.render.related import Reason
from storage.base import Store
from storage.models import Citations, Entry, Page
from storage.text import tag_key, title_key

# Papers that a list of related ones holds at most.
MOST = 24


async def list_related(
    library: Library, entry: Entry, *, today: date, offset: int, limit: int
) -> Page[Entry]:
    """Return a page of the papers nearest to an entry's, best first.

    Raises:
        StorageError: the store cannot be read.
    """
    near = await library.relate(entry, today=today, until=today, limit=MOST)
    ids = [each.entry_id for each in near[offset : offset + limit]]
    entries = await library.store.list_entries(ids, until=today)
    return Page(items=entries, offset=offset, total=len(near))


async def explain_relations(
    store: Store, entry: Entry, others: Sequence[Entry], *, until: date
) -> Mapping[int, Reason]:
    """Return what an entry's paper shares with each of the others, by entry id."""
    citations = await store.get_citations(entry.id, until=until)
    return {other.id: _explain(entry, other, citations) for other in others}


def _explain(entry: Entry, other: Entry, citations: Citations) -> Reason:
    """Return the reasons with names as the other's digest writes them."""
    tags = {tag_key(tag) for tag in entry.tags}
    authors = {title_key(author) for author in entry.paper.authors}
    return Reason(
        cites=other.id in citations.cited_by,
        cited=other.id in citations.cites,
        link=citations.shared.get(other.id),
        authors=tuple(name for name in other.paper.authors if title_key(name) in authors),
        tags=tuple(tag for tag in other.tags if tag_key(tag) in tags),
    )
