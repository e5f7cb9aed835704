"""The ranking index: which documents have a token, and what is known of each document.

Tokens and weights are made by whoever ranks; the store keeps them, by a 32-bit hash, and hands
them out. A document is an entry as it was when it was read into the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from storage.models import DocumentDraft, Documents, PostingBlock

T = TypeVar("T")


class Postings(Protocol):
    """One state of the index, for the time of a call."""

    def count(self, token: int) -> int:
        """Return how many documents have a token, removed ones included."""

    def find(self, token: int) -> Sequence[PostingBlock]:
        """Return the documents that have a token, in order."""

    def list_words(self, kind: str, *, after: int) -> Sequence[tuple[int, str, str]]:
        """Return the words (`word`) or authors (`author`) with an id above `after`, in order.

        Each with its id and its sound.
        """

    def list_words_of_sound(self, kind: str, sound: str) -> Sequence[str]:
        """Return the words or authors of a sound, in the order of their first appearance."""


class PostingStore(Protocol):
    """Keeping the index up to date, and reading it."""

    async def begin_index(self, version: str) -> None:
        """Empty the index, unless it was made by this version of whoever makes it."""

    async def list_unindexed(self, *, until: date) -> Sequence[int]:
        """Return the entries up to a date that the index lacks or has in an older form."""

    async def add_documents(self, drafts: Iterable[DocumentDraft]) -> None:
        """Add entries to the index, each in place of its older form; those it has are left."""

    async def drop_removed(self) -> int:
        """Take what is no entry any more out of the index, return how many documents."""

    async def get_documents(self) -> Documents:
        """Return what the index holds."""

    async def consult(self, work: Callable[[Postings], T]) -> T:
        """Run `work` on one state of the index, in a thread, and return what it returns."""
