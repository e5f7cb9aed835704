"""The Store protocol: everything the bot asks of its storage, and what it may rely on.

Promises of every implementation: a method that writes is one transaction, all or nothing; writers
wait for each other, readers wait for nobody; driver errors leave as `StorageError`. `until` is the
reader's today: a digest dated later does not exist for that call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from storage.models import (
    Digest,
    DigestDraft,
    Entry,
    Hit,
    IngestReport,
    NameCount,
    Page,
    Paper,
    Post,
)


class StorageError(Exception):
    """The store cannot do what was asked; `key` names the sentence that says why and how to mend.

    Keys: `storage.newer` (written by a newer version), `storage.corrupt`, `storage.locked`,
    `storage.read_only`, `storage.full`, `storage.unusable` (anything else, with `detail`).
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


class PaperStore(Protocol):
    """Papers, digests and entries."""

    async def list_fingerprints(self) -> Mapping[str, str]:
        """Return every ingested source with the fingerprint of its content."""

    async def add_digests(
        self, drafts: Sequence[tuple[DigestDraft, str]], *, now: datetime
    ) -> tuple[IngestReport, ...]:
        """Store the drafts, each with its fingerprint, in one transaction; one report for each.

        A source read before is replaced: entries are matched with their old selves by title, then
        by authors or similar text, and keep their ids; what the file no longer holds is removed.
        An entry that stands word for word in another source of the same date is stored once, and
        stays while one of them holds it.
        """

    async def get_entry(self, entry_id: int) -> Entry | None:
        """Return one entry, or None."""

    async def get_paper_entries(self, paper_id: int, *, until: date) -> tuple[Entry, ...]:
        """Return a paper's entries, newest first."""

    async def find_papers(self, name: str, *, until: date) -> tuple[Paper, ...]:
        """Return the papers that `name` names: by title, arXiv id or link.

        Case, accents, width and punctuation of a title are ignored. An exact match, else every
        title that begins with it, else that contains it; at most 25, newest first.
        """

    async def suggest_papers(self, text: str, *, until: date, limit: int) -> tuple[Paper, ...]:
        """Return papers for autocomplete; empty `text`: the newest papers.

        First titles that begin with `text`, then those with a word that does, then those that
        contain it; newest first within each.
        """

    async def suggest_tags(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return tags like `suggest_papers`; most papers first within each."""

    async def suggest_authors(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return authors like `suggest_papers`; most papers first within each."""

    async def nearest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the titles most similar to a misspelt one, best first."""

    async def nearest_tags(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the tags most similar to a misspelt one, best first."""

    async def nearest_authors(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the authors most similar to a misspelt one, best first."""

    async def list_by_tag(self, tag: str, *, until: date, offset: int, limit: int) -> Page[Entry]:
        """Return entries that carry exactly this tag (case, width, `#` ignored), newest first."""

    async def list_by_author(
        self, author: str, *, until: date, offset: int, limit: int
    ) -> Page[Entry]:
        """Return entries of exactly this author (case, accents ignored), newest first."""

    async def get_digest(self, day: date) -> Digest | None:
        """Return a date's digest, or None."""

    async def list_dates(self, *, until: date) -> tuple[date, ...]:
        """Return every digest's date, oldest first."""

    async def count_papers(self, *, until: date) -> int:
        """Return the number of papers."""

    async def search(self, query: str, *, until: date, offset: int, limit: int) -> Page[Hit]:
        """Return entries whose text matches `query`, best first: all words, else any of them.

        One hit a paper: its newest entry. Any text is a safe query; one without a word matches
        nothing.
        """

    async def list_posts(self, entry_ids: Sequence[int], *, guild_id: int) -> Mapping[int, Post]:
        """Return where these entries stand in the guild, newest post each."""


class ViewStateStore(Protocol):
    """Button state that does not fit into a custom_id."""

    async def add_view_state(self, state: Mapping[str, Any], *, now: datetime) -> str:
        """Store a JSON object, return its key (<= 22 characters); drop what is over 30 days old."""

    async def get_view_state(self, key: str, *, now: datetime) -> Mapping[str, Any] | None:
        """Return the object, or None when there is none or it is over 30 days old."""
