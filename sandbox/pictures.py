"""How large a picture is, by its first bytes: PNG, GIF, JPEG and WebP. Pure."""

from __future__ import annotations

import struct

_PNG, _GIFS, _JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
# JPEG's frame headers (ITU-T T.81, table B.1): all of SOF0 to SOF15 but DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def measure(content: bytes) -> tuple[int, int] | None:
    """Return a picture's width and height, or None for what is no picture."""
    try:
        if content.startswith(_PNG):
            return _two(">II", content, 16)
        if content.startswith(_GIFS):
            return _two("<HH", content, 6)
        if content.startswith(_JPEG):
            return _measure_jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _measure_webp(content)
    except (struct.error, IndexError):  # it ends too early
        pass
    return None


def _two(form: str, content: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, content, at)
    return int(first), int(second)


def _measure_jpeg(content: bytes) -> tuple[int, int] | None:
    at = len(_JPEG)
    while content[at] == 0xFF:
        marker, (size,) = content[at + 1], struct.unpack_from(">H", content, at + 2)
        if marker in _FRAMES:
            height, width = _two(">HH", content, at + 5)
            return width, height
        at += 2 + size
    return None


def _measure_webp(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = _two("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None
