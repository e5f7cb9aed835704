"""What readers follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Protocol

from storage.models import (
    Follow,
    Follower,
    FollowKind,
    FollowOutcome,
    Interests,
    Page,
    PlacedPost,
)


class FollowStore(Protocol):
    """What users follow, and when and how they are told."""

    async def set_follower(
        self,
        user_id: int,
        *,
        at: time | None,
        timezone: str | None,
        default_at: time,
        default_timezone: str,
        guild_id: int | None,
        language: str,
    ) -> Follower:
        """Remember how a user wants to be told, return that; None leaves it, at first the default.

        A direct message (no `guild_id`) does not make the server forgotten.
        """

    async def get_follower(self, user_id: int) -> Follower | None:
        """Return a user who follows or followed something, or None."""

    async def list_followers(self) -> tuple[Follower, ...]:
        """Return every user who follows something, parked ones too."""

    async def park_follower(self, user_id: int, reason: str) -> None:
        """Write to the user no more, for a reason (a message key)."""

    async def unpark_follower(self, user_id: int) -> None:
        """Write to the user again."""

    async def add_follow(
        self, user_id: int, kind: FollowKind, *, key: str, name: str, most: int, now: datetime
    ) -> FollowOutcome:
        """Have a user that `set_follower` knows follow something, unless they follow `most`."""

    async def list_follows(self, user_id: int, *, offset: int, limit: int) -> Page[Follow]:
        """Return what a user follows: authors, tags, keywords, each as they read."""

    async def remove_follows(self, user_id: int, follow_ids: Sequence[int]) -> tuple[Follow, ...]:
        """End those of the user's own follows, return them."""

    async def get_interests(self, user_id: int) -> Interests:
        """Return what a user follows, and what they were told of or are being told of."""

    async def list_delivered(self, *, since: date) -> Mapping[int, frozenset[tuple[date, date]]]:
        """Return what each server was sent since a day: digest dates, each with its local day."""

    async def list_placed_posts(
        self, entry_ids: Sequence[int], *, limit: int
    ) -> tuple[PlacedPost, ...]:
        """Return where these entries stand, in every server, newest post first."""

    async def forget_follows(self, user_id: int) -> int:
        """Forget what a user follows, how they are told and what of; return how many follows."""
