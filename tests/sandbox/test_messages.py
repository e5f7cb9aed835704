"""Messages over REST: sent, read, edited, deleted, published; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.models import Message, MessageFlag
from sandbox.permissions import BOT, EVERYONE, Permission
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.sandbox.harness import Api, House, furnish


def messages(channel_id: int) -> str:
    return f"/channels/{channel_id}/messages"


async def test_without_the_token_there_is_only_401(sandbox: Sandbox, api: Api) -> None:
    answer = await api("GET", "/users/@me", headers={"Authorization": "Bot wrong"})
    assert (answer.status, answer.data) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_unknown_routes_methods_and_bodies_are_refused(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    assert (await api("GET", "/nowhere")).status == 404
    assert (sandbox.requests[-1].template, sandbox.requests[-1].status) == ("", 404)
    assert (await api("PUT", messages(house.text.id))).status == 405
    broken = await api(
        "POST", messages(house.text.id), data="{", headers={"Content-Type": "application/json"}
    )
    assert (broken.status, broken.code) == (400, 50109)
    assert (await api("GET", "/channels/abc")).fault("channel_id") == "NUMBER_TYPE_COERCE"
    assert (await api("GET", "/channels/1")).code == 10003


async def test_a_sent_message_can_be_read_edited_and_deleted(house: House, api: Api) -> None:
    sent = await api("POST", messages(house.text.id), {"content": "  hello "})
    path = f"{messages(house.text.id)}/{sent.data['id']}"
    assert sent.data["content"] == "hello"
    assert (await api("PATCH", path, {"content": "there"})).data["edited_timestamp"]
    assert (await api("GET", path)).data["content"] == "there"
    assert (await api("DELETE", path)).status == 204
    assert (await api("GET", path)).code == 10008


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": "x" * 2001}, ("content",), "BASE_TYPE_MAX_LENGTH"),
        ({"content": "😀" * 1001}, ("content",), "BASE_TYPE_MAX_LENGTH"),
        ({"content": 5}, ("content",), "STRING_TYPE_CONVERT"),
        ({"content": "x", "nonce": "n" * 26}, ("nonce",), "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "embeds": "no"}, ("embeds",), "LIST_TYPE_CONVERT"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["all"]}},
            ("allowed_mentions", "parse", 0),
            "BASE_TYPE_CHOICES",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            ("allowed_mentions",),
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            {"content": "x", "message_reference": {"message_id": "1"}},
            ("message_reference",),
            "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
        ),
    ],
)
async def test_a_body_that_breaks_a_rule_is_refused_with_the_field(
    house: House, api: Api, body: Any, path: tuple[str | int, ...], code: str
) -> None:
    answer = await api("POST", messages(house.text.id), body)
    assert (answer.status, answer.code) == (400, 50035)
    assert answer.fault(*path) == code
    assert not house_messages(house, api)


def house_messages(house: House, api: Api) -> list[Any]:
    return list(api.world.messages[house.text.id].values())


@pytest.mark.parametrize("body", [{}, {"content": " \n"}, {"content": None, "embeds": []}])
async def test_an_empty_message_is_refused(house: House, api: Api, body: Any) -> None:
    assert (await api("POST", messages(house.text.id), body)).code == 50006


async def test_what_fits_exactly_is_taken(house: House, api: Api) -> None:
    body = {"content": "x" * 2000, "nonce": "n" * 25}
    answer = await api("POST", messages(house.text.id), body)
    assert answer.status == 200
    assert answer.data["nonce"] == "n" * 25


async def test_an_enforced_nonce_returns_the_first_message_for_a_few_minutes(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    body = {"content": "once", "nonce": "7", "enforce_nonce": True}
    first = await api("POST", messages(house.text.id), body)
    sandbox.clock.advance(timedelta(minutes=4))
    again = await api("POST", messages(house.text.id), body | {"content": "twice"})
    elsewhere = await api("POST", messages(house.news.id), body)
    sandbox.clock.advance(timedelta(minutes=2))
    late = await api("POST", messages(house.text.id), body)
    assert again.data["id"] == first.data["id"]
    assert again.data["content"] == "once"
    assert len({first.data["id"], elsewhere.data["id"], late.data["id"]}) == 3


async def test_a_nonce_counts_only_when_enforced_and_with_a_window(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    body = {"content": "x", "nonce": "7"}
    for _ in range(2):
        await api("POST", messages(house.text.id), body)
    sandbox.options.nonce_window = timedelta(0)
    for _ in range(2):
        await api("POST", messages(house.text.id), body | {"enforce_nonce": True})
    assert len(house_messages(house, api)) == 4


async def test_pages_go_around_before_and_after(house: House, api: Api) -> None:
    ids = [
        (await api("POST", messages(house.text.id), {"content": str(n)})).data["id"]
        for n in range(7)
    ]

    async def page(query: str) -> list[str]:
        answer = await api("GET", f"{messages(house.text.id)}?{query}")
        return [message["content"] for message in answer.data]

    assert await page("limit=3") == ["6", "5", "4"]
    assert await page(f"before={ids[3]}&limit=2") == ["2", "1"]
    assert await page(f"after={ids[3]}&limit=2") == ["5", "4"]
    assert await page(f"around={ids[3]}&limit=3") == ["4", "3", "2"]
    too_many = await api("GET", f"{messages(house.text.id)}?limit=101")
    assert too_many.fault("limit") == "NUMBER_TYPE_MAX"


async def test_without_read_message_history_the_list_is_empty_and_a_message_is_forbidden(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    sent = await api("POST", messages(house.text.id), {"content": "x"})
    sandbox.world.set_overwrite(house.text, house.guild.id, deny=Permission.READ_MESSAGE_HISTORY)
    assert (await api("GET", messages(house.text.id))).data == []
    assert (await api("GET", f"{messages(house.text.id)}/{sent.data['id']}")).code == 50013
    reply = {"content": "x", "message_reference": {"message_id": sent.data["id"]}}
    assert (await api("POST", messages(house.text.id), reply)).code == 160002


async def test_permissions_decide_what_is_refused(sandbox: Sandbox, house: House, api: Api) -> None:
    world = sandbox.world
    world.set_overwrite(house.text, world.bot_id, deny=Permission.SEND_MESSAGES)
    assert (await api("POST", messages(house.text.id), {"content": "x"})).code == 50013
    world.set_overwrite(house.text, world.bot_id, deny=Permission.VIEW_CHANNEL)
    hidden = await api("POST", messages(house.text.id), {"content": "x"})
    assert (hidden.status, hidden.code) == (403, 50001)
    assert (await api("POST", messages(house.forum.id), {"content": "x"})).code == 40058
    world.remove_bot(house.guild)
    assert (await api("POST", messages(house.news.id), {"content": "x"})).code == 50001
    assert (await api("GET", f"/guilds/{house.guild.id}")).code == 10004


async def test_embeds_vanish_without_the_permission_and_alone_are_refused(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    sandbox.world.set_bot_permissions(house.guild, EVERYONE)
    embeds = [{"title": "t"}]
    sent = await api("POST", messages(house.text.id), {"content": "x", "embeds": embeds})
    assert sent.data["embeds"] == []
    assert (await api("POST", messages(house.text.id), {"embeds": embeds})).code == 50013
    path = f"{messages(house.text.id)}/{sent.data['id']}"
    assert (await api("PATCH", path, {"embeds": embeds})).data["embeds"] == []
    assert (await api("PATCH", path, {"content": "", "embeds": embeds})).code == 50006


async def test_only_who_may_pings_everyone_and_allowed_mentions_hold(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    text = f"@everyone <@{house.alice.id}> <@&{house.guild.id}>"
    loud = (await api("POST", messages(house.text.id), {"content": text})).data
    quiet = (
        await api(
            "POST",
            messages(house.text.id),
            {"content": text, "allowed_mentions": {"parse": []}},
        )
    ).data
    assert not loud["mention_everyone"]
    assert [user["id"] for user in loud["mentions"]] == [str(house.alice.id)]
    assert quiet["mentions"] == quiet["mention_roles"] == []
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MENTION_EVERYONE)
    louder = (await api("POST", messages(house.text.id), {"content": text})).data
    assert louder["mention_everyone"]


async def test_others_messages_cannot_be_edited_and_need_a_right_to_delete(
    sandbox: Sandbox, house: House, api: Api, alice: Person
) -> None:
    message = alice.send(house.text, "mine")
    path = f"{messages(house.text.id)}/{message.id}"
    assert (await api("PATCH", path, {"content": "x"})).code == 50005
    assert (await api("DELETE", path)).code == 50013
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_MESSAGES)
    assert (await api("DELETE", path)).status == 204


async def test_an_announcement_is_crossposted_once(house: House, api: Api) -> None:
    sent = await api("POST", messages(house.news.id), {"content": "x"})
    path = f"{messages(house.news.id)}/{sent.data['id']}/crosspost"
    assert (await api("POST", path)).data["flags"] & MessageFlag.CROSSPOSTED
    assert (await api("POST", path)).code == 40033
    other = await api("POST", messages(house.text.id), {"content": "x"})
    wrong = await api("POST", f"{messages(house.text.id)}/{other.data['id']}/crosspost")
    assert wrong.code == 50024


async def test_announcements_are_few(strict: Sandbox, session: aiohttp.ClientSession) -> None:
    house, api = furnish(strict), Api(strict, session)
    world = strict.world
    answers = []
    for _ in range(11):
        sent = alice_says(strict, house)
        sent.author_id = world.bot_id
        path = f"{messages(house.news.id)}/{sent.id}/crosspost"
        answers.append((await api("POST", path)).status)
    assert answers == [200] * 10 + [429]


def alice_says(sandbox: Sandbox, house: House) -> Message:
    return sandbox.person(house.alice).send(house.news, "x")


async def test_a_thread_counts_what_is_written_in_it(house: House, api: Api, alice: Person) -> None:
    sent = (await api("POST", messages(house.text.id), {"content": "x"})).data
    path = f"{messages(house.text.id)}/{sent['id']}"
    thread = (await api("POST", f"{path}/threads", {"name": "t"})).data
    channel = api.world.channels[int(thread["id"])]
    alice.send(channel, "one")
    two = (await api("POST", messages(channel.id), {"content": "two"})).data
    await api("DELETE", f"{messages(channel.id)}/{two['id']}")
    shown = (await api("GET", path)).data["thread"]
    assert (shown["message_count"], shown["total_message_sent"]) == (1, 2)


async def test_reactions_come_and_go(house: House, api: Api, alice: Person) -> None:
    message = alice.send(house.text, "hi")
    path = f"{messages(house.text.id)}/{message.id}/reactions/%F0%9F%91%8D"
    assert (await api("PUT", f"{path}/@me")).status == 204
    alice.react(message, "👍")
    assert message.reactions == {"👍": [api.world.bot_id, house.alice.id]}
    assert len((await api("GET", path)).data) == 2
    await api("DELETE", f"{path}/@me")
    assert message.reactions == {"👍": [house.alice.id]}


async def test_a_dm_needs_a_user_who_takes_it_and_shares_a_guild(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    shy = sandbox.world.add_user("shy", dms_open=False)
    sandbox.world.add_member(house.guild, shy)
    stranger = sandbox.world.add_user("stranger")
    for user, code in ((house.alice, None), (shy, 50007), (stranger, 50007)):
        opened = await api("POST", "/users/@me/channels", {"recipient_id": str(user.id)})
        sent = await api("POST", messages(int(opened.data["id"])), {"content": "x"})
        assert sent.code == code
    assert (await api("POST", "/users/@me/channels", {"recipient_id": "1"})).code == 10013


async def test_direct_messages_are_closed_and_opened_again(
    house: House, api: Api, alice: Person
) -> None:
    path = messages(alice.dm_channel().id)
    alice.close_dms()
    assert (await api("POST", path, {"content": "x"})).code == 50007
    alice.close_dms(closed=False)
    assert (await api("POST", path, {"content": "x"})).status == 200
    assert alice.dm("thanks").channel_id == alice.dm_channel().id
