"""Papers, digests and entries: what the files said, and every way to look it up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from storage.models import (
    Digest,
    DigestDraft,
    Entry,
    Hit,
    IngestReport,
    NameCount,
    Near,
    Page,
    Post,
)


class PaperStore(Protocol):
    """Papers, digests and entries."""

    async def list_fingerprints(self) -> Mapping[str, str]:
        """Return every ingested source with the fingerprint of its content."""

    async def add_digests(
        self,
        drafts: Sequence[tuple[DigestDraft, str]],
        *,
        now: datetime,
        gone: Collection[str] = (),
    ) -> tuple[IngestReport, ...]:
        """Store the drafts, each with its fingerprint, in one transaction; one report for each.

        A source read before is replaced: entries are matched with their old selves by title, then
        by authors or similar text, and keep their ids; under another date, by title or the same
        text only. What the file no longer holds is removed, but gets its id back when a source of
        its date holds it again, matched in the same way. An entry that stands word for word in
        another source of the same date is stored once, and stays while one of them holds it.

        `gone` are sources whose files are not there any more. Their entries stay; but where a
        source of the same date holds one of them in other words, that is an edit.
        """

    async def get_entry(self, entry_id: int) -> Entry | None:
        """Return one entry, or None."""

    async def get_paper_entries(self, paper_id: int, *, until: date) -> tuple[Entry, ...]:
        """Return a paper's entries, newest first."""

    async def find_entries(
        self, name: str, *, until: date, near: Near | None = None
    ) -> Page[tuple[Entry, ...]]:
        """Return the papers that `name` names, by title or their own address: each one's entries.

        Case, accents, width and punctuation of a title are ignored. An exact match; else the one
        title that has it before its colon; else every title that begins with it, together with
        those of which a word does where that is only one; else, but for a short name or one in
        capitals, every title that contains it. At most 25, newest first, and so are each one's
        entries.
        """

    async def find_mentions(
        self, address: str, *, until: date, near: Near | None = None
    ) -> Page[tuple[Entry, ...]]:
        """Return the papers whose texts name an address or arXiv id, like `find_entries`."""

    async def suggest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return papers' titles for autocomplete; empty `text`: the newest papers'.

        First titles that begin with `text`, then those with a word that does, then those that
        contain it; newest first within each.
        """

    async def suggest_tags(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return tags like `suggest_titles`; most papers first within each."""

    async def suggest_authors(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return authors like `suggest_titles`; most papers first within each.

        Those who have `text` as a whole name come before all others, as a last name first.
        """

    async def index_parts(self) -> None:
        """Bring up to date what finds parts of titles and names; what it lacks is read instead."""

    async def nearest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the titles most similar to a misspelt one, best first."""

    async def nearest_tags(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the tags most similar to a misspelt one, best first."""

    async def nearest_authors(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the authors most similar to a misspelt one, best first."""

    async def list_by_tag(
        self, tag: str, *, until: date, offset: int, limit: int, near: Near | None = None
    ) -> Page[Entry]:
        """Return entries that carry exactly this tag (case, width, `#` ignored), newest first."""

    async def list_by_author(
        self, author: str, *, until: date, offset: int, limit: int, near: Near | None = None
    ) -> Page[Entry]:
        """Return entries of exactly this author (case, accents ignored), newest first."""

    async def list_newest(self, *, until: date, offset: int, limit: int) -> Page[Entry]:
        """Return entries, newest first."""

    async def get_digest(self, day: date) -> Digest | None:
        """Return a date's digest, or None."""

    async def list_dates(self, *, until: date) -> tuple[date, ...]:
        """Return every digest's date, oldest first."""

    async def count_papers(self, *, until: date) -> int:
        """Return the number of papers."""

    async def search(self, query: str, *, until: date, offset: int, limit: int) -> Page[Hit]:
        """Return entries whose text matches `query`, best first: all words, else any of them.

        One hit a paper: its newest entry. Any text is a safe query; one without a word matches
        nothing. `"a phrase"` must be there word for word, `-without` must not.
        """

    async def find_phrase(self, phrase: str) -> frozenset[int]:
        """Return the ids of the entries that have a text word for word, but for English endings."""

    async def list_posts(self, entry_ids: Sequence[int], *, near: Near) -> Mapping[int, Post]:
        """Return where these entries stand in the server, a post each, by entry id.

        One in the channel, where that is subscribed, or in a thread of it, goes before others, of
        those the newest.
        """

    async def get_post(self, message_id: int, *, guild_id: int) -> Post | None:
        """Return the paper's post that this message of the guild is, or None."""


class ContentStore(Protocol):
    """Entries by number: what an index in memory is made of and kept up to date with."""

    async def list_revisions(self, *, until: date) -> Mapping[int, str]:
        """Return what stands for the content of each entry, by id: it changes when that does."""

    async def list_entries(self, entry_ids: Sequence[int], *, until: date) -> tuple[Entry, ...]:
        """Return those of the entries that exist, in the order of the ids."""
