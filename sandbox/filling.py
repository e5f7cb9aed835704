"""What Discord's client makes of what a user types: options by their types, ids, modal fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox import objects
from sandbox.checks.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    SUBCOMMAND,
    USER_OPTION,
)
from sandbox.checks.components import TEXT_INPUT
from sandbox.errors import DiscordError
from sandbox.files import Upload, keep_upload
from sandbox.limits import length
from sandbox.models import Channel, Command, Json
from sandbox.transcript import localized
from sandbox.words import word
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file that a user chose for an option or a message."""

    name: str
    content: bytes


Value = str | int | float | bool | PickedFile
Given = Mapping[str, Value]
"""Options as a user gives them, by name; texts are converted."""

_BOOLEANS = {"true": True, "false": False}


class ClientRefusal(Exception):  # noqa: N818 - what the client says
    """The client does not even ask the bot; the text is what its user would read."""


@dataclass(slots=True, kw_only=True)
class Filling:
    """Fills in what one user sends from one channel, gathering what its ids stand for."""

    world: World
    channel: Channel
    user_id: int
    resolved: dict[str, Json] = field(default_factory=dict)

    def fill(self, specs: list[Json], given: Given) -> list[Json]:
        """Return the options of `specs` that are given.

        Raises:
            ClientRefusal: One is missing, unknown or does not fit.
        """
        unknown = set(given) - {spec["name"] for spec in specs}
        if unknown:
            raise ClientRefusal(f"there is no option {', '.join(sorted(unknown))}")
        filled = []
        for spec in specs:
            if spec["name"] in given:
                value = self._convert(spec, given[spec["name"]])
                filled.append({"type": spec["type"], "name": spec["name"], "value": value})
            elif spec.get("required"):
                raise self._refuse(spec, "option_missing")
        return filled

    def resolve(self, found: int) -> bool:
        """Gather the user, role or channel with this id; tell whether the user can name it."""
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        target = self.world.channels.get(found)
        if found in self.world.users:
            self._add_user(found)
        elif guild is not None and found in guild.roles:
            self._add("roles", found, objects.role_json(guild.roles[found]))
        elif target is not None and self.world.can_view(self.user_id, target):
            shown = objects.interaction_channel_json(self.world, target, self.user_id)
            self._add("channels", found, shown)
        else:
            return False
        return True

    def upload(self, picked: PickedFile) -> Json:
        """Send a file ahead, as the client does, and return its Attachment object.

        Raises:
            ClientRefusal: It is too large.
        """
        try:
            upload = Upload(index=0, filename=picked.name, content=picked.content)
            return keep_upload(self.world, upload, channel_id=None)
        except DiscordError:
            raise ClientRefusal(f"{picked.name} is too large") from None

    def to_json(self) -> Json:
        """Return what was gathered, as an interaction's data has it."""
        return {"resolved": self.resolved} if self.resolved else {}

    def _add(self, kind: str, key: int, value: Json) -> None:
        self.resolved.setdefault(kind, {})[str(key)] = value

    def _add_user(self, user_id: int) -> None:
        self._add("users", user_id, objects.user_json(self.world.users[user_id]))
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild is not None and user_id in guild.members:
            member = objects.member_json(self.world, guild.members[user_id], with_user=False)
            permissions = objects.permissions_in(self.world, self.channel, user_id)
            self._add("members", user_id, member | {"permissions": str(permissions)})

    def _convert(self, spec: Json, given: Value) -> Any:
        kind = spec["type"]
        if kind == ATTACHMENT or isinstance(given, PickedFile):
            return self._convert_file(spec, given)
        if kind in (USER_OPTION, CHANNEL, ROLE, MENTIONABLE):
            return self._convert_mention(spec, str(given))
        try:
            value = _convert_plain(kind, given)
            chosen = _pick_choice(spec["choices"], value) if spec.get("choices") else value
        except (ValueError, KeyError):
            raise self._refuse(spec, "option_unfit", given=given) from None
        size, unit = (length(value), "length") if isinstance(value, str) else (value, "value")
        low, high = spec.get(f"min_{unit}"), spec.get(f"max_{unit}")
        if not _is_between(size, low, high):
            raise self._refuse(spec, f"option_{unit}", low=low, high=high)
        return chosen

    def _convert_file(self, spec: Json, given: Value) -> str:
        if spec["type"] != ATTACHMENT or not isinstance(given, PickedFile):
            raise self._refuse(spec, "option_unfit", given=given)
        attachment = self.upload(given)
        self._add("attachments", int(attachment["id"]), attachment)
        return str(attachment["id"])

    def _convert_mention(self, spec: Json, given: str) -> str:
        """Take an id, a mention (`<#1>`, `<@1>`, `<@&1>`) or a name (`#general`, `@alice`)."""
        bare = given.strip("<#@!&>")
        found = int(bare) if bare.isdigit() else self._find_named(spec, bare)
        if found is None or not self.resolve(found):
            raise self._refuse(spec, "option_unknown", given=given)
        if not self._is_kind(spec["type"], found):
            raise self._refuse(spec, "option_unfit", given=given)
        target = self.world.channels.get(found)
        types = spec.get("channel_types")
        if target is not None and types and target.type not in types:
            raise self._refuse(spec, "option_channel_type", given=given)
        return str(found)

    def _refuse(self, spec: Json, key: str, **values: object) -> ClientRefusal:
        """Return what the user reads of an option, in the language of their client."""
        locale = self.world.users[self.user_id].locale
        return ClientRefusal(word(locale, key, option=localized(spec, "name", locale), **values))

    def _is_kind(self, kind: int, found: int) -> bool:
        """Tell whether an id that was resolved is of an option's type."""
        is_user, is_channel = found in self.world.users, found in self.world.channels
        if kind == MENTIONABLE:
            return not is_channel
        return {USER_OPTION: is_user, CHANNEL: is_channel}.get(kind, not (is_user or is_channel))

    def _find_named(self, spec: Json, name: str) -> int | None:
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild is None:
            return None
        channels = [(c.name, c.id) for c in self.world.guild_channels(guild.id)]
        users = [(self.world.users[user_id].name, user_id) for user_id in guild.members]
        roles = [(role.name.removeprefix("@"), role.id) for role in guild.roles.values()]
        found = {CHANNEL: channels, USER_OPTION: users, ROLE: roles}
        named = found.get(spec["type"], users + roles)
        return next((found for known, found in named if known == name), None)


