"""A forum's own tags for the digest's: matched by name, created where the bot may.

Discord's numbers (docs: Channel, Forum Tag): 20 tags a forum, 5 a post, 20 characters a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.destination import Destination, ForumTag
from bot.render.names import forum_tag_name
from storage.models import Entry
from storage.text import fold

PER_FORUM = 20
PER_POST = 5
FALLBACK = "paper"


def missing_tags(forum: Destination, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return the names of the tags to create for these papers, most used first.

    One of the forum's places is kept for the fallback, which papers without any tag of the
    forum get where it requires one.
    """
    known = {fold(tag.name) for tag in forum.forum_tags}
    counts: dict[str, int] = {}
    for entry in entries:
        for name in _names(entry.tags):
            counts[name] = counts.get(name, 0) + 1
    wanted = [name for name in sorted(counts, key=lambda name: -counts[name]) if name not in known]
    has_fallback = FALLBACK in known
    room = PER_FORUM - len(known) - (0 if has_fallback else 1)
    chosen = wanted[: max(room, 0)]
    if forum.tag_required and not has_fallback and len(known) < PER_FORUM:
        chosen.append(FALLBACK)
    return tuple(chosen)


def choose_tags(forum: Destination, tags: Iterable[str]) -> tuple[int, ...]:
    """Return the ids of the forum's tags for a post.

    Where the forum requires one and none fits: the fallback, or else the forum's first.
    """
    usable = [
        tag for tag in forum.forum_tags if not tag.moderated or forum.permissions.manage_threads
    ]
    known = {fold(tag.name): tag.id for tag in reversed(usable)}
    chosen = [known[name] for name in _names(tags) if name in known][:PER_POST]
    if not chosen and forum.tag_required and usable:
        chosen = [known.get(FALLBACK, usable[0].id)]
    return tuple(chosen)


def parse_tags(data: Iterable[Mapping[str, object]]) -> tuple[ForumTag, ...]:
    """Return a forum's tags from Discord's JSON."""
    return tuple(
        ForumTag(id=int(str(tag["id"])), name=str(tag["name"]), moderated=bool(tag["moderated"]))
        for tag in data
    )


def _names(tags: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(fold(forum_tag_name(tag)) for tag in tags))
