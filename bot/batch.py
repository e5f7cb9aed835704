"""Files of questions: a JSON object with `id` and `question` a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuestion:
    """A line of a batch; `id` is any JSON value, handed back as it came."""

    id: Any
    question: str


def read_batch(path: Path) -> Iterator[BatchQuestion | DomainError]:
    """Yield each line's question, or the error that names the line; blank lines are passed over.

    Raises:
        DomainError: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise DomainError("error.batch_file", path=str(path), detail=detail) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = _parse(line.removeprefix(b"\xef\xbb\xbf"))
            yield found or DomainError("error.batch_line", path=str(path), line=number)


def _parse(line: bytes) -> BatchQuestion | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        return None
    if not isinstance(value, dict) or "id" not in value:
        return None
    question = value.get("question")
    return BatchQuestion(id=value["id"], question=question) if isinstance(question, str) else None
