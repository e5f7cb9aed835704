"""What a single line is: a date, an authors line, a tag line, a title.

Every pattern here takes time linear in the line: a line may be 8 MiB long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.parsers.document import BLANKS, INVISIBLE, Document
from bot.parsers.script import has_hangul

# White space, and what editors and web pages leave behind unseen, around a line and within it.
_SPACE = rf"[\s{INVISIBLE}]"
_DATE = re.compile(
    rf"(\d{{4}}){_SPACE}*년{_SPACE}*(\d{{1,4}}){_SPACE}*월{_SPACE}*(\d{{1,4}}){_SPACE}*일"
)

# 200 authors take 6,000 characters; a longer list is damage, and reading it would only take time.
_MAX_LIST = 100_000
# Each with its full-width twin; the last is the ideographic comma.
_OPENING, _CLOSING, _COMMAS = "(\uff08", ")\uff09", ",\uff0c、"
_OPENINGS = tuple(_OPENING)
_MARKS = re.compile(f"[{_OPENING}{_CLOSING}{_COMMAS}]")
_PLAIN_LIST = re.compile(f"[{_OPENING}]([^{_OPENING}{_CLOSING}]*)[{_CLOSING}]")
_COMMA = re.compile(f"[{_COMMAS}]")
_AND = re.compile(r"\A(?:and|&)\s+(?=[^\W\d])(?!(?:others|more)\b)")

_HASHES = ("#", "\uff03")
_TAG = re.compile(r"[#\uff03](\w++(?:[-+./&]++\w++)*+\+*+)")
_TAG_LINE = re.compile(rf"(?:{_TAG.pattern}[,;]*+{_SPACE}*+)++")

_PERSON_WORD = re.compile(r"[^\W\d_][^\W\d_]*+(?:[.'\u2019-]++[^\W\d_]*+)*+")
_NAME_PARTICLE = re.compile("al|bin|da|de|del|den|der|di|dos|du|el|la|le|van|von")
_MIN_WORDS, _MAX_WORDS = 2, 6
_SENTENCE_ENDS = (".", "!", ":", ";", ",", "…")
_NOT_A_TITLE = re.compile(r"[-*+•·\u2013\u2014>]\s|\d+[.)]\s|https?://", re.IGNORECASE)
_MAX_TITLE = 400


def is_date(line: str) -> bool:
    """Return whether `line` is a date and nothing else, be it a possible one or not."""
    return _DATE.fullmatch(line) is not None


def parse_date(line: str) -> date | None:
    """Return the date of a line for which `is_date` holds; None where no calendar has it."""
    match = _DATE.fullmatch(line)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_tags(line: str) -> tuple[str, ...] | None:
    """Return a tag line's tags without `#`, or None for any other line.

    Every word of a tag line is a tag, and some tag has a letter: `#1 in the list`, `# heading`
    and `#1` are text.
    """
    if not line.startswith(_HASHES) or len(line) > _MAX_LIST or _TAG_LINE.fullmatch(line) is None:
        return None
    tags = tuple(dict.fromkeys(_TAG.findall(line)))
    return tags if any(char.isalpha() for tag in tags for char in tag) else None


def parse_authors(line: str) -> tuple[str, ...] | None:
    """Return the names of an authors line, or None for any other line.

    An authors line is one list in parentheses, or several, and nothing besides. A name may hold
    parentheses, with commas in them, of its own.
    """
    if not line.startswith(_OPENINGS) or len(line) > _MAX_LIST:
        return None
    if plain := _PLAIN_LIST.fullmatch(line):
        return _names(_COMMA.split(plain[1]))
    names: list[str] = []
    depth = start = 0
    for mark in _MARKS.finditer(line):
        opens, closes = mark[0] in _OPENING, mark[0] in _CLOSING
        if depth == 0:
            if line[start : mark.start()].strip():
                return None
            start = mark.end()
        elif depth == 1 and not opens:
            names.append(line[start : mark.start()])
            start = mark.end()
        depth = max(0, depth + opens - closes)
    if depth or line[start:].strip():
        return None
    return _names(names)


def _names(texts: Iterable[str]) -> tuple[str, ...] | None:
    names = [name for text in texts if (name := text.strip(BLANKS))]
    if len(names) > 1:  # `(Jay Shah, Ying Zhang, and Tri Dao)`
        names[-1] = _AND.sub("", names[-1])
    return tuple(names) or None


def is_authors_open(text: str) -> bool:
    """Return whether `text` begins as an authors line does and leaves a parenthesis open."""
    opened = sum(text.count(char) for char in _OPENING)
    return text.startswith(_OPENINGS) and opened > sum(map(text.count, _CLOSING))


def read_authors(
    document: Document, first: str, *, title: int, after: int
) -> tuple[tuple[str, ...], int]:
    """Return the names in an authors line, and the index of what follows it.

    `first` is the line, or what of it follows the title; `title` is the title's index, `after` that
    of the next line. The list may be wrapped behind a comma, and before the parenthesis that closes
    it.

    Raises:
        SeedError: this is no authors line, or it is not closed.
    """
    lines, text, end = document.lines, first, after
    while end < len(lines) and len(text) <= _MAX_LIST and is_authors_open(text):
        if text[-1] not in _COMMAS and lines[end] not in _CLOSING:
            break
        text, end = f"{text} {lines[end]}", end + 1
    names = parse_authors(text)
    if names is not None:
        return names, end
    if is_authors_open(text):
        raise document.error("seed.authors_open", after - 1)
    raise document.error("seed.no_authors", title)


def is_names(line: str) -> bool:
    """Return whether `line` is an authors line beyond doubt: two or more persons' names."""
    if has_hangul(line):
        return False
    names = parse_authors(line)
    return names is not None and len(names) > 1 and all(map(_is_person, names))


def is_title(line: str) -> bool:
    """Return whether `line` could be a title rather than a sentence of commentary."""
    return (
        len(line) <= _MAX_TITLE
        and not has_hangul(line)
        and not line.endswith(_SENTENCE_ENDS)
        and _NOT_A_TITLE.match(line) is None
    )


def _is_person(name: str) -> bool:
    words = name.split()
    return _MIN_WORDS <= len(words) <= _MAX_WORDS and all(
        _PERSON_WORD.fullmatch(word) and (word[0].isupper() or _NAME_PARTICLE.fullmatch(word))
        for word in words
    )
