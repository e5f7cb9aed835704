"""What readers keep for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from storage.models import NameCount, Page, SavedPaper


class ReaderStore(Protocol):
    """What readers chose for themselves."""

    async def list_languages(self) -> Mapping[int, str]:
        """Return the language (`ko` or `en`) of each reader that chose one, by user id."""

    async def set_language(self, user_id: int, language: str | None) -> bool:
        """Remember a reader's language, None forgets it; return whether there was one."""


class SavedStore(Protocol):
    """Reading lists: what a reader saved, which nobody else is told of.

    A paper stays on them when its title is corrected and goes when it leaves the digests.
    """

    async def save_paper(
        self, user_id: int, entry_id: int, *, guild_id: int | None, now: datetime
    ) -> bool:
        """Put an entry's paper on a reader's list; return whether that is news.

        It is none when the paper is there already, which leaves it as it is, or when there is no
        such entry. `guild_id` is the server that the reader saved it in, if any.
        """

    async def remove_saved(self, user_id: int, entry_id: int) -> bool:
        """Take an entry's paper off a reader's list; return whether it was there."""

    async def count_saved(self, user_id: int, *, until: date) -> int:
        """Return how many papers are on a reader's list."""

    async def list_saved(
        self, user_id: int, *, tag: str | None, until: date, offset: int, limit: int | None
    ) -> Page[SavedPaper]:
        """Return what a reader saved, the latest first; of one tag if given, all without limit.

        A paper has the tags of all its digests (case, width and `#` are ignored).
        """

    async def list_saved_tags(self, user_id: int, *, until: date) -> tuple[NameCount, ...]:
        """Return the tags of a reader's papers, most papers first."""

    async def forget_saved(self, user_id: int) -> int:
        """Remove a reader's whole list; return how many papers it held."""

    async def count_saves(
        self,
        paper_ids: Sequence[int],
        *,
        guild_id: int | None = None,
        since: datetime | None = None,
    ) -> Mapping[int, int]:
        """Return how many readers saved each of these papers; one that nobody did is left out.

        Only those who did so in a server, or since then, if given.
        """
