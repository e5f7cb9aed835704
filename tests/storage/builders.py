"""Drafts with defaults, so that a test names only what it is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from storage.models import DigestDraft, EntryDraft

DAY = date(2025, 4, 25)
NOW = datetime(2025, 8, 1, 9, tzinfo=UTC)
TODAY = NOW.date()

_WORDS = """
    attention bandit calibration decoding entropy forecast gradient horizon inference jailbreak
    kernel latent memory neuron optimizer policy quantile reward sampler token uncertainty
"""


def entry(title: str = "Sparse Frontier", **changes: Any) -> EntryDraft:
    """Return an entry whose abstract depends on its title, so that two are not alike."""
    choice = _WORDS.split()
    words = [choice[byte % len(choice)] for byte in hashlib.blake2b(title.encode()).digest()]
    values: dict[str, Any] = {
        "title": title,
        "authors": ("Piotr Nawrot", "Robert Li"),
        "abstract": " ".join(words),
        "ko": ("한국어 설명입니다.",),
        "en": ("A comment in English.",),
        "tags": ("rl",),
        "url": None,
        "links": (),
        "line": 2,
    }
    return EntryDraft(**values | changes)


def digest(*entries: EntryDraft, day: date = DAY, source: str = "a.txt") -> DigestDraft:
    """Return a file's draft."""
    return DigestDraft(date=day, source=source, entries=entries or (entry(),))
