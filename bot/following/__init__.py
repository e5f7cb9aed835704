"""What /follow and /following do: whom a reader follows, and when they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import UserError
from bot.following.matches import follow_key
from bot.listing import spell_tag
from bot.messages import say
from bot.naming import NEAREST, list_nearest
from bot.render.following import (
    PAGE_SIZE,
    describe_follow,
    describe_follows,
    render_follows,
    render_nothing_followed,
)
from bot.render.message import Message
from bot.render.notices import render_error
from bot.subscribing import parse_at, parse_timezone
from bot.suggestions import CHOICES
from storage.models import Entry, Follower, FollowKind, FollowOutcome
from storage.text import title_key

if TYPE_CHECKING:
    from bot.client import DigestBot

MOST = 50

_UNKNOWN = {FollowKind.AUTHOR: "following.new_author", FollowKind.TAG: "following.new_tag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRequest:
    """What a reader typed; None is what they left out. `language` is what they read."""

    user_id: int
    guild_id: int | None
    language: str
    names: Sequence[tuple[FollowKind, str]]
    at: str | None
    timezone: str | None


async def follow(bot: DigestBot, request: FollowRequest) -> Message:
    """Have a reader follow what they named, and change when they are told; return the answer.

    Raises:
        UserError: nothing was named, a part of a name fits several authors, an option is wrong, or
            they follow too much.
    """
    if not (request.names or request.at or request.timezone):
        raise UserError("error.follow_nothing")
    named = [(kind, await _name_in_full(bot, kind, name)) for kind, name in request.names]
    wanted = [(kind, _checked_key(kind, name), name) for kind, name in named]
    settings = bot.settings
    follower = await bot.store.set_follower(
        request.user_id,
        at=parse_at(request.at) if request.at else None,
        timezone=parse_timezone(request.timezone) if request.timezone else None,
        default_at=settings.digest_post_at,
        default_timezone=settings.digest_timezone,
        guild_id=request.guild_id,
        language=request.language,
    )
    lines = await _resume(bot, follower, request.language)
    for kind, key, name in wanted:
        lines += await _add(bot, request, kind, key=key, name=name)
    if not (wanted or follower.follows):
        lines.append(say(request.language, "following.nothing"))
    when = {"at": follower.at.strftime("%H:%M"), "timezone": follower.timezone}
    lines.append(say(request.language, "following.told", **when))
    return Message(content="\n".join(lines))


async def show_follows(
    bot: DigestBot, user_id: int, *, page: int, language: str, notes: Sequence[str] = ()
) -> Message:
    """Return a page of what a reader follows; the last where there are no so many any more."""
    follower = await bot.store.get_follower(user_id)
    if follower is not None:
        notes = [*notes, *await _resume(bot, follower, language)]
    if follower is None or not follower.follows:
        return render_nothing_followed(language=language, notes=notes)
    last = (follower.follows - 1) // PAGE_SIZE
    found = await bot.store.list_follows(
        user_id, offset=min(page, last) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return render_follows(found, follower, language=language, notes=notes)


async def unfollow(
    bot: DigestBot, user_id: int, follow_ids: Sequence[int], *, page: int, language: str
) -> Message:
    """End some of a reader's follows, return the page of what is left."""
    ended = await bot.store.remove_follows(user_id, follow_ids)
    notes = [describe_follows(ended, "following.ended", language=language)] if ended else []
    return await show_follows(bot, user_id, page=page, language=language, notes=notes)


async def _resume(bot: DigestBot, follower: Follower, language: str) -> list[str]:
    """Write to a reader again who took no messages; return what to tell them, if anything."""
    if not follower.parked:
        return []
    await bot.store.unpark_follower(follower.user_id)
    return [say(language, follower.parked)]


async def _add(
    bot: DigestBot, request: FollowRequest, kind: FollowKind, *, key: str, name: str
) -> list[str]:
    """Have the reader follow one thing; return the lines of the answer."""
    spelled = await _spell(bot, kind, name)
    shown = spelled or name.strip().lstrip("#" if kind is FollowKind.TAG else "")
    outcome = await bot.store.add_follow(
        request.user_id, kind, key=key, name=shown, most=MOST, now=bot.clock()
    )
    if outcome is FollowOutcome.FULL:
        raise UserError("error.follows_full", most=MOST)
    language = request.language
    sentence = "following.added" if outcome is FollowOutcome.ADDED else "following.known"
    lines = [describe_follow(kind, shown, sentence, language=language)]
    if spelled is None and kind in _UNKNOWN:
        nearest = await list_nearest(bot.library, str(kind), name, until=bot.today())
        hint = UserError(_UNKNOWN[kind], nearest=nearest[:NEAREST])
        lines.append(render_error(hint, language=language).content)
    return lines


def _checked_key(kind: FollowKind, name: str) -> str:
    key = follow_key(kind, name)
    if not key:
        raise UserError("error.follow_empty", text=name)
    return key


async def _name_in_full(bot: DigestBot, kind: FollowKind, name: str) -> str:
    """Return the one author that a part of a name fits; another name as it is.

    Raises:
        UserError: it fits several authors.
    """
    if kind is not FollowKind.AUTHOR:
        return name
    words = frozenset(title_key(name).split())
    known = await bot.store.suggest_authors(name, until=bot.today(), limit=CHOICES)
    having = [each.name for each in known if words <= frozenset(title_key(each.name).split())]
    whole = [each for each in having if title_key(each) == title_key(name)]
    if whole or not having:
        return name
    if len(having) > 1:
        raise UserError("error.follow_which", name=name, nearest=having)
    return having[0]


async def _spell(bot: DigestBot, kind: FollowKind, name: str) -> str | None:
    """Return a name as the digests write it; None where they lack it, or for a keyword."""
    until = bot.today()
    if kind is FollowKind.TAG:
        page = await bot.store.list_by_tag(name, until=until, offset=0, limit=1)
        return spell_tag(name, page.items)
    if kind is FollowKind.AUTHOR:
        page = await bot.store.list_by_author(name, until=until, offset=0, limit=1)
        return _spell_author(name, page.items)
    return None


def _spell_author(name: str, entries: Sequence[Entry]) -> str | None:
    key = title_key(name)
    names = (author for entry in entries for author in entry.paper.authors)
    return next((author for author in names if title_key(author) == key), None)
