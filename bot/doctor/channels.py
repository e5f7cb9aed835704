"""What the bot may do in a channel that gets digests, and what its forum asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping

import aiohttp
import discord

from bot.destination import ChannelKind, Destination, get_destination
from bot.doctor.findings import Finding, Level
from bot.errors import UserError
from bot.forum_tags import PER_FORUM
from bot.invite import PERMISSIONS
from bot.messages import say
from bot.parking import find_obstacle, recall_reason
from storage.models import Subscription

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
NAME = "channel"


async def examine_channel(
    client: discord.Client,
    channel_id: int,
    subscription: Subscription | None,
    guilds: Mapping[int, str],
) -> AsyncIterator[Finding]:
    """Look at one channel, with the permissions that roles and overwrites come to."""
    place = str(channel_id)
    try:
        destination = await get_destination(client, channel_id)
        channel = await client.fetch_channel(channel_id)
    except UserError as error:
        yield Finding(FAIL, NAME, _sentence(error, place))
        return
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        text = f"{place}: Discord did not say ({type(error).__name__}): try again"
        yield Finding(FAIL, NAME, text)
        return
    guild = guilds.get(destination.guild_id, str(destination.guild_id))
    place = f"#{getattr(channel, 'name', place)} ({guild})"
    reason = subscription.parked if subscription else None
    obstacle = find_obstacle(destination, reason)
    if obstacle is not None:
        yield Finding(FAIL, NAME, f"{_sentence(obstacle, place)}{_since(subscription)}")
        named = obstacle.params.get("permissions", ())
        if named and (lacking := _lacking(destination, place, besides=named)):
            yield Finding(WARN, NAME, lacking)
        return
    notes = tuple(_notes(destination, place, subscription))
    if not notes:
        yield Finding(OK, NAME, f"{place}: the bot may do all that it needs")
    for note in notes:
        yield Finding(WARN, NAME, note)


def _notes(
    destination: Destination, place: str, subscription: Subscription | None
) -> Iterator[str]:
    """Yield what does not keep the bot from posting."""
    if subscription is not None and (reason := recall_reason(subscription)):
        text = f"{_sentence(reason, place)} That seems mended: the running bot goes on by itself"
        yield f"{text}{_since(subscription)}"
    if lacking := _lacking(destination, place):
        yield lacking
    if destination.kind is not ChannelKind.FORUM:
        return
    if len(destination.forum_tags) >= PER_FORUM:
        text = f"{place}: the forum has {PER_FORUM} tags, the most there can be, so papers' other "
        yield f"{text}tags are left out: delete those that nobody uses"
    elif destination.tag_required and not destination.permissions.manage_channels:
        text = f"{place}: the forum wants a tag on every post; papers without one of its tags get "
        yield f"{text}its first. Add a tag named “paper”, or allow Manage Channels"


def _lacking(destination: Destination, place: str, *, besides: Collection[str] = ()) -> str:
    """Return what posts lack for want of permissions not named already, "" for nothing."""
    lacking = [
        name
        for name in PERMISSIONS
        if name not in besides and not getattr(destination.permissions, name)
    ]
    if not lacking:
        return ""
    wanted = "; ".join(f"{_permission(name)} {PERMISSIONS[name]}" for name in lacking)
    return f"{place}: posts will be plainer. Allow in the channel's settings: {wanted}"


def _since(subscription: Subscription | None) -> str:
    if subscription is None or subscription.parked_at is None:
        return ""
    return f" (parked since {subscription.parked_at:%Y-%m-%d %H:%M} UTC)"


def _sentence(error: UserError, place: str) -> str:
    names = ", ".join(_permission(name) for name in error.params.get("permissions", ()))
    return say("en", error.key, **{**error.params, "channel": place, "permissions": names})


def _permission(name: str) -> str:
    return say("en", f"permission.{name}")
