"""Messages and reactions (docs: Message)."""

from __future__ import annotations

from typing import Any

from sandbox import limits, messages, objects, reactions
from sandbox.checks.messages import check_message
from sandbox.errors import DiscordError, Form, invalid_form, missing_permissions
from sandbox.models import ChannelType, Json, Message
from sandbox.permissions import Permission
from sandbox.ratelimits import OLD_MESSAGE, RateLimited
from sandbox.rest.routing import Answer, Call, route

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_REACTION = f"{_MESSAGE}/reactions/{{emoji}}"


@route("GET", _MESSAGES)
def list_messages(call: Call) -> Any:
    """A page of a channel's messages, newest first; none for who may not read the history."""
    channel = call.channel()
    limit = call.whole("limit", default=50, low=1, high=limits.PAGE)
    anchors = [name for name in ("around", "before", "after") if name in call.query]
    if len(anchors) > 1:
        raise invalid_form(
            tuple(anchors[:1]),
            "BASE_TYPE_MUTUALLY_EXCLUSIVE",
            "around, before and after are mutually exclusive",
        )
    if not call.world.permissions(call.world.bot_id, channel) & Permission.READ_MESSAGE_HISTORY:
        return []
    found = call.world.visible_messages(channel)
    if anchors:
        anchor = call.whole(anchors[0], default=0, low=0, high=1 << 64)
        page = _page(found, anchors[0], anchor, limit)
    else:
        page = found[-limit:]
    return [_shown(call, message) for message in reversed(page)]


@route("GET", _MESSAGE)
def get_message(call: Call) -> Any:
    """One message."""
    return _shown(call, _readable(call))


@route("POST", _MESSAGES)
def create_message(call: Call) -> Any:
    """Send a message; a nonce that is enforced and known returns the message it made."""
    channel = call.channel()
    messages.require_sending(call.world, channel, call.world.bot_id)
    form = Form()
    draft = check_message(form, call.json())
    form.check()
    repeat = messages.find_repeat(call.world, channel, draft, call.backend.options.nonce_window)
    if repeat is not None:
        return _shown(call, repeat)
    message = messages.send(call.world, channel, call.world.bot_id, draft, call.uploads)
    messages.remember_nonce(call.world, message)
    return _shown(call, message)


@route("PATCH", _MESSAGE)
def edit_message(call: Call) -> Any:
    """Edit a message of the bot's own."""
    channel = call.channel()
    message = call.world.get_message(channel, call.id("message_id"))
    if message.author_id != call.world.bot_id:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    form = Form()
    draft = check_message(form, call.json())
    form.check()
    if channel.thread is None or not channel.thread.archived:
        _count_old_edit(call, message)
    messages.edit(call.world, message, draft, call.uploads)
    return _shown(call, message)


@route("DELETE", _MESSAGE)
def delete_message(call: Call) -> Answer:
    """Delete a message."""
    channel = call.channel()
    message = call.world.get_message(channel, call.id("message_id"))
    if message.author_id != call.world.bot_id:
        if channel.type is ChannelType.DM:
            raise missing_permissions()
        call.world.require(channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.world, message)
    return Answer(status=204)


@route("POST", f"{_MESSAGE}/crosspost")
def crosspost_message(call: Call) -> Any:
    """Publish an announcement to the channels that follow."""
    channel = call.channel()
    message = call.world.get_message(channel, call.id("message_id"))
    needed = Permission.SEND_MESSAGES
    if message.author_id != call.world.bot_id:
        needed |= Permission.MANAGE_MESSAGES
    call.world.require(channel, needed)
    messages.crosspost(call.world, message)
    return _shown(call, message)


@route("PUT", f"{_REACTION}/@me")
def add_reaction(call: Call) -> Answer:
    """React with a Unicode emoji."""
    reactions.react(call.world, _readable(call), call.world.bot_id, call.params["emoji"])
    return Answer(status=204)


@route("DELETE", f"{_REACTION}/@me")
def remove_reaction(call: Call) -> Answer:
    """Take the bot's reaction back."""
    reactions.unreact(call.world, _readable(call), call.world.bot_id, call.params["emoji"])
    return Answer(status=204)


@route("GET", _REACTION)
def list_reactions(call: Call) -> Any:
    """A page of the users who reacted with an emoji, by their ids."""
    message = _readable(call)
    limit = call.whole("limit", default=25, low=1, high=limits.PAGE)
    after = call.whole("after", default=0, low=0, high=1 << 64)
    found = sorted(user for user in message.reactions.get(call.params["emoji"], ()) if user > after)
    return [objects.user_json(call.world.users[user_id]) for user_id in found[:limit]]


def _shown(call: Call, message: Message) -> Json:
    sees_content = call.world.application.message_content
    return objects.message_json(call.world, message, sees_content=sees_content)


def _readable(call: Call) -> Message:
    channel = call.channel()
    call.world.require(channel, Permission.READ_MESSAGE_HISTORY)
    return call.world.get_message(channel, call.id("message_id"))


def _page(found: list[Message], kind: str, anchor: int, limit: int) -> list[Message]:
    before = [message for message in found if message.id < anchor]
    after = [message for message in found if message.id > anchor]
    if kind == "before":
        return before[-limit:]
    if kind == "after":
        return after[:limit]
    middle = [message for message in found if message.id == anchor]
    half = limit // 2
    return (before[-half:] if half else []) + middle + after[: limit - half - len(middle)]


def _count_old_edit(call: Call, message: Message) -> None:
    if call.world.now() - message.created_at < OLD_MESSAGE:
        return
    verdict = call.backend.rate_limits.check_old_edit(message.channel_id)
    if verdict is not None:
        raise RateLimited(verdict)
