"""The body of a message: what may be in it, and what it then says (docs: Create Message)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox import limits
from sandbox.checks import values
from sandbox.checks.components import check_components
from sandbox.checks.embeds import check_embeds
from sandbox.checks.values import Path
from sandbox.errors import Form, empty_message
from sandbox.models import Json, MessageFlag

_SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.EPHEMERAL | MessageFlag.SUPPRESS_NOTIFICATIONS
_MENTION_KINDS = ("users", "roles", "everyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedMentions:
    """Whom a message may ping."""

    kinds: frozenset[str]
    users: frozenset[int]
    roles: frozenset[int]
    replied_user: bool


PING_ALL = AllowedMentions(
    kinds=frozenset(_MENTION_KINDS), users=frozenset(), roles=frozenset(), replied_user=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A checked message body; None where the body does not speak of it."""

    content: str | None
    embeds: list[Json] | None
    components: list[Json] | None
    attachments: list[Json] | None
    flags: int
    mentions: AllowedMentions
    nonce: str | int | None = None
    enforce_nonce: bool = False
    reference: Json | None = None


def check_message(form: Form, value: Any, path: Path = ()) -> Draft:
    """Return the draft that a body describes, noting every fault in `form`."""
    body = values.mapping(form, value, path)
    flags = body.get("flags") or 0
    if not isinstance(flags, int) or flags & ~_SETTABLE:
        form.add((*path, "flags"), "INVALID_FLAGS", "The sandbox knows no such message flags")
        flags = 0
    content = values.text(form, body.get("content"), (*path, "content"), high=limits.CONTENT)
    return Draft(
        content=content if "content" in body else None,
        embeds=check_embeds(form, body["embeds"], (*path, "embeds")) if "embeds" in body else None,
        components=check_components(form, body["components"], (*path, "components"))
        if "components" in body
        else None,
        attachments=_check_attachments(form, body["attachments"], (*path, "attachments"))
        if "attachments" in body
        else None,
        flags=flags,
        mentions=check_mentions(form, body.get("allowed_mentions"), (*path, "allowed_mentions")),
        nonce=_check_nonce(form, body.get("nonce"), (*path, "nonce")),
        enforce_nonce=values.flag(form, body.get("enforce_nonce"), (*path, "enforce_nonce")),
        reference=_check_reference(form, body.get("message_reference"), path),
    )


def require_content(
    content: str, embeds: list[Json], components: list[Json], attachments: list[Json]
) -> None:
    """Make sure that a message shows something.

    Raises:
        DiscordError: 50006.
    """
    if not (content.strip() or embeds or components or attachments):
        raise empty_message()


def check_mentions(form: Form, value: Any, path: Path) -> AllowedMentions:
    """Return whom a body lets ping; everyone where it does not say."""
    if value is None:
        return PING_ALL
    body = values.mapping(form, value, path)
    high = len(_MENTION_KINDS)
    kinds = values.listing(form, body.get("parse"), (*path, "parse"), high=high)
    for index, kind in enumerate(kinds):
        if kind not in _MENTION_KINDS:
            form.bad_choice(_MENTION_KINDS, *path, "parse", index)
    ids: dict[str, frozenset[int]] = {}
    for key in ("users", "roles"):
        items = values.listing(form, body.get(key), (*path, key), high=limits.MENTION_IDS)
        ids[key] = frozenset(
            values.snowflake(form, item, (*path, key, index)) for index, item in enumerate(items)
        )
        if items and key in kinds:
            form.add(
                path,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.',
            )
    return AllowedMentions(
        kinds=frozenset(kind for kind in kinds if kind in _MENTION_KINDS),
        users=ids["users"],
        roles=ids["roles"],
        replied_user=values.flag(form, body.get("replied_user"), (*path, "replied_user")),
    )


def _check_nonce(form: Form, value: Any, path: Path) -> str | int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if not isinstance(value, str):
        form.bad_type("string", *path)
        return None
    if limits.length(value) > limits.NONCE:
        form.too_long(limits.NONCE, *path)
    return value


def _check_reference(form: Form, value: Any, path: Path) -> Json | None:
    if value is None:
        return None
    inner = (*path, "message_reference")
    given = values.mapping(form, value, inner)
    checked: Json = {
        "message_id": values.snowflake(form, given.get("message_id"), (*inner, "message_id")),
        "fail_if_not_exists": given.get("fail_if_not_exists") is not False,
    }
    if given.get("channel_id") is not None:
        checked["channel_id"] = values.snowflake(form, given["channel_id"], (*inner, "channel_id"))
    return checked


def _check_attachments(form: Form, value: Any, path: Path) -> list[Json]:
    items = values.listing(form, value, path, high=limits.ATTACHMENTS)
    return [_check_attachment(form, item, (*path, index)) for index, item in enumerate(items)]


def _check_attachment(form: Form, value: Any, path: Path) -> Json:
    item = values.mapping(form, value, path)
    checked: Json = {"id": str(values.snowflake(form, item.get("id"), (*path, "id")))}
    for key, high in (
        ("filename", limits.ATTACHMENT_NAME),
        ("description", limits.ATTACHMENT_DESCRIPTION),
    ):
        shown = values.text(form, item.get(key), (*path, key), high=high)
        if shown:
            checked[key] = shown
    return checked
