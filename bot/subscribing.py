"""What /subscribe is told, checked in words, and whether the channel will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

import discord

from bot.destination import ChannelKind, Destination, get_destination
from bot.due import find_next
from bot.errors import UserError
from bot.listing import spell_tag
from bot.naming import NEAREST, list_nearest
from bot.parking import find_obstacle
from bot.roles import is_silent
from bot.schedule import NextDelivery
from bot.times import read_time
from bot.timezones import find_timezone, nearest_timezones
from storage.models import (
    Language,
    Start,
    Subscription,
    SubscriptionOptions,
    Threads,
)

if TYPE_CHECKING:
    from bot.client import DigestBot

NO_TAGS = ("-", "all", "none", "전체", "모두", "없음")
_MOST_WORDS = 4  # of one tag


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeRequest:
    """What a member typed; None is what they left out.

    `may_notify` is true where they may notify every role themselves.
    """

    guild_id: int
    channel_id: int
    by: int
    at: str | None
    timezone: str | None
    language: str | None
    threads: str | None
    tags: str | None
    start: str | None
    role: discord.Role | None = None
    may_notify: bool = False
    no_role: bool = False
    crosspost: bool | None = None
    recap: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What came of it: what is posted next, and permissions whose lack makes posts plainer.

    `is_silent` is true where a role is named and Discord will not notify it.
    """

    subscription: Subscription
    coming: NextDelivery | None
    lacking: tuple[str, ...]
    is_silent: bool


async def subscribe(bot: DigestBot, request: SubscribeRequest) -> Subscribed:
    """Begin or change the channel's subscription.

    Raises:
        UserError: an option is wrong, or the channel cannot be posted to.
    """
    options = await _parse_options(bot, request)
    destination = await get_destination(bot, request.channel_id)
    old = await bot.store.get_subscription(request.channel_id)
    defaults = bot.settings.subscription_options()
    threads = options.threads or (old or defaults).threads or Threads.PAPER
    lacking = check_destination(destination, threads=threads)
    _require_own_right(request, destination)
    if options.crosspost and destination.kind is not ChannelKind.NEWS:
        raise UserError("error.crosspost_kind", channel=destination.channel_id)
    now = bot.clock()
    dates = await bot.store.list_dates(until=bot.today())
    subscription = await bot.store.set_subscription(
        request.channel_id,
        options,
        defaults=defaults,
        guild_id=request.guild_id,
        since=dates[-1] if dates else None,
        by=request.by,
        now=now,
    )
    coming = await find_next(bot.store, subscription, now=now)
    return Subscribed(
        subscription=subscription,
        coming=coming,
        lacking=lacking,
        is_silent=is_silent(bot, subscription, destination),
    )


def _require_own_right(request: SubscribeRequest, destination: Destination) -> None:
    """Refuse to notify a role for a member who may not notify it themselves.

    Raises:
        UserError: the bot may, they may not.
    """
    role = request.role
    if role is None or role.mentionable or request.may_notify:
        return
    if destination.permissions.mention_everyone:
        raise UserError("error.role_not_yours", role=role.name)


def check_destination(destination: Destination, *, threads: Threads) -> tuple[str, ...]:
    """Return the permissions whose lack makes posts plainer.

    Raises:
        UserError: nothing can be posted there; each missing permission is named.
    """
    missing = destination.missing()
    may = destination.permissions
    if missing and may.view_channel and not may.read_message_history:
        raise UserError(
            "error.permissions_missing",
            channel=destination.channel_id,
            permissions=(*missing, "read_message_history"),
        )
    obstacle = find_obstacle(destination, "error.history_needed")
    if obstacle is not None:
        raise obstacle
    if destination.kind is ChannelKind.FORUM and threads is Threads.NONE:
        raise UserError("error.forum_threads_none", channel=destination.channel_id)
    wanted = ["embed_links"]
    if threads is not Threads.NONE and destination.kind is not ChannelKind.FORUM:
        wanted += ["create_public_threads", "send_messages_in_threads"]
    return tuple(name for name in wanted if not getattr(destination.permissions, name))


