"""Frozen records: what a seed file says (drafts) and what the store holds.

Text is stored as written, in Unicode NFC. Dates are calendar dates; every `datetime` is aware, UTC.
Ids are SQLite row ids; Discord ids are snowflakes as `int`.
"""

from __future__ import annotations

import enum
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

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
    """A slice of a longer result: `items` start at `offset` of `total`.

    `posts` says where entries of it stand near who asked, by entry id; an older entry of the same
    paper may stand for one that does not. `unmet` names what none of a search's papers meets
    (`date`, `author`, `tag`): they are the nearest without it.
    """

    items: tuple[T, ...]
    offset: int
    total: int
    posts: Mapping[int, Post] = field(default_factory=dict)
    unmet: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Where links to posts should lead: to a server, best to a channel of it if one is named."""

    guild_id: int
    channel_id: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """Who cites whom, by entry ids: one for each paper, its newest.

    A paper cites what its comments link to. `shared` are those that link to an arXiv paper that
    this one links to as well, each with that one's id, such as `2503.01307`.
    """

    cites: frozenset[int]
    cited_by: frozenset[int]
    shared: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCounts:
    """What the digests of some days hold: how many papers, and how many with each tag."""

    papers: int
    tags: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSpan:
    """A tag, the number of papers that carry it, and its first and last digest."""

    name: str
    papers: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """What readers of a server made of a paper: messages in its threads, people who reacted.

    `entry_id` is the entry that was posted last.
    """

    entry_id: int
    paper_id: int
    messages: int
    reactions: int


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
    """What a manager or the environment says of a subscription; None is "not said".

    `role_id` 0 takes a role back.
    """

    at: time | None = None
    timezone: str | None = None
    language: Language | None = None
    threads: Threads | None = None
    tags: tuple[str, ...] | None = None
    start: Start | None = None
    role_id: int | None = None
    recap: bool | None = None
    crosspost: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel that digests are posted to.

    `at` is a wall-clock time in `timezone` (IANA name). `tags` is a filter: empty means every
    paper. `since` is the newest digest date when a `latest` subscription was made (None: none
    yet). `active` is false after /unsubscribe, and for a channel that only ever saw /post.
    `parked` is a message key saying why posting stopped, or None. `role_id` is the role that is
    told of each digest, `recap` whether the channel gets a weekly one, `crosspost` whether an
    announcement channel's headers are published.
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
    role_id: int | None = None
    recap: bool = False
    crosspost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest for one subscription: the unit that is posted exactly once.

    `run` is 0 for the first and counts /post's `again`. `day` is the local date it counts for.
    `anchor` is a message id that is older than everything the delivery sends: looking for a mark
    starts there. `threads`, `language`, `tags`, `role_id` and `crosspost` are the subscription's at
    its beginning; a second run tells no role again.
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
    role_id: int | None = None
    crosspost: bool = False


class StepState(enum.StrEnum):
    """CLAIMED: being sent, or sent and not recorded; DONE: recorded; SKIPPED: given up."""

    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a delivery. `name` is unique in it, e.g. `paper`; `entry_id` 0 is the digest.

    `message_id` and `channel_id` say where the result is; `revision` is the source it showed.
    `refused` is Discord's error code that it was given up for.
    """

    delivery_id: int
    entry_id: int
    name: str
    state: StepState
    channel_id: int | None
    message_id: int | None
    revision: str | None
    refused: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What came of wanting to send something.

    `granted` is false while another process holds it, until `held_until`, or while what it has sent
    may still be carried out, for as long as `settles_in`. `fresh` is true when nobody can have sent
    it yet; otherwise look for its mark before sending.
    """

    granted: bool
    fresh: bool
    held_until: datetime | None = None
    settles_in: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Grant):
    """An attempt at a step.

    With state DONE or SKIPPED there is nothing left to do: `step` says what it led to.
    """

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where an entry stands in a guild: its message, and its thread if it has one.

    `parent_id` is None where the message stands in a channel itself; in a thread or forum post it
    is the channel of that.
    """

    entry_id: int
    guild_id: int
    channel_id: int
    message_id: int
    thread_id: int | None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What the copy knew that a store was restored from.

    `after` is a message id older than everything that was sent later, `entries` the last entry id
    that was given. `waiting` has the subscriptions whose channels have been gone through since,
    each with what was found of papers that are not in the store yet.
    """

    after: int
    entries: int
    waiting: Mapping[int, tuple[FoundMark, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMark:
    """A marked message: where it stands, what its mark says, the first line that it shows.

    `entry` is as the mark has it; `thread_id` is the thread that hangs from it.
    """

    day: date
    run: int
    entry: int
    name: str
    channel_id: int
    message_id: int
    thread_id: int | None
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStep:
    """A step that stands in a channel; `revision` is empty where what it shows is not known."""

    entry_id: int
    name: str
    channel_id: int
    message_id: int
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDelivery:
    """A delivery that stands in a channel: when it began, and its local date."""

    digest_date: date
    run: int
    day: date
    at: datetime
    threads: Threads
    steps: tuple[FoundStep, ...]


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


# --- what readers keep -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPaper:
    """A paper on a reader's list, as its newest entry tells of it.

    `entry_ids` are all of its entries, newest first; `first_date` is its first digest's.
    """

    entry: Entry
    entry_ids: tuple[int, ...]
    first_date: date
    saved_at: datetime


# --- the ranking index -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDraft:
    """An entry, analysed.

    `content` is what `ContentStore.list_revisions` says of it. `postings` holds one number a
    token: its 32-bit hash, shifted by eight bits, and a byte of weight and flags. `words` and
    `authors` are spellings that it adds, each with its sound.
    """

    entry_id: int
    paper_id: int
    day: int
    name_size: int
    content: str
    postings: array[int]
    words: Mapping[str, str]
    authors: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingBlock:
    """Documents that have a token: `base` plus each of `offsets`, ascending; a byte for each."""

    base: int
    offsets: Sequence[int]
    weights: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What is known of each document, by its number.

    `days` are ordinals (`date.toordinal`), 0 where there is no such document any more.
    """

    entry_ids: array[int]
    paper_ids: array[int]
    days: array[int]
    name_sizes: array[int]

    @classmethod
    def none(cls) -> Documents:
        """Return an empty index's."""
        return cls(
            entry_ids=array("q"), paper_ids=array("q"), days=array("i"), name_sizes=array("B")
        )


