"""People: what a user of Discord's own client can do, and what the client refuses by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox import messages, objects
from sandbox.checks.commands import (
    BOOLEAN,
    CHANNEL,
    CHAT_INPUT,
    GROUP,
    INTEGER,
    MENTIONABLE,
    MESSAGE,
    NUMBER,
    ROLE,
    SUBCOMMAND,
    USER_OPTION,
)
from sandbox.checks.components import BUTTON, SELECTS, STRING_SELECT, TEXT_INPUT, walk
from sandbox.checks.messages import PING_ALL, AllowedMentions, Draft
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

Given = Mapping[str, str | int | float | bool]
_BOOLEANS = {"true": True, "false": False}
_LINK_STYLE = 5
_WITH_PING = AllowedMentions(
    kinds=PING_ALL.kinds, users=frozenset(), roles=frozenset(), replied_user=True
)
_WITHOUT_PING = AllowedMentions(
    kinds=PING_ALL.kinds, users=frozenset(), roles=frozenset(), replied_user=False
)


class ClientRefusal(Exception):  # noqa: N818 - what the client says
    """The client does not even ask the bot; the text is what its user would read."""


@dataclass(slots=True)
class _Resolved:
    """The objects that an interaction's ids stand for."""

    world: World
    channel: Channel
    data: dict[str, Json] = field(default_factory=dict)

    def add(self, kind: str, key: int, value: Json) -> None:
        self.data.setdefault(kind, {})[str(key)] = value

    def add_user(self, user_id: int) -> None:
        self.add("users", user_id, objects.user_json(self.world.users[user_id]))
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild is not None and user_id in guild.members:
            member = objects.member_json(self.world, guild.members[user_id], with_user=False)
            permissions = objects.permissions_in(self.world, self.channel, user_id)
            self.add("members", user_id, member | {"permissions": str(permissions)})


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
        resolved = _Resolved(self.world, channel)
        values = self._fill(channel, _leaf(command, path), options or {}, resolved)
        data = _command_data(command, path, values) | _resolved_data(resolved)
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
        specs = _leaf(command, path)
        spec = next((spec for spec in specs if spec["name"] == option), None)
        if spec is None or not spec.get("autocomplete"):
            raise ClientRefusal(f"{option} does not autocomplete")
        resolved = _Resolved(self.world, channel)
        others = [spec for spec in specs if spec["name"] in (options or {})]
        values = self._fill(channel, others, options or {}, resolved)
        # What is being typed goes out as it is: half a number is text, too.
        values.append({"type": spec["type"], "name": option, "value": text, "focused": True})
        data = _command_data(command, path, values) | _resolved_data(resolved)
        begun = self.interactions.begin(Kind.AUTOCOMPLETE, self.user.id, channel, data, name=name)
        return await self._end(begun, settle=False)

    async def use_on_message(
        self, message: Message, name: str, *, settle: bool = True
    ) -> Interaction:
        """Choose a command in a message's context menu.

        Raises:
            ClientRefusal: Unknown or forbidden.
        """
        channel = self.world.channels[message.channel_id]
        command = self._find(channel, name, MESSAGE)
        target = objects.message_json(self.world, message)
        data = _command_data(command, (), []) | {
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
        resolved = _Resolved(self.world, self.world.channels[message.channel_id])
        data: Json = {"component_type": menu["type"], "custom_id": menu["custom_id"]}
        data["values"] = list(values)
        if menu["type"] != STRING_SELECT:
            for value in values:
                self._resolve_any(resolved, int(value))
        return await self._use(message, menu, data | _resolved_data(resolved), settle=settle)

    async def submit(
        self, opened: Interaction, fields: Mapping[str, str], *, settle: bool = True
    ) -> Interaction:
        """Fill in the modal that an interaction opened, by custom_id, and send it.

        Raises:
            ClientRefusal: No modal is open, or a field is missing or too long or short.
        """
        if opened.modal is None:
            raise ClientRefusal("no modal is open")
        filled = [_fill_modal(item, fields) for item in opened.modal["components"]]
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
    ) -> Message:
        """Write a message; a reply pings its author unless `ping` is false.

        Raises:
            DiscordError: Discord refuses it: no permission, too long, empty.
        """
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
        if length(content) > _CONTENT_OF_USERS:
            raise ClientRefusal("the message is too long")
        return messages.send(self.world, channel, self.user.id, draft)

    def dm(self, content: str, *, reply_to: Message | None = None, ping: bool = True) -> Message:
        """Write a direct message to the bot."""
        return self.send(self.dm_channel(), content, reply_to=reply_to, ping=ping)

    def dm_channel(self) -> Channel:
        """Return the channel of direct messages with the bot."""
        return self.world.open_dm(self.user.id)

    def react(self, message: Message, emoji: str) -> None:
        """React with a Unicode emoji."""
        messages.react(self.world, message, self.user.id, emoji)

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

    def _find_slash(self, channel: Channel, name: str) -> tuple[Command, tuple[str, ...]]:
        first, *rest = name.split()
        return self._find(channel, first, CHAT_INPUT), tuple(rest)

    def _find(self, channel: Channel, name: str, kind: int) -> Command:
        if channel.thread is not None and channel.thread.archived:
            raise ClientRefusal("the thread is archived")
        for command in self.commands(channel):
            names = {command.body["name"], *(command.body["name_localizations"] or {}).values()}
            if command.body["type"] == kind and name in names:
                return command
        raise ClientRefusal(f"there is no command {name!r} here")

    def _may_use(self, channel: Channel, command: Command) -> bool:
        if channel.type is ChannelType.DM:
            contexts = command.body["contexts"]
            in_dms = command.body["dm_permission"] if contexts is None else 1 in contexts
            return bool(in_dms) and command.guild_id is None
        may = self.world.permissions(self.user.id, channel)
        needed = command.body["default_member_permissions"]
        if not may & Permission.USE_APPLICATION_COMMANDS:
            return False
        if needed is None:
            return True
        if int(needed) == 0:
            return bool(may & Permission.ADMINISTRATOR)
        return not int(needed) & ~int(may)

    def _fill(
        self, channel: Channel, specs: list[Json], given: Given, resolved: _Resolved
    ) -> list[Json]:
        unknown = set(given) - {spec["name"] for spec in specs}
        if unknown:
            raise ClientRefusal(f"there is no option {', '.join(sorted(unknown))}")
        filled = []
        for spec in specs:
            if spec["name"] in given:
                value = self._convert(channel, spec, given[spec["name"]], resolved)
                filled.append({"type": spec["type"], "name": spec["name"], "value": value})
            elif spec.get("required"):
                raise ClientRefusal(f"{spec['name']} is required")
        return filled

    def _convert(
        self, channel: Channel, spec: Json, given: str | float | bool, resolved: _Resolved
    ) -> Any:
        kind = spec["type"]
        if kind in (USER_OPTION, CHANNEL, ROLE, MENTIONABLE):
            return self._convert_mention(channel, spec, str(given), resolved)
        value = _convert_plain(kind, given)
        if isinstance(value, str):
            _check_range(length(value), spec.get("min_length"), spec.get("max_length"), spec)
        elif kind in (INTEGER, NUMBER):
            _check_range(value, spec.get("min_value"), spec.get("max_value"), spec)
        choices = spec.get("choices")
        if choices:
            value = _pick_choice(choices, value, spec)
        return value

    def _convert_mention(
        self, channel: Channel, spec: Json, given: str, resolved: _Resolved
    ) -> str:
        """Take an id, a mention (`<#1>`, `<@1>`, `<@&1>`) or a name (`#general`, `@alice`)."""
        bare = given.strip("<#@!&>")
        found = int(bare) if bare.isdigit() else self._find_named(channel, spec, bare)
        if found is None or not self._resolve_any(resolved, found):
            raise ClientRefusal(f"{spec['name']}: {given} is not known here")
        target = self.world.channels.get(found)
        types = spec.get("channel_types")
        if target is not None and types and target.type not in types:
            raise ClientRefusal(f"{spec['name']}: {given} is no channel of that type")
        return str(found)

    def _find_named(self, channel: Channel, spec: Json, name: str) -> int | None:
        guild = self.world.guilds.get(channel.guild_id or 0)
        if guild is None:
            return None
        if spec["type"] == CHANNEL:
            named = [(c.name, c.id) for c in self.world.guild_channels(guild.id)]
        else:
            named = [(self.world.users[user_id].name, user_id) for user_id in guild.members]
            named += [(role.name, role.id) for role in guild.roles.values()]
        return next((found for known, found in named if known == name), None)

    def _resolve_any(self, resolved: _Resolved, found: int) -> bool:
        guild = self.world.guilds.get(resolved.channel.guild_id or 0)
        if found in self.world.users:
            resolved.add_user(found)
        elif guild is not None and found in guild.roles:
            resolved.add("roles", found, objects.role_json(guild.roles[found]))
        elif found in self.world.channels and self.world.can_view(
            self.user.id, self.world.channels[found]
        ):
            target = self.world.channels[found]
            shown = objects.interaction_channel_json(self.world, target, self.user.id)
            resolved.add("channels", found, shown)
        else:
            return False
        return True


