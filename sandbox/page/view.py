"""The world as one person sees it: what they may see, and in which language. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.demo import Demo
from sandbox.errors import missing_access, unknown
from sandbox.models import Channel, ChannelType, Message, MessageType, Role, User
from sandbox.page.sentences import SENTENCES
from sandbox.words import language_of
from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What `reader` sees in the demo."""

    demo: Demo
    reader: User

    @property
    def world(self) -> World:
        """What is looked at."""
        return self.demo.sandbox.world

    # --- who and where -----------------------------------------------------------------------

    def users(self) -> list[User]:
        """Return the bot and the demo's people."""
        house = self.demo.house
        return [self.world.users[self.world.bot_id], house.manager, house.member]

    def roles(self) -> list[Role]:
        """Return the server's roles, without @everyone and those of bots."""
        guild = self.demo.house.guild
        return [r for r in guild.roles.values() if r.id != guild.id and r.bot_id is None]

    def dm(self) -> Channel | None:
        """Return the reader's direct messages with the bot, if there are any."""
        found = (c for c in self.world.channels.values() if c.recipients == [self.reader.id])
        return next(found, None)

    def places(self) -> list[Channel]:
        """Return everything that the reader can open: the channels and their direct messages."""
        dm = self.dm()
        return [*self.channels(), dm] if dm else self.channels()

    def name(self, channel: Channel) -> str:
        """Return what a channel is called; direct messages by whom they are with."""
        is_dm = channel.type is ChannelType.DM
        return self.world.application.name if is_dm else channel.name

    def label(self, channel: Channel) -> str:
        """Return a channel's name with its mark; a thread has none."""
        mark = "@" if channel.type is ChannelType.DM else "#"
        return self.name(channel) if channel.thread else f"{mark}{self.name(channel)}"

    def names(self) -> list[str]:
        """Return what the reader can mention: people, roles that hear it, channels to write in."""
        users = [f"@{user.name}" for user in self.users()]
        roles = [f"@{role.name}" for role in self.roles() if role.mentionable]
        closed = (ChannelType.FORUM, ChannelType.CATEGORY)
        writable = [c for c in self.channels() if not c.thread and c.type not in closed]
        return users + roles + [self.label(channel) for channel in writable]

    def channels(self) -> list[Channel]:
        """Return the server's channels and threads that the reader sees."""
        return [c for c in self.world.guild_channels(self.demo.house.guild.id) if self.sees(c)]

    def sees(self, channel: Channel) -> bool:
        """Tell whether the reader sees a channel."""
        return self.world.can_view(self.reader.id, channel)

    def sees_message(self, message: Message) -> bool:
        """Tell whether the reader sees a message of a channel that they see."""
        return message.ephemeral_for in (None, self.reader.id)

    def channel(self, channel_id: int) -> Channel:
        """Return a channel that the reader may see.

        Raises:
            DiscordError: There is none (10003), or it is hidden (50001).
        """
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise unknown("Channel")
        if not self.sees(channel):
            raise missing_access()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """Return a message that the reader sees.

        Raises:
            DiscordError: 10008.
        """
        message = self.world.messages[channel.id].get(message_id)
        if message is None or not self.sees_message(message):
            raise unknown("Message")
        return message

    def newest(self, thread: Channel) -> Message | None:
        """Return the last message of a thread that everyone there sees."""
        seen = self.world.visible_messages(thread)
        own = [m for m in seen if m.type is not MessageType.THREAD_STARTER_MESSAGE]
        return own[-1] if own else None

    def is_bot_online(self) -> bool:
        """Tell whether the bot is connected."""
        return self.demo.bot.is_running and bool(self.demo.sandbox.gateway.live_sessions)

    # --- language ----------------------------------------------------------------------------

    def language(self) -> str:
        """Return `en` or `ko`, the reader's."""
        return language_of(self.reader.locale)

    def other(self) -> str:
        """Return the other language."""
        return "en" if self.language() == "ko" else "ko"

    def say(self, key: str, **values: Any) -> str:
        """Return a sentence of the page in the reader's language."""
        return self.sentence(key).format(**values)

    def sentence(self, key: str) -> str:
        """Return a sentence of the page with its places for values."""
        return SENTENCES[self.language()][key]
