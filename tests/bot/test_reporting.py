"""What the log says of an error."""

from __future__ import annotations

import pytest

from bot.errors import UserError
from bot.reporting import explain
from storage.base import StorageError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            UserError("error.permissions_missing", channel=5, permissions=("send_messages",)),
            "I lack these permissions in <#5>: Send Messages. Please allow them in the "
            "channel's settings.",
        ),
        (
            StorageError("storage.full", path="a.sqlite3"),
            "a.sqlite3: The disk is full, so nothing can be saved. Please free some space.",
        ),
        (OSError("no route"), "no route"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_every_error_says_something(error: Exception, said: str) -> None:
    assert explain(error) == said