_CONTENT_OF_USERS = 2000


def _leaf(command: Command, path: tuple[str, ...]) -> list[Json]:
    """Return the options of a command, or of the subcommand at `path`."""
    specs: list[Json] = command.body.get("options", [])
    for name in path:
        nested = [s for s in specs if s["name"] == name and s["type"] in (SUBCOMMAND, GROUP)]
        if not nested:
            raise ClientRefusal(f"/{command.body['name']} has no {name!r}")
        specs = nested[0].get("options", [])
    if specs and specs[0]["type"] in (SUBCOMMAND, GROUP):
        raise ClientRefusal(f"/{command.body['name']} needs a subcommand")
    return specs


def _command_data(command: Command, path: tuple[str, ...], values: list[Json]) -> Json:
    options = values
    for depth, name in reversed(list(enumerate(path))):
        is_group = depth < len(path) - 1
        kind = GROUP if is_group else SUBCOMMAND
        options = [{"type": kind, "name": name, "options": options}]
    data: Json = {
        "id": str(command.id),
        "name": command.body["name"],
        "type": command.body["type"],
    }
    if options:
        data["options"] = options
    return data | ({"guild_id": str(command.guild_id)} if command.guild_id else {})


def _resolved_data(resolved: _Resolved) -> Json:
    return {"resolved": resolved.data} if resolved.data else {}


