"""The names that somebody may have meant where nothing goes by the one that they typed."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date

from bot.library import Library
from bot.retrieval.synonyms import list_synonyms
from storage.base import Store
from storage.links import is_address
from storage.models import Entry
from storage.text import split_search

NEAREST = 5  # names offered when nothing is found
LEAST = 0.8  # of a query, as a share of what the best result has of it
PATIENCE = 1.0  # seconds for the library to be ready: an answer is due after three
_MOST_TAGS = 2_000  # in which synonyms are looked for: a few hundredths of a second


async def list_nearest(library: Library, kind: str, text: str, *, until: date) -> tuple[str, ...]:
    """Return the titles (kinds `title` and `search`), tags or authors that `text` may have meant.

    Authors who have it as a part of their name come first: most people type a last name. So do
    tags that it is another name of. Where no name is like it, what a search finds: `추론` stands
    in no title. Nobody means another paper by an address.
    """
    store = library.store
    if is_address(text):
        return ()
    if kind == "author":
        having = await store.suggest_authors(text, until=until, limit=NEAREST)
        found = tuple(author.name for author in having)
        found = found or await store.nearest_authors(text, until=until, limit=NEAREST)
        return found or await _sounding_authors(library, text, until=until)
    if kind == "tag":
        return await _nearest_tags(library, text, until=until)
    titles = await store.nearest_titles(text, until=until, limit=NEAREST)
    if titles or kind == "search":
        return titles
    return tuple(entry.paper.title for entry in await _list_best(library, text, until=until))


async def list_tag_synonyms(store: Store, text: str, *, until: date) -> list[str]:
    """Return the tags that are another name of what `text` says, most papers first."""
    known = await store.suggest_tags("", until=until, limit=_MOST_TAGS)
    return await asyncio.to_thread(list_synonyms, text, [tag.name for tag in known])


async def _nearest_tags(library: Library, text: str, *, until: date) -> tuple[str, ...]:
    meant = await list_tag_synonyms(library.store, text, until=until)
    alike = await library.store.nearest_tags(text, until=until, limit=NEAREST)
    if meant or alike:
        return tuple(dict.fromkeys((*meant, *alike)))[:NEAREST]
    entries = await _list_best(library, text, until=until)
    tags = Counter(tag for entry in entries for tag in entry.tags)
    return tuple(tag for tag, _ in tags.most_common(NEAREST))


async def _sounding_authors(library: Library, text: str, *, until: date) -> tuple[str, ...]:
    """Return the author whose name sounds like one in Hangul: `트리 다오`."""
    if not await library.is_ready(until, within=PATIENCE):
        return ()
    keys = await library.find_authors_of_sound(text)
    named = [await library.store.suggest_authors(key, until=until, limit=1) for key in keys]
    return tuple(author.name for found in named for author in found)


async def _list_best(library: Library, text: str, *, until: date) -> list[Entry]:
    """Return what a search finds first."""
    place, text = {"offset": 0, "limit": NEAREST}, split_search(text).words
    if await library.is_ready(until, within=PATIENCE):
        page = await library.search(text, today=until, least=LEAST, **place)
    else:
        page = await library.store.search(text, until=until, **place)
    return [hit.entry for hit in page.items]
