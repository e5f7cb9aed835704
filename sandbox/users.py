"""People: what a user of Discord's own client can do, and what the client refuses by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox import limits, messages, objects, reactions
from sandbox.checks.commands import CHAT_INPUT, MESSAGE
from sandbox.checks.components import BUTTON, SELECTS, STRING_SELECT, walk
from sandbox.checks.messages import PING_ALL, AllowedMentions, Draft
from sandbox.files import Upload
from sandbox.filling import (
    ClientRefusal,
    Filling,
    Given,
    PickedFile,
    command_data,
    fill_modal,
    find_leaf,
)
from sandbox.interactions import NO_ANSWER, Interaction, Interactions, Kind
from sandbox.limits import length
from sandbox.models import (
    Channel,
    ChannelType,
    Command,
    Json,
    Message,
    MessageType,
    User,
)
from sandbox.options import Options
from sandbox.permissions import Permission
from sandbox.world import World

_LINK_STYLE = 5
_WITH_PING = AllowedMentions(
    kinds=PING_ALL.kinds, users=frozenset(), roles=frozenset(), replied_user=True
)
_WITHOUT_PING = AllowedMentions(
    kinds=PING_ALL.kinds, users=frozenset(), roles=frozenset(), replied_user=False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user at their client.

    What waits for the bot returns the record of the interaction: with its first answer, and
    unless `settle` is false also with the message that a DEFER promised. The record goes on
    changing as the bot edits and follows up.
    """

    user: User
    world: World
    interactions: Interactions
    options: Options
    reachable: Callable[[], bool]
    settle_seconds: float = 15.0

    # --- commands ---------------------------------------------------------------------------

    async def run(
        self, channel: Channel, name: str, options: Given | None = None, *, settle: bool = True
    ) -> Interaction:
        """Run a slash command; `name` may be `group sub`.

        Raises:
            ClientRefusal: Unknown, forbidden, or its options do not fit.
        """
        return await self._end(self.begin_run(channel, name, options), settle=settle)

    def begin_run(self, channel: Channel, name: str, options: Given | None = None) -> Interaction:
        """Run a slash command without waiting.

        Raises:
            ClientRefusal: Unknown, forbidden, or its options do not fit.
        """
        command, path = self._find_slash(channel, name)
        filling = self._filling(channel)
        values = filling.fill(find_leaf(command, path), options or {})
        data = command_data(command, path, values) | filling.to_json()
        return self.interactions.begin(
            Kind.COMMAND,
            self.user.id,
            channel,
            data,
            name=name,
            message_type=MessageType.CHAT_INPUT_COMMAND,
        )

    async def complete(
        self,
        channel: Channel,
        name: str,
        option: str,
        text: str,
        options: Given | None = None,
    ) -> Interaction:
        """Type `text` into an option; the record's `choices` are what the bot offers.

        Raises:
            ClientRefusal: The option does not autocomplete.
        """
        command, path = self._find_slash(channel, name)
        specs = find_leaf(command, path)
        spec = next((spec for spec in specs if spec["name"] == option), None)
        if spec is None or not spec.get("autocomplete"):
            raise ClientRefusal(f"{option} does not autocomplete")
        filling = self._filling(channel)
        others = [spec for spec in specs if spec["name"] in (options or {})]
        values = filling.fill(others, options or {})
        # What is being typed goes out as it is: half a number is text, too.
        values.append({"type": spec["type"], "name": option, "value": text, "focused": True})
        data = command_data(command, path, values) | filling.to_json()
        begun = self.interactions.begin(Kind.AUTOCOMPLETE, self.user.id, channel, data, name=name)
        return await self._end(begun, settle=False)

    async def use_on_message(
        self, message: Message, name: str, *, settle: bool = True
    ) -> Interaction:
        """Choose a command in a message's context menu; in a thread also in that of its first one.

        Raises:
            ClientRefusal: Unknown or forbidden, or the message is a notice that only one user sees.
        """
        if message.ephemeral_for is not None:
            raise ClientRefusal("the menu of what only you can see has no commands")
        if message.type is MessageType.THREAD_STARTER_MESSAGE:
            # It is shown as the message that the thread was started from, and is that one.
            message = self.world.find_message(message.reference or {}) or message
        channel = self.world.channels[message.channel_id]
        command = self._find(channel, name, MESSAGE)
        target = objects.message_json(self.world, message)
        data = command_data(command, (), []) | {
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): target}},
        }
        data.pop("options", None)
        begun = self.interactions.begin(
            Kind.COMMAND,
            self.user.id,
            channel,
            data,
            name=name,
            message_type=MessageType.CONTEXT_MENU_COMMAND,
        )
        return await self._end(begun, settle=settle)

    def commands(self, channel: Channel) -> list[Command]:
        """Return the commands that the client offers here, a guild's own before global ones."""
        found = [
            command
            for command in self.world.commands.values()
            if command.guild_id in (None, channel.guild_id) and self._may_use(channel, command)
        ]
        found.sort(key=lambda command: command.guild_id is None)
        unique = {(command.body["type"], command.body["name"]): command for command in found[::-1]}
        return list(unique.values())[::-1]

    # --- components -------------------------------------------------------------------------

    async def click(
        self,
        message: Message,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        settle: bool = True,
    ) -> Interaction:
        """Click the first button that has this label or custom_id.

        Raises:
            ClientRefusal: There is none, or it is disabled or a link.
        """
        for button in self._components(message):
            if button["type"] != BUTTON or button["style"] == _LINK_STYLE:
                continue
            if button["custom_id"] == custom_id or (label and button.get("label") == label):
                data = {"component_type": BUTTON, "custom_id": button["custom_id"]}
                return await self._use(message, button, data, settle=settle)
        raise ClientRefusal(f"no button {label or custom_id!r}")

    async def choose(
        self, message: Message, *values: str, custom_id: str | None = None, settle: bool = True
    ) -> Interaction:
        """Choose values in the first select menu, or the one with this custom_id.

        Raises:
            ClientRefusal: There is none, it is disabled, or it does not offer these values.
        """
        for menu in self._components(message):
            if menu["type"] in SELECTS and custom_id in (None, menu["custom_id"]):
                return await self._choose(message, menu, values, settle=settle)
        raise ClientRefusal(f"no menu {custom_id!r}")

    async def _choose(
        self, message: Message, menu: Json, values: tuple[str, ...], *, settle: bool
    ) -> Interaction:
        if not menu["min_values"] <= len(values) <= menu["max_values"]:
            raise ClientRefusal(f"choose {menu['min_values']} to {menu['max_values']}")
        offered = {option["value"] for option in menu.get("options", [])}
        if menu["type"] == STRING_SELECT and not offered.issuperset(values):
            raise ClientRefusal(f"the menu offers {sorted(offered)}")
        filling = self._filling(self.world.channels[message.channel_id])
        data: Json = {"component_type": menu["type"], "custom_id": menu["custom_id"]}
        data["values"] = list(values)
        if menu["type"] != STRING_SELECT:
            for value in values:
                filling.resolve(int(value))
        return await self._use(message, menu, data | filling.to_json(), settle=settle)

    async def submit(
        self, opened: Interaction, fields: Mapping[str, str], *, settle: bool = True
    ) -> Interaction:
        """Fill in the modal that an interaction opened, by custom_id, and send it.

        Raises:
            ClientRefusal: No modal is open, or a field is missing or too long or short.
        """
        if opened.modal is None:
            raise ClientRefusal("no modal is open")
        filled = fill_modal(opened.modal, fields)
        data = {"custom_id": opened.modal["custom_id"], "components": filled}
        begun = self.interactions.begin(
            Kind.MODAL_SUBMIT,
            self.user.id,
            self.world.channels[opened.channel_id],
            data,
            name=opened.modal["custom_id"],
            source=opened.source,
            trigger=opened,
            message_type=opened.message_type,
        )
        return await self._end(begun, settle=settle)

    def _components(self, message: Message) -> list[Json]:
        if message.ephemeral_for not in (None, self.user.id):
            raise ClientRefusal("this message is not shown to them")
        return walk(message.components)

    async def _use(
        self, message: Message, component: Json, data: Json, *, settle: bool
    ) -> Interaction:
        if component.get("disabled"):
            raise ClientRefusal("it is disabled")
        begun = self.interactions.begin(
            Kind.COMPONENT,
            self.user.id,
            self.world.channels[message.channel_id],
            data,
            name=data["custom_id"],
            source=message,
        )
        return await self._end(begun, settle=settle)

    # --- messages ---------------------------------------------------------------------------

    def send(
        self,
        channel: Channel,
        content: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Sequence[PickedFile] = (),
    ) -> Message:
        """Write a message; a reply pings its author unless `ping` is false.

        Raises:
            ClientRefusal: It is too long.
            DiscordError: Discord refuses it: no permission, or empty.
        """
        if length(content) > limits.CONTENT:
            raise ClientRefusal("the message is too long")
        messages.require_sending(self.world, channel, self.user.id)
        reference = None
        if reply_to is not None:
            reference = {"message_id": str(reply_to.id), "channel_id": str(reply_to.channel_id)}
        draft = Draft(
            content=content.strip(),
            embeds=None,
            components=None,
            attachments=None,
            flags=0,
            mentions=_WITH_PING if ping else _WITHOUT_PING,
            reference=reference,
        )
        uploads = [
            Upload(index=index, filename=picked.name, content=picked.content)
            for index, picked in enumerate(files)
        ]
        return messages.send(self.world, channel, self.user.id, draft, uploads)

    def dm(self, content: str) -> Message:
        """Write a direct message to the bot."""
        return self.send(self.dm_channel(), content)

    def dm_channel(self) -> Channel:
        """Return the channel of direct messages with the bot."""
        return self.world.open_dm(self.user.id)

    def close_dms(self, *, closed: bool = True) -> None:
        """Take no more direct messages from the members of one's servers, or take them again."""
        self.user.dms_open = not closed

    def react(self, message: Message, emoji: str) -> None:
        """React with a Unicode emoji."""
        reactions.react(self.world, message, self.user.id, emoji)

    def unreact(self, message: Message, emoji: str) -> None:
        """Take a reaction back."""
        reactions.unreact(self.world, message, self.user.id, emoji)

    # --- what the client does by itself -----------------------------------------------------

    async def _end(self, begun: Interaction, *, settle: bool) -> Interaction:
        hub = self.world.hub
        if not self.reachable():
            # Nobody can answer; the client would wait for it all the same.
            self.interactions.fail(begun, NO_ANSWER)
            return begun
        try:
            await hub.wait_for(lambda: begun.acknowledged, timeout=self.options.interaction_seconds)
        except TimeoutError:
            self.interactions.fail(begun, NO_ANSWER)
            return begun
        if settle:
            await hub.wait_for(lambda: begun.done, timeout=self.settle_seconds)
        return begun

    def _filling(self, channel: Channel) -> Filling:
        return Filling(world=self.world, channel=channel, user_id=self.user.id)

    def _find_slash(self, channel: Channel, name: str) -> tuple[Command, tuple[str, ...]]:
        first, *rest = name.split()
        return self._find(channel, first, CHAT_INPUT), tuple(rest)

    def _find(self, channel: Channel, name: str, kind: int) -> Command:
        if channel.thread is not None and channel.thread.archived:
            raise ClientRefusal("the thread is archived")
        if channel.type in (ChannelType.FORUM, ChannelType.CATEGORY):
            raise ClientRefusal("there is nowhere to type")
        for command in self.commands(channel):
            names = {command.body["name"], *(command.body["name_localizations"] or {}).values()}
            if command.body["type"] == kind and name in names:
                return command
        raise ClientRefusal(f"there is no command {name!r} here")

    def _may_use(self, channel: Channel, command: Command) -> bool:
        contexts = command.body["contexts"]
        if channel.type is ChannelType.DM:
            in_dms = command.body["dm_permission"] if contexts is None else 1 in contexts
            return bool(in_dms) and command.guild_id is None
        may = self.world.permissions(self.user.id, channel)
        needed = command.body["default_member_permissions"]
        in_guilds = contexts is None or 0 in contexts
        if not (in_guilds and may & Permission.USE_APPLICATION_COMMANDS):
            return False
        if needed is None:
            return True
        if int(needed) == 0:
            return bool(may & Permission.ADMINISTRATOR)
        return not int(needed) & ~int(may)
