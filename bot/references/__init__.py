"""Papers as references: what BibTeX and RIS say of them. Pure.

`names` takes authors apart, `keys` makes the citation keys, `latex` spells text for TeX; `bibtex`
and `ris` write the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.references.keys import cite_key, unique_key
from bot.references.names import Name, parse_authors
from bot.render.markdown import collapse, safe_url
from storage.models import Paper

# An address as long as that is nobody's citation any more.
_LONGEST_URL = 2000
# https://info.arxiv.org/help/arxiv_identifier.html: YYMM.number since 2007, archive/YYMMNNN before.
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)|alphaxiv\.org/(?:abs|pdf|overview)"
    r"|(?:hf\.co|huggingface\.co)/papers|doi\.org/10\.48550/arxiv\.?)[/.]?"
    r"(?P<id>(?:(?P<archive>[a-z-]+(?:\.[a-z]{2})?)/)?"
    r"(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])(?:\.\d{4,5}|\d{3}))(?!\d)",
    re.IGNORECASE,
)
_ARXIV_FIRST_YEAR = 91
_DOI = re.compile(r"^https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/\S+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A paper as a bibliography lists it.

    `has_more` is true where the digest names only its first authors. `archive` is the arXiv
    archive that an id of before 2007 begins with, `doi` an address at doi.org without its host;
    `url` is None where the digest gives none.
    """

    key: str
    title: str
    names: tuple[Name, ...]
    has_more: bool
    year: int
    month: int
    arxiv_id: str | None
    archive: str | None
    doi: str | None
    url: str | None
    abstract: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a reference is made of; `first_date` is the paper's first digest's."""

    paper: Paper
    first_date: date
    tags: tuple[str, ...] = ()


def make_references(sources: Iterable[Source]) -> tuple[Reference, ...]:
    """Return references in the same order, each under a key of its own."""
    taken: set[str] = set()
    references = []
    for source in sources:
        made = _make(source, taken)
        taken.add(made.key)
        references.append(made)
    return tuple(references)


def _make(source: Source, taken: set[str]) -> Reference:
    paper = source.paper
    authors = parse_authors(paper.authors)
    url = safe_url(paper.url, _LONGEST_URL) if paper.url else None
    arxiv = _ARXIV.search(url or "")
    doi = _DOI.match(url or "")
    year, month = source.first_date.year, source.first_date.month
    if arxiv:
        year, month = _full_year(int(arxiv["year"])), int(arxiv["month"])
        url = f"https://arxiv.org/abs/{arxiv['id']}"
    first = authors.names[0] if authors.names else None
    return Reference(
        key=unique_key(cite_key(first, year, paper.title), taken),
        title=collapse(paper.title),
        names=authors.names,
        has_more=authors.has_more,
        year=year,
        month=month,
        arxiv_id=arxiv["id"] if arxiv else None,
        archive=arxiv["archive"] if arxiv else None,
        doi=doi[1] if doi and not arxiv else None,
        url=url,
        abstract=collapse(paper.abstract or ""),
        tags=source.tags,
    )


def _full_year(short: int) -> int:
    return (1900 if short >= _ARXIV_FIRST_YEAR else 2000) + short
