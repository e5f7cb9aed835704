"""The gateway's vocabulary, its sessions, and the sockets that they outlive."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox import limits
from sandbox.models import Json
from sandbox.ratelimits import Window


class Op:
    """Gateway opcodes."""

    DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE = 0, 1, 2, 3, 4
    RESUME, RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = 6, 7, 8, 9, 10, 11


class Close:
    """Gateway close codes."""

    UNKNOWN_OP, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
    ALREADY_AUTHENTICATED, INVALID_SEQ, RATE_LIMITED = 4005, 4007, 4008
    INVALID_SHARD, INVALID_INTENTS, DISALLOWED_INTENTS = 4010, 4013, 4014


class Intent:
    """Gateway intents."""

    GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
    GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
    DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
    MESSAGE_CONTENT = 1 << 15
    ALL = (1 << 26) - 1


@dataclass(slots=True, kw_only=True)
class Session:
    """What a bot has identified as; it keeps what was sent, for a resume.

    `lost_at` is the loop time when its socket went, or None while it has one.
    """

    id: str
    intents: int
    shard: tuple[int, int]
    kept: deque[tuple[int, str]]
    seq: int = 0
    connection: Connection | None = None
    lost_at: float | None = None

    def dispatch(self, name: str, data: Json) -> None:
        """Send an event, and keep it."""
        self.seq += 1
        text = _dump({"op": Op.DISPATCH, "t": name, "s": self.seq, "d": data})
        self.kept.append((self.seq, text))
        if self.connection is not None:
            self.connection.send_text(text)


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One socket. What is sent to it waits in a queue, so that nobody has to wait for it.

    `silent` lets it live without a sound: no events, no acknowledged heartbeats.
    """

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    resumed_here: bool
    compressor: Any = None
    session: Session | None = None
    silent: bool = False
    sends: Window = field(
        default_factory=lambda: Window(
            limit=limits.GATEWAY_SENDS, seconds=limits.GATEWAY_SENDS_SECONDS
        )
    )
    queue: asyncio.Queue[str | int] = field(default_factory=asyncio.Queue)

    def send(self, op: int, data: Any = None) -> None:
        """Send what is no event."""
        self.send_text(_dump({"op": op, "t": None, "s": None, "d": data}))

    def send_text(self, text: str) -> None:
        """Send a payload as it is."""
        if not self.silent:
            self.queue.put_nowait(text)

    def close(self, code: int) -> None:
        """Close the socket once everything before is sent."""
        self.queue.put_nowait(code)

    def abort(self) -> None:
        """Break the connection without a word."""
        if self.transport is not None:
            self.transport.abort()

    async def write(self) -> None:
        """Send what is in the queue until a close code comes."""
        while isinstance(item := await self.queue.get(), str):
            if self.compressor is None:
                await self.socket.send_str(item)
                continue
            packed = self.compressor.compress(item.encode()) + self.compressor.flush(
                zlib.Z_SYNC_FLUSH
            )
            await self.socket.send_bytes(packed)
        await self.socket.close(code=item)


def _dump(payload: Json) -> str:
    return json.dumps(payload, separators=(",", ":"))
