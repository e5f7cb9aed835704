"""What readers made of the posts: how many messages and reactions, never whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from storage.models import Engagement


class EngagementStore(Protocol):
    """Counts by paper's post. A post is known by its message's id, which its thread has as well.

    What is counted of other messages and threads is left out.
    """

    async def add_thread_messages(self, counts: Mapping[int, tuple[int, int]]) -> None:
        """Add (people's, bots') messages in posts' threads, by thread id."""

    async def settle_threads(self, totals: Mapping[int, int]) -> None:
        """Make up for messages that nobody counted: all that were ever sent, by thread id.

        What of them was not a bot's is taken for people's, unless more was counted.
        """

    async def set_reactions(self, readers: Mapping[int, int]) -> None:
        """Record how many people reacted to posts, by message id."""

    async def find_posts(self, message_ids: Iterable[int]) -> Mapping[int, int]:
        """Return the channel, or forum post, of those of the messages that are papers' posts."""

    async def list_engagement(
        self, guild_id: int, *, since: datetime | None
    ) -> tuple[Engagement, ...]:
        """Return what was made of papers' posts in a server, of those sent at `since` or later.

        In the order of posting, with papers that nobody cared for; one posted twice is counted up.
        """
