"""The clock: an argument everywhere; only entry points read the real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the machine's time, aware, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads it
