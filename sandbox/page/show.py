"""Everything that the page shows, as JSON for one reader: the parts put together."""

from __future__ import annotations

from functools import partial

from sandbox.demo import ZONE
from sandbox.mentions import show_mention
from sandbox.models import Channel, ChannelType, Json, Message
from sandbox.page.dates import Dates
from sandbox.page.messages import Messages
from sandbox.page.places import Places, icon_of, show_welcome
from sandbox.page.sentences import SENTENCES
from sandbox.page.text import Text
from sandbox.page.view import View
from sandbox.permissions import Permission


def show_hello(view: View) -> Json:
    """Return what a page needs before anything else: its language."""
    return {"language": view.language(), "sentences": SENTENCES[view.language()]}


def show_place(view: View) -> Json:
    """Return everything around the messages."""
    places = Places(view=view, messages=_messages(view))
    return {
        "app": view.world.application.name,
        "names": view.names(),
        "channels": [_channel(view, channel) for channel in view.places()],
        "rail": [element.to_json() for element in places.rail()],
        "side": [element.to_json() for element in places.side()],
        "members": [element.to_json() for element in places.members()],
    }


def show_messages(view: View, channel: Channel) -> Json:
    """Return what stands above a channel's messages, and these, oldest first."""
    messages = _messages(view)
    found = sorted(view.world.messages[channel.id].values(), key=lambda message: message.id)
    shown = [messages.show(message) for message in found if view.sees_message(message)]
    return {"welcome": show_welcome(view, channel).to_json(), "messages": shown}


def show_message(view: View, message: Message) -> Json:
    """Return one message."""
    return _messages(view).show(message)


def show_forum(view: View, channel: Channel, tag: int | None) -> Json:
    """Return a forum's posts."""
    places = Places(view=view, messages=_messages(view))
    return {"posts": [element.to_json() for element in places.forum(channel, tag)]}


def _messages(view: View) -> Messages:
    now = view.demo.sandbox.clock.now()
    dates = Dates(zone=ZONE, now=now, is_korean=view.language() == "ko")
    name_of = partial(show_mention, view.world)
    return Messages(view=view, text=Text(name_of=name_of, dates=dates))


def _channel(view: View, channel: Channel) -> Json:
    may = view.world.permissions(view.reader.id, channel)
    state = channel.thread
    needed = Permission.SEND_MESSAGES_IN_THREADS if state else Permission.SEND_MESSAGES
    return {
        "id": str(channel.id),
        "name": view.name(channel),
        "topic": channel.topic or "",
        "icon": icon_of(channel),
        "forum": channel.type is ChannelType.FORUM,
        "parent": str(channel.parent_id) if state else None,
        "writable": bool(may & needed) and not (state and state.locked),
        "send": view.say("send", place=view.label(channel)),
    }
