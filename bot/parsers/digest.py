"""The digest format: a date, then papers, each ended by its tag line.

A paper is a title, an authors line in parentheses, then abstract and commentary. Its tag line may
be missing: at the end of the file, and before a title whose authors line holds names beyond doubt.
A line that fits nothing else is text.
"""

from __future__ import annotations

from bot.parsers.document import Document
from bot.parsers.errors import SeedError
from bot.parsers.lines import (
    is_date,
    is_names,
    is_title,
    parse_authors,
    parse_date,
    parse_tags,
    read_authors,
)
from bot.parsers.links import find_links, is_link
from bot.parsers.script import split_sections
from storage.models import DigestDraft, EntryDraft

_MAX_BETWEEN = 3  # lines between a title and its authors: an introduction, a rule, a second title


def sniff(document: Document) -> bool:
    """Return whether the file begins with a date."""
    return is_date(document.lines[0])


def parse(document: Document) -> DigestDraft:
    """Return the digest.

    Raises:
        SeedError: no date, an impossible or a second one; no paper; a paper without title, authors
            or text.
    """
    if not is_date(document.lines[0]):
        raise document.error("seed.no_date", 0)
    day = parse_date(document.lines[0])
    if day is None:
        raise document.error("seed.impossible_date", 0, date=document.lines[0])
    if len(document.lines) == 1:
        raise document.error("seed.no_papers", 0)
    entries: list[EntryDraft] = []
    index = 1
    while index < len(document.lines):
        entry, index = _read_entry(document, index)
        entries.append(entry)
    return DigestDraft(date=day, source=document.source, entries=tuple(entries))


def _read_entry(document: Document, start: int) -> tuple[EntryDraft, int]:
    """Return the paper whose title is at `start`, and the index of the next one's."""
    lines = document.lines
    url, authors, text_start = _read_head(document, start)
    text_end = _find_text_end(document, text_start)
    if text_start == text_end:
        raise _explain_no_text(document, start, text_end)
    if url is None and text_end - text_start > 1 and is_link(lines[text_start]):
        url, text_start = lines[text_start], text_start + 1
    text = lines[text_start:text_end]
    tags, end = _read_tags(document, text_end)
    abstract, ko, en = split_sections(text)
    entry = EntryDraft(
        title=lines[start],
        authors=authors,
        abstract=abstract,
        ko=ko,
        en=en,
        tags=tags,
        url=url,
        links=find_links(text),
        line=document.numbers[start],
    )
    return entry, end


def _read_head(document: Document, start: int) -> tuple[str | None, tuple[str, ...], int]:
    """Return the address and the authors that follow the title, and the index behind them."""
    lines = document.lines
    if not _has_authors(document, start + 1):
        _refuse_date(document, start)
        if parse_authors(lines[start]) is not None:
            raise document.error("seed.no_title", start)
    url = None
    if start + 2 < len(lines) and is_link(lines[start + 1]):
        url = lines[start + 1]
    line = start + (2 if url else 1)
    first = lines[line] if line < len(lines) else ""
    try:
        authors, end = read_authors(document, first, title=start, after=line + 1)
    except SeedError as error:
        if error.key == "seed.no_authors":
            _explain_no_authors(document, start, line)
        raise
    return url, authors, end


def _explain_no_authors(document: Document, start: int, line: int) -> None:
    """Refuse a title whose authors come too late, and what below the last tags is no paper."""
    lines = document.lines
    for index in range(line, min(line + _MAX_BETWEEN + 1, len(lines))):
        if parse_tags(lines[index]) is not None:
            break
        if is_names(lines[index]):
            authors = str(document.numbers[index])
            raise document.error("seed.late_authors", start, authors=authors)
    if start > 1 and all(
        parse_tags(text) is None and parse_authors(text) is None for text in lines[start:]
    ):
        raise document.error("seed.no_paper", start)


def _explain_no_text(document: Document, start: int, end: int) -> SeedError:
    """Return why the paper at `start` has no text: it may stand below the tags at `end`."""
    below = end + 1
    if (
        below < len(document.lines)
        and parse_tags(document.lines[below]) is None
        and not any(_has_authors(document, index) for index in (below + 1, below + 2))
    ):
        return document.error("seed.early_tags", end)
    return document.error("seed.no_text", start)


def _find_text_end(document: Document, start: int) -> int:
    """Return the index of the tag line or the title that ends the text at `start`."""
    for index in range(start, len(document.lines)):
        if parse_tags(document.lines[index]) is not None:
            return index
        names = _find_names(document, index)
        if names != index + 1:
            _refuse_date(document, index)
        if names is not None and index > start and _starts_paper(document, index, names):
            return index
    return len(document.lines)


def _find_names(document: Document, title: int) -> int | None:
    """Return the index of the authors line below a title, be it behind an address; None without."""
    if _has_authors(document, title + 1):
        return title + 1
    lines = document.lines
    if title + 2 < len(lines) and is_link(lines[title + 1]) and _has_authors(document, title + 2):
        return title + 2
    return None


def _starts_paper(document: Document, index: int, names: int) -> bool:
    """Return whether a paper begins at `index` although no tag line ended the one before.

    Its authors would stand at `names`.
    """
    lines = document.lines
    return (
        is_title(lines[index])
        and is_names(lines[names])
        and names + 1 < len(lines)
        and parse_tags(lines[names + 1]) is None
    )


def _read_tags(document: Document, start: int) -> tuple[tuple[str, ...], int]:
    """Return the tags at `start`, which may be wrapped or missing, and the index behind them."""
    tags: list[str] = []
    for index in range(start, len(document.lines)):
        line_tags = parse_tags(document.lines[index])
        if line_tags is None or (index > start and _has_authors(document, index + 1)):
            return tuple(dict.fromkeys(tags)), index
        tags += line_tags
    return tuple(dict.fromkeys(tags)), len(document.lines)


def _has_authors(document: Document, index: int) -> bool:
    lines = document.lines
    return index < len(lines) and parse_authors(lines[index]) is not None


def _refuse_date(document: Document, index: int) -> None:
    """Refuse a date that is not a title: the file would be two digests."""
    if is_date(document.lines[index]):
        raise document.error("seed.second_date", index, date=document.lines[index])
