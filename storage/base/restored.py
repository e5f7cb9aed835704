"""What a restored ledger has to learn again from the channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from storage.models import FoundDelivery, FoundMark, Restored, Subscription


class RestoredStore(Protocol):
    """A store that was restored from a copy knows nothing of what was sent after that was made."""

    async def get_restored(self) -> Restored | None:
        """Return what the copy knew, None for a store that was never restored."""

    async def add_found(
        self,
        subscription: Subscription,
        found: Sequence[FoundDelivery],
        *,
        waiting: Sequence[FoundMark],
        anchor: int,
    ) -> None:
        """Record what was found in a channel, that it was gone through, and what still waits.

        Of a delivery that is known only the unknown steps are added. Each is gone through again,
        as after a change of its digest.
        """
