r"""Text for a terminal or a log: what would move the cursor, or worse, is shown as `\x1b`."""

from __future__ import annotations

# C0 without tab and line feed, DEL, C1; and what turns the direction of writing for a whole line.
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"
} | {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def printable(text: str) -> str:
    """Return text that can do nothing but be read."""
    return text.translate(_CONTROLS)


def count(number: int, noun: str) -> str:
    """Return a number of things: `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
