"""Application commands (docs: Application Commands), global and of a guild."""

from __future__ import annotations

from typing import Any

from sandbox import limits, objects
from sandbox.checks.commands import CHAT_INPUT, check_command
from sandbox.errors import DiscordError, Form, unknown
from sandbox.models import Command, Json
from sandbox.rest.routing import Answer, Call, route

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("GET", _GLOBAL)
@route("GET", _GUILD)
def list_commands(call: Call) -> Any:
    """The commands of a scope."""
    scope = _scope(call)
    shown = [objects.command_json(call.world, command) for command in _of_scope(call, scope)]
    if not call.flag("with_localizations"):
        shown = [_without_localizations(command) for command in shown]
    return shown


@route("PUT", _GLOBAL)
@route("PUT", _GUILD)
def overwrite_commands(call: Call) -> Any:
    """Replace the commands of a scope; those that keep type and name keep their id."""
    scope = _scope(call)
    items = call.body if call.body is not None else []
    form = Form()
    if not isinstance(items, list):
        form.bad_type("list")
        items = []
    bodies = [check_command(form, item, (index,)) for index, item in enumerate(items)]
    _check_set(form, bodies)
    form.check()
    _check_numbers(bodies)
    old = {_key(command.body): command for command in _of_scope(call, scope)}
    for command in old.values():
        del call.world.commands[command.id]
    kept = [_put(call, scope, body, old.get(_key(body))) for body in bodies]
    call.world.hub.note("COMMANDS", guild_id=scope)
    return [objects.command_json(call.world, command) for command in kept]


@route("POST", _GLOBAL)
@route("POST", _GUILD)
def create_command(call: Call) -> Answer:
    """Add a command, or replace the one of its type and name."""
    scope = _scope(call)
    form = Form()
    body = check_command(form, call.json())
    form.check()
    others = _of_scope(call, scope)
    old = next((command for command in others if _key(command.body) == _key(body)), None)
    _check_numbers([body, *(command.body for command in others if command is not old)])
    command = _put(call, scope, body, old)
    call.world.hub.note("COMMANDS", guild_id=scope)
    return Answer(data=objects.command_json(call.world, command), status=200 if old else 201)


@route("GET", f"{_GLOBAL}/{{command_id}}")
@route("GET", f"{_GUILD}/{{command_id}}")
def get_command(call: Call) -> Any:
    """One command."""
    return objects.command_json(call.world, _command(call))


@route("PATCH", f"{_GLOBAL}/{{command_id}}")
@route("PATCH", f"{_GUILD}/{{command_id}}")
def edit_command(call: Call) -> Any:
    """Change a command."""
    command = _command(call)
    form = Form()
    body = check_command(form, command.body | call.json())
    form.check()
    changed = _put(call, command.guild_id, body, command)
    return objects.command_json(call.world, changed)


@route("DELETE", f"{_GLOBAL}/{{command_id}}")
@route("DELETE", f"{_GUILD}/{{command_id}}")
def delete_command(call: Call) -> Answer:
    """Take a command away."""
    del call.world.commands[_command(call).id]
    return Answer(status=204)


def _scope(call: Call) -> int | None:
    """Return the guild whose commands are meant, or None for the global ones."""
    if call.id("application_id") != call.world.application.id:
        raise DiscordError(
            403, 20012, "You are not authorized to perform this action on this application"
        )
    if "guild_id" not in call.params:
        return None
    guild_id = call.id("guild_id")
    guild = call.world.guilds.get(guild_id)
    if guild is None or call.world.bot_id not in guild.members:
        raise DiscordError(403, 50001, "Missing Access")
    return guild_id


def _of_scope(call: Call, scope: int | None) -> list[Command]:
    return [command for command in call.world.commands.values() if command.guild_id == scope]


def _command(call: Call) -> Command:
    command = call.world.commands.get(call.id("command_id"))
    if command is None or command.guild_id != _scope(call):
        raise unknown("application command")
    return command


def _put(call: Call, scope: int | None, body: Json, old: Command | None) -> Command:
    if old is not None and old.body == body:
        command = old
    else:
        new_id = call.world.snowflakes.make()
        command = Command(id=old.id if old else new_id, version=new_id, guild_id=scope, body=body)
    call.world.commands[command.id] = command
    return command


def _key(body: Json) -> tuple[int, str]:
    return body["type"], body["name"]


def _check_set(form: Form, bodies: list[Json]) -> None:
    seen = set()
    for index, body in enumerate(bodies):
        if _key(body) in seen:
            form.add(
                (index, "name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add(_key(body))


def _check_numbers(bodies: list[Json]) -> None:
    for kind in {body["type"] for body in bodies}:
        most = limits.SLASH_COMMANDS if kind == CHAT_INPUT else limits.CONTEXT_COMMANDS
        if sum(body["type"] == kind for body in bodies) > most:
            raise DiscordError(
                400, 30032, f"Maximum number of application commands reached ({most})."
            )


def _without_localizations(command: Json) -> Json:
    hidden = ("name_localizations", "description_localizations")
    return {key: value for key, value in command.items() if key not in hidden}
