"""The papers as they are searched and asked, by an index that is kept up to date with them.

Everything that counts words runs in a thread, so that neither building the index nor a question
holds up the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.answering import Citation
from bot.answering.pointing import NO_CONTEXT, Context
from bot.library import asking, searching, snippets
from bot.library.asking import Found
from bot.library.shelf import Shelf
from bot.library.snippets import Snippet
from bot.retrieval import Index
from bot.retrieval.people import resolve_author
from bot.retrieval.relating import Relation
from storage.models import Entry, Hit, Page

__all__ = ("Found", "Library", "Snippet")

_HANGUL = re.compile("[가-힣]")


class Library(Shelf):
    """Answers questions about a store's papers. Close it in the end."""

    async def ask(
        self, question: str, *, language: str, today: date, context: Context = NO_CONTEXT
    ) -> Found:
        """Return the answer to a question, in `language` (`ko` or `en`) where the text has it.

        Raises:
            StorageError: the store cannot be read.
        """
        return await asking.ask(self, question, language=language, today=today, context=context)

    async def find_evidence(self, found: Found) -> tuple[Citation, ...]:
        """Return an answer's quotes, and then the next best ones."""
        return await asking.find_evidence(found)

    async def search(
        self, query: str, *, today: date, offset: int, limit: int, least: float = 0.0
    ) -> Page[Hit]:
        """Return a page of the papers that match, best first.

        Left out is what has less of the query than the share `least` (0 to 1) of what the best
        has; `"a phrase"` must be there word for word, `-without` must not.

        Raises:
            StorageError: the store cannot be read.
        """
        place = {"offset": offset, "limit": limit}
        return await searching.search(self, query, today=today, least=least, **place)

    async def explain(
        self, query: str, entries: Sequence[Entry], *, today: date
    ) -> Mapping[int, Snippet]:
        """Return why entries match a query, by entry id.

        That is the sentence that has most of it, or the authors where no sentence has any.
        """
        return await snippets.explain(self, query, entries, today=today)

    async def find_authors_of_sound(self, name: str) -> tuple[str, ...]:
        """Return the authors, as `title_key` has their names, who are called so in Hangul.

        Raises:
            StorageError: the store cannot be read.
        """
        return await self.consult(_sounding_authors, name)

    async def relate(
        self, entry: Entry, *, today: date, until: date, limit: int
    ) -> tuple[Relation, ...]:
        """Return the papers nearest to an entry's, best first, of digests up to `until`.

        Raises:
            StorageError: the store cannot be read.
        """
        return await asking.relate_entry(self, entry, today=today, until=until, limit=limit)


def _sounding_authors(index: Index, name: str) -> tuple[str, ...]:
    tokens = resolve_author(name, index).tokens if _HANGUL.search(name) else ()
    return tuple(token[1:] for token in tokens if token.startswith("@"))
