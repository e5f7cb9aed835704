"""References as a .ris file (https://en.wikipedia.org/wiki/RIS_(file_format))."""

from __future__ import annotations

from collections.abc import Iterable

import rispy
from rispy.writer import RisWriter

from bot.references import Reference

# Where a paper appeared is not known: neither a journal's article nor unpublished for certain.
_KIND = "GEN"


class _Writer(RisWriter):  # type: ignore[misc] # rispy ships no types
    """Writes no number above each reference: some programs stumble over it."""

    def set_header(self, count: int) -> str:
        return ""


def write_ris(references: Iterable[Reference]) -> str:
    """Return the references as RIS records, in order."""
    records = [_record(reference) for reference in references]
    return str(rispy.dumps(records, implementation=_Writer))


def _record(reference: Reference) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {
        "type_of_reference": _KIND,
        "id": reference.key,
        "title": reference.title,
        "authors": [name.sorted for name in reference.names],
        "year": str(reference.year),
        "date": f"{reference.year}/{reference.month:02}//",
        "abstract": reference.abstract,
        "keywords": list(reference.tags),
        "doi": reference.doi or "",
        "urls": [reference.url] if reference.url else [],
    }
    return {name: value for name, value in fields.items() if value}
