"""How a digest looks in a channel: the steps of a delivery, in order.

Each layout is one function that reads like the channel will look. Every step goes through
`StepRunner`, so running a delivery again from the top sends only what is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.destination import ChannelKind
from bot.forum_tags import choose_tags
from bot.render.digest import render_header
from bot.render.message import Message
from bot.render.names import digest_thread_name, thread_name
from bot.render.paper import render_details, render_post
from bot.sender import MISSING_PERMISSIONS, THREAD_LIMIT, RefusedError
from bot.steps import StepRunner
from storage.models import Digest, Entry, Step, Threads
from storage.text import fold

# Without a thread a post stands alone; if more than the thread is refused, the next post tells.
NO_THREAD = THREAD_LIMIT | {MISSING_PERMISSIONS}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A delivery's steps and what they show: the digest's papers that pass its filter.

    `left` are the revisions of papers that were posted and have since been taken out of the
    digest: their posts stay, and so does the header until something else changes it.
    """

    steps: StepRunner
    entries: tuple[Entry, ...]
    left: tuple[str, ...] = ()

    @property
    def header_revision(self) -> str:
        """The source that the header shows: all its papers'."""
        return ":".join(sorted({entry.revision for entry in self.entries}.union(self.left)))


def select_entries(digest: Digest, tags: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the digest's entries with one of the tags; all of them without a filter."""
    wanted = {fold(tag) for tag in tags}
    return tuple(
        entry
        for entry in digest.entries
        if not wanted or wanted & {fold(tag) for tag in entry.tags}
    )


async def carry_out(job: Job) -> None:
    """Carry out every step that is left.

    Raises:
        BusyError, RefusedError, StoppedError, UnsureError, UserError: as `StepRunner` does.
    """
    forum = job.steps.destination.kind is ChannelKind.FORUM
    await _LAYOUTS[forum, job.steps.delivery.threads](job)


async def _text_with_threads(job: Job) -> None:
    header = await _header(job, job.steps.destination.channel_id)
    posts = []
    threads = True
    for entry in job.entries:
        post = await _paper(job, entry, job.steps.destination.channel_id)
        threads = threads and await _discussion(job, entry, post)
        posts.append(post)
    await _link_titles(job, header, posts)


async def _text_with_one_thread(job: Job) -> None:
    header = await _header(job, job.steps.destination.channel_id)
    delivery = job.steps.delivery
    title = digest_thread_name(delivery.digest_date, delivery.language)
    thread = await _thread(job, 0, header, title=title, source=f"{delivery.digest_date}")
    place = (thread and thread.message_id) or job.steps.destination.channel_id
    posts = [await _paper(job, entry, place) for entry in job.entries]
    await _link_titles(job, header, posts)


async def _text_without_threads(job: Job) -> None:
    """The papers follow the header at once: it needs no links to them."""
    place = job.steps.destination.channel_id
    await _header(job, place, editable=True)
    for entry in job.entries:
        await _paper(job, entry, place)


async def _forum_post_per_paper(job: Job) -> None:
    for entry in job.entries:
        post = await job.steps.forum_post(
            entry.id,
            "paper",
            _render_post(job, entry),
            title=thread_name(entry.paper.title),
            tags=choose_tags(job.steps.destination, entry.tags),
            revision=entry.revision,
            label=f"{' '.join(entry.tags)}/{entry.paper.title}",
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
    )


async def _paper(job: Job, entry: Entry, channel_id: int) -> Step:
    return await job.steps.post(
        entry.id,
        "paper",
        _render_post(job, entry),
        channel_id=channel_id,
        revision=entry.revision,
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
    messages = render_details(
        entry,
        language=job.steps.delivery.language,
        mark=lambda part: job.steps.mark(entry.id, f"details{part}"),
    )
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
    )


def _render_post(job: Job, entry: Entry) -> Message:
    return render_post(
        entry, language=job.steps.delivery.language, mark=job.steps.mark(entry.id, "paper")
    )
