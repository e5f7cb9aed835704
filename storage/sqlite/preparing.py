"""What storing a digest takes besides SQL: keys, revision, index tokens. Pure.

Done before a transaction begins, so that one batch is prepared while the one before is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.models import DigestDraft, EntryDraft
from storage.sqlite.index import Document, document_of
from storage.sqlite.matching import revision_of
from storage.text import tag_key, title_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedEntry:
    """A draft with its revision, its title's key, its names as (kind, key, name), its tokens."""

    draft: EntryDraft
    revision: str
    key: str
    names: tuple[tuple[str, str, str], ...]
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDigest:
    """What one file says; `date` is ISO."""

    source: str
    fingerprint: str
    date: str
    entries: tuple[PreparedEntry, ...]


def prepare(drafts: Sequence[tuple[DigestDraft, str]]) -> tuple[PreparedDigest, ...]:
    """Prepare drafts, each with the fingerprint of its file."""
    return tuple(
        PreparedDigest(
            source=draft.source,
            fingerprint=fingerprint,
            date=draft.date.isoformat(),
            entries=tuple(map(_prepare_entry, draft.entries)),
        )
        for draft, fingerprint in drafts
    )


def _prepare_entry(draft: EntryDraft) -> PreparedEntry:
    return PreparedEntry(
        draft=draft,
        revision=revision_of(draft),
        key=title_key(draft.title),
        names=(
            *(("author", title_key(name), name) for name in draft.authors),
            *(("tag", tag_key(name), name) for name in draft.tags),
        ),
        document=document_of(draft),
    )
