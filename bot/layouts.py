"""How a digest looks in a channel: the steps of a delivery, in order.

Each layout is one function that reads like the channel will look. Every step goes through
`StepRunner`, so running a delivery again from the top sends only what is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.destination import ChannelKind, Destination
from bot.forum_tags import choose_tags
from bot.outcomes import MISSING_PERMISSIONS, THREAD_LIMIT, RefusedError
from bot.render.digest import render_header
from bot.render.message import Message
from bot.render.names import digest_thread_name, thread_name
from bot.render.paper import render_details, render_post
from bot.render.related import Earlier
from bot.steps import StepRunner
from storage.models import Digest, Entry, Step, StepState, Threads
from storage.text import tag_key

# Without a thread a post stands alone; if more than the thread is refused, the next post tells.
NO_THREAD = THREAD_LIMIT | {MISSING_PERMISSIONS}

_log = logging.getLogger(__name__)


FindEarlier = Callable[[Entry, Destination], Awaitable[tuple[Earlier, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A delivery's steps and what they show: the digest's papers that pass its filter.

    `find_earlier` returns what a paper's thread links to, by the entry and the channel.

    `left` are the revisions of papers that were posted and have since been taken out of the
    digest: their posts stay, and so does the header until something else changes it.
    """

    steps: StepRunner
    entries: tuple[Entry, ...]
    find_earlier: FindEarlier
    left: tuple[str, ...] = ()

    @property
    def notified(self) -> int | None:
        """The role that is told of the digest: once, so not when it is gone through again."""
        delivery = self.steps.delivery
        return None if delivery.reopened else delivery.role_id

    @property
    def header_revision(self) -> str:
        """The source that the header shows: all its papers'."""
        return ":".join(sorted({entry.revision for entry in self.entries}.union(self.left)))


