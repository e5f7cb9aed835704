"""The log of every request that reached the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(slots=True, kw_only=True)
class LoggedRequest:
    """One request: what came, when, and what was answered.

    Attributes:
        number: Counts write requests from 1; None for a read.
        template: The route, such as `/channels/{channel_id}/messages`.
        path: The path as it came, without `/api/v10`.
        body: The parsed JSON (of a multipart body, its payload_json).
        files: How many files came with it.
        at: The event loop's time in seconds.
        sandbox_time: The sandbox's time.
        status: The answer's; 0 while there is none, and when the connection was dropped.
        acted: Whether the request reached its handler, and the handler did not refuse it.
        fault: The kind of the injected fault that met it, or None.
    """

    number: int | None
    method: str
    template: str
    path: str
    query: dict[str, str]
    body: Any
    files: int
    at: float
    sandbox_time: datetime
    status: int = 0
    response: Any = None
    acted: bool = False
    fault: str | None = None
