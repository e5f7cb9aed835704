"""What happens to threads: started, joined, archived by hand or by the clock, brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sandbox import objects
from sandbox.errors import DiscordError
from sandbox.events import Change
from sandbox.models import (
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    ThreadState,
)
from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class NewThread:
    """What a request says of the thread it starts; `minutes` until it archives itself."""

    name: str
    minutes: int
    slowmode: int = 0
    tags: tuple[int, ...] = ()


def require_room(world: World, parent: Channel) -> None:
    """Make sure that the guild can hold one more active thread.

    Raises:
        DiscordError: 160006, or 160007 in an announcement channel.
    """
    guild = world.guilds[parent.guild_id or 0]
    if len(world.active_threads(guild.id)) < guild.active_thread_cap:
        return
    if parent.type is ChannelType.ANNOUNCEMENT:
        raise DiscordError(400, 160007, "Maximum number of active announcement threads reached")
    raise DiscordError(400, 160006, "Maximum number of active threads reached")


def start(
    world: World,
    parent: Channel,
    owner_id: int,
    new: NewThread,
    *,
    kind: ChannelType,
    starter: Message | None = None,
) -> Channel:
    """Start a thread, from the message `starter` if there is one, and publish it.

    Raises:
        DiscordError: 160004 when the message has one already, 160006, 160007.
    """
    if starter is not None and starter.id in world.channels:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    require_room(world, parent)
    now = world.now()
    thread = Channel(
        id=starter.id if starter else world.snowflakes.make(),
        type=kind,
        name=new.name,
        guild_id=parent.guild_id,
        parent_id=parent.id,
        rate_limit_per_user=new.slowmode,
        thread=ThreadState(
            owner_id=owner_id,
            auto_archive_duration=new.minutes,
            created_at=now,
            archive_timestamp=now,
            active_at=now,
            applied_tags=list(new.tags),
            members={owner_id: now},
        ),
    )
    world.channels[thread.id] = thread
    world.messages[thread.id] = {}
    if parent.type is ChannelType.FORUM:
        parent.last_message_id = thread.id
    world.publish_channel("THREAD_CREATE", thread, newly_created=True)
    if starter is not None:
        _link_starter(world, thread, starter)
    return thread


def announce(world: World, parent: Channel, thread: Channel, owner_id: int) -> None:
    """Put the system message into the parent that says a thread was started there."""
    message = Message(
        id=world.snowflakes.make(),
        channel_id=parent.id,
        author_id=owner_id,
        type=MessageType.THREAD_CREATED,
        created_at=world.now(),
        content=thread.name,
        reference={"type": 0, "channel_id": str(thread.id), "guild_id": str(thread.guild_id)},
    )
    world.messages[parent.id][message.id] = message
    parent.last_message_id = message.id
    world.publish_message("MESSAGE_CREATE", message)


def touch(world: World, channel: Channel, author_id: int, *, is_starter: bool) -> None:
    """Count a new message: it brings an archived thread back, and its author joins.

    Raises:
        DiscordError: 160006 or 160007 when there is no room for the thread to come back.
    """
    if channel.thread is None:
        return
    if channel.thread.archived:
        set_archived(world, channel, archived=False)
    channel.thread.active_at = world.now()
    channel.thread.total_message_sent += not is_starter
    channel.thread.message_count += not is_starter
    add_member(world, channel, author_id)


def set_archived(world: World, channel: Channel, *, archived: bool) -> None:
    """Archive a thread or bring it back, and publish that.

    Raises:
        DiscordError: 160006 or 160007 when there is no room for it to come back.
    """
    state = _state(channel)
    if state.archived == archived:
        return
    if not archived:
        require_room(world, world.channels[channel.parent_id or 0])
    state.archived = archived
    state.archive_timestamp = state.active_at = world.now()
    world.publish_channel("THREAD_UPDATE", channel)


def archive_idle(world: World) -> None:
    """Archive every thread that was silent for longer than it may be."""
    now = world.now()
    for channel in tuple(world.channels.values()):
        state = channel.thread
        if state is None or state.archived:
            continue
        if now - state.active_at >= timedelta(minutes=state.auto_archive_duration):
            set_archived(world, channel, archived=True)


def add_member(world: World, channel: Channel, user_id: int) -> None:
    """Let a user join a thread."""
    state = _state(channel)
    if user_id in state.members:
        return
    state.members[user_id] = world.now()
    added = [objects.thread_member_json(channel, user_id)]
    _publish_members(world, channel, {"added_members": added})


def remove_member(world: World, channel: Channel, user_id: int) -> None:
    """Take a user out of a thread."""
    if _state(channel).members.pop(user_id, None) is not None:
        _publish_members(world, channel, {"removed_member_ids": [str(user_id)]})


def _publish_members(world: World, channel: Channel, what: dict[str, object]) -> None:
    data = {
        "id": str(channel.id),
        "guild_id": str(channel.guild_id),
        "member_count": min(len(_state(channel).members), 50),
    }
    world.hub.publish(
        Change(
            name="THREAD_MEMBERS_UPDATE",
            data=data | what,
            guild_id=channel.guild_id,
            channel_id=channel.id,
        )
    )


def _link_starter(world: World, thread: Channel, starter: Message) -> None:
    """Show the thread on its message, and the message at the thread's beginning."""
    starter.thread_id = thread.id
    starter.flags |= MessageFlag.HAS_THREAD
    world.publish_message("MESSAGE_UPDATE", starter)
    opening = Message(
        id=world.snowflakes.make(),
        channel_id=thread.id,
        author_id=starter.author_id,
        type=MessageType.THREAD_STARTER_MESSAGE,
        created_at=world.now(),
        reference={
            "type": 0,
            "channel_id": str(starter.channel_id),
            "message_id": str(starter.id),
            "guild_id": str(thread.guild_id),
        },
    )
    world.messages[thread.id][opening.id] = opening
    world.publish_message("MESSAGE_CREATE", opening)


def _state(channel: Channel) -> ThreadState:
    if channel.thread is None:
        raise ValueError(f"{channel.id} is no thread")
    return channel.thread