def select_entries(digest: Digest, tags: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the digest's entries with one of the tags; all of them without a filter."""
    wanted = {tag_key(tag) for tag in tags}
    return tuple(
        entry
        for entry in digest.entries
        if not wanted or wanted & {tag_key(tag) for tag in entry.tags}
    )


async def carry_out(job: Job) -> None:
    """Carry out every step that is left.

    Raises:
        BusyError, ClosedError, RefusedError, StoppedError, UnsureError, UserError: as `StepRunner`
            does.
    """
    forum = job.steps.destination.kind is ChannelKind.FORUM
    await _LAYOUTS[forum, job.steps.delivery.threads](job)


async def settle_claims(steps: StepRunner, digest: Digest | None) -> None:
    """Find out what became of posts that were begun, of papers that the digest no longer holds.

    Under another date, a paper must be neither taken for posted nor posted again before that.

    Raises:
        As `carry_out` does.
    """
    held = {entry.id for entry in digest.entries} if digest else set()
    known = await steps.store.list_steps(steps.delivery.id)
    begun = [each for each in known if each.name == "paper" and each.state is StepState.CLAIMED]
    for step in begun:
        if step.entry_id not in held:
            await steps.find_out(step, channel_id=_place(steps, known))


def _place(steps: StepRunner, known: Sequence[Step]) -> int | None:
    """Return the channel or thread that the papers are posted in; None: each is a forum's post."""
    forum = steps.destination.kind is ChannelKind.FORUM
    if forum and steps.delivery.threads is Threads.PAPER:
        return None
    one_thread = forum or steps.delivery.threads is Threads.DIGEST
    opening = "header" if forum else "thread"
    threads = [each.message_id for each in known if (each.entry_id, each.name) == (0, opening)]
    return (one_thread and threads and threads[0]) or steps.destination.channel_id


async def _text_with_threads(job: Job) -> None:
    header = await _header(job, job.steps.destination.channel_id)
    posts = []
    threads = True
    for entry in job.entries:
        post = await _paper(job, entry, job.steps.destination.channel_id)
        threads = threads and await _discussion(job, entry, post)
        posts.append(post)
    await _link_titles(job, header, posts)
    await _publish(job, header)


async def _text_with_one_thread(job: Job) -> None:
    header = await _header(job, job.steps.destination.channel_id)
    delivery = job.steps.delivery
    title = digest_thread_name(delivery.digest_date, delivery.language)
    thread = await _thread(job, 0, header, title=title, source=f"{delivery.digest_date}")
    channel_id = job.steps.destination.channel_id
    thread_id = thread.message_id if thread else None
    posts = []
    for entry in job.entries:
        # The right to write in the thread may be lost on the way ...
        may_write = job.steps.current.permissions.send_messages_in_threads
        place = (may_write and thread_id) or channel_id
        # ... and may have been otherwise when a post was tried before.
        elsewhere = tuple({channel_id, header.message_id or place} - {place})
        posts.append(await _paper(job, entry, place, elsewhere=elsewhere))
    await _link_titles(job, header, posts)
    await _publish(job, header)


async def _text_without_threads(job: Job) -> None:
    """The papers follow the header at once: it needs no links to them."""
    place = job.steps.destination.channel_id
    header = await _header(job, place, editable=True)
    for entry in job.entries:
        await _paper(job, entry, place)
    await _publish(job, header)


async def _forum_post_per_paper(job: Job) -> None:
    first = await _first_begun(job)
    for entry in job.entries:
        tells = entry.id == first
        post = await job.steps.forum_post(
            entry.id,
            "paper",
            _render_post(job, entry, role_id=job.steps.delivery.role_id if tells else None),
            title=thread_name(entry.paper.title),
            tags=choose_tags(job.steps.destination, entry.tags),
            revision=entry.revision,
            label=f"{' '.join(entry.tags)}/{entry.paper.title}",
            role_id=job.notified if tells else None,
        )
        if post.channel_id:
            await _details(job, entry, post.channel_id)


async def _forum_post_per_digest(job: Job) -> None:
    delivery = job.steps.delivery
    tags = tuple(tag for entry in job.entries for tag in entry.tags)
    header = await job.steps.forum_post(
        0,
        "header",
        _render_header(job, {}),
        title=digest_thread_name(delivery.digest_date, delivery.language),
        tags=choose_tags(job.steps.destination, tags),
        revision=job.header_revision,
        label=f"{delivery.digest_date}",
        editable=False,
        role_id=job.notified,
    )
    if header.channel_id:
        posts = [await _paper(job, entry, header.channel_id) for entry in job.entries]
        await _link_titles(job, header, posts)


_LAYOUTS: dict[tuple[bool, Threads], Callable[[Job], Awaitable[None]]] = {
    (False, Threads.PAPER): _text_with_threads,
    (False, Threads.DIGEST): _text_with_one_thread,
    (False, Threads.NONE): _text_without_threads,
    (True, Threads.PAPER): _forum_post_per_paper,
    (True, Threads.DIGEST): _forum_post_per_digest,
    (True, Threads.NONE): _forum_post_per_digest,
}


async def _header(job: Job, channel_id: int, *, editable: bool = False) -> Step:
    """Post the header; where `_link_titles` follows, that shows what changes later."""
    return await job.steps.post(
        0,
        "header",
        _render_header(job, {}),
        channel_id=channel_id,
        revision=job.header_revision,
        editable=editable,
        role_id=job.notified,
    )


async def _publish(job: Job, header: Step) -> None:
    """Publish the header as it is now, after its last edit; never a paper."""
    can_be = job.steps.destination.kind is ChannelKind.NEWS
    if job.steps.delivery.crosspost and can_be and header.message_id:
        await job.steps.publish(header)


async def _first_begun(job: Job) -> int:
    """Return the entry whose post speaks for its forum's digest: the first one ever begun.

    Once that one has left the digest, the next must not tell everybody once more.
    """
    steps = await job.steps.store.list_steps(job.steps.delivery.id)
    begun = (step.entry_id for step in steps if step.name == "paper")
    return next(begun, job.entries[0].id)


async def _paper(
    job: Job, entry: Entry, channel_id: int, *, elsewhere: tuple[int, ...] = ()
) -> Step:
    return await job.steps.post(
        entry.id,
        "paper",
        _render_post(job, entry),
        channel_id=channel_id,
        revision=entry.revision,
        elsewhere=elsewhere,
    )


async def _discussion(job: Job, entry: Entry, post: Step) -> bool:
    """Start the paper's thread and open it; return whether the next one is worth a try."""
    title = entry.paper.title
    thread = await _thread(job, entry.id, post, title=thread_name(title), source=title)
    if thread is not None and thread.message_id:
        await _details(job, entry, thread.message_id)
    return thread is not None


async def _thread(job: Job, entry_id: int, post: Step, *, title: str, source: str) -> Step | None:
    """Start a post's thread; None where there can be none, for want of a right or of room."""
    if not job.steps.current.may_thread:
        return None
    if not post.message_id:
        return post
    try:
        return await job.steps.thread(entry_id, post.message_id, title=title, source=source)
    except RefusedError as error:
        if error.code not in NO_THREAD:
            raise
        _log.warning("No threads in %s: %s", job.steps.destination.channel_id, error)
        return None


async def _details(job: Job, entry: Entry, thread_id: int) -> None:
    """Open a paper's thread, or bring its opening up to date.

    One that is, is left alone: by now the paper may be near to others.
    """
    if job.steps.delivery.reopened and await _is_opened(job, entry):
        return
    earlier = await job.find_earlier(entry, job.steps.destination)
    messages = _render_details(job, entry, earlier)
    for part, message in enumerate(messages):
        await job.steps.post(
            entry.id,
            f"details{part}",
            message,
            channel_id=thread_id,
            revision=entry.revision,
        )
    if job.steps.delivery.reopened:
        await job.steps.delete_parts(entry.id, "details", kept=len(messages))


async def _is_opened(job: Job, entry: Entry) -> bool:
    """Return whether a thread's opening is there, complete and of the entry as it is."""
    steps = await job.steps.store.list_steps(job.steps.delivery.id)
    revisions = [
        step.revision if step.state is StepState.DONE else None
        for step in steps
        if step.entry_id == entry.id and step.name.startswith("details")
    ]
    enough = len(revisions) >= len(_render_details(job, entry, ()))
    return enough and all(revision == entry.revision for revision in revisions)


async def _link_titles(job: Job, header: Step, posts: list[Step]) -> None:
    if not header.message_id:
        return
    guild = job.steps.destination.guild_id
    links = {
        post.entry_id: f"https://discord.com/channels/{guild}/{post.channel_id}/{post.message_id}"
        for post in posts
        if post.message_id
    }
    await job.steps.edit(
        0, "links", _render_header(job, links), posted=header, revision=job.header_revision
    )


def _render_header(job: Job, links: dict[int, str]) -> Message:
    delivery = job.steps.delivery
    return render_header(
        job.entries,
        date=delivery.digest_date,
        language=delivery.language,
        links=links,
        mark=job.steps.mark(0, "header"),
        role_id=delivery.role_id,
    )


def _render_details(job: Job, entry: Entry, earlier: tuple[Earlier, ...]) -> tuple[Message, ...]:
    return render_details(
        entry,
        language=job.steps.delivery.language,
        mark=lambda part: job.steps.mark(entry.id, f"details{part}"),
        earlier=earlier,
    )


def _render_post(job: Job, entry: Entry, *, role_id: int | None = None) -> Message:
    return render_post(
        entry,
        language=job.steps.delivery.language,
        mark=job.steps.mark(entry.id, "paper"),
        role_id=role_id,
    )
