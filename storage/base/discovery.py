"""What the digests hold as a whole: tags over time, and who cites whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from storage.models import Citations, Page, TagCounts, TagSpan


class DiscoveryStore(Protocol):
    """Tags over time, and who cites whom."""

    async def get_citations(self, entry_id: int, *, until: date) -> Citations:
        """Return whom an entry's paper cites and who cites it; nobody if there is no such entry."""

    async def count_tags(self, periods: Sequence[tuple[date, date]]) -> tuple[TagCounts, ...]:
        """Return what each period, from its first to its last day, holds."""

    async def list_tags(self, *, until: date, by: str, offset: int, limit: int) -> Page[TagSpan]:
        """Return tags: `by` is `papers` (most first), `last`, `first` (newest first) or `name`."""
