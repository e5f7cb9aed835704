"""What bytes that are not UTF-8 look like, so that an author learns what to save a file as."""

from __future__ import annotations

import codecs
import re

# UTF-32's little-endian mark begins with UTF-16's: the longer ones come first.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# C0 controls that plain text does not hold, but for a stray one that a copy from a PDF brings.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x7f]")
_MAX_CONTROL_SHARE = 0.05
# Korean text in UTF-16: its spaces, digits and line ends alone make more than this.
_MIN_NUL_SHARE = 0.05
_HANGUL_SYLLABLE = re.compile("[가-힣]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def guess_encoding(data: bytes) -> str | None:
    """Return the name of the encoding that `data`, which is not plain UTF-8, seems to be in.

    None: it is UTF-8 with damage, or no text at all.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    if b"\0" in data:
        return "UTF-16" if _is_utf16(data) else None
    return None if looks_binary(data) else _guess_byte_encoding(data)


def looks_binary(data: bytes) -> bool:
    """Return whether `data` has a NUL, or more control characters than any text would hold."""
    return b"\0" in data or len(_CONTROLS.findall(data)) > _MAX_CONTROL_SHARE * len(data)


def _is_utf16(data: bytes) -> bool:
    """In UTF-16 nearly all NULs are the other half of ASCII: in every other byte, and many."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if (
        len(data) % 2
        or max(even, odd) < _MIN_NUL_SHARE * len(data)
        or 4 * min(even, odd) > max(even, odd)
    ):
        return False
    try:
        return "\0" not in data.decode("utf-16-be" if even > odd else "utf-16-le")
    except UnicodeDecodeError:
        return False


def _guess_byte_encoding(data: bytes) -> str | None:
    if _is_cp949(data):
        return "CP949 (EUC-KR)"
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if len(_NOT_ASCII.findall(text)) - damaged > damaged:
        return None
    return "Latin-1"


def _is_cp949(data: bytes) -> bool:
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return False
    return 2 * len(_HANGUL_SYLLABLE.findall(text)) > len(_NOT_ASCII.findall(text))
