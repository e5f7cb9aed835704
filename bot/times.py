"""Times of day as people type them. Pure."""

from __future__ import annotations

import re
from datetime import time

_AFTERNOON = ("pm", "오후")
_TIME = re.compile(
    r"(?P<before>오전|오후|am\s|pm\s)?\s*(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})|(?P<clock>\s*시)(?:\s*(?:(?P<minutes>\d{1,2})\s*분|(?P<half>반)))?)?"
    r"(?:에)?\s*(?P<after>am|pm)?"
)


def read_time(text: str) -> time:
    """Return a wall-clock time for `9:00`, `21:30`, `9:30 pm`, `9pm`, `9시`, `오후 6시 30분`.

    Raises:
        ValueError: it is none; a bare number is none.
    """
    match = _TIME.fullmatch(text.strip().casefold().replace(".", ""))
    if match is None:
        raise ValueError(text)
    half = (match["before"] or match["after"] or "").strip()
    both = match["before"] and match["after"]
    if both or not (half or match["minute"] or match["clock"]):
        raise ValueError(text)
    hour = int(match["hour"])
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    minute = 30 if match["half"] else int(match["minute"] or match["minutes"] or 0)
    return time(hour, minute)
