"""Answers to interactions, and the messages behind their tokens (docs: Interaction endpoints)."""

from __future__ import annotations

from typing import Any

from sandbox import messages, objects
from sandbox.checks.messages import Draft, check_message
from sandbox.errors import Form, unknown
from sandbox.interactions import Interaction, Reply
from sandbox.models import Json, Message, MessageFlag
from sandbox.rest.routing import Answer, Call, route

_TOKEN = "/webhooks/{webhook_id}/{token}"  # noqa: S105 - a path
_ORIGINAL = f"{_TOKEN}/messages/@original"
_FOLLOWUP = f"{_TOKEN}/messages/{{message_id}}"


@route("POST", "/interactions/{interaction_id}/{token}/callback", authorized=False)
def answer_interaction(call: Call) -> Answer:
    """The first answer."""
    interaction = call.backend.interactions.answer(
        call.id("interaction_id"), call.params["token"], call.json(), call.uploads
    )
    if not call.flag("with_response"):
        return Answer(status=204)
    return Answer(data=_callback_json(call, interaction))


def _callback_json(call: Call, interaction: Interaction) -> Json:
    data: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    if interaction.original is None:
        return {"interaction": data}
    message = _existing(call, interaction, interaction.original)
    data |= {
        "response_message_id": str(message.id),
        "response_message_loading": bool(message.flags & MessageFlag.LOADING),
        "response_message_ephemeral": message.ephemeral_for is not None,
    }
    if interaction.reply not in (Reply.MESSAGE, Reply.UPDATE):
        return {"interaction": data}
    shown = objects.message_json(call.world, message)
    return {"interaction": data, "resource": {"type": int(interaction.reply), "message": shown}}


@route("POST", _TOKEN, authorized=False)
def create_followup(call: Call) -> Any:
    """A further message."""
    interaction = _interaction(call)
    draft = _draft(call)
    message = call.backend.interactions.follow_up(interaction, draft, call.uploads)
    return objects.message_json(call.world, message)


@route("GET", _ORIGINAL, authorized=False)
@route("GET", _FOLLOWUP, authorized=False)
def get_answer(call: Call) -> Any:
    """A message that answers."""
    return objects.message_json(call.world, _message(call, _interaction(call)))


@route("PATCH", _ORIGINAL, authorized=False)
@route("PATCH", _FOLLOWUP, authorized=False)
def edit_answer(call: Call) -> Any:
    """Edit a message that answers; a promised one appears."""
    message = _message(call, _interaction(call))
    messages.edit(call.world, message, _draft(call), call.uploads)
    return objects.message_json(call.world, message)


@route("DELETE", _ORIGINAL, authorized=False)
@route("DELETE", _FOLLOWUP, authorized=False)
def delete_answer(call: Call) -> Answer:
    """Delete a message that answers."""
    messages.delete(call.world, _message(call, _interaction(call)))
    return Answer(status=204)


def _interaction(call: Call) -> Interaction:
    return call.backend.interactions.by_token(call.id("webhook_id"), call.params["token"])


def _draft(call: Call) -> Draft:
    form = Form()
    draft = check_message(form, call.json())
    form.check()
    return draft


def _message(call: Call, interaction: Interaction) -> Message:
    if "message_id" not in call.params:
        if interaction.original is None:
            raise unknown("Message")
        return _existing(call, interaction, interaction.original)
    message_id = call.id("message_id")
    if message_id not in [interaction.original, *interaction.followups]:
        raise unknown("Message")
    return _existing(call, interaction, message_id)


def _existing(call: Call, interaction: Interaction, message_id: int) -> Message:
    message = call.world.messages.get(interaction.channel_id, {}).get(message_id)
    if message is None:
        raise unknown("Message")
    return message
