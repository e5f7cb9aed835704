"""Seed-file bytes to records: one file per format, and the registry that picks one. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.parsers import digest, doubts, note
from bot.parsers.document import MAX_BYTES, Document, read_document
from bot.parsers.errors import SeedError
from storage.models import DigestDraft

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "PARSER_VERSION",
    "Format",
    "SeedError",
    "find_doubts",
    "parse_digest",
]

# Goes up when the same bytes would give other records: files read before are then read again.
PARSER_VERSION = 2


class Format(NamedTuple):
    """A seed format: `sniff` says whether a file is of it, `parse` reads it or raises SeedError."""

    name: str
    sniff: Callable[[Document], bool]
    parse: Callable[[Document], DigestDraft]


# The first that recognises a file reads it; one that nobody recognises gets the first's reason.
FORMATS = (
    Format("digest", digest.sniff, digest.parse),
    Format("note", note.sniff, note.parse),
)


def parse_digest(data: bytes, *, source: str) -> DigestDraft:
    """Return what a seed file says. `source` names it, with `/` between folders.

    Raises:
        SeedError: the file cannot be understood; nothing else is ever raised.
    """
    document = read_document(data, source=source)
    parse = next((each.parse for each in FORMATS if each.sniff(document)), FORMATS[0].parse)
    return parse(document)


def find_doubts(data: bytes, draft: DigestDraft) -> Iterator[SeedError]:
    """Yield remarks on the lines of a file that was read as `draft` but may mean something else."""
    return doubts.find_doubts(read_document(data, source=draft.source), draft)
