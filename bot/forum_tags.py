"""A forum's own tags for the digest's: matched by name, created where the bot may.

Discord's numbers (docs: Channel, Forum Tag): 20 tags a forum, 5 a post, 20 characters a name.
"""

from __future__ import annotations

from collections import Counter
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
    known = {_key(tag.name) for tag in forum.forum_tags}
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for entry in entries:
        named = _names(entry.tags)
        names = named | names
        counts.update(named.keys())
    wanted = [names[key] for key, _ in counts.most_common() if key not in known]
    has_fallback = FALLBACK in known
    free = PER_FORUM - len(forum.forum_tags)
    chosen = wanted[: max(free - (not has_fallback), 0)]
    if forum.tag_required and not has_fallback and free > 0:
        chosen.append(FALLBACK)
    return tuple(chosen)


def choose_tags(forum: Destination, tags: Iterable[str]) -> tuple[int, ...]:
    """Return the ids of the forum's tags for a post.

    Where the forum requires one and none fits: the fallback, or else the forum's first.
    """
    usable = [
        tag for tag in forum.forum_tags if not tag.moderated or forum.permissions.manage_threads
    ]
    known = {_key(tag.name): tag.id for tag in reversed(usable)}
    chosen = [known[key] for key in _names(tags) if key in known][:PER_POST]
    if not chosen and forum.tag_required and usable:
        chosen = [known.get(FALLBACK, usable[0].id)]
    return tuple(chosen)


def parse_tags(data: Iterable[Mapping[str, object]]) -> tuple[ForumTag, ...]:
    """Return a forum's tags from Discord's JSON."""
    return tuple(
        ForumTag(id=int(str(tag["id"])), name=str(tag["name"]), moderated=bool(tag["moderated"]))
        for tag in data
    )


def _names(tags: Iterable[str]) -> dict[str, str]:
    """Return the tags as a forum names them, by what they are compared by."""
    names: dict[str, str] = {}
    for tag in tags:
        name = forum_tag_name(tag)
        names.setdefault(_key(name), name)
    names.pop("", None)  # nothing but accents: no tag is like it
    return names


def _key(name: str) -> str:
    return fold(name).strip()
