"""Channels (docs: Channel): get, change, delete, typing; threads are channels too."""

from __future__ import annotations

from typing import Any

from sandbox import limits, messages, objects, threads
from sandbox.checks import values
from sandbox.errors import DiscordError, Form, archived_thread, wrong_channel_type
from sandbox.events import Change
from sandbox.models import Channel, ChannelFlag, ChannelType, Json, Tag, ThreadState
from sandbox.permissions import Permission
from sandbox.rest.routing import Answer, Call, route

_UNARCHIVING = frozenset({"archived"})


@route("GET", "/channels/{channel_id}")
def get_channel(call: Call) -> Any:
    """A channel, thread or DM."""
    return objects.channel_json(call.world, call.channel())


@route("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Any:
    """Change a channel or thread."""
    channel = call.channel()
    if channel.type is ChannelType.DM:
        raise wrong_channel_type()
    if channel.thread is not None:
        _edit_thread(call, channel, channel.thread, call.json())
    else:
        _edit_guild_channel(call, channel, call.json())
    return objects.channel_json(call.world, channel)


@route("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Any:
    """Delete a channel or thread."""
    channel = call.channel()
    is_thread = channel.thread is not None
    call.world.require(
        channel, Permission.MANAGE_THREADS if is_thread else Permission.MANAGE_CHANNELS
    )
    data = objects.channel_json(call.world, channel)
    if channel.type is not ChannelType.DM:
        call.world.delete_channel(channel)
    return data


@route("POST", "/channels/{channel_id}/typing")
def trigger_typing(call: Call) -> Answer:
    """Show that the bot is typing."""
    channel = call.channel()
    messages.require_sending(call.world, channel, call.world.bot_id)
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(call.world.bot_id),
        "timestamp": int(call.world.now().timestamp()),
    }
    if channel.guild_id:
        data["guild_id"] = str(channel.guild_id)
    call.world.hub.publish(
        Change(name="TYPING_START", data=data, guild_id=channel.guild_id, channel_id=channel.id)
    )
    return Answer(status=204)


def _edit_guild_channel(call: Call, channel: Channel, body: Json) -> None:
    call.world.require(channel, Permission.MANAGE_CHANNELS)
    form = Form()
    is_forum = channel.type is ChannelType.FORUM
    name = channel.name
    if "name" in body:
        name = values.text(
            form, body["name"], ("name",), low=1, high=limits.CHANNEL_NAME, required=True
        )
    topic = channel.topic
    if "topic" in body:
        high = limits.FORUM_TOPIC if is_forum else limits.TOPIC
        topic = values.text(form, body["topic"], ("topic",), high=high) or None
    tags = channel.tags
    if body.get("available_tags") is not None:
        if not is_forum:
            raise wrong_channel_type()
        tags = _check_tags(call, form, channel, body["available_tags"])
    form.check()
    channel.name, channel.topic, channel.tags = name, topic, tags
    if is_forum and isinstance(body.get("flags"), int):
        channel.flags = body["flags"] & ChannelFlag.REQUIRE_TAG
    call.world.publish_channel("CHANNEL_UPDATE", channel)


def _check_tags(call: Call, form: Form, channel: Channel, value: Any) -> list[Tag]:
    items = values.listing(form, value, ("available_tags",), high=limits.FORUM_TAGS)
    known = {tag.id for tag in channel.tags}
    tags = []
    for index, item in enumerate(items):
        path = ("available_tags", index)
        given = values.mapping(form, item, path)
        name = values.text(
            form,
            given.get("name"),
            (*path, "name"),
            low=1,
            high=limits.FORUM_TAG_NAME,
            required=True,
        )
        tag_id = values.optional_snowflake(form, given.get("id"), (*path, "id"))
        emoji_id = values.optional_snowflake(form, given.get("emoji_id"), (*path, "emoji_id"))
        emoji_name = values.text(
            form, given.get("emoji_name"), (*path, "emoji_name"), high=limits.EMOJI_NAME
        )
        tags.append(
            Tag(
                id=tag_id if tag_id in known else call.world.snowflakes.make(),
                name=name,
                moderated=bool(given.get("moderated")),
                emoji_id=emoji_id or None,
                emoji_name=emoji_name or None,
            )
        )
    names = [tag.name.casefold() for tag in tags]
    if len(set(names)) != len(names):
        raise DiscordError(400, 40061, "Tag names must be unique")
    return tags


def _edit_thread(call: Call, channel: Channel, state: ThreadState, body: Json) -> None:
    form = Form()
    wanted = {key for key, value in body.items() if value is not None}
    _require_thread_rights(call, channel, state, body, wanted)
    if state.archived and body.get("archived") is not False:
        raise archived_thread()
    name = channel.name
    if "name" in wanted:
        name = values.text(
            form, body["name"], ("name",), low=1, high=limits.THREAD_NAME, required=True
        )
    minutes = body.get("auto_archive_duration") or state.auto_archive_duration
    if minutes not in limits.AUTO_ARCHIVE_MINUTES:
        form.bad_choice(limits.AUTO_ARCHIVE_MINUTES, "auto_archive_duration")
    tags = state.applied_tags
    if "applied_tags" in wanted:
        parent = call.world.channels[channel.parent_id or 0]
        tags = list(check_applied_tags(form, parent, body["applied_tags"]))
    form.check()
    if state.archived:
        threads.set_archived(call.world, channel, archived=False)
    if minutes != state.auto_archive_duration:
        state.archive_timestamp = state.active_at = call.world.now()
    channel.name, state.auto_archive_duration, state.applied_tags = name, minutes, tags
    if "locked" in wanted:
        state.locked = bool(body["locked"])
    call.world.publish_channel("THREAD_UPDATE", channel)
    if body.get("archived"):
        threads.set_archived(call.world, channel, archived=True)


def _require_thread_rights(
    call: Call, channel: Channel, state: ThreadState, body: Json, wanted: set[str]
) -> None:
    """Bringing a thread back needs no right; its owner may do all but lock (docs: Threads)."""
    is_owner = state.owner_id == call.world.bot_id
    if wanted <= _UNARCHIVING and body.get("archived") is False and not state.locked:
        call.world.require(channel, Permission.SEND_MESSAGES_IN_THREADS)
    elif not is_owner or wanted & {"locked", "rate_limit_per_user"} or state.locked:
        call.world.require(channel, Permission.MANAGE_THREADS)


def check_applied_tags(form: Form, forum: Channel, value: Any) -> tuple[int, ...]:
    """Return the ids of a post's tags, each of which the forum must have."""
    items = values.listing(form, value, ("applied_tags",), high=limits.APPLIED_TAGS)
    known = {tag.id for tag in forum.tags}
    found = []
    for index, item in enumerate(items):
        tag_id = values.snowflake(form, item, ("applied_tags", index))
        if tag_id not in known:
            form.add(("applied_tags", index), "FORUM_TAG_INVALID", "Unknown Tag")
        found.append(tag_id)
    return tuple(found)
