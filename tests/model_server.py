"""A loopback server with the OpenAI-compatible protocol; what it answers is up to each test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Answering = Callable[[web.StreamResponse, dict[str, Any]], Awaitable[None]]


class ModelServer:
    """A loopback server whose answer a test decides; `requests` are the bodies it was sent.

    `status` and `headers` are what an answer begins with.
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.answering: Answering = say("")
        self.status = 200
        self.headers: dict[str, str] = {}

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for a completion."""
        body = await request.json()
        self.requests.append(body | {"authorization": request.headers.get("Authorization")})
        headers = {"Content-Type": "text/event-stream"} | self.headers
        response = web.StreamResponse(status=self.status, headers=headers)
        await response.prepare(request)
        await self.answering(response, body)
        return response


def chunk(text: str) -> bytes:
    """Return a piece of an answer as the protocol has it."""
    data = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }
    return f"data: {json.dumps(data)}\n\n".encode()


def say(*pieces: str) -> Answering:
    """Answer in pieces, to the end."""

    async def answering(response: web.StreamResponse, _body: dict[str, Any]) -> None:
        for piece in pieces:
            await response.write(chunk(piece))
        await response.write(b"data: [DONE]\n\n")

    return answering


def write(*raw: bytes) -> Answering:
    """Write these bytes and end."""

    async def answering(response: web.StreamResponse, _body: dict[str, Any]) -> None:
        for piece in raw:
            await response.write(piece)

    return answering


async def stall(response: web.StreamResponse, _body: dict[str, Any]) -> None:
    """Say a sentence that holds for the tests' passages, then nothing more."""
    await response.write(chunk("It wins by 27% [1]. "))
    await asyncio.Event().wait()


async def drop(response: web.StreamResponse, _body: dict[str, Any]) -> None:
    """Say that sentence, then break the connection."""
    await response.write(chunk("It wins by 27% [1]. "))
    transport = response._req.transport if response._req else None
    assert transport is not None
    transport.abort()


@asynccontextmanager
async def open_server() -> AsyncIterator[ModelServer]:
    """Start a server."""
    made = ModelServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}/v1"
    yield made
    await runner.cleanup()
