"""The state of the sandbox, its builders, and saving it to a file.

Everything that changes it publishes a `Change`; a running bot hears of guilds and channels that a
test adds or takes away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sandbox import limits, objects
from sandbox.clock import SandboxClock
from sandbox.codec import decode, encode
from sandbox.errors import missing_access, missing_permissions, unknown
from sandbox.events import Change, Hub
from sandbox.files import Files
from sandbox.models import (
    Application,
    Channel,
    ChannelFlag,
    ChannelType,
    Command,
    Guild,
    Json,
    Member,
    Message,
    MessageFlag,
    Overwrite,
    Role,
    Tag,
    User,
)
from sandbox.permissions import (
    ALL,
    BOT,
    EVERYONE,
    Permission,
    channel_permissions,
    guild_permissions,
)
from sandbox.snowflake import Snowflakes

ChannelKind = Literal["text", "announcement", "forum", "category"]

_KINDS = {
    "text": ChannelType.TEXT,
    "announcement": ChannelType.ANNOUNCEMENT,
    "forum": ChannelType.FORUM,
    "category": ChannelType.CATEGORY,
}
_SAVED = ("users", "guilds", "channels", "messages", "commands", "application", "nonces")


class World:
    """Users, guilds, channels, messages and commands, by id; one bot application.

    Args:
        clock: Gives the time of everything that is made.
        token: The bot's token.
        files: Keeps the attachments' content; by default in memory only.
    """

    users: dict[int, User]
    guilds: dict[int, Guild]
    channels: dict[int, Channel]
    messages: dict[int, dict[int, Message]]
    commands: dict[int, Command]
    application: Application
    nonces: dict[str, int]

    def __init__(
        self,
        clock: SandboxClock,
        *,
        token: str = "sandbox.bot.token",  # noqa: S107 - opens nothing
        files: Files | None = None,
    ) -> None:
        self.clock = clock
        self.files = files or Files()
        self.hub = Hub()
        self.snowflakes = Snowflakes(clock)
        self.users, self.guilds, self.channels = {}, {}, {}
        self.messages, self.commands, self.nonces = {}, {}, {}
        owner = self.add_user("owner")
        bot = User(id=self.snowflakes.make(), name="Paper Digest", bot=True)
        self.users[bot.id] = bot
        self.application = Application(id=bot.id, name=bot.name, token=token, owner_id=owner.id)

    @property
    def bot_id(self) -> int:
        """The bot's user id, which is its application's too."""
        return self.application.id

    def now(self) -> datetime:
        """Return the sandbox's time."""
        return self.clock.now()

    # --- builders ---------------------------------------------------------------------------

    def add_user(self, name: str, *, locale: str = "en-US", dms_open: bool = True) -> User:
        """Add an account; `locale` is the language of its client."""
        user = User(id=self.snowflakes.make(), name=name, locale=locale, dms_open=dms_open)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        *,
        locale: str = "en-US",
        owner: User | None = None,
        bot: Permission | None = BOT,
    ) -> Guild:
        """Add a guild; the bot joins with a role of its own, unless `bot` is None."""
        guild_id = self.snowflakes.make()
        owner_id = owner.id if owner else self.application.owner_id
        guild = Guild(
            id=guild_id,
            name=name,
            owner_id=owner_id,
            locale=locale,
            roles={
                guild_id: Role(id=guild_id, name="@everyone", permissions=int(EVERYONE), position=0)
            },
            members={},
            active_thread_cap=limits.ACTIVE_THREADS,
        )
        self.guilds[guild.id] = guild
        guild.members[owner_id] = Member(
            user_id=owner_id, roles=[], nick=None, joined_at=self.now()
        )
        if bot is not None:
            self.add_bot(guild, bot)
        return guild

    def add_bot(self, guild: Guild, permissions: Permission = BOT) -> None:
        """Let the bot join `guild` with a managed role."""
        role = self._make_role(guild, self.application.name, permissions, bot_id=self.bot_id)
        guild.members[self.bot_id] = Member(
            user_id=self.bot_id, roles=[role.id], nick=None, joined_at=self.now()
        )
        data = objects.guild_create_json(self, guild, all_members=False)
        # Present only where the guild was known before: clients tell a join by its absence.
        del data["unavailable"]
        self.hub.publish(Change(name="GUILD_CREATE", data=data, guild_id=guild.id))

    def remove_bot(self, guild: Guild) -> None:
        """Throw the bot out of `guild`."""
        # Published first: afterwards the bot would not hear of it.
        self.hub.publish(Change(name="GUILD_DELETE", data={"id": str(guild.id)}, guild_id=guild.id))
        member = guild.members.pop(self.bot_id)
        for role_id in member.roles:
            if guild.roles[role_id].bot_id == self.bot_id:
                del guild.roles[role_id]

    def add_member(
        self,
        guild: Guild,
        user: User,
        *,
        permissions: Permission = Permission(0),  # noqa: B008 - an immutable value
    ) -> Member:
        """Let a user join; `permissions` come as a role of their own."""
        role_ids = []
        if permissions:
            role_ids.append(self.add_role(guild, f"{user.name}'s role", permissions).id)
        member = Member(user_id=user.id, roles=role_ids, nick=None, joined_at=self.now())
        guild.members[user.id] = member
        data = objects.member_json(self, member) | {"guild_id": str(guild.id)}
        self.hub.publish(Change(name="GUILD_MEMBER_ADD", data=data, guild_id=guild.id))
        return member

    def add_role(
        self,
        guild: Guild,
        name: str,
        permissions: Permission = Permission(0),  # noqa: B008 - an immutable value
        *,
        mentionable: bool = False,
        members: Iterable[User] = (),
    ) -> Role:
        """Add a role, and give it to members; anybody may ping a `mentionable` one."""
        role = self._make_role(guild, name, permissions, bot_id=None)
        role.mentionable = mentionable
        for user in members:
            guild.members[user.id].roles.append(role.id)
        self._publish_role("GUILD_ROLE_CREATE", guild, role)
        return role

    def set_role_permissions(self, guild: Guild, role_id: int, permissions: Permission) -> None:
        """Change what a role may do."""
        guild.roles[role_id].permissions = int(permissions)
        self._publish_role("GUILD_ROLE_UPDATE", guild, guild.roles[role_id])

    def set_bot_permissions(self, guild: Guild, permissions: Permission) -> None:
        """Change what the bot's own role may do (what @everyone may, it may still)."""
        self.set_role_permissions(guild, guild.members[self.bot_id].roles[0], permissions)

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelKind = "text",
        *,
        topic: str | None = None,
        tags: Sequence[str] = (),
        require_tag: bool = False,
    ) -> Channel:
        """Add a channel; the first text channel takes the guild's system messages.

        Args:
            guild: Whose it is.
            name: Its name.
            kind: Its type.
            topic: What stands above it.
            tags: A forum's tags, by name.
            require_tag: Whether each post of a forum needs one.
        """
        channel = Channel(
            id=self.snowflakes.make(),
            type=_KINDS[kind],
            name=name,
            guild_id=guild.id,
            topic=topic,
            position=len(self.guild_channels(guild.id)),
            flags=int(ChannelFlag.REQUIRE_TAG) if require_tag else 0,
            tags=[Tag(id=self.snowflakes.make(), name=tag) for tag in tags],
        )
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        if guild.system_channel_id is None and channel.type is ChannelType.TEXT:
            guild.system_channel_id = channel.id
        self.publish_channel("CHANNEL_CREATE", channel)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        for thread in [c for c in self.channels.values() if c.parent_id == channel.id and c.thread]:
            self.channels.pop(thread.id)
            self.messages.pop(thread.id, None)
        self._unlink_starter(channel)
        guild = self.guilds.get(channel.guild_id or 0)
        if guild is not None and guild.system_channel_id == channel.id:
            guild.system_channel_id = None
        name = "THREAD_DELETE" if channel.thread else "CHANNEL_DELETE"
        self.publish_channel(name, channel)
        self.channels.pop(channel.id)
        self.messages.pop(channel.id, None)

    def _unlink_starter(self, thread: Channel) -> None:
        """Let the message that a deleted thread began at have none again."""
        starter = self.messages.get(thread.parent_id or 0, {}).get(thread.id)
        if starter is not None:
            starter.thread_id = None
            starter.flags &= ~MessageFlag.HAS_THREAD

    def set_overwrite(
        self,
        channel: Channel,
        target_id: int,
        *,
        allow: Permission = Permission(0),  # noqa: B008 - an immutable value
        deny: Permission = Permission(0),  # noqa: B008 - an immutable value
    ) -> None:
        """Set a channel's overwrite for a role or a user; without bits it is taken away."""
        channel.overwrites = [o for o in channel.overwrites if o.id != target_id]
        if allow or deny:
            kind = 1 if target_id in self.users else 0
            channel.overwrites.append(
                Overwrite(id=target_id, type=kind, allow=int(allow), deny=int(deny))
            )
        self.publish_channel("CHANNEL_UPDATE", channel)

    def open_dm(self, user_id: int) -> Channel:
        """Return the DM channel between the bot and a user; make it if there is none."""
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and channel.recipients == [user_id]:
                return channel
        channel = Channel(
            id=self.snowflakes.make(), type=ChannelType.DM, name="", recipients=[user_id]
        )
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        return channel

    def _make_role(
        self, guild: Guild, name: str, permissions: Permission, *, bot_id: int | None
    ) -> Role:
        role = Role(
            id=self.snowflakes.make(),
            name=name,
            permissions=int(permissions),
            position=len(guild.roles),
            bot_id=bot_id,
        )
        guild.roles[role.id] = role
        return role

    # --- look-ups -----------------------------------------------------------------------------

    def get_channel(self, channel_id: int) -> Channel:
        """Return a channel that the bot may see.

        Raises:
            DiscordError: There is none (10003), or it is hidden (50001).
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise unknown("Channel")
        if not self.can_view(self.bot_id, channel):
            raise missing_access()
        return channel

    def get_guild(self, guild_id: int) -> Guild:
        """Return a guild that the bot is in.

        Raises:
            DiscordError: 10004.
        """
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot_id not in guild.members:
            raise unknown("Guild")
        return guild

    def get_message(self, channel: Channel, message_id: int) -> Message:
        """Return a message of a channel that everyone there can see.

        Raises:
            DiscordError: 10008.
        """
        message = self.messages[channel.id].get(message_id)
        if message is None or message.ephemeral_for is not None:
            raise unknown("Message")
        return message

    def find_message(self, reference: Json) -> Message | None:
        """Return the message that a Message Reference points to, or None."""
        channel = self.messages.get(int(reference.get("channel_id") or 0), {})
        return channel.get(int(reference.get("message_id") or 0))

    def guild_channels(self, guild_id: int) -> list[Channel]:
        """Return a guild's channels and threads."""
        return [c for c in self.channels.values() if c.guild_id == guild_id]

    def active_threads(self, guild_id: int) -> list[Channel]:
        """Return a guild's threads that are not archived, newest first."""
        threads = [c for c in self.guild_channels(guild_id) if c.thread and not c.thread.archived]
        return sorted(threads, key=lambda thread: thread.id, reverse=True)

    def visible_messages(self, channel: Channel) -> list[Message]:
        """Return a channel's messages that everyone there can see, oldest first."""
        found = [m for m in self.messages[channel.id].values() if m.ephemeral_for is None]
        return sorted(found, key=lambda message: message.id)

    def permissions(self, user_id: int, channel: Channel) -> Permission:
        """Return what a user may do in a channel; a thread has its parent's permissions."""
        if channel.type is ChannelType.DM:
            taken = user_id == self.bot_id or user_id in channel.recipients
            return Permission(ALL) if taken else Permission(0)
        guild = self.guilds[channel.guild_id or 0]
        home = self.channels[channel.parent_id or 0] if channel.thread else channel
        permissions = channel_permissions(guild, home, user_id)
        hidden = (
            channel.thread is not None
            and channel.type is ChannelType.PRIVATE_THREAD
            and user_id not in channel.thread.members
            and not permissions & Permission.MANAGE_THREADS
        )
        return Permission(0) if hidden else permissions

    def can_view(self, user_id: int, channel: Channel) -> bool:
        """Tell whether a user sees a channel."""
        return bool(self.permissions(user_id, channel) & Permission.VIEW_CHANNEL)

    def require(self, channel: Channel, needed: Permission) -> None:
        """Make sure that the bot has every permission in `needed`.

        Raises:
            DiscordError: 50013.
        """
        if needed & ~self.permissions(self.bot_id, channel):
            raise missing_permissions()

    def guild_permissions(self, guild: Guild, user_id: int) -> Permission:
        """Return what a member may do in a guild before overwrites."""
        return guild_permissions(guild, user_id)

    # --- publishing -------------------------------------------------------------------------

    def publish_channel(self, name: str, channel: Channel, **extra: Any) -> None:
        """Publish a channel's or a thread's event."""
        data = objects.channel_json(self, channel) | extra
        self.hub.publish(
            Change(name=name, data=data, guild_id=channel.guild_id, channel_id=channel.id)
        )

    def publish_message(self, name: str, message: Message) -> None:
        """Publish a message's event, as one who sees all sees it."""
        data = self.message_event(message)
        guild_id = self.channels[message.channel_id].guild_id
        self.hub.publish(
            Change(
                name=name,
                data=data,
                guild_id=guild_id,
                channel_id=message.channel_id,
                message=message,
            )
        )

    def message_event(self, message: Message, *, sees_content: bool = True) -> Json:
        """Return the data of a MESSAGE_CREATE or MESSAGE_UPDATE."""
        data = objects.message_json(self, message, sees_content=sees_content)
        guild = self.guilds.get(self.channels[message.channel_id].guild_id or 0)
        if guild is None:
            return data
        data["guild_id"] = str(guild.id)
        member = guild.members.get(message.author_id)
        if member is not None:
            data["member"] = objects.member_json(self, member, with_user=False)
        return data

    def _publish_role(self, name: str, guild: Guild, role: Role) -> None:
        data = {"guild_id": str(guild.id), "role": objects.role_json(role)}
        self.hub.publish(Change(name=name, data=data, guild_id=guild.id))

    # --- keeping -----------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the state to a file, at once or not at all."""
        record = {name: encode(getattr(self, name)) for name in _SAVED}
        record |= {"last_snowflake": self.snowflakes.last, "now": self.now().isoformat()}
        draft = path.with_name(f"{path.name}.new")
        draft.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, path)  # noqa: PTH105 - the atomic form, said plainly

    @staticmethod
    def saved_at(path: Path) -> datetime:
        """Return what the clock showed when `path` was saved: where a new one may go on."""
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["now"])

    @classmethod
    def load(cls, path: Path, clock: SandboxClock, *, files: Files | None = None) -> World:
        """Return the world that `save` wrote to `path`."""
        record = json.loads(path.read_text(encoding="utf-8"))
        world = cls(clock, files=files)
        hints = {
            "users": dict[int, User],
            "guilds": dict[int, Guild],
            "channels": dict[int, Channel],
            "messages": dict[int, dict[int, Message]],
            "commands": dict[int, Command],
            "application": Application,
            "nonces": dict[str, int],
        }
        for name in _SAVED:
            setattr(world, name, decode(hints[name], record[name]))
        world.snowflakes = Snowflakes(clock, last=record["last_snowflake"])
        return world
