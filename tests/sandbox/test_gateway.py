"""The gateway: spoken raw, and lived with by discord.py through every kind of trouble."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.sessions import Intent, Op
from sandbox.users import Person
from tests.sandbox.harness import Api, Bot, House, Run, pointed_at, wait_until

Socket = aiohttp.ClientWebSocketResponse
DEFAULT = Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES


class Raw:
    """A hand-held gateway connection without compression."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def receive(self) -> Any:
        """Return the next payload."""
        return json.loads(await self.socket.receive_str(timeout=5))

    async def receive_event(self, name: str) -> Any:
        """Return the data of the next event of a name."""
        while True:
            payload = await self.receive()
            if payload["t"] == name:
                return payload["d"]

    async def send(self, op: int, data: Any) -> None:
        """Send a payload."""
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, sandbox: Sandbox, **given: Any) -> None:
        """Identify, with defaults."""
        data = {"token": sandbox.token, "intents": DEFAULT, "properties": {}} | given
        await self.send(Op.IDENTIFY, data)

    async def close_code(self) -> int:
        """Return the code that the socket is closed with."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code or 0


async def connect(sandbox: Sandbox, session: aiohttp.ClientSession, url: str = "") -> Raw:
    raw = Raw(await session.ws_connect(f"{url or sandbox.gateway.url}?v=10&encoding=json"))
    hello = await raw.receive()
    assert hello["op"] == Op.HELLO
    assert hello["d"]["heartbeat_interval"] == 41250
    return raw


async def test_ready_lists_guilds_and_guild_create_brings_them(
    sandbox: Sandbox, house: House, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.send(Op.HEARTBEAT, None)
    assert (await raw.receive())["op"] == Op.ACK
    await raw.identify(sandbox)
    ready = await raw.receive_event("READY")
    assert ready["resume_gateway_url"] == sandbox.gateway.resume_url
    assert ready["guilds"] == [{"id": str(house.guild.id), "unavailable": True}]
    guild = await raw.receive_event("GUILD_CREATE")
    assert {c["name"] for c in guild["channels"]} == {"general", "news", "papers"}
    assert [m["user"]["id"] for m in guild["members"]] == [str(sandbox.world.bot_id)]
    assert len(guild["roles"]) == 2


async def test_zlib_stream_ends_each_payload_with_a_flush(
    sandbox: Sandbox, house: House, session: aiohttp.ClientSession
) -> None:
    socket = await session.ws_connect(f"{sandbox.gateway.url}?compress=zlib-stream")
    inflater = zlib.decompressobj()
    await socket.send_json({"op": Op.HEARTBEAT, "d": None})
    ops = []
    for _ in range(2):
        packed = await socket.receive_bytes(timeout=5)
        assert packed.endswith(b"\x00\x00\xff\xff")
        ops.append(json.loads(inflater.decompress(packed))["op"])
    assert ops == [Op.HELLO, Op.ACK]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": DEFAULT | Intent.MESSAGE_CONTENT}, 4014),
        ({"intents": DEFAULT | Intent.GUILD_MEMBERS}, 4014),
        ({"intents": 1 << 40}, 4013),
        ({"intents": None}, 4002),
        ({"shard": [2, 2]}, 4010),
    ],
)
async def test_an_identify_that_is_wrong_is_closed_with_its_code(
    sandbox: Sandbox, session: aiohttp.ClientSession, given: Any, code: int
) -> None:
    raw = await connect(sandbox, session)
    await raw.identify(sandbox, **given)
    assert await raw.close_code() == code


async def test_payloads_out_of_order_are_closed_with_their_code(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.send(Op.REQUEST_MEMBERS, {})
    assert await raw.close_code() == 4003
    raw = await connect(sandbox, session)
    await raw.send(42, {})
    assert await raw.close_code() == 4001
    raw = await connect(sandbox, session)
    await raw.socket.send_str("{")
    assert await raw.close_code() == 4002
    raw = await connect(sandbox, session)
    await raw.identify(sandbox)
    await raw.identify(sandbox)
    assert await raw.close_code() == 4005


async def test_too_many_payloads_a_minute_are_closed_with_4008(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    for _ in range(121):
        await raw.send(Op.HEARTBEAT, None)
    assert await raw.close_code() == 4008


async def test_a_resume_replays_what_was_missed_and_nothing_else(
    sandbox: Sandbox, house: House, alice: Person, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.identify(sandbox)
    ready = await raw.receive_event("READY")
    await raw.receive_event("GUILD_CREATE")
    alice.send(house.text, "seen")
    await raw.receive_event("MESSAGE_CREATE")
    sandbox.gateway.drop()
    await raw.close_code()
    await sandbox.wait_for(lambda: not sandbox.gateway.live_sessions)
    missed = alice.send(house.text, "missed")
    again = await connect(sandbox, session, ready["resume_gateway_url"])
    resume = {"token": sandbox.token, "session_id": ready["session_id"], "seq": 3}
    await again.send(Op.RESUME, resume)
    first, second = await again.receive(), await again.receive()
    assert (first["t"], first["d"]["id"], first["s"]) == ("MESSAGE_CREATE", str(missed.id), 4)
    assert second["t"] == "RESUMED"


async def test_an_unknown_session_is_invalid_and_cannot_be_resumed(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.send(Op.RESUME, {"token": sandbox.token, "session_id": "x", "seq": 1})
    answer = await raw.receive()
    assert (answer["op"], answer["d"]) == (Op.INVALID_SESSION, False)


async def test_each_shard_hears_of_its_own_guilds_and_the_first_of_dms(
    sandbox: Sandbox, house: House, alice: Person, session: aiohttp.ClientSession
) -> None:
    number = (house.guild.id >> 22) % 2
    shards = []
    for shard in range(2):
        raw = await connect(sandbox, session)
        await raw.identify(sandbox, shard=[shard, 2])
        shards.append((raw, await raw.receive_event("READY")))
    assert [len(ready["guilds"]) for _, ready in shards] == [1 - number, number]
    alice.dm("hello")
    assert (await shards[0][0].receive_event("MESSAGE_CREATE"))["content"] == "hello"


async def test_intents_and_permissions_decide_what_is_heard(
    sandbox: Sandbox, house: House, alice: Person, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.identify(sandbox, intents=Intent.GUILDS | Intent.DIRECT_MESSAGES)
    await raw.receive_event("GUILD_CREATE")
    alice.send(house.text, "not asked for")
    alice.dm("asked for")
    assert (await raw.receive_event("MESSAGE_CREATE"))["content"] == "asked for"
    other = await connect(sandbox, session)
    await other.identify(sandbox)
    await other.receive_event("GUILD_CREATE")
    sandbox.world.set_overwrite(house.text, sandbox.world.bot_id, deny=Permission.VIEW_CHANNEL)
    hidden = alice.send(house.text, "hidden")
    shown = alice.send(house.news, "shown")
    assert (await other.receive_event("MESSAGE_CREATE"))["id"] == str(shown.id) != str(hidden.id)


async def test_members_can_be_asked_for(
    sandbox: Sandbox, house: House, session: aiohttp.ClientSession
) -> None:
    raw = await connect(sandbox, session)
    await raw.identify(sandbox)
    await raw.send(
        Op.REQUEST_MEMBERS,
        {"guild_id": str(house.guild.id), "user_ids": [str(house.alice.id)], "nonce": "1"},
    )
    chunk = await raw.receive_event("GUILD_MEMBERS_CHUNK")
    assert [m["user"]["username"] for m in chunk["members"]] == ["alice"]
    assert chunk["nonce"] == "1"


async def hears(sandbox: Sandbox, bot: Bot, house: House, alice: Person) -> None:
    """Make sure that a bot hears of a new message."""
    before = bot.count("message")
    alice.send(house.text, "hello")
    await wait_until(lambda: bot.count("message") > before)


@pytest.mark.parametrize("trouble", ["drop", "op 7", "op 9 resumable"])
async def test_discord_py_resumes_after(
    sandbox: Sandbox, house: House, alice: Person, run: Run, trouble: str
) -> None:
    bot = Bot()
    async with run(bot):
        if trouble == "drop":
            sandbox.gateway.drop()
        elif trouble == "op 7":
            sandbox.gateway.ask_reconnect()
        else:
            sandbox.gateway.invalidate(resumable=True)
        await sandbox.wait_for(lambda: sandbox.gateway.resumes == 1)
        await hears(sandbox, bot, house, alice)
        assert sandbox.gateway.identifies == 1
        assert sandbox.gateway.connections[-1].resumed_here


async def test_discord_py_identifies_anew_when_its_session_is_gone(
    sandbox: Sandbox, house: House, alice: Person, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*args: Any, **kwargs: Any) -> None:
        """In place of the 5 s that discord.py waits before it identifies again."""

    bot = Bot()
    monkeypatch.setattr(bot, "before_identify_hook", at_once)
    async with run(bot):
        sandbox.gateway.invalidate(resumable=False)
        await sandbox.wait_for(lambda: sandbox.gateway.identifies == 2)
        await hears(sandbox, bot, house, alice)


async def test_discord_py_leaves_a_silent_gateway(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    sandbox.options.heartbeat_seconds = 0.05
    bot = Bot(heartbeat_timeout=0.2)
    async with run(bot):
        sandbox.gateway.go_silent()
        missed = alice.send(house.text, "missed")
        await sandbox.wait_for(lambda: sandbox.gateway.resumes == 1)
        await wait_until(lambda: any(n == "message" and a[0].id == missed.id for n, a in bot.seen))


@pytest.mark.parametrize(("code", "stays"), [(1000, False), (4000, True)])
async def test_a_normal_close_ends_the_session(
    sandbox: Sandbox, session: aiohttp.ClientSession, code: int, stays: bool
) -> None:
    raw = await connect(sandbox, session)
    await raw.identify(sandbox)
    await raw.receive_event("READY")
    await raw.socket.close(code=code)
    await sandbox.wait_for(lambda: not sandbox.gateway.connections)
    assert sandbox.gateway.reachable is stays


async def test_discord_py_sees_guilds_channels_and_threads_come_and_go(
    sandbox: Sandbox, house: House, api: Api, run: Run
) -> None:
    bot = Bot()
    async with run(bot):
        guild = sandbox.world.add_guild("Second")
        channel = sandbox.world.add_channel(guild, "talk")
        await wait_until(lambda: bot.get_channel(channel.id))
        thread = await api("POST", f"/channels/{channel.id}/threads", {"name": "t", "type": 11})
        await wait_until(lambda: bot.count("thread_create"))
        await api("PATCH", f"/channels/{thread.data['id']}", {"archived": True})
        await wait_until(lambda: bot.count("thread_update"))
        sandbox.world.delete_channel(channel)
        await wait_until(lambda: bot.get_channel(channel.id) is None)
        sandbox.world.remove_bot(guild)
        await wait_until(lambda: bot.get_guild(guild.id) is None)


async def test_discord_py_posts_threads_forums_and_announcements(
    sandbox: Sandbox, house: House, run: Run
) -> None:
    bot = Bot()
    async with run(bot):
        text = bot.get_channel(house.text.id)
        forum = bot.get_channel(house.forum.id)
        assert isinstance(text, discord.TextChannel)
        assert isinstance(forum, discord.ForumChannel)
        async with text.typing():
            message = await text.send("x", embed=discord.Embed(title="t"))
        thread = await message.create_thread(name="talk")
        await thread.send("in it")
        await message.edit(content="y")
        posted = await forum.create_thread(
            name="p", content="x", applied_tags=[forum.available_tags[0]]
        )
        assert [m.content async for m in posted.thread.history()] == ["x"]
        assert [m.content async for m in thread.history(limit=1)] == ["in it"]
        await thread.edit(archived=True)
        assert [t.id async for t in text.archived_threads()] == [thread.id]
        assert [t.id for t in await text.guild.active_threads()] == [posted.thread.id]
        assert (await bot.fetch_channel(forum.id)).id == forum.id
        assert (await bot.application_info()).id == bot.application_id


async def test_a_sharded_discord_py_client_finds_its_way(sandbox: Sandbox, house: House) -> None:
    client = discord.AutoShardedClient(intents=discord.Intents.default(), guild_ready_timeout=0.05)
    with pointed_at(sandbox):
        async with client:
            await client.login(sandbox.token)
            task = asyncio.create_task(client.connect())
            await asyncio.wait_for(client.wait_until_ready(), 10)
            assert [guild.id for guild in client.guilds] == [house.guild.id]
            sandbox.gateway.drop()
            await sandbox.wait_for(lambda: sandbox.gateway.resumes == 1)
            await client.close()
            await asyncio.gather(task, return_exceptions=True)