async def _parse_options(bot: DigestBot, request: SubscribeRequest) -> SubscriptionOptions:
    return SubscriptionOptions(
        at=parse_at(request.at) if request.at else None,
        timezone=parse_timezone(request.timezone) if request.timezone else None,
        language=Language(request.language) if request.language else None,
        threads=Threads(request.threads) if request.threads else None,
        tags=await find_tags(bot, request.tags) if request.tags else None,
        start=Start(request.start) if request.start else None,
        role_id=_parse_role(request),
        crosspost=request.crosspost,
        recap=request.recap,
    )


def _parse_role(request: SubscribeRequest) -> int | None:
    """Return the role's id, 0 for none any more, None where nothing was said of it."""
    if request.role is None:
        return 0 if request.no_role else None
    if request.no_role:
        raise UserError("error.role_and_none")
    if request.role.is_default():
        raise UserError("error.role_everyone")
    return request.role.id


def parse_at(text: str) -> time:
    """Return a time of day as people type it.

    Raises:
        UserError: it is none.
    """
    try:
        return read_time(text)
    except ValueError:
        raise UserError("error.time_invalid", text=text) from None


def parse_timezone(text: str) -> str:
    """Return the IANA name of a time zone as people type it.

    Raises:
        UserError: it is none; the nearest names are in it.
    """
    name = find_timezone(text)
    if name is None:
        nearest = nearest_timezones(text, limit=NEAREST)
        raise UserError("error.timezone_invalid", text=text, nearest=nearest)
    return name


async def find_tags(bot: DigestBot, text: str) -> tuple[str, ...]:
    """Return the known tags in a list such as `rl, #reasoning`; none for `-` or `all`.

    Commas or blanks are between tags, blanks may be within one: `efficient training`.

    Raises:
        UserError: some are not known; the nearest names are in it.
    """
    parts = [_split_words(part) for part in text.split(",")]
    words = [word for part in parts for word in part]
    if words and all(word.casefold() in NO_TAGS for word in words):
        return ()
    known: list[str] = []
    unknown: list[str] = []
    for part in parts:
        found, others = await _read_tags(bot, part)
        known += found
        # Words of which none is a tag may together mean one: `reinforcement learning`.
        unknown += others if found or not others else [" ".join(others)]
    if unknown or not words:
        raise UserError(
            "error.tags_unknown",
            tags=", ".join(unknown) or text,
            nearest=await _nearest_tags(bot, unknown),
        )
    return tuple(dict.fromkeys(known))


async def _nearest_tags(bot: DigestBot, unknown: Iterable[str]) -> tuple[str, ...]:
    names = dict.fromkeys(name for tag in unknown for name in (tag, *tag.split()))
    nearest = [
        near
        for name in names
        for near in await list_nearest(bot.library, "tag", name, until=bot.today())
    ]
    return tuple(dict.fromkeys(nearest))[:NEAREST]


def _split_words(text: str) -> list[str]:
    return [word.lstrip("#") for word in text.split() if word.strip("#")]


async def _read_tags(bot: DigestBot, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the tags that the words are, several together where they can be, and other words."""
    known: list[str] = []
    unknown: list[str] = []
    place = 0
    while place < len(words):
        for end in range(min(len(words), place + _MOST_WORDS), place, -1):
            if tag := await _find_tag(bot, " ".join(words[place:end])):
                known.append(tag)
                break
        else:
            end = place + 1
            unknown.append(words[place])
        place = end
    return known, unknown


async def _find_tag(bot: DigestBot, tag: str) -> str | None:
    page = await bot.store.list_by_tag(tag, until=bot.today(), offset=0, limit=1)
    return spell_tag(tag, page.items)
