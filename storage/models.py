"""Frozen records: what a seed file says (drafts) and what the store holds.

Text is stored as written, in Unicode NFC. Dates are calendar dates; every `datetime` is aware, UTC.
Ids are SQLite row ids; Discord ids are snowflakes as `int`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

# --- what a seed file says -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """One paper as one file describes it.

    `ko` and `en` hold the commentary's paragraphs; `tags` come without `#`, in the file's order;
    `url` is the paper's own address if the file names it; `links` are the http(s) addresses
    named in abstract and commentary, in order, without repeats; `line` is 1-based.
    """

    title: str
    authors: tuple[str, ...]
    abstract: str | None
    ko: tuple[str, ...]
    en: tuple[str, ...]
    tags: tuple[str, ...]
    url: str | None
    links: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDraft:
    """One parsed file: its digest date and its papers in the file's order."""

    date: date
    source: str
    entries: tuple[EntryDraft, ...]


# --- papers and digests ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper, however many digests it stands in."""

    id: int
    title: str
    authors: tuple[str, ...]
    abstract: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper in a digest: the comments and tags it got there.

    `revision` is a hash of the draft it came from: it changes when the source text does and
    never with our layout. `position` orders entries within the digest, from 0.
    """

    id: int
    paper: Paper
    date: date
    position: int
    ko: tuple[str, ...]
    en: tuple[str, ...]
    tags: tuple[str, ...]
    links: tuple[str, ...]
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All entries of one date, in posting order."""

    date: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What one file changed in the store, counted in entries."""

    added: int
    changed: int
    removed: int
    unchanged: int


# --- answers to look-ups ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A slice of a longer result: `items` start at `offset` of `total`."""

    items: tuple[T, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A search result; a higher `score` is a better match, comparable within one query only."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCount:
    """A tag or an author and the number of papers that carry it."""

    name: str
    papers: int


# --- subscriptions and the ledger ------------------------------------------------------------


class Language(enum.StrEnum):
    """The commentary that a channel is shown."""

    BOTH = "both"
    KO = "ko"
    EN = "en"


class Threads(enum.StrEnum):
    """Where discussion happens: a thread per paper, one per digest, or none."""

    PAPER = "paper"
    DIGEST = "digest"
    NONE = "none"


class Start(enum.StrEnum):
    """What a new subscription begins with: all old digests, or the newest."""

    BACKLOG = "backlog"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOptions:
    """What a manager or the environment says of a subscription; None is "not said"."""

    at: time | None = None
    timezone: str | None = None
    language: Language | None = None
    threads: Threads | None = None
    tags: tuple[str, ...] | None = None
    start: Start | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel that digests are posted to.

    `at` is a wall-clock time in `timezone` (IANA name). `tags` is a filter: empty means every
    paper. `since` is the newest digest date when a `latest` subscription was made (None: none
    yet). `active` is false after /unsubscribe, and for a channel that only ever saw /post.
    `parked` is a message key saying why posting stopped, or None.
    """

    id: int
    guild_id: int | None
    channel_id: int
    at: time
    timezone: str
    language: Language
    threads: Threads
    tags: tuple[str, ...]
    start: Start
    since: date | None
    active: bool
    created_at: datetime
    created_by: int | None
    parked: str | None
    parked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest for one subscription: the unit that is posted exactly once.

    `run` is 0 for the first and counts /post's `again`. `day` is the local date it counts for.
    `anchor` is a message id that is older than everything the delivery sends: looking for a mark
    starts there. `threads`, `language` and `tags` are the subscription's at its beginning.
    `finished_at` is None while steps are left. `reopened` is true once its digest has changed
    after it was finished. `changes` counts the changes of its digest since it was opened.
    """

    id: int
    subscription_id: int
    digest_date: date
    run: int
    day: date
    anchor: int
    threads: Threads
    language: Language
    tags: tuple[str, ...]
    created_at: datetime
    finished_at: datetime | None
    reopened: bool
    changes: int


class StepState(enum.StrEnum):
    """CLAIMED: being sent, or sent and not recorded; DONE: recorded; SKIPPED: given up."""

    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a delivery. `name` is unique in it, e.g. `paper`; `entry_id` 0 is the digest.

    `message_id` and `channel_id` say where the result is; `revision` is the source it showed.
    """

    delivery_id: int
    entry_id: int
    name: str
    state: StepState
    channel_id: int | None
    message_id: int | None
    revision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An attempt at a step.

    With state DONE or SKIPPED there is nothing left to do: `step` says what it led to. `granted`
    is false while another process holds the step. `fresh` is true when nobody can have sent it
    yet; otherwise look for its mark before sending.
    """

    step: Step
    granted: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where an entry stands in a guild: its message, and its thread if it has one."""

    entry_id: int
    guild_id: int
    channel_id: int
    message_id: int
    thread_id: int | None


# --- questions and answers -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and its answer, in a channel, thread or direct message.

    `context` are the entries that the question was taken to be about, `cited` those that the
    answer is from; `message_id` is the answer's, None until it was sent.
    """

    id: int
    guild_id: int | None
    channel_id: int
    user_id: int
    message_id: int | None
    language: str
    question: str
    context: tuple[int, ...]
    cited: tuple[int, ...]
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a question may be asked now: yes if there is nothing to wait for.

    `wait` is how long its asker has to; `exhausted` is true where the day's questions are used up.
    """

    wait: timedelta | None
    exhausted: bool
