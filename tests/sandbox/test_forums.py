"""Forums: posts, tags, and what a forum requires."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.models import Channel
from sandbox.permissions import BOT, EVERYONE, Permission
from sandbox.server import Sandbox
from tests.sandbox.harness import Answer, Api, House


async def post(api: Api, forum: Channel, **body: Any) -> Answer:
    whole = {"name": "p", "message": {"content": "x"}} | body
    return await api("POST", f"/channels/{forum.id}/threads", whole)


async def test_a_post_is_a_thread_whose_first_message_has_its_id(house: House, api: Api) -> None:
    tags = [str(tag.id) for tag in house.forum.tags]
    answer = await post(api, house.forum, applied_tags=tags)
    assert answer.status == 201
    assert answer.data["applied_tags"] == tags
    assert answer.data["message"]["id"] == answer.data["id"]
    assert answer.data["message_count"] == 0
    path = f"/channels/{answer.data['id']}/messages"
    [message] = (await api("GET", path)).data
    assert message["content"] == "x"
    edited = await api("PATCH", f"{path}/{message['id']}", {"content": "y"})
    assert edited.data["content"] == "y"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x" * 101}, 50035),
        ({"name": ""}, 50035),
        ({"applied_tags": ["1"]}, 50035),
        ({"applied_tags": ["1"] * 6}, 50035),
        ({"message": {}}, 50006),
        ({"message": {"content": "x" * 2001}}, 50035),
        ({"auto_archive_duration": 5}, 50035),
    ],
)
async def test_a_post_that_breaks_a_rule_leaves_nothing_behind(
    house: House, api: Api, body: Any, code: int
) -> None:
    assert (await post(api, house.forum, **body)).code == code
    assert not api.world.active_threads(house.guild.id)


async def test_a_forum_may_require_a_tag(sandbox: Sandbox, house: House, api: Api) -> None:
    strict = sandbox.world.add_channel(house.guild, "strict", "forum", tags=["a"], require_tag=True)
    assert (await post(api, strict)).code == 40067
    assert (await post(api, strict, applied_tags=[str(strict.tags[0].id)])).status == 201


async def test_tags_are_made_by_who_may_manage_channels(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    path = f"/channels/{house.forum.id}"
    kept = {"id": str(house.forum.tags[0].id), "name": "rl"}
    body = {"available_tags": [kept, {"name": "new"}]}
    assert (await api("PATCH", path, body)).code == 50013
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_CHANNELS)
    made = (await api("PATCH", path, body)).data["available_tags"]
    assert made[0]["id"] == kept["id"]
    assert [tag["name"] for tag in made] == ["rl", "new"]
    same = {"available_tags": [{"name": "a"}, {"name": "A"}]}
    assert (await api("PATCH", path, same)).code == 40061
    for bad in ([{"name": "x" * 21}], [{"name": ""}], [{"name": str(n)} for n in range(21)]):
        assert (await api("PATCH", path, {"available_tags": bad})).code == 50035
    twenty = [{"name": f"{n}".ljust(20, "x")} for n in range(20)]
    assert (await api("PATCH", path, {"available_tags": twenty})).status == 200


async def test_a_moderated_tag_is_for_moderators(sandbox: Sandbox, house: House, api: Api) -> None:
    house.forum.tags[0].moderated = True
    tags = [str(house.forum.tags[0].id)]
    assert (await post(api, house.forum, applied_tags=tags)).code == 50035
    sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MANAGE_THREADS)
    assert (await post(api, house.forum, applied_tags=tags)).status == 201


async def test_posting_needs_permissions(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.world.set_bot_permissions(house.guild, EVERYONE)
    embeds = {"embeds": [{"title": "t"}]}
    assert (await post(api, house.forum, message=embeds)).code == 50013
    both = await post(api, house.forum, message=embeds | {"content": "x"})
    assert both.data["message"]["embeds"] == []
    sandbox.world.set_overwrite(house.forum, sandbox.world.bot_id, deny=Permission.SEND_MESSAGES)
    assert (await post(api, house.forum)).code == 50013
