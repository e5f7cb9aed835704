"""Bytes to lines: a seed file's text, decoded and normalised, or the reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from bot.parsers.encoding import guess_encoding, looks_binary
from bot.parsers.errors import SeedError

# A day of 50 papers takes about 150 kB; what is over 8 MiB is some other file (docs/design.md).
MAX_BYTES = 8 * 1024 * 1024
_MEBIBYTE = 1024 * 1024

# Normalising sorts every run of combining marks, in time quadratic in its length. Unicode's
# Stream-Safe Text Format (UAX #15) allows 30 of them; four times that is no writing system.
_MAX_MARKS = 120
# Whatever may hold such a run: no combining mark is a letter, a digit or ASCII. Syllables are
# letters: named as a range, and first, they are passed over in half the time.
_MARKS = re.compile(r"[^\x00-\x7f\uac00-\ud7a3\w\s]+")

# What surrounds a line without being text: white space, and the invisible characters that editors
# and web pages leave behind (zero width space, word joiner, byte order mark).
INVISIBLE = "\u200b\u2060\ufeff"
BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + INVISIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A seed file's lines that are not blank, in NFC, without the blanks around them.

    `numbers` holds each line's place in the file, 1-based.
    """

    source: str
    lines: tuple[str, ...]
    numbers: tuple[int, ...]

    def error(self, key: str, index: int, **params: str) -> SeedError:
        """Return an error about the line at `index`."""
        return SeedError(key, file=self.source, line=self.numbers[index], **params)


def read_document(data: bytes, *, source: str) -> Document:
    """Return the lines of a seed file.

    Raises:
        SeedError: over 8 MiB, binary, not UTF-8, or nothing but blank lines.
    """
    if len(data) > MAX_BYTES:
        raise SeedError("seed.too_big", file=source, limit=MAX_BYTES // _MEBIBYTE)
    text = _decode(data, source=source).replace("\r\n", "\n").replace("\r", "\n")
    _refuse_endless_marks(text, source=source)
    numbered = [
        (number, line)
        for number, raw in enumerate(unicodedata.normalize("NFC", text).split("\n"), start=1)
        if (line := raw.strip(BLANKS))
    ]
    if not numbered:
        raise SeedError("seed.empty", file=source)
    return Document(
        source=source,
        lines=tuple(line for _, line in numbered),
        numbers=tuple(number for number, _ in numbered),
    )


def _decode(data: bytes, *, source: str) -> str:
    """Return the text of UTF-8 bytes; a byte order mark before it is dropped as blank later."""
    try:
        text, offset = data.decode("utf-8"), data.find(b"\0")
    except UnicodeDecodeError as error:
        text, offset = "", error.start
    if offset < 0:
        return text
    encoding, line = guess_encoding(data), _line_at(data, offset)
    if encoding is not None:
        raise SeedError("seed.not_utf8", file=source, line=line, encoding=encoding)
    if looks_binary(data):
        raise SeedError("seed.binary", file=source, line=line)
    raise SeedError("seed.damaged_utf8", file=source, line=line, byte=f"0x{data[offset]:02X}")


def _line_at(data: bytes, offset: int) -> int:
    before = data[:offset].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1


def _refuse_endless_marks(text: str, *, source: str) -> None:
    for run in _MARKS.finditer(text):
        if run.end() - run.start() <= _MAX_MARKS:
            continue
        for marks, group in groupby(run[0], key=lambda char: unicodedata.combining(char) > 0):
            if marks and sum(1 for _ in group) > _MAX_MARKS:
                line = text.count("\n", 0, run.start()) + 1
                raise SeedError("seed.combining", file=source, line=line)