# --- messages that the bot posts by itself ---------------------------------------------------


class MailingState(enum.StrEnum):
    """OPEN: to be sent, being sent, or sent and not recorded; DONE: recorded; SKIPPED: given up."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingDraft:
    """A single message that is due: one a kind, subject and day.

    `subject_id` is whom or what it is about (a user, a subscription), `day` the local date that
    it counts for. `contents` is what it is to say, as far as that must not change between two
    tries: `papers` in it are those that it tells of, each with its `paper` and `entry` id. After
    `expires_at` it is no longer sent.
    """

    kind: str
    subject_id: int
    day: date
    contents: Mapping[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A single message, on its way or sent.

    `channel_id` and `anchor`, a message older than it, are set by the first claim: looking for its
    mark starts there. `message_id` is where it stands, in a forum the post's id.
    """

    id: int
    kind: str
    subject_id: int
    day: date
    contents: Mapping[str, Any]
    expires_at: datetime
    state: MailingState
    channel_id: int | None
    anchor: int
    message_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingClaim(Grant):
    """An attempt at a mailing."""

    mailing: Mailing


# --- what readers follow ---------------------------------------------------------------------


class FollowKind(enum.StrEnum):
    """What can be followed."""

    AUTHOR = "author"
    TAG = "tag"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Something that a user follows: `name` as they read it, `key` as it is compared."""

    id: int
    kind: FollowKind
    key: str
    name: str
    created_at: datetime


class FollowOutcome(enum.Enum):
    """What came of a wish to follow something."""

    ADDED = enum.auto()
    KNOWN = enum.auto()
    FULL = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A user who follows something, and when they are told: at `at`, local time in `timezone`.

    `guild_id` is the server where they last said so (None: in a direct message), `language` what
    they read there (`ko` or `en`). `parked` is a message key saying why they are not written to,
    or None. `follows` counts what they follow; `changes` grows with every change of that.
    """

    user_id: int
    at: time
    timezone: str
    guild_id: int | None
    language: str
    parked: str | None
    follows: int
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What a user follows, and the papers and entries that they were told of, by id."""

    follows: tuple[Follow, ...]
    told_papers: frozenset[int]
    told_entries: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPost:
    """A post, and the subscribed channel that it is in or that its thread belongs to."""

    post: Post
    channel_id: int
