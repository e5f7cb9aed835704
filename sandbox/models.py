"""What the world is made of: mutable records, saved as they are (`codec.py`)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


class ChannelType(enum.IntEnum):
    """Discord's channel types that the sandbox has."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class MessageType(enum.IntEnum):
    """Discord's message types that the sandbox has."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(enum.IntFlag):
    """Discord's message flags that the sandbox has."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12


class ChannelFlag(enum.IntFlag):
    """Discord's channel flags that the sandbox has."""

    REQUIRE_TAG = 1 << 4


@dataclass(slots=True, kw_only=True)
class User:
    """An account; `locale` is the language of its client."""

    id: int
    name: str
    display_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True


@dataclass(slots=True, kw_only=True)
class Role:
    """A role; the one with the guild's id is @everyone. Anybody may ping a `mentionable` one."""

    id: int
    name: str
    permissions: int
    position: int
    bot_id: int | None = None
    mentionable: bool = False


@dataclass(slots=True, kw_only=True)
class Member:
    """A user in a guild."""

    user_id: int
    roles: list[int]
    nick: str | None
    joined_at: datetime


@dataclass(slots=True, kw_only=True)
class Guild:
    """A server with its roles and members, by id."""

    id: int
    name: str
    owner_id: int
    locale: str
    roles: dict[int, Role]
    members: dict[int, Member]
    system_channel_id: int | None = None
    active_thread_cap: int


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """A channel's permission overwrite for a role (type 0) or a member (type 1)."""

    id: int
    type: int
    allow: int
    deny: int


@dataclass(slots=True, kw_only=True)
class Tag:
    """A forum's tag."""

    id: int
    name: str
    moderated: bool = False
    emoji_id: int | None = None
    emoji_name: str | None = None


@dataclass(slots=True, kw_only=True)
class ThreadState:
    """What a thread has beyond a channel; `active_at` is its last activity."""

    owner_id: int
    auto_archive_duration: int
    created_at: datetime
    archive_timestamp: datetime
    active_at: datetime
    archived: bool = False
    locked: bool = False
    message_count: int = 0
    total_message_sent: int = 0
    applied_tags: list[int] = field(default_factory=list)
    members: dict[int, datetime] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Channel:
    """A guild channel, a thread (`thread` is set) or a DM (`recipients` is)."""

    id: int
    type: ChannelType
    name: str
    guild_id: int | None = None
    topic: str | None = None
    position: int = 0
    parent_id: int | None = None
    flags: int = 0
    rate_limit_per_user: int = 0
    default_auto_archive_duration: int = 1440
    last_message_id: int | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    recipients: list[int] = field(default_factory=list)
    thread: ThreadState | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message; embeds, components and attachments are the JSON that Discord would give.

    An embed keeps `attachment://NAME` as it came: `attachments.py` says what it shows. `pinged` are
    the users who were really notified of it, for a role each of its members.

    `ephemeral_for` is the only user who sees it. `interaction` is the metadata of the interaction
    that it answers. `reactions` maps an emoji's name to user ids. `addresses_bot`: by a mention in
    its text, or by a pinging reply to an ordinary message of the bot.
    """

    id: int
    channel_id: int
    author_id: int
    type: MessageType
    created_at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    edited_at: datetime | None = None
    mention_ids: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    addresses_bot: bool = False
    pinged: list[int] = field(default_factory=list)
    nonce: str | int | None = None
    reference: Json | None = None
    thread_id: int | None = None
    webhook_id: int | None = None
    interaction: Json | None = None
    ephemeral_for: int | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Application:
    """The one bot application; `message_content` and the others are its privileged intents."""

    id: int
    name: str
    token: str
    owner_id: int
    message_content: bool = False
    guild_members: bool = False
    presences: bool = False


@dataclass(slots=True, kw_only=True)
class Command:
    """A registered application command: `body` is the checked JSON without the ids."""

    id: int
    version: int
    guild_id: int | None
    body: Json
