"""What happens to messages: sent, edited, deleted, published to followers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sandbox import attachments, threads
from sandbox.checks.messages import Draft, require_content
from sandbox.errors import (
    DiscordError,
    archived_thread,
    closed_dms,
    invalid_form,
    locked_thread,
    missing_access,
    missing_permissions,
    wrong_channel_type,
)
from sandbox.events import Change
from sandbox.files import Upload
from sandbox.mentions import Pings, list_pinged, resolve_pings
from sandbox.models import (
    Channel,
    ChannelType,
    Json,
    Message,
    MessageFlag,
    MessageType,
)
from sandbox.permissions import Permission
from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The interaction that a message answers: its message type and metadata."""

    type: MessageType
    metadata: Json
    ephemeral_for: int | None = None
    loading: bool = False


def require_sending(world: World, channel: Channel, user_id: int) -> None:
    """Make sure that a user may send a message to a channel.

    Raises:
        DiscordError: 40058, 50024, 50001, 50013, 50007 or 160005.
    """
    if channel.type is ChannelType.FORUM:
        raise DiscordError(400, 40058, "Cannot send a message in a forum channel")
    if channel.type is ChannelType.CATEGORY:
        raise wrong_channel_type()
    if channel.type is ChannelType.DM:
        # A bot is written to by whoever closed their own messages to it, too.
        others = [recipient for recipient in channel.recipients if recipient != user_id]
        if not all(_takes_messages(world, recipient) for recipient in others):
            raise closed_dms()
        return
    may = world.permissions(user_id, channel)
    if not may & Permission.VIEW_CHANNEL:
        raise missing_access()
    in_thread = channel.thread is not None
    needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    if not may & needed:
        raise missing_permissions()
    locked = channel.thread is not None and channel.thread.locked
    if locked and not may & Permission.MANAGE_THREADS:
        raise locked_thread()


def _takes_messages(world: World, user_id: int) -> bool:
    """Tell whether a user takes direct messages: from a bot of one of their guilds, if open."""
    shared = any(
        user_id in guild.members and world.bot_id in guild.members
        for guild in world.guilds.values()
    )
    return shared and world.users[user_id].dms_open


def send(
    world: World,
    channel: Channel,
    author_id: int,
    draft: Draft,
    uploads: Sequence[Upload] = (),
    *,
    origin: Origin | None = None,
    message_id: int | None = None,
) -> Message:
    """Add a message to a channel and publish it.

    Args:
        world: The state.
        channel: Where; whether the author may send is asked by `require_sending`.
        author_id: Who.
        draft: What.
        uploads: The files that came with it.
        origin: The interaction that it answers, or None.
        message_id: Its id, for the first message of a forum post; or None for a new one.

    Raises:
        DiscordError: 50006, 160002, or 50035 for a reply to an unknown message.
    """
    replied = _replied(world, channel, author_id, draft) if draft.reference else None
    message = Message(
        id=message_id or world.snowflakes.make(),
        channel_id=channel.id,
        author_id=author_id,
        type=origin.type if origin else MessageType.DEFAULT,
        created_at=world.now(),
        content=draft.content or "",
        embeds=list(draft.embeds or []),
        components=draft.components or [],
        flags=draft.flags & ~MessageFlag.EPHEMERAL,
        nonce=draft.nonce,
    )
    if origin is None:
        require_shown(world, channel, author_id, draft, uploads)
        if not _may_embed(world, channel, author_id):
            # Dropped without a word, as long as there is something else to show.
            message.embeds = []
    else:
        _set_origin(world, message, origin)
    attachments.attach(world, message, draft, uploads)
    if origin is not None and not origin.loading:
        require_content(message.content, message.embeds, message.components, message.attachments)
    if draft.reference is not None and replied is not None:
        message.type = MessageType.REPLY
        message.reference = _reference(channel, replied)
    _set_pings(world, message, draft, replied)
    message.pinged = list_pinged(world, message)
    if message.ephemeral_for is None:
        threads.touch(world, channel, author_id, is_starter=message_id is not None)
        channel.last_message_id = message.id
    world.messages[channel.id][message.id] = message
    _publish(world, "MESSAGE_CREATE", message)
    return message


def require_shown(
    world: World, channel: Channel, author_id: int, draft: Draft, uploads: Sequence[Upload]
) -> None:
    """Make sure that something of an author's draft would be shown in a channel.

    Raises:
        DiscordError: 50006, or 50013 for embeds alone without the permission to embed links, or
            for files without the one to attach them; and as `attachments.require_fitting`.
    """
    attachments.require_fitting(draft, uploads)
    if uploads and not world.permissions(author_id, channel) & Permission.ATTACH_FILES:
        raise missing_permissions()
    files: list[Json] = [{} for _ in uploads]
    embeds, components = draft.embeds or [], draft.components or []
    require_content(draft.content or "", embeds, components, files)
    if not (draft.content or components or files or _may_embed(world, channel, author_id)):
        raise missing_permissions()


def _may_embed(world: World, channel: Channel, author_id: int) -> bool:
    return bool(world.permissions(author_id, channel) & Permission.EMBED_LINKS)


