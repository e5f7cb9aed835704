"""What readers of a server liked: saves, messages in threads, people who reacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.base import Store
from storage.models import Engagement

# How far back posts are looked at, by the name that commands give it; None: all of them.
PERIODS = {
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
    "all": None,
}
# Who saves a paper means to read it, who reacts has seen it, and a few can fill a thread.
_SAVE, _REACTION, _MESSAGE = 3, 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Popular:
    """A paper and what readers of a server made of it."""

    entry_id: int
    paper_id: int
    saves: int
    messages: int
    reactions: int

    @property
    def score(self) -> int:
        """What papers are ordered by."""
        return _SAVE * self.saves + _REACTION * self.reactions + _MESSAGE * self.messages


async def list_popular(
    store: Store, guild_id: int, *, since: datetime | None
) -> tuple[Popular, ...]:
    """Return the papers posted since then that anybody cared for, best first; older ones last.

    Raises:
        StorageError: the store cannot be read.
    """
    posted = await store.list_engagement(guild_id, since=since)
    saves = await store.count_saves([each.paper_id for each in posted], guild_id=guild_id)
    found = [_popular(each, saves.get(each.paper_id, 0)) for each in reversed(posted)]
    return tuple(sorted((each for each in found if each.score), key=lambda each: -each.score))


def _popular(engagement: Engagement, saves: int) -> Popular:
    return Popular(
        entry_id=engagement.entry_id,
        paper_id=engagement.paper_id,
        saves=saves,
        messages=engagement.messages,
        reactions=engagement.reactions,
    )
