"""Threads over REST: started, capped, archived, locked, listed, joined."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.models import Channel, ChannelType, MessageType
from sandbox.permissions import BOT, Permission
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Answer, Api, House


async def send(api: Api, channel: Channel, content: str = "x") -> int:
    answer = await api("POST", f"/channels/{channel.id}/messages", {"content": content})
    return int(answer.data["id"])


async def start(api: Api, channel: Channel, body: Any = None) -> Answer:
    message_id = await send(api, channel)
    path = f"/channels/{channel.id}/messages/{message_id}/threads"
    return await api("POST", path, {"name": "t", "auto_archive_duration": 60} | (body or {}))


def thread_of(api: Api, answer: Answer) -> Channel:
    return api.world.channels[int(answer.data["id"])]


async def test_a_thread_from_a_message_has_its_id_and_shows_on_it(house: House, api: Api) -> None:
    answer = await start(api, house.text)
    thread = thread_of(api, answer)
    message = api.world.messages[house.text.id][thread.id]
    assert answer.status == 201
    assert thread.type is ChannelType.PUBLIC_THREAD
    shown = await api("GET", f"/channels/{house.text.id}/messages/{message.id}")
    assert shown.data["thread"]["id"] == str(thread.id)
    [opening] = api.world.visible_messages(thread)
    assert opening.type is MessageType.THREAD_STARTER_MESSAGE


async def test_a_message_has_one_thread(house: House, api: Api) -> None:
    message_id = await send(api, house.text)
    path = f"/channels/{house.text.id}/messages/{message_id}/threads"
    assert (await api("POST", path, {"name": "a"})).status == 201
    assert (await api("POST", path, {"name": "b"})).code == 160004


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "😀" * 51}, "name"),
        ({"auto_archive_duration": 61}, "auto_archive_duration"),
    ],
)
async def test_name_and_duration_are_checked(house: House, api: Api, body: Any, field: str) -> None:
    answer = await start(api, house.text, body)
    assert answer.code == 50035
    assert answer.fault(field)


async def test_an_announcement_channel_makes_announcement_threads(house: House, api: Api) -> None:
    answer = await start(api, house.news)
    assert answer.data["type"] == ChannelType.ANNOUNCEMENT_THREAD


async def test_a_thread_without_a_message_is_announced_in_its_channel(
    house: House, api: Api
) -> None:
    path = f"/channels/{house.text.id}/threads"
    answer = await api("POST", path, {"name": "t", "type": 11})
    [notice] = api.world.visible_messages(house.text)
    assert (notice.type, notice.content) == (MessageType.THREAD_CREATED, "t")
    assert (notice.reference or {})["channel_id"] == answer.data["id"]
    wrong = await api("POST", path, {"name": "t", "type": 10})
    assert wrong.fault("type") == "BASE_TYPE_CHOICES"


async def test_the_guild_holds_only_so_many_active_threads(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    house.guild.active_thread_cap = 2
    first = await start(api, house.text)
    await start(api, house.text)
    assert (await start(api, house.text)).code == 160006
    assert (await start(api, house.news)).code == 160007
    post = {"name": "p", "message": {"content": "x"}}
    assert (await api("POST", f"/channels/{house.forum.id}/threads", post)).code == 160006
    await api("PATCH", f"/channels/{first.data['id']}", {"archived": True})
    assert (await start(api, house.news)).status == 201
    back = await api("PATCH", f"/channels/{first.data['id']}", {"archived": False})
    assert back.code == 160006


async def test_permissions_for_threads(sandbox: Sandbox, house: House, api: Api) -> None:
    world = sandbox.world
    thread = thread_of(api, await start(api, house.text))
    world.set_overwrite(house.text, world.bot_id, deny=Permission.CREATE_PUBLIC_THREADS)
    assert (await start(api, house.text)).code == 50013
    assert await send(api, thread)
    world.set_overwrite(house.text, world.bot_id, deny=Permission.SEND_MESSAGES_IN_THREADS)
    refused = await api("POST", f"/channels/{thread.id}/messages", {"content": "x"})
    assert refused.code == 50013
    assert await send(api, house.text)


async def test_silence_archives_a_thread_and_a_message_brings_it_back(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    thread = thread_of(api, await start(api, house.text))
    first = await send(api, thread)
    assert thread.thread is not None
    sandbox.clock.advance(timedelta(minutes=59))
    await send(api, thread)
    sandbox.clock.advance(timedelta(minutes=59))
    assert not thread.thread.archived
    sandbox.clock.advance(timedelta(minutes=2))
    assert thread.thread.archived
    edit = await api("PATCH", f"/channels/{thread.id}/messages/{first}", {"content": "y"})
    assert (edit.status, edit.code) == (400, 50083)
    await send(api, thread)
    assert not thread.thread.archived
    edit = await api("PATCH", f"/channels/{thread.id}/messages/{first}", {"content": "y"})
    assert edit.status == 200


async def test_time_that_merely_passes_archives_too(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    thread = thread_of(api, await start(api, house.text))
    state = thread.thread
    assert state is not None
    state.active_at -= timedelta(hours=2)
    sandbox._archived_at -= timedelta(seconds=2)
    assert (await api("GET", f"/channels/{thread.id}")).data["thread_metadata"]["archived"]


async def test_a_locked_thread_takes_messages_from_moderators_only(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    thread = thread_of(api, await start(api, house.text))
    assert (await api("PATCH", f"/channels/{thread.id}", {"locked": True})).code == 50013
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_THREADS)
    locking = {"locked": True, "archived": True}
    assert (await api("PATCH", f"/channels/{thread.id}", locking)).status == 200
    sandbox.world.set_bot_permissions(house.guild, BOT)
    refused = await api("POST", f"/channels/{thread.id}/messages", {"content": "x"})
    assert refused.code == 160005
    assert (await api("PATCH", f"/channels/{thread.id}", {"archived": False})).code == 50013


async def test_a_thread_is_renamed_by_its_owner_and_deleted_by_moderators(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    thread = thread_of(api, await start(api, house.text))
    renamed = await api("PATCH", f"/channels/{thread.id}", {"name": "new"})
    assert renamed.data["name"] == "new"
    archive = await api("PATCH", f"/channels/{thread.id}", {"archived": True})
    assert archive.data["thread_metadata"]["archived"]
    assert (await api("PATCH", f"/channels/{thread.id}", {"name": "x"})).code == 50083
    both = {"archived": False, "name": "back"}
    assert (await api("PATCH", f"/channels/{thread.id}", both)).data["name"] == "back"
    assert (await api("DELETE", f"/channels/{thread.id}")).code == 50013
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_THREADS)
    assert (await api("DELETE", f"/channels/{thread.id}")).status == 200
    assert (await api("GET", f"/channels/{thread.id}")).code == 10003
    again = f"/channels/{house.text.id}/messages/{thread.id}/threads"
    assert (await api("POST", again, {"name": "again"})).status == 201


async def test_archived_threads_are_listed_by_the_time_they_were_archived(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    threads = [thread_of(api, await start(api, house.text)) for _ in range(4)]
    for thread in (threads[2], threads[0], threads[3]):
        sandbox.clock.advance(timedelta(minutes=1))
        await api("PATCH", f"/channels/{thread.id}", {"archived": True})
    path = f"/channels/{house.text.id}/threads/archived/public"
    page = (await api("GET", f"{path}?limit=2")).data
    assert [t["id"] for t in page["threads"]] == [str(threads[3].id), str(threads[0].id)]
    assert page["has_more"]
    assert page["members"]
    before = page["threads"][-1]["thread_metadata"]["archive_timestamp"].replace("+", "%2B")
    rest = (await api("GET", f"{path}?before={before}")).data
    assert [t["id"] for t in rest["threads"]] == [str(threads[2].id)]
    assert not rest["has_more"]
    active = (await api("GET", f"/guilds/{house.guild.id}/threads/active")).data
    assert [t["id"] for t in active["threads"]] == [str(threads[1].id)]


async def test_members_join_and_leave(house: House, api: Api, alice: Person) -> None:
    thread = thread_of(api, await start(api, house.text))
    members = f"/channels/{thread.id}/thread-members"
    assert (await api("PUT", f"{members}/{house.alice.id}")).status == 204
    listed = (await api("GET", members)).data
    assert {m["user_id"] for m in listed} == {str(api.world.bot_id), str(house.alice.id)}
    assert (await api("DELETE", f"{members}/@me")).status == 204
    assert (await api("GET", f"{members}/{api.world.bot_id}")).code == 10007
    await api("PUT", f"{members}/@me")
    await api("PATCH", f"/channels/{thread.id}", {"archived": True})
    assert (await api("PUT", f"{members}/@me")).code == 50083
    assert (await api("GET", f"/channels/{house.text.id}/thread-members")).code == 50024


async def test_the_starter_does_not_count_and_the_sender_joins(
    house: House, api: Api, alice: Person
) -> None:
    thread = thread_of(api, await start(api, house.text))
    alice.send(thread, "hi")
    data = (await api("GET", f"/channels/{thread.id}")).data
    assert (data["message_count"], data["member_count"]) == (1, 2)
