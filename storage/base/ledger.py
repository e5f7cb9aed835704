"""What was sent, step by step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from storage.models import (
    Claim,
    Delivery,
    Step,
    Subscription,
)


class LedgerStore(Protocol):
    """What was sent, step by step. A claimed step belongs to its owner until the lease ends."""

    async def list_unposted(
        self, subscription_id: int, *, until: date, tags: Collection[str] = ()
    ) -> tuple[date, ...]:
        """Return the digests without a delivery, oldest first.

        With `tags`, which are folded, those of which an unposted paper has one of them.
        """

    async def get_digests_version(self) -> int:
        """Return a number that grows whenever an entry is added, changed or removed."""

    async def list_delivered_days(self, *, since: date) -> frozenset[tuple[int, date]]:
        """Return (subscription id, local day) of each day's delivery, from `since` on."""

    async def open_deliveries(
        self,
        subscription: Subscription,
        dates: Sequence[date],
        *,
        day: date,
        anchor: int,
        now: datetime,
        scheduled: bool,
    ) -> tuple[Delivery, ...]:
        """Begin the day's delivery: one Delivery a digest that has none yet.

        With `scheduled`, nothing is opened when the day has had its delivery, or the subscription
        has ended meanwhile.
        """

    async def open_again(
        self,
        subscription: Subscription,
        digest_date: date,
        *,
        day: date,
        anchor: int,
        now: datetime,
    ) -> Delivery:
        """Begin another run of a digest."""

    async def list_unfinished(self, subscription_id: int | None = None) -> tuple[Delivery, ...]:
        """Return the deliveries that have steps left, oldest first, unless they are parked."""

    async def list_deliveries(
        self, subscription_id: int, digest_date: date
    ) -> tuple[Delivery, ...]:
        """Return the runs of a digest, first to last."""

    async def list_recent_deliveries(
        self, subscription_id: int, *, limit: int
    ) -> tuple[Delivery, ...]:
        """Return the newest deliveries, newest first."""

    async def get_last_delivery(self, subscription_id: int) -> Delivery | None:
        """Return the newest delivery that is complete, or None."""

    async def reopen_deliveries(self, delivery_ids: Sequence[int]) -> None:
        """Have these gone through again, as after a change of their digests."""

    async def reset_steps(self, steps: Sequence[Step]) -> None:
        """Have these steps sent again unless their mark is found.

        With a paper's message go its thread and what opened it, with a header its links; the links
        of a header that stands are made anew.
        """

    async def finish_delivery(self, delivery: Delivery, *, now: datetime) -> None:
        """Record that no step is left, unless its digest has changed since `delivery` was read."""

    async def reopen_changed(self) -> int:
        """Open the deliveries of digests that changed since they were sent, return how many.

        Going through them again sends what is new and edits what is out of date.
        """

    async def list_posted_elsewhere(
        self, delivery: Delivery, entry_ids: Sequence[int]
    ) -> frozenset[int]:
        """Return those of the entries that the channel was sent under another date.

        What may have been sent counts; what was given up before it was sent does not.
        """

    async def list_steps(self, delivery_id: int) -> tuple[Step, ...]:
        """Return the delivery's steps in the order of their first claim."""

    async def claim_step(
        self,
        delivery_id: int,
        entry_id: int,
        name: str,
        *,
        owner: str,
        lease: timedelta,
        settle: timedelta = timedelta(0),
        now: datetime,
        revision: str | None = None,
    ) -> Claim:
        """Claim a step for `owner`, atomically.

        What another process has left behind is not granted before `settle` has passed since it
        claimed it; all claims have the same `lease`.

        `revision` is the source that the claim's request will show. The returned step has that of
        the claims before, empty where they differ: which of them was carried out is not known.

        Raises:
            ClosedError: the delivery has ended with its subscription.
        """

    async def mark_done(
        self, step: Step, *, channel_id: int, message_id: int, revision: str
    ) -> Step:
        """Record what the step led to, return it."""

    async def mark_skipped(self, step: Step, *, owner: str, refused: int | None) -> Step:
        """Record that the step, unless another owner has it, is given up on purpose; return it.

        `refused` is Discord's error code, None where it is not for a refusal.
        """

    async def release_step(self, step: Step, *, owner: str) -> None:
        """Give back the owner's claim whose request was certainly not carried out."""

    async def forget_step(self, step: Step) -> None:
        """Forget a step whose message was deleted because nothing belongs there any more."""

    async def record_thread(self, message_id: int, *, thread_id: int, title: str) -> None:
        """Record which thread a paper's post got after it was posted, and the title it is named by.

        `message_id` is the post's.
        """

    async def release_owner(self, owner: str) -> None:
        """End the leases of a process that is known to be dead; when they began stays known."""

    async def give_back(self, step: Step) -> None:
        """Forget a claim that led to nothing, of a paper that its digest no longer holds.

        The paper is unposted again: the deliveries of the digest that it is in by now are opened
        again by `reopen_changed`.
        """

    async def list_owners(self) -> tuple[str, ...]:
        """Return who holds claims."""
