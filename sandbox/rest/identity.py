"""Who the bot is, and where its gateway is (docs: User, Application, Gateway)."""

from __future__ import annotations

from typing import Any

from sandbox import objects
from sandbox.checks import values
from sandbox.errors import Form, unknown
from sandbox.rest.routing import Call, route


@route("GET", "/users/@me")
def get_own_user(call: Call) -> Any:
    """The bot's account."""
    return objects.own_user_json(call.world.users[call.world.bot_id])


@route("GET", "/users/{user_id}")
def get_user(call: Call) -> Any:
    """Any account."""
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise unknown("User")
    return objects.user_json(user)


@route("GET", "/users/@me/guilds")
def list_own_guilds(call: Call) -> Any:
    """The guilds that the bot is in."""
    bot_id = call.world.bot_id
    return [
        objects.my_guild_json(guild, bot_id)
        for guild in call.world.guilds.values()
        if bot_id in guild.members
    ]


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Any:
    """A direct message channel; whether the user takes messages shows only when sending."""
    form = Form()
    recipient_id = values.snowflake(form, call.json().get("recipient_id"), ("recipient_id",))
    form.check()
    if recipient_id not in call.world.users or recipient_id == call.world.bot_id:
        raise unknown("User")
    return objects.channel_json(call.world, call.world.open_dm(recipient_id))


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def get_own_application(call: Call) -> Any:
    """The bot's application."""
    return objects.application_json(call.world, call.world.application)


@route("GET", "/gateway", authorized=False)
def get_gateway(call: Call) -> Any:
    """The gateway's address."""
    return {"url": call.backend.gateway.url}


@route("GET", "/gateway/bot")
def get_bot_gateway(call: Call) -> Any:
    """The gateway's address, and how many shards and sessions to start."""
    return {
        "url": call.backend.gateway.url,
        "shards": call.backend.gateway.recommended_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": max(0, 1000 - call.backend.gateway.identifies),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    }
