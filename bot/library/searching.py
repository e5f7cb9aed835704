"""A search -> a page of papers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from bot.library.shelf import Shelf
from bot.retrieval import Index, Ranking, rank, read_terms, understand
from bot.retrieval.analysis import prepare
from bot.retrieval.days import DateRange
from storage.links import is_address
from storage.models import Hit, Page
from storage.text import SearchText, split_search

_FILTER = re.compile(r"(?<!\w)(?:tag|author|date|태그|저자|날짜):", re.IGNORECASE)
# What a search can be told of that no paper meets: those that come are the nearest without it.
_LIMITS = frozenset(("date", "author", "tag"))


async def search(
    shelf: Shelf, query: str, *, today: date, offset: int, limit: int, least: float
) -> Page[Hit]:
    """Return a page, as `Library.search` says."""
    if is_address(query):
        return await _find_address(shelf, query, today=today, offset=offset, limit=limit)
    await shelf.refresh(today)
    asked = split_search(query)
    having = [await shelf.store.find_phrase(each) for each in asked.phrases]
    barred = [await shelf.store.find_phrase(each) for each in asked.excluded]
    limits = {
        "within": frozenset.intersection(*having) if having else None,
        "without": frozenset(chain.from_iterable(barred)),
    }
    ranking = await shelf.consult(_search, asked, limits, today, offset + limit, least)
    if not (ranking.total or "date" in ranking.unmet or _FILTER.search(query)):
        # Words that say nothing in a question, such as `paper`, are looked for as they stand.
        return await shelf.store.search(query, until=today, offset=offset, limit=limit)
    items = ranking.items[offset : offset + limit]
    scores = {item.entry_id: item.score for item in items}
    entries = await shelf.store.list_entries([*scores], until=today)
    hits = tuple(Hit(entry=entry, score=scores[entry.id]) for entry in entries)
    return Page(items=hits, offset=offset, total=ranking.total, unmet=ranking.unmet & _LIMITS)


async def _find_address(
    shelf: Shelf, address: str, *, today: date, offset: int, limit: int
) -> Page[Hit]:
    """Return the papers of an address or arXiv id, or else those that mention it."""
    found = await shelf.store.find_entries(address, until=today)
    if not found.total:
        found = await shelf.store.find_mentions(address, until=today)
    hits = [Hit(entry=newest, score=1.0) for newest, *_ in found.items]
    return Page(items=tuple(hits[offset : offset + limit]), offset=offset, total=len(hits))


def _search(
    index: Index,
    asked: SearchText,
    limits: Mapping[str, Any],
    today: date,
    wanted: int,
    least: float,
) -> Ranking:
    query = understand(asked.words, today=today, index=index)
    # A phrase is left out as it stands, a word in its other language as well.
    words = (each for each in asked.excluded if " " not in each)
    excluded = (term for word in words for term in read_terms(prepare(word), index))
    query = replace(query, excluded=(*query.excluded, *excluded), **limits)
    if query.is_empty and asked.excluded:  # all the others are wanted
        query = replace(query, dates=(DateRange(date.min, today),), dated=True)
    ranking = rank(query, index, until=today, limit=wanted, least=least)
    is_strict = query.within is not None or _FILTER.search(asked.words)
    if query.is_empty or (ranking.unmet and is_strict):
        return replace(ranking, items=(), total=0)
    if not any(term.is_telling for term in query.terms):
        return ranking
    items = tuple(item for item in ranking.items if item.coverage)
    return replace(ranking, items=items, total=ranking.total if items else 0)
