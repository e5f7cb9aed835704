"""Questions and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from storage.models import (
    Admission,
    Exchange,
)


class ExchangeStore(Protocol):
    """Questions and their answers. They are kept for 30 days, rated ones for good."""

    async def add_exchange(
        self,
        *,
        guild_id: int | None,
        channel_id: int,
        user_id: int,
        language: str,
        question: str,
        context: Sequence[int],
        cited: Sequence[int],
        now: datetime,
    ) -> int:
        """Remember a question and what answered it, return its id, which is not given again."""

    async def set_exchange_message(self, exchange_id: int, message_id: int) -> None:
        """Record which message the answer is."""

    async def get_exchange(self, exchange_id: int, *, now: datetime) -> Exchange | None:
        """Return an exchange, or None when there is none or it is over 30 days old."""

    async def find_exchange(self, message_id: int, *, now: datetime) -> Exchange | None:
        """Return the exchange whose answer is this message, or None, as `get_exchange`."""

    async def get_last_exchange(
        self, channel_id: int, user_id: int, *, since: datetime
    ) -> Exchange | None:
        """Return the user's newest exchange in a channel, thread or direct message, or None."""

    async def remove_exchange(self, exchange_id: int) -> None:
        """Forget an exchange and what was thought of it."""

    async def forget_asker(self, user_id: int) -> tuple[int, int]:
        """Remove a user's questions with their answers, and what they thought of any answer.

        Return how many questions and how many opinions those were. That somebody asked stays
        counted for the day of a server.
        """

    async def rate_exchange(self, exchange_id: int, *, user_id: int, helped: bool) -> None:
        """Record what a reader thinks of an answer; their last word counts."""

    async def count_ratings(self, exchange_id: int) -> tuple[int, int]:
        """Return how many readers an answer helped, and how many it did not."""

    async def admit_question(
        self,
        *,
        scope: int,
        user_id: int,
        now: datetime,
        window: timedelta,
        per_window: int,
        day_began: datetime,
        per_day: int,
    ) -> Admission:
        """Count a question, unless its asker or its scope has asked too many.

        A user may ask `per_window` questions in any `window`, in all scopes together; a scope (a
        server, or a channel of direct messages) `per_day` since `day_began`.
        """

    async def find_posted_entry(self, message_id: int) -> int | None:
        """Return the entry of a paper's post, by its message's or its thread's id; else None."""