def find_repeat(world: World, channel: Channel, draft: Draft, window: timedelta) -> Message | None:
    """Return the message that an enforced nonce already made within `window`, or None."""
    if draft.nonce is None or not draft.enforce_nonce:
        return None
    made = world.nonces.get(f"{channel.id}:{draft.nonce}")
    message = world.messages[channel.id].get(made) if made else None
    if message is None or world.now() - message.created_at >= window:
        return None
    return message


def remember_nonce(world: World, message: Message) -> None:
    """Let `find_repeat` find this message."""
    if message.nonce is not None:
        world.nonces[f"{message.channel_id}:{message.nonce}"] = message.id


def edit(world: World, message: Message, draft: Draft, uploads: Sequence[Upload] = ()) -> None:
    """Change what a message of the bot says, and publish it.

    Raises:
        DiscordError: 50083 in an archived thread, 50006.
    """
    channel = world.channels[message.channel_id]
    if channel.thread is not None and channel.thread.archived:
        raise archived_thread()
    content = message.content if draft.content is None else draft.content
    embeds = message.embeds
    if draft.embeds is not None:
        may = _may_embed(world, channel, message.author_id)
        # Unlike sending, editing never refuses for want of the permission.
        embeds = draft.embeds if may or message.interaction is not None else []
    components = message.components if draft.components is None else draft.components
    attachments.require_fitting(draft, uploads, message.attachments)
    stays: list[Json] = message.attachments if draft.attachments is None else draft.attachments
    require_content(content, embeds, components, [*stays, *({} for _ in uploads)])
    attachments.attach(world, message, draft, uploads)
    message.content, message.embeds, message.components = content, embeds, components
    was_promised = bool(message.flags & MessageFlag.LOADING)
    message.flags = message.flags & ~(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.LOADING)
    message.flags |= draft.flags & MessageFlag.SUPPRESS_EMBEDS
    message.edited_at = world.now()
    if draft.content is not None:
        _set_pings(world, message, draft, world.find_message(message.reference or {}))
    if was_promised:  # only new messages ping, and this one is seen for the first time
        message.pinged = list_pinged(world, message)
    _publish(world, "MESSAGE_UPDATE", message)


def delete(world: World, message: Message) -> None:
    """Take a message away and publish that."""
    channel = world.channels[message.channel_id]
    del world.messages[channel.id][message.id]
    attachments.forget(world, message)
    if channel.thread is not None and message.id != channel.id:
        channel.thread.message_count = max(0, channel.thread.message_count - 1)
    data = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild_id:
        data["guild_id"] = str(channel.guild_id)
    name = "MESSAGE_DELETE" if message.ephemeral_for is None else "SANDBOX_MESSAGE_DELETE"
    world.hub.publish(
        Change(name=name, data=data, guild_id=channel.guild_id, channel_id=channel.id)
    )


def crosspost(world: World, message: Message) -> None:
    """Publish a message of an announcement channel to its followers.

    Raises:
        DiscordError: 50024 in another channel, 40033 the second time.
    """
    if world.channels[message.channel_id].type is not ChannelType.ANNOUNCEMENT:
        raise wrong_channel_type()
    if message.flags & MessageFlag.CROSSPOSTED:
        raise DiscordError(400, 40033, "This message has already been crossposted.")
    message.flags |= MessageFlag.CROSSPOSTED
    _publish(world, "MESSAGE_UPDATE", message)


def _publish(world: World, name: str, message: Message) -> None:
    # What only one user sees goes over no bot's gateway.
    hidden = message.ephemeral_for is not None
    world.publish_message(f"SANDBOX_{name}" if hidden else name, message)


def _replied(world: World, channel: Channel, author_id: int, draft: Draft) -> Message | None:
    if not world.permissions(author_id, channel) & Permission.READ_MESSAGE_HISTORY:
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")
    reference = {"channel_id": channel.id} | (draft.reference or {})
    replied = world.find_message(reference)
    if replied is None and reference.get("fail_if_not_exists", True):
        raise invalid_form(
            ("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"
        )
    return replied


def _reference(channel: Channel, replied: Message) -> Json:
    reference: Json = {
        "type": 0,
        "channel_id": str(channel.id),
        "message_id": str(replied.id),
    }
    return reference | {"guild_id": str(channel.guild_id)} if channel.guild_id else reference


def _set_pings(world: World, message: Message, draft: Draft, replied: Message | None) -> None:
    channel = world.channels[message.channel_id]
    pings = resolve_pings(
        world, channel, message.author_id, message.content, draft.mentions, replied
    )
    message.mention_ids = list(pings.users)
    message.mention_roles = list(pings.roles)
    message.mention_everyone = pings.everyone
    message.addresses_bot = _addresses_bot(world, pings, replied)


def _addresses_bot(world: World, pings: Pings, replied: Message | None) -> bool:
    if world.bot_id in pings.by_name:
        return True
    # A pinging reply to the answer of an interaction shows the bot in `mentions`, but no content.
    return (
        replied is not None
        and replied.author_id == world.bot_id
        and replied.interaction is None
        and world.bot_id in pings.users
    )


def _set_origin(world: World, message: Message, origin: Origin) -> None:
    message.webhook_id = world.bot_id
    message.interaction = origin.metadata
    if origin.ephemeral_for is not None:
        message.ephemeral_for = origin.ephemeral_for
        message.flags |= MessageFlag.EPHEMERAL
    if origin.loading:
        message.flags |= MessageFlag.LOADING
