"""What was read as it stands, though its author may have meant something else.

Nothing here changes how a file is read: text is stored as written. A doubt is for whoever checks a
file before it is posted; a real year of digests raises none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bot.parsers.document import Document
from bot.parsers.errors import SeedError
from bot.parsers.lines import is_date, is_names, is_title, parse_authors
from bot.parsers.links import find_links, is_link
from bot.parsers.script import has_hangul
from storage.models import DigestDraft, EntryDraft

_QUOTED = 40
_LONGEST = 10_000  # lines and lists beyond are damage, see bot/parsers/lines.py

# Markdown, a list's mark or an address around a title: it is posted with them.
_TITLE_MARK = re.compile(
    r"#{1,6}\s|[-+•·]\s|\d{1,2}[.)]\s|\[\d[\d.]*\]\s|[\u2460-\u2473]|\*\*|\[[^\]]+\]\(|[*_]?<http"
)
_TITLE_ADDRESS = re.compile(r"https?://|\barxiv:\s?\d{4}\.\d", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d{1,5});|</?(?:b|i|p|br|em|strong|sup|sub)\s?/?>")

# What is no part of a name: `et al.`, `외 3명`, a footnote's mark, two names in one.
_NO_NAME = re.compile(
    r"\bet\.? al\b|\s외(?:\s|\Z)|[;^\u00b9\u00b2\u00b3\u2070-\u2079\u2020\u2021]"
    r"|\*\Z|[a-z]\d{1,2}\Z|\w\s+and\s+\w"
)

_TAG_LABEL = re.compile(r"[*_-]*\s*(?:tags?|keywords?|태그|키워드)[*_]*\s*[:\uff1a]", re.IGNORECASE)
_TAG_WORDS = re.compile(r"[\s`\\]*(?:#\s?[\w+./-]+[\s,;`\\]*)+")
_SPACED_TAGS = re.compile(r"#\w[^#.?!]*(?:\s#\w[^#.?!]*)+")  # `#long context #rl`
_LABEL = re.compile(
    r"[-=*_~]{3,}\Z"  # a rule between papers
    r"|[*_#>-]*\s*(?:abstract|authors?|comments?|korean|english|ko|en"
    r"|초록|요약|저자|코멘트|한국어|영어|영문)\s*[*_]*\s*(?:[:\uff1a][*_]*|\Z)",
    re.IGNORECASE,
)
_QUOTE_MARK = re.compile(r">\s")
_SENTENCE_ENDS = (".", "!", "?", ")")
_LONGEST_TITLE = 200
_LONG_TEXT = 200  # letters of an abstract rather than of a sentence between


def find_doubts(document: Document, draft: DigestDraft) -> Iterator[SeedError]:
    """Yield remarks on lines of a file that was read as `draft`, in the order of the lines."""
    starts = [bisect_left(document.numbers, entry.line) for entry in draft.entries]
    for entry, start, end in zip(
        draft.entries, starts, [*starts[1:], len(document.lines)], strict=True
    ):
        if not is_date(document.lines[0]):
            yield from _find_second_note(document, start, entry)
            continue
        yield from _find_in_title(document, start, entry)
        yield from _find_in_names(document, start, entry)
        yield from _find_in_text(document, start, end, entry)


def _find_in_title(document: Document, start: int, entry: EntryDraft) -> Iterator[SeedError]:
    title = entry.title
    if len(title) > _LONGEST:
        return
    if _TITLE_ADDRESS.search(title):
        yield document.error("seed.title_address", start)
    elif (mark := _TITLE_MARK.match(title) or _ENTITY.search(title)) is not None:
        yield document.error("seed.title_mark", start, mark=mark[0].strip())


def _find_in_names(document: Document, start: int, entry: EntryDraft) -> Iterator[SeedError]:
    odd = (name for name in entry.authors if len(name) <= _LONGEST and _NO_NAME.search(name))
    if (name := next(odd, None)) is not None:
        line = start + (2 if is_link(document.lines[start + 1]) else 1)
        yield document.error("seed.odd_name", line, name=_quote(name))


def _find_in_text(
    document: Document, start: int, end: int, entry: EntryDraft
) -> Iterator[SeedError]:
    text = {*(entry.abstract or "").split("\n"), *entry.ko, *entry.en}
    lines = document.lines
    first = next((i for i in range(start + 1, end) if lines[i] in text), end)
    if _is_above_korean(entry):
        yield document.error("seed.english_above", first + 1)
    for index in range(first, end):
        line = lines[index]
        if line not in text or len(line) > _LONGEST:
            continue
        if index > first and _may_be_title(lines, index, end):
            yield document.error("seed.inner_title", index)
        elif _may_be_tags(line) and not entry.tags:
            yield document.error("seed.unread_tags", index)
        elif (label := _LABEL.match(line) or _find_quote(entry, line)) is not None:
            yield document.error("seed.label", index, label=label[0].strip())


def _is_above_korean(entry: EntryDraft) -> bool:
    """Return whether an English comment may stand between abstract and Korean, and none below."""
    paragraphs = (entry.abstract or "").split("\n")
    ended = all(text.endswith(_SENTENCE_ENDS) for text in paragraphs)  # or the lines are wrapped
    return len(paragraphs) > 1 and bool(entry.ko) and not entry.en and ended


def _may_be_title(lines: Sequence[str], index: int, end: int) -> bool:
    """Return whether a paper may begin at `index`, which was read as text of the one before."""
    if index + 2 >= end or len(lines[index]) > _LONGEST_TITLE:
        return False
    line, below, text = lines[index : index + 3]
    if line.endswith((*_SENTENCE_ENDS, ":", ",", ";", "…")) or is_link(line):
        return False
    if parse_authors(below) is not None and not find_links([below]):
        return True
    return is_title(line) and len(below) > _LONG_TEXT and not has_hangul(below) and has_hangul(text)


def _may_be_tags(line: str) -> bool:
    _, mark, tags = line.partition("#")
    if _TAG_LABEL.match(line) is not None:
        return True
    if not any(map(str.isalpha, tags)):  # `#1`
        return False
    return _TAG_WORDS.fullmatch(mark + tags) is not None or _SPACED_TAGS.fullmatch(line) is not None


def _find_quote(entry: EntryDraft, line: str) -> re.Match[str] | None:
    """Return the `>` in front of the abstract: a note's, where a digest has none."""
    return _QUOTE_MARK.match(line) if line in (entry.abstract or "").split("\n") else None


def _find_second_note(document: Document, start: int, entry: EntryDraft) -> Iterator[SeedError]:
    text = {*entry.ko, *entry.en}
    for index in range(start + 1, len(document.lines)):
        line = document.lines[index]
        title, star, names = line.rpartition("* (")
        if star and title.startswith("*") and line in text and is_names(f"({names}"):
            yield document.error("seed.second_note", index)


def _quote(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
