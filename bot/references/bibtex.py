"""References as a .bib file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    MergeCoAuthors,
    MergeNameParts,
    NameParts,
    default_unparse_stack,
)
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat

from bot.references import Reference
from bot.references.latex import escape_text, escape_title
from bot.references.names import Name

# BibTeX's own macros for months, so that a style names them in its language.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHERS = NameParts(last=["others"])


def write_bibtex(references: Iterable[Reference]) -> str:
    """Return the references as BibTeX entries, in order."""
    library = Library([_entry(reference) for reference in references])
    layout = BibtexFormat()  # type: ignore[no-untyped-call] # its __init__ has no types
    layout.indent = "  "
    layout.block_separator = "\n"
    return write_string(
        library,
        # All in place: copies would take most of the time, and nobody reads the library again.
        unparse_stack=[
            MergeNameParts("last"),
            MergeCoAuthors(),
            *default_unparse_stack(allow_inplace_modification=True),
        ],
        bibtex_format=layout,
    )


def _entry(reference: Reference) -> Entry:
    return Entry("misc", reference.key, list(_fields(reference)))


def _fields(reference: Reference) -> Iterator[Field]:
    yield Field("title", escape_title(reference.title))
    names = [_parts(name) for name in reference.names]
    if names:
        yield Field("author", names + [_OTHERS] * reference.has_more)
    yield Field("year", str(reference.year))
    yield Field("month", _MONTHS[reference.month - 1], enclosing="no-enclosing")
    if reference.arxiv_id:
        yield Field("eprint", reference.arxiv_id)
        yield Field("archivePrefix", "arXiv")
    if reference.archive:
        yield Field("primaryClass", reference.archive)
    if reference.doi:
        yield Field("doi", reference.doi)
    if reference.url:
        yield Field("url", reference.url)


def _parts(name: Name) -> NameParts:
    if name.is_whole:
        return NameParts(last=[f"{{{escape_text(name.family)}}}"])
    return NameParts(
        first=[escape_text(name.given)],
        last=[escape_text(name.family)],
        jr=[escape_text(name.suffix)] if name.suffix else [],
    )
