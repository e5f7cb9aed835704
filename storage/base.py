"""The Store protocol: everything the bot asks of its storage, and what it may rely on.

Promises of every implementation: a method that writes is one transaction, all or nothing; writers
wait for each other, readers wait for nobody; driver errors leave as `StorageError`. `until` is the
reader's today: a digest dated later does not exist for that call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from storage.models import (
    Admission,
    Claim,
    Delivery,
    Digest,
    DigestDraft,
    Entry,
    Exchange,
    Hit,
    IngestReport,
    NameCount,
    Page,
    Paper,
    Post,
    Step,
    Subscription,
    SubscriptionOptions,
)


class StorageError(Exception):
    """The store cannot do what was asked; `key` names the sentence that says why and how to mend.

    Keys: `storage.newer` (written by a newer version), `storage.corrupt`, `storage.locked`,
    `storage.read_only`, `storage.full`, `storage.unusable` (anything else, with `detail`).
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


class PaperStore(Protocol):
    """Papers, digests and entries."""

    async def list_fingerprints(self) -> Mapping[str, str]:
        """Return every ingested source with the fingerprint of its content."""

    async def add_digests(
        self, drafts: Sequence[tuple[DigestDraft, str]], *, now: datetime
    ) -> tuple[IngestReport, ...]:
        """Store the drafts, each with its fingerprint, in one transaction; one report for each.

        A source read before is replaced: entries are matched with their old selves by title, then
        by authors or similar text, and keep their ids; what the file no longer holds is removed.
        An entry that stands word for word in another source of the same date is stored once, and
        stays while one of them holds it.
        """

    async def get_entry(self, entry_id: int) -> Entry | None:
        """Return one entry, or None."""

    async def get_paper_entries(self, paper_id: int, *, until: date) -> tuple[Entry, ...]:
        """Return a paper's entries, newest first."""

    async def find_papers(self, name: str, *, until: date) -> tuple[Paper, ...]:
        """Return the papers that `name` names: by title, arXiv id or link.

        Case, accents, width and punctuation of a title are ignored. An exact match, else every
        title that begins with it, else that contains it; at most 25, newest first.
        """

    async def suggest_papers(self, text: str, *, until: date, limit: int) -> tuple[Paper, ...]:
        """Return papers for autocomplete; empty `text`: the newest papers.

        First titles that begin with `text`, then those with a word that does, then those that
        contain it; newest first within each.
        """

    async def suggest_tags(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return tags like `suggest_papers`; most papers first within each."""

    async def suggest_authors(self, text: str, *, until: date, limit: int) -> tuple[NameCount, ...]:
        """Return authors like `suggest_papers`; most papers first within each."""

    async def nearest_titles(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the titles most similar to a misspelt one, best first."""

    async def nearest_tags(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the tags most similar to a misspelt one, best first."""

    async def nearest_authors(self, text: str, *, until: date, limit: int) -> tuple[str, ...]:
        """Return the authors most similar to a misspelt one, best first."""

    async def list_by_tag(self, tag: str, *, until: date, offset: int, limit: int) -> Page[Entry]:
        """Return entries that carry exactly this tag (case, width, `#` ignored), newest first."""

    async def list_by_author(
        self, author: str, *, until: date, offset: int, limit: int
    ) -> Page[Entry]:
        """Return entries of exactly this author (case, accents ignored), newest first."""

    async def get_digest(self, day: date) -> Digest | None:
        """Return a date's digest, or None."""

    async def list_dates(self, *, until: date) -> tuple[date, ...]:
        """Return every digest's date, oldest first."""

    async def count_papers(self, *, until: date) -> int:
        """Return the number of papers."""

    async def search(self, query: str, *, until: date, offset: int, limit: int) -> Page[Hit]:
        """Return entries whose text matches `query`, best first: all words, else any of them.

        One hit a paper: its newest entry. Any text is a safe query; one without a word matches
        nothing.
        """

    async def list_posts(self, entry_ids: Sequence[int], *, guild_id: int) -> Mapping[int, Post]:
        """Return where these entries stand in the guild, newest post each."""


class ContentStore(Protocol):
    """Entries by number: what an index in memory is made of and kept up to date with."""

    async def list_revisions(self, *, until: date) -> Mapping[int, str]:
        """Return what stands for the content of each entry, by id: it changes when that does."""

    async def list_entries(self, entry_ids: Sequence[int], *, until: date) -> tuple[Entry, ...]:
        """Return those of the entries that exist, in the order of the ids."""


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


class SubscriptionStore(Protocol):
    """Channels that digests are posted to; one subscription a channel, kept when it ends."""

    async def list_subscriptions(self, *, guild_id: int | None = None) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too; only a guild's if given."""

    async def get_subscription(self, channel_id: int) -> Subscription | None:
        """Return the channel's subscription, or None."""

    async def get_subscription_by_id(self, subscription_id: int) -> Subscription | None:
        """Return a subscription, or None."""

    async def set_subscription(
        self,
        channel_id: int,
        options: SubscriptionOptions,
        *,
        defaults: SubscriptionOptions,
        guild_id: int | None,
        since: date | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Begin, resume or change a subscription on a member's word; what is not said stays.

        A new one takes `defaults` for what is not said. `since` is the newest digest's date.
        """

    async def follow_environment(
        self, channel_id: int, options: SubscriptionOptions, *, since: date | None, now: datetime
    ) -> Subscription:
        """Begin the environment's subscription, or update what no member has said.

        One that was ended stays ended.
        """

    async def add_target(
        self,
        channel_id: int,
        defaults: SubscriptionOptions,
        *,
        guild_id: int | None,
        by: int | None,
        now: datetime,
    ) -> Subscription:
        """Return the channel's subscription; one that is not active is made where there is none."""

    async def end_subscription(self, channel_id: int) -> bool:
        """End the channel's subscription; false when none is active."""

    async def set_guild(self, subscription_id: int, guild_id: int) -> None:
        """Record which guild the channel belongs to."""

    async def park(self, subscription_id: int, reason: str, *, now: datetime) -> bool:
        """Stop posting for a reason (a message key); return whether that is news.

        It is none when posting has stopped already, or stops again before anything was posted.
        """

    async def unpark(self, subscription_id: int) -> None:
        """Resume posting."""


class LedgerStore(Protocol):
    """What was sent, step by step. A claimed step belongs to its owner until the lease ends."""

    async def list_unposted(
        self, subscription_id: int, *, until: date
    ) -> tuple[tuple[date, frozenset[str]], ...]:
        """Return the digests without a delivery, oldest first, with their papers' folded tags."""

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

        With `scheduled`, nothing is opened when the day has had its delivery.
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

        With a paper's message go its thread and what opened it, with a header its links.
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
        """Return those of the entries that the channel was sent under another date."""

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
        now: datetime,
    ) -> Claim:
        """Claim a step for `owner`, atomically."""

    async def mark_done(
        self, step: Step, *, channel_id: int, message_id: int, revision: str
    ) -> Step:
        """Record what the step led to, return it."""

    async def mark_skipped(self, step: Step, *, owner: str) -> Step:
        """Record that the step, unless another owner has it, is given up on purpose; return it."""

    async def release_step(self, step: Step, *, owner: str) -> None:
        """Give back the owner's claim whose request was certainly not carried out."""

    async def forget_step(self, step: Step) -> None:
        """Forget a step whose message was deleted because nothing belongs there any more."""

    async def release_owner(self, owner: str) -> None:
        """End the leases of a process that is known to be dead."""

    async def list_owners(self) -> tuple[str, ...]:
        """Return who holds claims."""


class StateStore(Protocol):
    """Small things to remember: button state that does not fit into a custom_id, and notes."""

    async def get_note(self, name: str) -> str | None:
        """Return what was noted under a name, or None."""

    async def set_note(self, name: str, value: str | None) -> None:
        """Note a value under a name; None forgets it."""

    async def add_view_state(self, state: Mapping[str, Any], *, now: datetime) -> str:
        """Store a JSON object, return its key (<= 22 characters); drop what is over 30 days old."""

    async def get_view_state(self, key: str, *, now: datetime) -> Mapping[str, Any] | None:
        """Return the object, or None when there is none or it is over 30 days old."""


class BackupStore(Protocol):
    """Copies of everything."""

    async def backup(self, target: Path) -> None:
        """Write a copy to `target`, which appears whole or not at all.

        Raises:
            StorageError: it cannot be written, or the copy does not check out.
        """


class Store(
    PaperStore,
    ContentStore,
    ExchangeStore,
    SubscriptionStore,
    LedgerStore,
    StateStore,
    BackupStore,
    Protocol,
):
    """Everything in one."""
