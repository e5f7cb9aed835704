"""The author's own note: one Markdown file per paper, dated by its name (YYMMDD).

    https://arxiv.org/abs/2501.19393
    *Title* (authors)
    > abstract
    Korean text
    <english>English text</english>
    #tags
    a link

Only title, authors, and one of abstract and text are required.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from bot.parsers.document import Document
from bot.parsers.errors import SeedError
from bot.parsers.lines import parse_authors, parse_tags, read_authors
from bot.parsers.links import find_links, is_link
from bot.parsers.script import has_hangul
from storage.models import DigestDraft, EntryDraft

_NAME_DATE = re.compile(r"(\d{2})(\d{2})(\d{2})(?!\d)")
_CENTURY = 2000
_EMPHASIS = "*"
_TITLE_END = re.compile(r"\*\s*(?=[(\uff08])")
_MAX_TITLE_ENDS = 20  # keeps a line of nothing but `*(` from taking quadratic time
_ENGLISH = re.compile(r"(</?english>)", re.IGNORECASE)
_MARKS = _OPENING, _CLOSING = "<english>", "</english>"


@dataclass(slots=True)
class _Body:
    """What stands below the authors, by where it stands."""

    quoted: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def sniff(document: Document) -> bool:
    """Return whether the file is Markdown, by its name."""
    return document.source.lower().endswith(".md")


def parse(document: Document) -> DigestDraft:
    """Return the note as a digest of one paper.

    Raises:
        SeedError: the file's name holds no date or an impossible one; a title, authors or any text
            are missing.
    """
    day = _parse_name(document.source)
    above = _count_links(document)
    title, first = _split_title(document, above)
    after = above + 1 if first else above + 2
    first = first or "".join(document.lines[above + 1 : after])
    authors, start = read_authors(document, first, title=above, after=after)
    body = _read_body(document.lines[start:])
    plain, english = tuple(body.plain), tuple(body.english)
    ko, en = (plain, english) if any(map(has_hangul, plain)) else ((), plain + english)
    texts = [*body.quoted, *ko, *en]
    if not texts:
        raise document.error("seed.no_text", above)
    addresses = document.lines[:above]
    entry = EntryDraft(
        title=title,
        authors=authors,
        abstract="\n".join(body.quoted) or None,
        ko=ko,
        en=en,
        tags=tuple(dict.fromkeys(body.tags)),
        url=addresses[0] if addresses else None,
        links=find_links([*addresses[1:], *texts, *body.links]),
        line=document.numbers[above],
    )
    return DigestDraft(date=day, source=document.source, entries=(entry,))


def _parse_name(source: str) -> date:
    name = source.rpartition("/")[2]
    match = _NAME_DATE.match(name)
    if match is None:
        raise SeedError("seed.no_name_date", file=source)
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(_CENTURY + year, month, day)
    except ValueError:
        raise SeedError("seed.impossible_date", file=source, date=match[0]) from None


def _count_links(document: Document) -> int:
    """Return how many addresses stand above the title."""
    for index, line in enumerate(document.lines):
        if not is_link(line):
            return index
    raise document.error("seed.no_title", len(document.lines) - 1)


def _split_title(document: Document, index: int) -> tuple[str, str]:
    """Return the title at `index`, and the authors if they stand on the same line, else ""."""
    line = document.lines[index]
    cut = len(line) if line.endswith(_EMPHASIS) else _find_authors(line)
    marked = line[:cut].strip()
    stars = 2 if marked.startswith("**") and marked.endswith("**") else 1
    title = marked[stars:-stars].strip()
    if not (title and marked.startswith(_EMPHASIS) and marked.endswith(_EMPHASIS)):
        raise document.error("seed.no_note_title", index)
    return title.replace("\\*", "*"), line[cut:].strip()


def _find_authors(line: str) -> int:
    """Return where the authors begin: titles (`A* (star) search`) and names may hold `* (` too."""
    starts = [match.end() for match in islice(_TITLE_END.finditer(line), _MAX_TITLE_ENDS)]
    closed = (start for start in starts if parse_authors(line[start:]) is not None)
    return next(closed, starts[-1] if starts else len(line))


def _read_body(lines: Sequence[str]) -> _Body:
    body = _Body()
    quote_ends = next((i for i, line in enumerate(lines) if not line.startswith(">")), len(lines))
    body.quoted += filter(None, (line[1:].strip() for line in lines[:quote_ends]))
    for line, is_english in _mark_english(lines[quote_ends:]):
        tags = None if is_english else parse_tags(line)
        if is_english:
            body.english.append(line)
        elif tags is not None:
            body.tags += tags
        elif body.tags and is_link(line):
            body.links.append(line)
        else:
            body.plain.append(line)
    return body


def _mark_english(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield the text of every line, and whether it stands between the English marks.

    A block that is never closed ends at the tags.
    """
    last_closing = max((i for i, line in enumerate(lines) if _CLOSING in line.lower()), default=-1)
    inside = False
    for index, line in enumerate(lines):
        if inside and index > last_closing and parse_tags(line) is not None:
            inside = False
        for part in _ENGLISH.split(line):
            if part.lower() in _MARKS:
                inside = part.lower() == _OPENING
            elif part.strip():
                yield part.strip(), inside
