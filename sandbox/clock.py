"""The sandbox's clock: it starts where it is told, runs at real speed and can be moved.

It is mirrored to a small file, so that another process (the bot) reads the same time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """The clock showed `at` when the machine's monotonic clock showed `monotonic` seconds."""

    at: datetime
    monotonic: float
    factor: float

    def read(self) -> datetime:
        # CLOCK_MONOTONIC counts from boot and is the same in every process of the machine.
        elapsed = time.monotonic() - self.monotonic
        return self.at + timedelta(seconds=elapsed * self.factor)


class SandboxClock:
    """A clock that starts at `start` (aware) and can be moved.

    Args:
        start: What it shows first.
        path: A file that `FileClock` reads, or None.
        factor: Its seconds per real second; 0 makes it stand still.
    """

    def __init__(self, start: datetime, path: Path | None = None, *, factor: float = 1.0) -> None:
        self._path = path
        self._listeners: list[Callable[[], None]] = []
        self._anchor = self._anchor_at(start, factor)
        self._mirror()

    def now(self) -> datetime:
        """Return the sandbox's time, aware, in UTC."""
        return self._anchor.read()

    def set(self, instant: datetime) -> None:
        """Move the clock to `instant`, forwards or backwards."""
        self._anchor = self._anchor_at(instant, self._anchor.factor)
        self._mirror()
        for listener in tuple(self._listeners):
            listener()

    def advance(self, delta: timedelta) -> None:
        """Move the clock by `delta`."""
        self.set(self.now() + delta)

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each move (not while time merely passes)."""
        self._listeners.append(listener)

    @staticmethod
    def _anchor_at(instant: datetime, factor: float) -> _Anchor:
        if instant.tzinfo is None:
            raise ValueError("the clock needs an aware datetime")
        return _Anchor(at=instant.astimezone(UTC), monotonic=time.monotonic(), factor=factor)

    def _mirror(self) -> None:
        if self._path is None:
            return
        record = {
            "at": self._anchor.at.isoformat(),
            "monotonic": self._anchor.monotonic,
            "factor": self._anchor.factor,
        }
        draft = self._path.with_name(f"{self._path.name}.new")
        draft.write_text(json.dumps(record), encoding="utf-8")
        os.replace(draft, self._path)  # noqa: PTH105 - the atomic form, said plainly


class FileClock:
    """Reads, from any process of the machine, the clock that writes `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file, self._anchor = self._open()

    def now(self) -> datetime:
        """Return the sandbox's time, aware, in UTC.

        The file is read again once another has taken its name: its stamps are too coarse to tell.
        """
        if not os.fstat(self._file.fileno()).st_nlink:
            self.close()
            self._file, self._anchor = self._open()
        return self._anchor.read()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _open(self) -> tuple[TextIO, _Anchor]:
        file = self._path.open(encoding="utf-8")
        record = json.load(file)
        anchor = _Anchor(
            at=datetime.fromisoformat(record["at"]),
            monotonic=record["monotonic"],
            factor=record["factor"],
        )
        return file, anchor
