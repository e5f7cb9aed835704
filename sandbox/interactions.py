"""Interactions (docs: Receiving and Responding): their records, and what answers do to them."""

from __future__ import annotations

import asyncio
import enum
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox import limits, messages, objects
from sandbox.checks import values
from sandbox.checks.commands import STRING, check_choice
from sandbox.checks.components import check_modal
from sandbox.checks.messages import Draft, check_message
from sandbox.errors import DiscordError, Form, invalid_webhook_token, unknown
from sandbox.events import Change
from sandbox.files import Upload
from sandbox.messages import Origin
from sandbox.models import (
    Channel,
    Json,
    Message,
    MessageFlag,
    MessageType,
)
from sandbox.options import Options
from sandbox.world import World

NO_ANSWER = "The application did not respond"


class Kind(enum.IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Reply(enum.IntEnum):
    """Types of an interaction's first answer."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_ALLOWED = {
    Kind.COMMAND: {Reply.MESSAGE, Reply.DEFER, Reply.MODAL},
    Kind.COMPONENT: {
        Reply.MESSAGE,
        Reply.DEFER,
        Reply.DEFER_UPDATE,
        Reply.UPDATE,
        Reply.MODAL,
    },
    Kind.AUTOCOMPLETE: {Reply.CHOICES},
    Kind.MODAL_SUBMIT: {Reply.MESSAGE, Reply.DEFER},
}


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One interaction and what came of it; it changes as the bot answers.

    Attributes:
        name: The command's name, or the custom_id.
        data: What was sent to the bot.
        source: The message whose component it came from, or None.
        metadata: What messages that answer it say of it.
        started: The event loop's time when it began.
        created_at: The sandbox's time when it began.
        seconds: Real seconds to the first answer, or None.
        reply: The first answer's type, or None.
        original: The id of the message `@original` stands for, or None.
        followups: The ids of the messages that followed.
        modal: The modal that it opened, or None.
        choices: What autocomplete offered, or None.
        error: What its user reads when it failed, or None.
    """

    id: int
    token: str
    kind: Kind
    name: str
    user_id: int
    channel_id: int
    guild_id: int | None
    data: Json
    metadata: Json
    started: float
    created_at: datetime
    message_type: MessageType
    world: World
    source: Message | None = None
    seconds: float | None = None
    reply: Reply | None = None
    original: int | None = None
    followups: list[int] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    error: str | None = None

    @property
    def acknowledged(self) -> bool:
        """Whether the bot answered in time."""
        return self.reply is not None

    @property
    def deferred(self) -> bool:
        """Whether the first answer only promised one."""
        return self.reply in (Reply.DEFER, Reply.DEFER_UPDATE)

    @property
    def thinking(self) -> bool:
        """Whether the promised message is still to come."""
        first = self._find(self.original)
        return bool(self.reply is Reply.DEFER and first and first.flags & MessageFlag.LOADING)

    @property
    def done(self) -> bool:
        """Whether there is something to show, or it failed."""
        if self.error is not None:
            return True
        return self.acknowledged and not self.thinking

    @property
    def messages(self) -> list[Message]:
        """The messages that answer it, as they are now: the first, then those that followed.

        The message that an UPDATE changed is among them; one that was deleted is not.
        """
        shown = [] if self.reply in (Reply.CHOICES, Reply.MODAL) else [self.original]
        found = [self._find(message_id) for message_id in [*shown, *self.followups]]
        return [message for message in found if message is not None]

    @property
    def message(self) -> Message:
        """The first of `messages`.

        Raises:
            LookupError: There is none.
        """
        if not self.messages:
            raise LookupError(f"nothing answers /{self.name}: {self.error}")
        return self.messages[0]

    @property
    def ephemeral(self) -> bool:
        """Whether only its user sees the first answer."""
        found = self.messages
        return bool(found and found[0].ephemeral_for is not None)

    def _find(self, message_id: int | None) -> Message | None:
        return self.world.messages.get(self.channel_id, {}).get(message_id or 0)


class Interactions:
    """Every interaction, by its id and its token."""

    def __init__(self, world: World, options: Options) -> None:
        self._world = world
        self._options = options
        self.all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def begin(
        self,
        kind: Kind,
        user_id: int,
        channel: Channel,
        data: Json,
        *,
        name: str,
        source: Message | None = None,
        trigger: Interaction | None = None,
        message_type: MessageType = MessageType.DEFAULT,
    ) -> Interaction:
        """Start an interaction and send it to the bot.

        Args:
            kind: Its type.
            user_id: Whose it is.
            channel: Where.
            data: What it says.
            name: What the record calls it.
            source: The message whose component was used, or None.
            trigger: The interaction that opened the modal which is submitted, or None.
            message_type: The type of the messages that answer it.
        """
        world = self._world
        made = Interaction(
            id=world.snowflakes.make(),
            token=secrets.token_urlsafe(96),
            kind=kind,
            name=name,
            user_id=user_id,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            data=data,
            metadata={},
            started=asyncio.get_running_loop().time(),
            created_at=world.now(),
            message_type=message_type,
            world=world,
            source=source,
        )
        made.metadata = _metadata(world, made, trigger)
        self.all[made.id] = self._by_token[made.token] = made
        world.hub.publish(
            Change(
                name="INTERACTION_CREATE",
                data=_payload(world, made, channel),
                guild_id=channel.guild_id,
                channel_id=channel.id,
            )
        )
        return made

    def fail(self, interaction: Interaction, sentence: str) -> None:
        """Let an interaction end with what its user reads instead of an answer."""
        interaction.error = sentence
        self._world.hub.note("INTERACTION_FAILED", id=str(interaction.id), error=sentence)

    def answer(
        self, interaction_id: int, token: str, body: Json, uploads: Sequence[Upload]
    ) -> Interaction:
        """Take the first answer to an interaction.

        Raises:
            DiscordError: 10062 when it is unknown or too late, 40060 the second time, 50035.
        """
        interaction = self.all.get(interaction_id)
        if interaction is None or not secrets.compare_digest(interaction.token, token):
            raise unknown("interaction")
        if interaction.acknowledged:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        seconds = asyncio.get_running_loop().time() - interaction.started
        if interaction.error is not None or seconds > self._options.interaction_seconds:
            raise unknown("interaction")
        reply = _check_reply(interaction, body)
        form = Form()
        data = values.mapping(form, body.get("data") or {}, ("data",))
        form.check()
        _apply(self._world, interaction, reply, data, uploads)
        interaction.reply, interaction.seconds = reply, seconds
        self._world.hub.note("INTERACTION_ANSWERED", id=str(interaction.id), type=int(reply))
        return interaction

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Return the interaction whose messages a token may change, for 15 minutes.

        Raises:
            DiscordError: 10015 for an unknown application or before the first answer, 50027.
        """
        if application_id != self._world.application.id:
            raise unknown("Webhook")
        interaction = self._by_token.get(token)
        if interaction is None:
            raise invalid_webhook_token()
        age = self._world.now() - interaction.created_at
        if age >= timedelta(minutes=limits.TOKEN_MINUTES):
            raise invalid_webhook_token()
        if not interaction.acknowledged:
            raise unknown("Webhook")
        return interaction

    def follow_up(
        self, interaction: Interaction, draft: Draft, uploads: Sequence[Upload]
    ) -> Message:
        """Send a further message; right after a DEFER it becomes the promised one."""
        if interaction.thinking:
            messages.edit(self._world, interaction.message, draft, uploads)
            return interaction.message
        channel = self._world.channels[interaction.channel_id]
        is_ephemeral = draft.flags & MessageFlag.EPHEMERAL
        origin = Origin(
            type=MessageType.DEFAULT,
            metadata=interaction.metadata,
            ephemeral_for=interaction.user_id if is_ephemeral else None,
        )
        message = messages.send(
            self._world, channel, self._world.bot_id, draft, uploads, origin=origin
        )
        interaction.followups.append(message.id)
        self._world.hub.note("INTERACTION_FOLLOWED", id=str(interaction.id))
        return message


def _check_reply(interaction: Interaction, body: Json) -> Reply:
    allowed = sorted(_ALLOWED[interaction.kind])
    if interaction.kind is Kind.MODAL_SUBMIT and interaction.source is not None:
        allowed += [Reply.DEFER_UPDATE, Reply.UPDATE]
    form = Form()
    if body.get("type") not in allowed:
        form.bad_choice([int(reply) for reply in allowed], "type")
    form.check()
    return Reply(body["type"])


def _apply(
    world: World,
    interaction: Interaction,
    reply: Reply,
    data: Json,
    uploads: Sequence[Upload],
) -> None:
    form = Form()
    if reply is Reply.CHOICES:
        interaction.choices = _check_choices(form, interaction, data)
        form.check()
    elif reply is Reply.MODAL:
        modal = check_modal(form, data)
        form.check()
        interaction.modal = modal
    elif reply in (Reply.MESSAGE, Reply.DEFER):
        _send_first(world, interaction, reply, data, uploads)
    else:
        _update_source(world, interaction, reply, data, uploads)


def _check_choices(form: Form, interaction: Interaction, data: Json) -> list[Json]:
    focused = _focused(interaction.data.get("options", []))
    kind = focused["type"] if focused else STRING
    path = ("data", "choices")
    items = values.listing(form, data.get("choices"), path, high=limits.COMMAND_CHOICES)
    return [check_choice(form, i, (*path, n), kind=kind) for n, i in enumerate(items)]


def _focused(options: list[Json]) -> Json | None:
    for option in options:
        found = option if option.get("focused") else _focused(option.get("options", []))
        if found:
            return found
    return None


def _send_first(
    world: World,
    interaction: Interaction,
    reply: Reply,
    data: Json,
    uploads: Sequence[Upload],
) -> None:
    form = Form()
    draft = check_message(form, data, ("data",))
    form.check()
    is_ephemeral = draft.flags & MessageFlag.EPHEMERAL
    origin = Origin(
        type=interaction.message_type,
        metadata=interaction.metadata,
        ephemeral_for=interaction.user_id if is_ephemeral else None,
        loading=reply is Reply.DEFER,
    )
    channel = world.channels[interaction.channel_id]
    message = messages.send(world, channel, world.bot_id, draft, uploads, origin=origin)
    interaction.original = message.id


def _update_source(
    world: World,
    interaction: Interaction,
    reply: Reply,
    data: Json,
    uploads: Sequence[Upload],
) -> None:
    source = interaction.source
    if source is None or source.id not in world.messages.get(interaction.channel_id, {}):
        raise unknown("Message")
    if reply is Reply.UPDATE:
        form = Form()
        draft = check_message(form, data, ("data",))
        form.check()
        messages.edit(world, source, draft, uploads)
    interaction.original = source.id


def _metadata(world: World, interaction: Interaction, trigger: Interaction | None) -> Json:
    kind = Kind.COMMAND if interaction.kind is Kind.AUTOCOMPLETE else interaction.kind
    data: Json = {
        "id": str(interaction.id),
        "type": int(kind),
        "user": objects.user_json(world.users[interaction.user_id]),
        "authorizing_integration_owners": _owners(interaction),
    }
    if interaction.kind is Kind.COMPONENT and interaction.source is not None:
        data["interacted_message_id"] = str(interaction.source.id)
    if trigger is not None:
        data["triggering_interaction_metadata"] = trigger.metadata
    # A form that the command opened has no target of its own: its trigger has.
    if "target_id" in interaction.data:
        data["target_message_id"] = interaction.data["target_id"]
    return data


def _owners(interaction: Interaction) -> Json:
    return {"0": str(interaction.guild_id or 0)}


def _payload(world: World, interaction: Interaction, channel: Channel) -> Json:
    user_id = interaction.user_id
    data: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application.id),
        "type": int(interaction.kind),
        "data": interaction.data,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": objects.interaction_channel_json(world, channel, user_id),
        "locale": world.users[user_id].locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": _owners(interaction),
        "app_permissions": str(objects.permissions_in(world, channel, world.bot_id)),
        "attachment_size_limit": limits.FILE_BYTES,
    }
    if interaction.source is not None:
        data["message"] = objects.message_json(world, interaction.source)
    if channel.guild_id is None:
        return data | {"user": objects.user_json(world.users[user_id]), "context": 1}
    guild = world.guilds[channel.guild_id]
    return data | {
        "context": 0,
        "guild_id": str(guild.id),
        "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "member": objects.interaction_member_json(world, guild, channel, user_id),
    }
