"""Threads and forum posts (docs: Channel, Start Thread and after)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox import limits, messages, objects, threads
from sandbox.checks import values
from sandbox.checks.messages import check_message
from sandbox.errors import (
    DiscordError,
    Form,
    archived_thread,
    invalid_form,
    unknown,
    wrong_channel_type,
)
from sandbox.models import (
    Channel,
    ChannelFlag,
    ChannelType,
    Json,
    MessageType,
    ThreadState,
)
from sandbox.permissions import Permission
from sandbox.rest.channels import check_applied_tags
from sandbox.rest.routing import Answer, Call, route
from sandbox.threads import NewThread

_MEMBERS = "/channels/{channel_id}/thread-members"
_PUBLIC = (ChannelType.PUBLIC_THREAD, ChannelType.ANNOUNCEMENT_THREAD)
_KIND_IN = {
    ChannelType.TEXT: ChannelType.PUBLIC_THREAD,
    ChannelType.ANNOUNCEMENT: ChannelType.ANNOUNCEMENT_THREAD,
}


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def start_from_message(call: Call) -> Answer:
    """Start a thread at a message; its id is the message's."""
    channel = call.channel()
    if channel.type not in _KIND_IN:
        raise wrong_channel_type()
    call.world.require(channel, Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    message = call.world.get_message(channel, call.id("message_id"))
    if message.type not in (
        MessageType.DEFAULT,
        MessageType.REPLY,
        MessageType.CHAT_INPUT_COMMAND,
        MessageType.CONTEXT_MENU_COMMAND,
    ):
        raise DiscordError(403, 50021, "Cannot execute action on a system message")
    form = Form()
    new = _check_new(form, channel, call.json())
    form.check()
    kind = _KIND_IN[channel.type]
    thread = threads.start(call.world, channel, call.world.bot_id, new, kind=kind, starter=message)
    return Answer(data=objects.channel_json(call.world, thread), status=201)


@route("POST", "/channels/{channel_id}/threads")
def start_thread(call: Call) -> Answer:
    """Start a thread without a message, or a post in a forum."""
    channel = call.channel()
    if channel.type is ChannelType.FORUM:
        return _create_post(call, channel)
    if channel.type not in _KIND_IN:
        raise wrong_channel_type()
    form = Form()
    body = call.json()
    new = _check_new(form, channel, body)
    # Private is what Discord takes when the body does not say.
    kind = body.get("type") or ChannelType.PRIVATE_THREAD
    allowed = [_KIND_IN[channel.type]]
    if channel.type is ChannelType.TEXT:
        allowed.append(ChannelType.PRIVATE_THREAD)
    if kind not in allowed:
        form.bad_choice([int(known) for known in allowed], "type")
    form.check()
    is_public = kind in _PUBLIC
    call.world.require(
        channel,
        Permission.CREATE_PUBLIC_THREADS if is_public else Permission.CREATE_PRIVATE_THREADS,
    )
    owner_id = call.world.bot_id
    thread = threads.start(call.world, channel, owner_id, new, kind=ChannelType(kind))
    if is_public:
        threads.announce(call.world, channel, thread, owner_id)
    return Answer(data=objects.channel_json(call.world, thread), status=201)


def _create_post(call: Call, forum: Channel) -> Answer:
    world = call.world
    body = call.json()
    world.require(forum, Permission.SEND_MESSAGES)
    form = Form()
    new = _check_new(form, forum, body)
    if "message" not in body:
        form.required("message")
    draft = check_message(form, body.get("message") or {}, ("message",))
    form.check()
    _require_tag(call, forum, new)
    # Asked before the thread is made: a post without a first message must not stay behind.
    messages.require_shown(world, forum, world.bot_id, draft, call.uploads)
    thread = threads.start(world, forum, world.bot_id, new, kind=ChannelType.PUBLIC_THREAD)
    message = messages.send(world, thread, world.bot_id, draft, call.uploads, message_id=thread.id)
    shown = objects.message_json(world, message)
    return Answer(data=objects.channel_json(world, thread) | {"message": shown}, status=201)


def _require_tag(call: Call, forum: Channel, new: NewThread) -> None:
    is_moderator = call.world.permissions(call.world.bot_id, forum) & Permission.MANAGE_THREADS
    if forum.flags & ChannelFlag.REQUIRE_TAG and not new.tags:
        raise DiscordError(400, 40067, "A tag is required to create a forum post in this channel")
    moderated = {tag.id for tag in forum.tags if tag.moderated}
    if moderated & set(new.tags) and not is_moderator:
        raise invalid_form(
            ("applied_tags",), "FORUM_TAG_MODERATED", "Only moderators may apply this tag"
        )


def _check_new(form: Form, channel: Channel, body: Json) -> NewThread:
    minutes = body.get("auto_archive_duration")
    if minutes is None:
        # A channel's default binds Discord's clients only.
        minutes = 4320 if channel.type is ChannelType.FORUM else 1440
    if minutes not in limits.AUTO_ARCHIVE_MINUTES or isinstance(minutes, bool):
        form.bad_choice(limits.AUTO_ARCHIVE_MINUTES, "auto_archive_duration")
    slowmode = values.whole(
        form,
        body.get("rate_limit_per_user") or 0,
        ("rate_limit_per_user",),
        low=0,
        high=limits.SLOWMODE_SECONDS,
    )
    is_forum = channel.type is ChannelType.FORUM
    tags = check_applied_tags(form, channel, body.get("applied_tags")) if is_forum else ()
    name = values.text(
        form, body.get("name"), ("name",), low=1, high=limits.THREAD_NAME, required=True
    )
    return NewThread(name=name, minutes=minutes, slowmode=slowmode, tags=tags)


@route("GET", "/channels/{channel_id}/threads/archived/public")
def list_archived(call: Call) -> Any:
    """A page of archived public threads, the last archived first."""
    channel = call.channel()
    call.world.require(channel, Permission.READ_MESSAGE_HISTORY)
    limit = call.whole("limit", default=50, low=2, high=limits.PAGE)
    before = _check_before(call)
    found = [
        (state.archive_timestamp, thread)
        for thread, state in _threads_of(call, channel)
        if state.archived and (before is None or state.archive_timestamp < before)
    ]
    found.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    page = [thread for _, thread in found[:limit]]
    bot_id = call.world.bot_id
    return {
        "threads": [objects.channel_json(call.world, thread) for thread in page],
        "members": [
            objects.thread_member_json(thread, bot_id)
            for thread in page
            if thread.thread and bot_id in thread.thread.members
        ],
        "has_more": len(found) > limit,
    }


def _threads_of(call: Call, channel: Channel) -> list[tuple[Channel, ThreadState]]:
    return [
        (thread, thread.thread)
        for thread in call.world.channels.values()
        if thread.parent_id == channel.id and thread.thread and thread.type in _PUBLIC
    ]


def _check_before(call: Call) -> datetime | None:
    raw = call.query.get("before")
    if raw is None:
        return None
    try:
        before = datetime.fromisoformat(raw)
    except ValueError:
        before = None
    if before is None or before.tzinfo is None:
        raise invalid_form(
            ("before",), "DATE_TIME_TYPE_PARSE", f"Could not parse {raw}. Should be ISO8601."
        )
    return before


@route("PUT", f"{_MEMBERS}/@me")
def join_thread(call: Call) -> Answer:
    """Join a thread."""
    return _add_member(call, call.world.bot_id)


@route("PUT", f"{_MEMBERS}/{{user_id}}")
def add_member(call: Call) -> Answer:
    """Add a user to a thread."""
    return _add_member(call, call.id("user_id"))


@route("DELETE", f"{_MEMBERS}/@me")
def leave_thread(call: Call) -> Answer:
    """Leave a thread."""
    channel = _open_thread(call)
    threads.remove_member(call.world, channel, call.world.bot_id)
    return Answer(status=204)


@route("DELETE", f"{_MEMBERS}/{{user_id}}")
def remove_member(call: Call) -> Answer:
    """Take a user out of a thread."""
    channel = _open_thread(call)
    call.world.require(channel, Permission.MANAGE_THREADS)
    threads.remove_member(call.world, channel, call.id("user_id"))
    return Answer(status=204)


@route("GET", _MEMBERS)
def list_members(call: Call) -> Any:
    """A thread's members."""
    channel = _thread(call)
    user_ids = channel.thread.members if channel.thread else {}
    return [objects.thread_member_json(channel, user_id) for user_id in user_ids]


@route("GET", f"{_MEMBERS}/{{user_id}}")
def get_member(call: Call) -> Any:
    """One member of a thread."""
    channel = _thread(call)
    raw = call.params["user_id"]
    user_id = call.world.bot_id if raw == "@me" else call.id("user_id")
    if channel.thread is None or user_id not in channel.thread.members:
        raise unknown("Member")
    return objects.thread_member_json(channel, user_id)


def _add_member(call: Call, user_id: int) -> Answer:
    channel = _open_thread(call)
    guild = call.world.guilds[channel.guild_id or 0]
    if user_id not in guild.members:
        raise unknown("Member")
    threads.add_member(call.world, channel, user_id)
    return Answer(status=204)


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if channel.thread is None:
        raise wrong_channel_type()
    return channel


def _open_thread(call: Call) -> Channel:
    channel = _thread(call)
    if channel.thread is not None and channel.thread.archived:
        raise archived_thread()
    return channel
