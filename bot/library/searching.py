"""A search -> a page of papers, and the sentence of each that says why it is on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from bot.library.shelf import Shelf
from bot.retrieval import Index, Ranking, rank, read_terms, understand
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.days import DateRange
from bot.retrieval.indexing import count_tokens
from bot.retrieval.passages import score_passages
from storage.links import is_address
from storage.models import Entry, Hit, Page
from storage.text import SearchText, split_search

_FILTER = re.compile(r"(?<!\w)(?:tag|author|date|태그|저자|날짜):", re.IGNORECASE)
# What a search can be told of that no paper meets: those that come are the nearest without it.
_LIMITS = frozenset(("date", "author", "tag"))
# From here on a text has a term; what is weaker only helps to order results.
_MET = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A sentence in pieces, each with whether it is what was searched for."""

    pieces: tuple[tuple[str, bool], ...]


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


async def explain(
    shelf: Shelf, query: str, entries: Sequence[Entry], *, today: date
) -> Mapping[int, Snippet]:
    """Return why entries match, as `Library.explain` says."""
    await shelf.refresh(today)
    return await shelf.consult(_find_snippets, split_search(query).words, entries, today)


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


def _find_snippets(
    index: Index, text: str, entries: Sequence[Entry], today: date
) -> dict[int, Snippet]:
    query = understand(text, today=today, index=index)
    ranking = rank(query, index, until=today, limit=1)
    matched = frozenset(
        token
        for term in query.terms
        for alternative in term.alternatives
        if alternative.weight >= _MET and not term.hint
        for token in alternative.tokens
    )
    snippets = {}
    for entry in entries:
        passages = score_passages(entry, query, ranking.rarities, index.glossary)
        if passages:
            snippets[entry.id] = _highlight(index, passages[0].text, matched)
    return snippets


def _highlight(index: Index, text: str, matched: frozenset[str]) -> Snippet:
    pieces: list[tuple[str, bool]] = []
    for piece in re.split(r"(\s+)", text):
        tokens = count_tokens(split_units(prepare(piece)), index.glossary)
        is_match = not matched.isdisjoint(tokens)
        if pieces and (pieces[-1][1] == is_match or not piece.strip()):
            pieces[-1] = (pieces[-1][0] + piece, pieces[-1][1])
        else:
            pieces.append((piece, is_match))
    return Snippet(pieces=tuple(pieces))
