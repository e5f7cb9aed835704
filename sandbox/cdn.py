"""The addresses of attachments: what is behind them, for bots and for people (docs: Reference)."""

from __future__ import annotations

import asyncio
from datetime import datetime

from aiohttp import web

from sandbox.faults import Faults, Trouble
from sandbox.files import Files, content_type
from sandbox.requests import LoggedRequest

PATH = "/attachments/{home}/{attachment_id}/{filename}"
PRIVATE_PATH = "/ephemeral-attachments/{home}/{attachment_id}/{filename}"


def is_picture(filename: str) -> bool:
    """Tell whether a file is shown, and not only given out."""
    return content_type(filename).startswith("image/")


def file_response(files: Files, attachment_id: str, filename: str) -> web.Response:
    """Return the answer for a file: a picture to look at, anything else to keep."""
    content = files.find(attachment_id, filename)
    if content is None:
        return web.Response(status=404, text="This content is no longer available.\n")
    how = "inline" if is_picture(filename) else "attachment"
    return web.Response(
        body=content,
        headers={
            "Content-Type": content_type(filename),
            "Content-Disposition": f'{how}; filename="{filename}"',
        },
    )


async def serve_file(
    request: web.Request, files: Files, faults: Faults, now: datetime
) -> web.StreamResponse:
    """Answer a request for a file, unless a fault with its template meets it."""
    is_private = request.path.startswith("/ephemeral")
    logged = LoggedRequest(
        number=None,
        method=request.method,
        path=request.path,
        query=dict(request.query),
        at=asyncio.get_running_loop().time(),
        sandbox_time=now,
        template=PRIVATE_PATH if is_private else PATH,
    )
    fault = faults.pick(logged)
    if fault is not None:
        if fault.trouble is Trouble.STALL:
            await asyncio.sleep(fault.seconds)
        elif fault.trouble in (Trouble.DROP_BEFORE, Trouble.DROP_AFTER):
            if request.transport is not None:
                request.transport.abort()
        else:
            return web.Response(status=429 if fault.trouble is Trouble.LIMIT else fault.status)
    found = request.match_info
    return file_response(files, found["attachment_id"], found["filename"])