def find_leaf(command: Command, path: tuple[str, ...]) -> list[Json]:
    """Return the options of a command, or of the subcommand at `path`.

    Raises:
        ClientRefusal: There is no such subcommand, or none is named and one must be.
    """
    specs: list[Json] = command.body.get("options", [])
    for name in path:
        nested = [s for s in specs if s["name"] == name and s["type"] in (SUBCOMMAND, GROUP)]
        if not nested:
            raise ClientRefusal(f"/{command.body['name']} has no {name!r}")
        specs = nested[0].get("options", [])
    if specs and specs[0]["type"] in (SUBCOMMAND, GROUP):
        raise ClientRefusal(f"/{command.body['name']} needs a subcommand")
    return specs


def command_data(command: Command, path: tuple[str, ...], values: list[Json]) -> Json:
    """Return the data of a command's interaction: its values below the subcommand at `path`."""
    options = values
    for depth, name in reversed(list(enumerate(path))):
        kind = GROUP if depth < len(path) - 1 else SUBCOMMAND
        options = [{"type": kind, "name": name, "options": options}]
    data: Json = {
        "id": str(command.id),
        "name": command.body["name"],
        "type": command.body["type"],
    }
    if options:
        data["options"] = options
    return data | ({"guild_id": str(command.guild_id)} if command.guild_id else {})


def fill_modal(modal: Json, fields: Mapping[str, str]) -> list[Json]:
    """Return a modal's components with the fields' values, by custom_id.

    Raises:
        ClientRefusal: A field is missing, or too long or short.
    """
    return [_fill_item(item, fields) for item in modal["components"]]


def _fill_item(item: Json, fields: Mapping[str, str]) -> Json:
    filled: Json = {"type": item["type"], "id": item["id"]}
    if "component" in item:
        return filled | {"component": _fill_input(item["component"], fields)}
    inner = [_fill_input(given, fields) for given in item.get("components", [])]
    return filled | ({"components": inner} if inner else {})


def _fill_input(item: Json, fields: Mapping[str, str]) -> Json:
    filled: Json = {"type": item["type"], "id": item["id"], "custom_id": item["custom_id"]}
    value = fields.get(item["custom_id"], item.get("value", ""))
    if item["type"] != TEXT_INPUT:
        return filled | {"values": [value] if value else []}
    if item["required"] and not value:
        raise ClientRefusal(f"{item['custom_id']} is required")
    if value:
        high = item.get("max_length")
        if not _is_between(length(value), item.get("min_length"), high):
            raise ClientRefusal(f"{item['custom_id']} is too long or too short")
    return filled | {"value": value}


def _convert_plain(kind: int, given: str | float | bool) -> Any:
    """Return the value of a number, a boolean or a text.

    Raises:
        ValueError: It is none.
        KeyError: It is none.
    """
    if kind == INTEGER:
        return int(given)
    if kind == NUMBER:
        return float(given)
    if kind == BOOLEAN:
        return _BOOLEANS[str(given).lower()]
    return str(given)


def _is_between(size: Any, low: Any, high: Any) -> bool:
    return (low is None or size >= low) and (high is None or size <= high)


def _pick_choice(choices: list[Json], value: Any) -> Any:
    """Return the value of a choice that is given by it or by its name.

    Raises:
        ValueError: There is none.
    """
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    raise ValueError(value)
