"""The pieces of a text that a cut may stand between: graphemes, and units of Discord markup.

A simplified reading of Unicode's grapheme clusters (https://www.unicode.org/reports/tr29/): base
and combining marks, variation selectors, skin tones, ZWJ sequences, flags, conjoining jamo.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A run of combining marks without end would have no place to be cut at all.
_LONGEST = 32
_ZWJ = "\u200d"
# An escape, a wrapped address, a masked link, a bold heading of ours.
_MARKUP = re.compile(
    r"\\[^0-9A-Za-z\s]"
    r"|<https?://[^\s<>]+>"
    r"|\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\(https?://[^\s()<>]+\)"
    r"|\*\*[^*\n]{1,80}\*\*"
)


# Characters that are a piece each, and one UTF-16 unit: the next one is neither markup nor a mark.
_PLAIN = re.compile(r"[\x00-);=-Z\]-\x7f+-:가-힣]+(?=[\x00-\x7f가-힣]|\Z)")


def atoms(text: str) -> Iterator[str]:
    """Yield the pieces of `text`, in order; joined they are `text`."""
    start = 0
    while start < len(text):
        end = atom_end(text, start)
        yield text[start:end]
        start = end


def atom_end(text: str, start: int) -> int:
    """Return where the piece that begins at `start` ends."""
    end = start + 1
    if text[start] in "\\<[*" and (match := _MARKUP.match(text, start)):
        end = match.end()
    return _extend(text, start, end)


def plain_end(text: str, start: int) -> int:
    """Return up to where each character is a piece and one UTF-16 unit; `start` if not even one."""
    match = _PLAIN.match(text, start)
    return match.end() if match else start


def _extend(text: str, start: int, end: int) -> int:
    last = min(len(text), end + _LONGEST)
    while end < last and (text[end] > "\x7f" or text[end - 1] == _ZWJ):
        if not (_extends(text[end]) or text[end - 1] == _ZWJ or _is_flag(text, start, end)):
            break
        end += 1
    return end


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in (_ZWJ, "\u200c")
        or "\u1160" <= char <= "\u11ff"  # jamo vowels and finals
        or "\ud7b0" <= char <= "\ud7ff"
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, as in the flag of Scotland
    )


def _is_flag(text: str, start: int, end: int) -> bool:
    """Two regional indicators make a flag."""
    return end - start == 1 and all("\U0001f1e6" <= text[i] <= "\U0001f1ff" for i in (start, end))
