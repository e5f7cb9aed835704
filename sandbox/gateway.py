"""The gateway (docs: Gateway): sessions that outlive their sockets, and who hears what."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox import objects
from sandbox.events import Change
from sandbox.models import Guild, Json
from sandbox.options import Options
from sandbox.sessions import Close, Connection, Intent, Op, Session
from sandbox.world import World

# event: the intents that ask for it (in a guild, in a DM); see docs: Gateway, List of Intents.
_WANTED: dict[str, tuple[int, int]] = {
    "MESSAGE": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_REACTION": (Intent.GUILD_REACTIONS, Intent.DIRECT_REACTIONS),
    "TYPING": (Intent.GUILD_TYPING, Intent.DIRECT_TYPING),
    "GUILD_MEMBER": (Intent.GUILD_MEMBERS, 0),
    "GUILD": (Intent.GUILDS, 0),
    "GUILD_ROLE": (Intent.GUILDS, 0),
    "CHANNEL": (Intent.GUILDS, 0),
    "THREAD": (Intent.GUILDS, 0),
    "THREAD_MEMBERS": (Intent.GUILDS, 0),
}
_HIDDEN_WITH_CHANNEL = ("MESSAGE", "THREAD", "TYPING")


class Gateway:
    """Every session and socket; listens to the world and passes on what each bot may hear."""

    def __init__(self, world: World, options: Options) -> None:
        self._world = world
        self._options = options
        self._sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.base_url = ""
        self.recommended_shards = 1
        self.identifies = 0
        self.resumes = 0
        world.hub.listen(self._hear)

    @property
    def url(self) -> str:
        """Where bots connect first."""
        return f"{self.base_url}/gateway"

    @property
    def resume_url(self) -> str:
        """Where READY tells them to come back."""
        return f"{self.base_url}/gateway/resume"

    @property
    def live_sessions(self) -> list[Session]:
        """The sessions that have a socket."""
        return [session for session in self._sessions.values() if session.connection]

    @property
    def reachable(self) -> bool:
        """Whether a bot is there, or may come back to its session."""
        now = asyncio.get_running_loop().time()
        return any(self._is_resumable(session, now) for session in self._sessions.values())

    # --- trouble ----------------------------------------------------------------------------

    def drop(self) -> None:
        """Break every socket without a close frame."""
        self._each(Connection.abort)

    def ask_reconnect(self) -> None:
        """Send op 7 to every socket."""
        self._each(lambda connection: connection.send(Op.RECONNECT))

    def invalidate(self, *, resumable: bool) -> None:
        """Send op 9 to every socket; when not resumable, the sessions are gone."""
        for connection in tuple(self.connections):
            if not resumable and connection.session is not None:
                self._sessions.pop(connection.session.id, None)
                connection.session = None
            connection.send(Op.INVALID_SESSION, resumable)

    def go_silent(self) -> None:
        """Let every socket live on without events and heartbeat answers."""
        for connection in self.connections:
            connection.silent = True

    def close(self, code: int) -> None:
        """Close every socket with a code."""
        self._each(lambda connection: connection.close(code))

    def forget_sessions(self) -> None:
        """Make every resume fail: the bot has to identify anew."""
        self._sessions.clear()

    def _each(self, act: Callable[[Connection], None]) -> None:
        for connection in tuple(self.connections):
            act(connection)

    # --- sockets ----------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one socket until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        compress = request.query.get("compress") == "zlib-stream"
        connection = Connection(
            socket=socket,
            transport=request.transport,
            resumed_here=request.path.endswith("/resume"),
            compressor=zlib.compressobj() if compress else None,
        )
        self.connections.append(connection)
        writer = asyncio.create_task(connection.write())
        connection.send(
            Op.HELLO,
            {"heartbeat_interval": int(self._options.heartbeat_seconds * 1000), "_trace": []},
        )
        try:
            await self._read(connection)
        finally:
            self._lose(connection)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket

    async def shut(self) -> None:
        """Close every socket as a server does that goes away."""
        for connection in tuple(self.connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _read(self, connection: Connection) -> None:
        async for received in connection.socket:
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            if connection.sends.take(asyncio.get_running_loop().time()) > 0:
                connection.close(Close.RATE_LIMITED)
                continue
            try:
                payload = json.loads(received.data)
                op, data = payload["op"], payload.get("d")
            except (ValueError, KeyError, TypeError):
                connection.close(Close.DECODE_ERROR)
                continue
            self._take(connection, op, data)

    def _take(self, connection: Connection, op: int, data: Any) -> None:
        if op == Op.HEARTBEAT:
            connection.send(Op.ACK)
        elif op == Op.IDENTIFY:
            self._identify(connection, data)
        elif op == Op.RESUME:
            self._resume(connection, data)
        elif op not in (Op.PRESENCE, Op.VOICE, Op.REQUEST_MEMBERS):
            connection.close(Close.UNKNOWN_OP)
        elif connection.session is None:
            connection.close(Close.NOT_AUTHENTICATED)
        elif op == Op.REQUEST_MEMBERS:
            self._send_members(connection.session, data)

    def _lose(self, connection: Connection) -> None:
        self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.lost_at = asyncio.get_running_loop().time()
            # docs: Gateway, Disconnecting: a client that closes so ends its session.
            if connection.socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                self._sessions.pop(session.id, None)
        self._world.hub.note("GATEWAY_LOST")

    # --- sessions ---------------------------------------------------------------------------

    def _identify(self, connection: Connection, data: Any) -> None:
        fault = self._refuse_identify(connection, data)
        if fault is not None:
            connection.close(fault)
            return
        self.identifies += 1
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(
            id=secrets.token_hex(16),
            intents=data["intents"],
            shard=(shard[0], shard[1]),
            kept=deque(maxlen=self._options.replay),
            connection=connection,
        )
        connection.session = self._sessions[session.id] = session
        guilds = self._guilds_of(session)
        session.dispatch("READY", self._ready_json(session, guilds))
        for guild in guilds:
            session.dispatch("GUILD_CREATE", self._guild_json(session, guild))
        self._world.hub.note("GATEWAY_READY", shard=list(session.shard))

    def _refuse_identify(self, connection: Connection, data: Any) -> int | None:
        application = self._world.application
        if connection.session is not None:
            return Close.ALREADY_AUTHENTICATED
        if not isinstance(data, dict) or not isinstance(data.get("intents"), int):
            return Close.DECODE_ERROR
        if _bare(data.get("token")) != application.token:
            return Close.AUTHENTICATION_FAILED
        if not _is_shard(data.get("shard")):
            return Close.INVALID_SHARD
        intents = data["intents"]
        if intents & ~Intent.ALL:
            return Close.INVALID_INTENTS
        given = (
            Intent.MESSAGE_CONTENT * application.message_content
            | Intent.GUILD_MEMBERS * application.guild_members
            | Intent.PRESENCES * application.presences
        )
        privileged = Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS | Intent.PRESENCES
        return Close.DISALLOWED_INTENTS if intents & privileged & ~given else None

    def _ready_json(self, session: Session, guilds: list[Guild]) -> Json:
        application = self._world.application
        return {
            "v": 10,
            "user": objects.own_user_json(self._world.users[application.id]),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.resume_url,
            "shard": list(session.shard),
            "application": {
                "id": str(application.id),
                "flags": objects.application_flags(application),
            },
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
        }

    def _resume(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            connection.close(Close.ALREADY_AUTHENTICATED)
            return
        if not isinstance(data, dict) or _bare(data.get("token")) != self._world.application.token:
            connection.close(Close.AUTHENTICATION_FAILED)
            return
        session = self._sessions.get(data.get("session_id") or "")
        seq = data.get("seq") or 0
        if session is None or not self._has_kept(session, seq):
            connection.send(Op.INVALID_SESSION, False)
            return
        if seq > session.seq:
            connection.close(Close.INVALID_SEQ)
            return
        self.resumes += 1
        self._attach(session, connection, seq)
        self._world.hub.note("GATEWAY_RESUMED", shard=list(session.shard))

    def _attach(self, session: Session, connection: Connection, seq: int) -> None:
        if session.connection is not None:
            session.connection.session = None
            session.connection.abort()
        connection.session, session.connection, session.lost_at = session, connection, None
        for number, text in session.kept:
            if number > seq:
                connection.send_text(text)
        session.dispatch("RESUMED", {"_trace": []})

    def _has_kept(self, session: Session, seq: int) -> bool:
        now = asyncio.get_running_loop().time()
        oldest = session.kept[0][0] if session.kept else session.seq + 1
        return self._is_resumable(session, now) and seq + 1 >= oldest

    def _is_resumable(self, session: Session, now: float) -> bool:
        lost = session.lost_at
        return lost is None or now - lost < self._options.resume_seconds

    def _guilds_of(self, session: Session) -> list[Guild]:
        return [
            guild
            for guild in self._world.guilds.values()
            if self._world.bot_id in guild.members and _has_guild(session, guild.id)
        ]

    def _guild_json(self, session: Session, guild: Guild) -> Json:
        all_members = bool(session.intents & Intent.GUILD_MEMBERS)
        return objects.guild_create_json(self._world, guild, all_members=all_members)

    def _send_members(self, session: Session, data: Any) -> None:
        guild = self._world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None:
            return
        wanted = {int(user_id) for user_id in data.get("user_ids") or ()}
        start = (data.get("query") or "").casefold()
        found = [
            member
            for member in guild.members.values()
            if (not wanted or member.user_id in wanted)
            and self._world.users[member.user_id].name.casefold().startswith(start)
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [objects.member_json(self._world, member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        nonce = data.get("nonce")
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": nonce} if nonce else {}))

    # --- events -----------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        if change.name.startswith("SANDBOX_"):
            return
        for session in tuple(self._sessions.values()):
            if self._may_hear(session, change):
                session.dispatch(change.name, self._shown(session, change))

    def _may_hear(self, session: Session, change: Change) -> bool:
        if not _has_guild(session, change.guild_id):
            return False
        if change.name == "INTERACTION_CREATE":
            return True
        guild = self._world.guilds.get(change.guild_id or 0)
        if guild is not None and self._world.bot_id not in guild.members:
            return False
        family = change.name.rpartition("_")[0]
        in_guild, in_dm = _WANTED[family]
        if not session.intents & (in_guild if change.guild_id else in_dm):
            return False
        channel = self._world.channels.get(change.channel_id or 0)
        if channel is None or not family.startswith(_HIDDEN_WITH_CHANNEL):
            return True
        return self._world.can_view(self._world.bot_id, channel)

    def _shown(self, session: Session, change: Change) -> Json:
        if change.message is None:
            return change.data
        sees_content = bool(session.intents & Intent.MESSAGE_CONTENT)
        return self._world.message_event(change.message, sees_content=sees_content)


def _bare(token: Any) -> str:
    return token.removeprefix("Bot ") if isinstance(token, str) else ""


def _is_shard(shard: Any) -> bool:
    if shard is None:
        return True
    whole = isinstance(shard, list) and all(isinstance(part, int) for part in shard)
    return whole and len(shard) == 2 and 0 <= shard[0] < shard[1]


def _has_guild(session: Session, guild_id: int | None) -> bool:
    """Tell whether a guild belongs to a session's shard (docs: Gateway, Sharding); DMs to 0."""
    number, count = session.shard
    return ((guild_id or 0) >> 22) % count == number
