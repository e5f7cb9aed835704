"""The attachments of a message: which are kept, made, refused, and shown by its embeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sandbox import limits
from sandbox.errors import DiscordError, invalid_form
from sandbox.files import Upload, keep_upload, require_size
from sandbox.models import Json, Message

if TYPE_CHECKING:
    from sandbox.checks.messages import Draft
    from sandbox.world import World

_SCHEME = "attachment://"
_MEDIA = (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url"))


def require_fitting(draft: Draft, uploads: Sequence[Upload], kept: Iterable[Json] = ()) -> None:
    """Make sure that every attachment of a draft is there, and that there is room for them.

    Args:
        draft: What a body says.
        uploads: What came with it.
        kept: The message's attachments until now.

    Raises:
        DiscordError: 40005, 30015, or 50035 for one that is named and did not come.
    """
    for upload in uploads:
        require_size(upload)
    known = {str(attachment["id"]) for attachment in kept}
    come = {str(upload.index) for upload in uploads}
    for index, named in enumerate(draft.attachments or ()):
        if named["id"] not in known | come:
            raise invalid_form(
                ("attachments", index), "ATTACHMENT_NOT_FOUND", "Attachment data not found"
            )
    if draft.attachments is not None:
        known &= {named["id"] for named in draft.attachments}
    if len(known) + len(uploads) > limits.ATTACHMENTS:
        raise DiscordError(400, 30015, "Maximum number of attachments in a message reached (10)")


def attach(world: World, message: Message, draft: Draft, uploads: Sequence[Upload]) -> None:
    """Give a message its attachments: those that its draft leaves, then those that came.

    Raises:
        DiscordError: As `require_fitting`.
    """
    require_fitting(draft, uploads, message.attachments)
    described: dict[str, Json] = {}
    if draft.attachments is not None:
        described = {attachment["id"]: attachment for attachment in draft.attachments}
        for gone in [a for a in message.attachments if a["id"] not in described]:
            world.files.remove(gone)
    kept = message.attachments
    if draft.attachments is not None:
        kept = [
            attachment | _description(described[attachment["id"]])
            for attachment in kept
            if attachment["id"] in described
        ]
    home = None if message.ephemeral_for else message.channel_id
    made = [
        keep_upload(world, upload, channel_id=home, given=described.get(str(upload.index)))
        for upload in uploads
    ]
    message.attachments = [*kept, *made]


def forget(world: World, message: Message) -> None:
    """Remove the files of a message that is gone."""
    for attachment in message.attachments:
        world.files.remove(attachment)


def shown_attachments(message: Message) -> list[Json]:
    """Return the attachments that stand below a message: its embeds have the others."""
    used = {
        embed[part][key].removeprefix(_SCHEME)
        for embed in message.embeds
        for part, key in _MEDIA
        if embed.get(part, {}).get(key, "").startswith(_SCHEME)
    }
    return [found for found in message.attachments if found["filename"] not in used]


def shown_embeds(message: Message) -> list[Json]:
    """Return a message's embeds with the addresses and sizes of the attachments they show."""
    named = {attachment["filename"]: attachment for attachment in message.attachments}
    return [_resolve(embed, named) for embed in message.embeds]


def _resolve(embed: Json, named: dict[str, Json]) -> Json:
    resolved = dict(embed)
    for part, key in _MEDIA:
        found = named.get(embed.get(part, {}).get(key, "").removeprefix(_SCHEME))
        if found is None or not embed[part][key].startswith(_SCHEME):
            continue
        resolved[part] = embed[part] | {key: found["url"], f"proxy_{key}": found["proxy_url"]}
        if key == "url":
            resolved[part] |= {name: found.get(name, 0) for name in ("width", "height")}
    return resolved


def _description(said: Json) -> Json:
    return {"description": said["description"]} if said.get("description") else {}
