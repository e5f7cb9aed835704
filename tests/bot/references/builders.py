"""References made of what a test is about, and read back by the libraries that wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    MergeNameParts,
    SeparateCoAuthors,
    SplitNameParts,
)
from bibtexparser.model import Entry

from bot.references import Reference, Source, make_references
from bot.references.bibtex import write_bibtex
from bot.references.ris import write_ris
from storage.models import Paper

FIRST_DATE = date(2025, 4, 25)


def source(
    title: str = "Attention Is All You Need",
    authors: Sequence[str] = ("Ashish Vaswani",),
    **changes: Any,
) -> Source:
    """Return a paper of a digest of April 2025."""
    values: dict[str, Any] = {"id": 1, "abstract": None, "url": None} | changes
    return Source(
        paper=Paper(title=title, authors=tuple(authors), **values),
        first_date=FIRST_DATE,
        tags=("rl",),
    )


def reference(
    title: str = "Attention Is All You Need",
    authors: Sequence[str] = ("Ashish Vaswani",),
    **changes: Any,
) -> Reference:
    """Return a paper's reference."""
    (made,) = make_references([source(title, authors, **changes)])
    return made


def bibtex(*args: Any, **changes: Any) -> str:
    """Return a paper's BibTeX entry."""
    return write_bibtex([reference(*args, **changes)])


def read_entry(text: str, *middlewares: Any) -> Entry:
    """Return the only entry of a .bib file."""
    library = parse_string(text, append_middleware=middlewares)
    assert library.failed_blocks == []
    (entry,) = library.entries
    return entry


def read_title(text: str) -> str:
    """Return the title that a .bib file of one entry gives, its TeX read."""
    return str(read_entry(text, LatexDecodingMiddleware())["title"])


def read_names(text: str) -> list[str]:
    """Return the names that a .bib file of one entry gives, read as BibTeX splits them."""
    split = [SeparateCoAuthors(), SplitNameParts(), MergeNameParts("first")]
    names: list[str] = read_entry(text, *split)["author"]
    # One field for each, because the library decodes whole fields.
    decoding = LatexDecodingMiddleware()
    fields = "".join(f"@misc{{k{place}, note = {{{name}}}}}\n" for place, name in enumerate(names))
    return [
        str(entry["note"]) for entry in parse_string(fields, append_middleware=[decoding]).entries
    ]


def read_ris(text: str) -> dict[str, Any]:
    """Return the only record of a .ris file."""
    (record,) = rispy.loads(text)
    return dict(record)


def ris(*args: Any, **changes: Any) -> dict[str, Any]:
    """Return a paper's RIS record, read back."""
    return read_ris(write_ris([reference(*args, **changes)]))
