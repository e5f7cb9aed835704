"""Discord's limits, and text that keeps within them: `length`, `cut` and `split`.

Discord does not say what a "character" is; we count UTF-16 code units, which is never less than
code points, so a text that fits here fits either way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter

from bot.render.atoms import atom_end, plain_end

# https://discord.com/developers/docs/resources/message#create-message
CONTENT = 2000
# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
EMBED_TOTAL = 6000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
# Discord's OpenAPI file, RichEmbed.url
EMBED_URL = 2048
# https://discord.com/developers/docs/components/reference#button
BUTTON_LABEL = 80
CUSTOM_ID = 100
# https://discord.com/developers/docs/components/reference#string-select
MENU_OPTIONS = 25
OPTION_LABEL = 100
# https://discord.com/developers/docs/resources/channel#start-thread-from-message
THREAD_NAME = 100
# https://discord.com/developers/docs/resources/channel#forum-tag-object
FORUM_TAG_NAME = 20

ELLIPSIS = "…"

_SENTENCE = re.compile(r"[.!?…\u3002\uff01\uff1f][\"')\u201d\u2019]*(?=\s)|(?=\n)")
_WORD = re.compile(r"(?=\s)")
_START = attrgetter("start")
_PARAGRAPH = re.compile(r"(?=\n\n)")
# What would become a list, heading, quote or subtext if a line began with it.
_BLOCK_START = re.compile(r"(?:-#|#{1,3}|>{1,3}|[-+]|[0-9]+(?=\.))(?=\s|\.)")


def length(text: str) -> int:
    """Return the number of UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return `text`, or its beginning with `…`, in at most `limit` units.

    It ends at a sentence if one ends late enough, else at a word, and never inside an atom of
    markup or a grapheme. Text and Discord markup are both fine.
    """
    if length(text) <= limit:
        return text
    if limit < len(ELLIPSIS):
        return ""
    ends = _ends(text, limit - len(ELLIPSIS))
    sentence = _last_break(_SENTENCE, text, ends, share=0.6)
    if sentence and length(text[:sentence].rstrip()) < limit - len(ELLIPSIS):
        return f"{text[:sentence].rstrip()} {ELLIPSIS}"
    end = _last_break(_WORD, text, ends, share=0.5) or ends[-1][-1]
    return text[:end].rstrip(" \t\n,;") + ELLIPSIS


def split(text: str, limit: int) -> tuple[str, ...]:
    """Return `text` in pieces of at most `limit` units (at least 200), at paragraphs if possible.

    Else at sentences, words, graphemes. Only whitespace between pieces is dropped; a piece that
    begins in the middle of a line gets a backslash where it would begin a list or a heading.
    """
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        end = _split_end(rest, limit - 1)
        pieces.append(rest[:end].rstrip())
        tail = rest[end:]
        rest = tail.strip()
        if "\n" not in tail[: len(tail) - len(tail.lstrip())]:
            rest = _BLOCK_START.sub(_guard, rest, count=1) if _BLOCK_START.match(rest) else rest
    return tuple(piece for piece in (*pieces, rest) if piece)


def _split_end(text: str, room: int) -> int:
    ends = _ends(text, room)
    for pattern in (_PARAGRAPH, _SENTENCE, _WORD):
        end = _last_break(pattern, text, ends, share=0.5)
        if end:
            return end
    return ends[-1][-1]


def _guard(match: re.Match[str]) -> str:
    mark = match[0]
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _ends(text: str, room: int) -> list[range]:
    """Return the positions up to `room` units where an atom ends, 0 first, in rising runs."""
    ends, end, used = [range(1)], 0, 0
    while end < len(text) and used < room:
        start, end = end, min(plain_end(text, end), end + room - used)
        if end > start:
            ends.append(range(start + 1, end + 1))
        else:
            end = atom_end(text, start)
            if used + length(text[start:end]) > room:
                break
            ends.append(range(end, end + 1))
        used += length(text[start:end])
    return ends


def _last_break(pattern: re.Pattern[str], text: str, ends: list[range], *, share: float) -> int:
    """Return the last end that `pattern` matches in the part after `share` of the room, or 0."""
    last = ends[-1][-1]
    found = pattern.finditer(text, int(last * share), min(last + 2, len(text)))
    for end in reversed([match.end() for match in found]):
        if end in ends[bisect_right(ends, end, key=_START) - 1]:
            return end
    return 0
