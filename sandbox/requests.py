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
        path: The path as it came, without `/api/v10`.
        query: Its query parameters.
        at: The event loop's time in seconds.
        sandbox_time: The sandbox's time.
        template: The route, such as `/channels/{channel_id}/messages`; empty if there is none.
        body: The parsed JSON (of a multipart body, its payload_json).
        files: How many files came with it.
        status: The answer's; 0 while there is none, and when the connection was dropped.
        response: The answer's JSON, or None.
        acted: Whether the request reached its handler, and the handler did not refuse it.
        fault: The kind of the injected fault that met it, or None.
    """

    number: int | None
    method: str
    path: str
    query: dict[str, str]
    at: float
    sandbox_time: datetime
    template: str = ""
    body: Any = None
    files: int = 0
    status: int = 0
    response: Any = None
    acted: bool = False
    fault: str | None = None