def _convert_plain(kind: int, given: str | float | bool) -> Any:
    try:
        if kind == INTEGER:
            return int(given)
        if kind == NUMBER:
            return float(given)
        if kind == BOOLEAN:
            return _BOOLEANS[str(given).lower()]
    except (ValueError, KeyError):
        raise ClientRefusal(f"{given!r} does not fit") from None
    return str(given)


def _check_range(value: Any, low: Any, high: Any, spec: Json) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        raise ClientRefusal(f"{spec['name']}: not between {low} and {high}")


def _pick_choice(choices: list[Json], value: Any, spec: Json) -> Any:
    for choice in choices:
        if value == choice["value"] or value == choice["name"]:
            return choice["value"]
    raise ClientRefusal(f"{spec['name']}: {value!r} is no choice")


def _fill_modal(item: Json, fields: Mapping[str, str]) -> Json:
    if "component" in item:
        return {"type": item["type"], "id": item["id"]} | {
            "component": _fill_input(item["component"], fields)
        }
    inner = [_fill_input(given, fields) for given in item.get("components", [])]
    return {"type": item["type"], "id": item["id"]} | ({"components": inner} if inner else {})


def _fill_input(item: Json, fields: Mapping[str, str]) -> Json:
    filled: Json = {"type": item["type"], "id": item["id"], "custom_id": item["custom_id"]}
    value = fields.get(item["custom_id"], item.get("value", ""))
    if item["type"] != TEXT_INPUT:
        return filled | {"values": [value] if value else []}
    if item["required"] and not value:
        raise ClientRefusal(f"{item['custom_id']} is required")
    if value:
        high = item.get("max_length")
        _check_range(length(value), item.get("min_length"), high, {"name": item["custom_id"]})
    return filled | {"value": value}
