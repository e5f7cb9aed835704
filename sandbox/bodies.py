"""Bodies of requests: JSON, or multipart with files (docs: Reference, Uploading Files)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox import limits
from sandbox.errors import invalid_json, too_large
from sandbox.files import Upload
from sandbox.models import Json


async def read_body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    """Return a request's JSON (of a multipart body, its payload_json) and its files.

    Raises:
        DiscordError: 50109 for what is no JSON, 40005 for a body that is too large.
    """
    if (request.content_length or 0) > limits.REQUEST_BYTES:
        raise too_large()
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    return (_parse(raw), ()) if raw else (None, ())


async def _read_multipart(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body: Any = None
    fields: Json = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=False))
        if part.name == "payload_json":
            body = _parse(content)
        elif part.filename:
            uploads.append(_upload(part, content))
        else:
            fields[part.name or ""] = content.decode("utf-8", "replace")
    return (fields if body is None else body), tuple(uploads)


def _upload(part: BodyPartReader, content: bytes) -> Upload:
    digits = "".join(char for char in part.name or "" if char.isdigit())
    return Upload(index=int(digits or 0), filename=part.filename or "file", content=content)


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise invalid_json() from None
