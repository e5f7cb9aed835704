"""The commands that the page offers: slash commands with their options, and a message's own."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.checks.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    CHAT_INPUT,
    GROUP,
    MENTIONABLE,
    MESSAGE,
    ROLE,
    SUBCOMMAND,
    USER_OPTION,
)
from sandbox.models import Channel, Json
from sandbox.page.view import View
from sandbox.transcript import localized


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The commands of whoever looks, in their language."""

    view: View

    def commands(self, channel: Channel) -> list[Json]:
        """Return the commands that are offered in a channel; a group's one by one."""
        slashes = self._bodies(channel, CHAT_INPUT)
        return [leaf for body in slashes for leaf in self._leaves(body, "", "")]

    def on_messages(self, channel: Channel) -> list[Json]:
        """Return the commands that are offered for a message of a channel."""
        found = self._bodies(channel, MESSAGE)
        return [{"name": body["name"], "label": self._local(body, "name")} for body in found]

    def _bodies(self, channel: Channel, kind: int) -> list[Json]:
        person = self.view.demo.person(self.view.reader)
        bodies = [command.body for command in person.commands(channel)]
        return [body for body in bodies if body["type"] == kind]

    def _leaves(self, body: Json, name: str, label: str) -> list[Json]:
        name = f"{name} {body['name']}".strip()
        label = f"{label} {self._local(body, 'name')}".strip()
        options: list[Json] = body.get("options") or []
        if options and options[0]["type"] in (SUBCOMMAND, GROUP):
            return [leaf for option in options for leaf in self._leaves(option, name, label)]
        shown = {"name": name, "label": label, "description": self._local(body, "description")}
        return [shown | {"options": [self._option(option) for option in options]}]

    def _option(self, option: Json) -> Json:
        return {
            "name": option["name"],
            "label": self._local(option, "name"),
            "description": self._local(option, "description"),
            "required": bool(option.get("required")),
            "file": option["type"] == ATTACHMENT,
            "completes": bool(option.get("autocomplete")),
            "choices": [
                {"name": name, "value": value} for name, value in self._choices(option).items()
            ],
        }

    def _choices(self, option: Json) -> dict[str, str | float]:
        """Return what can be chosen without asking the bot."""
        if option["type"] == BOOLEAN:
            return {"True": "true", "False": "false"}
        if option["type"] in (USER_OPTION, ROLE, MENTIONABLE):
            users = () if option["type"] == ROLE else self.view.users()
            roles = () if option["type"] == USER_OPTION else self.view.roles()
            return {f"@{found.name}": str(found.id) for found in (*users, *roles)}
        if option["type"] == CHANNEL:
            types = option.get("channel_types")
            fits = [c for c in self.view.channels() if not types or c.type in types]
            return {f"#{channel.name}": str(channel.id) for channel in fits}
        offered = option.get("choices") or ()
        return {self._local(choice, "name"): choice["value"] for choice in offered}

    def _local(self, body: Json, key: str) -> str:
        return localized(body, key, self.view.reader.locale)
