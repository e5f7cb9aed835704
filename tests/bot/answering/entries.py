"""Entries that never were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.models import Entry, Paper


def make_entry(
    number: int,
    title: str,
    abstract: str,
    day: date,
    *,
    authors: Sequence[str] = (),
    tags: Sequence[str] = (),
    ko: Sequence[str] = (),
    en: Sequence[str] = (),
) -> Entry:
    """Return an entry of a paper."""
    return Entry(
        id=number,
        paper=Paper(
            id=number,
            title=title,
            authors=tuple(authors or (f"Writer {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}",)),
            abstract=abstract,
            url=None,
        ),
        date=day,
        position=0,
        ko=tuple(ko),
        en=tuple(en),
        tags=tuple(tags),
        links=(),
        revision="",
    )
