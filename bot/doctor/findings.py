"""One line of what was found."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Level(enum.StrEnum):
    """OK: as it should be; WARN: it works, for now or not quite; FAIL: something does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(NamedTuple):
    """What was looked at, how it is, and unless it is in order how to mend it."""

    level: Level
    name: str
    text: str
