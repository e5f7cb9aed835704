"""Embeds (docs: Message, Embed Object and Embed Limits)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox import limits
from sandbox.checks import values
from sandbox.checks.values import Path
from sandbox.errors import Form
from sandbox.limits import length
from sandbox.models import Json
from sandbox.objects import stamp

_LINKS = ("http", "https")
_MEDIA = ("http", "https", "attachment")


def check_embeds(form: Form, value: Any, path: Path = ("embeds",)) -> list[Json]:
    """Return the embeds as Discord stores them: rich, trimmed, without what is empty."""
    items = values.listing(form, value, path, high=limits.EMBEDS)
    checked = [
        _check_embed(form, values.mapping(form, item, (*path, index)), (*path, index))
        for index, item in enumerate(items)
    ]
    if sum(map(embed_length, items)) > limits.EMBED_TOTAL:
        form.add(
            path,
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {limits.EMBED_TOTAL}",
        )
    return checked


def embed_length(embed: Any) -> int:
    """Return what an embed counts towards the total over a message's embeds."""
    if not isinstance(embed, dict):
        return 0
    texts = [embed.get("title"), embed.get("description")]
    texts.append(_part(embed.get("footer"), "text"))
    texts.append(_part(embed.get("author"), "name"))
    fields = embed.get("fields")
    for item in fields if isinstance(fields, list) else []:
        texts += [_part(item, "name"), _part(item, "value")]
    return sum(length(text) for text in texts if isinstance(text, str))


def _part(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _check_embed(form: Form, embed: Json, path: Path) -> Json:
    checked: Json = {"type": "rich"}
    for key, high in (
        ("title", limits.EMBED_TITLE),
        ("description", limits.EMBED_DESCRIPTION),
    ):
        trimmed = values.text(form, embed.get(key), (*path, key), high=high)
        if trimmed:
            checked[key] = trimmed
    if embed.get("url"):
        checked["url"] = values.url(
            form, embed["url"], (*path, "url"), high=limits.EMBED_URL, schemes=_LINKS
        )
    if embed.get("color") is not None:
        checked["color"] = values.whole(
            form, embed["color"], (*path, "color"), low=0, high=0xFFFFFF
        )
    checked |= _check_parts(form, embed, path)
    fields = values.listing(form, embed.get("fields"), (*path, "fields"), high=limits.EMBED_FIELDS)
    if fields:
        checked["fields"] = [
            _check_field(form, item, (*path, "fields", index)) for index, item in enumerate(fields)
        ]
    if len(checked) == 1 and embed.get("timestamp") is None:
        # Discord refuses an embed that shows nothing by asking for its description.
        form.required(*path, "description")
    return checked


def _check_parts(form: Form, embed: Json, path: Path) -> Json:
    checked: Json = {}
    for key, name, high in (
        ("author", "name", limits.EMBED_AUTHOR),
        ("footer", "text", limits.EMBED_FOOTER),
    ):
        if embed.get(key) is not None:
            part = values.mapping(form, embed[key], (*path, key))
            shown = values.text(form, part.get(name), (*path, key, name), high=high, required=True)
            checked[key] = {name: shown} | _addresses(form, part, (*path, key))
    for key in ("image", "thumbnail"):
        if embed.get(key) is not None:
            part = values.mapping(form, embed[key], (*path, key))
            address = values.url(
                form,
                part.get("url"),
                (*path, key, "url"),
                high=limits.EMBED_URL,
                schemes=_MEDIA,
            )
            checked[key] = {"url": address, "proxy_url": address, "width": 0, "height": 0}
    if embed.get("timestamp") is not None:
        checked["timestamp"] = _check_timestamp(form, embed["timestamp"], (*path, "timestamp"))
    return checked


def _addresses(form: Form, part: Json, path: Path) -> Json:
    checked = {}
    for key, schemes in (("url", _LINKS), ("icon_url", _MEDIA)):
        if part.get(key):
            checked[key] = values.url(
                form, part[key], (*path, key), high=limits.EMBED_URL, schemes=schemes
            )
    return checked


def _check_field(form: Form, item: Any, path: Path) -> Json:
    field = values.mapping(form, item, path)
    return {
        "name": values.text(
            form,
            field.get("name"),
            (*path, "name"),
            high=limits.EMBED_FIELD_NAME,
            required=True,
        ),
        "value": values.text(
            form,
            field.get("value"),
            (*path, "value"),
            high=limits.EMBED_FIELD_VALUE,
            required=True,
        ),
        "inline": values.flag(form, field.get("inline"), (*path, "inline")),
    }


def _check_timestamp(form: Form, value: Any, path: Path) -> str:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        form.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
        return ""
    return stamp(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
