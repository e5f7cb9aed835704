"""Single messages that the bot posts by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from storage.models import Mailing, MailingClaim, MailingDraft


class MailingStore(Protocol):
    """Single messages, each posted once. Claims are as in the ledger, and end with its owners'."""

    async def open_mailings(self, drafts: Sequence[MailingDraft], *, now: datetime) -> int:
        """Begin those that there are not yet for their kind, subject and day; return how many.

        What is two months old is forgotten.
        """

    async def list_mailing_days(self, kind: str, *, since: date) -> frozenset[tuple[int, date]]:
        """Return (subject id, day) of each mailing, from `since` on."""

    async def list_open_mailings(self) -> tuple[Mailing, ...]:
        """Return what is to be sent or perhaps was, oldest first."""

    async def claim_mailing(
        self,
        mailing_id: int,
        *,
        channel_id: int,
        anchor: int,
        owner: str,
        lease: timedelta,
        settle: timedelta = timedelta(0),
        now: datetime,
    ) -> MailingClaim:
        """Claim a mailing for `owner`, atomically.

        The first claim settles its channel and anchor. `settle` is as for a step.

        Raises:
            ClosedError: it was forgotten.
        """

    async def finish_mailing(self, mailing_id: int, *, message_id: int) -> None:
        """Record where the message stands."""

    async def skip_mailing(self, mailing_id: int, *, owner: str) -> None:
        """Record that the mailing, unless another owner has it, is given up on purpose."""

    async def release_mailing(self, mailing_id: int, *, owner: str) -> None:
        """Give back the owner's claim whose request was certainly not carried out."""

    async def remove_mailing(self, mailing_id: int) -> None:
        """Forget a mailing that nobody has claimed: its day may begin anew."""
