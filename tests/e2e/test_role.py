"""The role of a subscription: told of each digest once, and nothing else ever pings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox import messages as moderation
from sandbox.events import Change
from sandbox.faults import Fault, Trouble
from sandbox.models import Role
from sandbox.permissions import Permission
from tests.e2e.house import House, buttons_of, text_of
from tests.e2e.posts import paper, revise, settled, write_papers
from tests.e2e.test_subscriptions import english_manager

MESSAGES = "/channels/{channel_id}/messages"


def seeds(house: House, *titles: str) -> str:
    papers = map(paper, titles or ("First", "Second"))
    return str(write_papers(house.folder / "seeds", *papers))


def add_role(house: House, *, mentionable: bool = True) -> Role:
    """Add the role of who wants to be told; the member has it."""
    return house.sandbox.world.add_role(
        house.guild, "Paper club", mentionable=mentionable, members=[house.member.user]
    )


def delete_role(house: House, role: Role) -> None:
    del house.guild.roles[role.id]
    for member in house.guild.members.values():
        member.roles = [each for each in member.roles if each != role.id]
    gone = {"guild_id": str(house.guild.id), "role_id": str(role.id)}
    change = Change(name="GUILD_ROLE_DELETE", data=gone, guild_id=house.guild.id)
    house.sandbox.world.hub.publish(change)


async def subscribe(house: House, role: Role | None = None, **options: object) -> str:
    given = {"role": f"<@&{role.id}>"} if role else {}
    answered = await english_manager(house).run(
        house.text, "subscribe", {**given, **{name: str(value) for name, value in options.items()}}
    )
    assert answered.ephemeral
    return text_of(answered.message)


def pinging(house: House) -> list[dict[str, Any]]:
    """Return the allowed mentions of each request that could notify anybody."""
    return [
        allowed
        for request in house.sandbox.requests
        for allowed in _allowed(request.body)
        if allowed.get("parse") or allowed.get("users") or allowed.get("roles")
    ]


def _allowed(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the allowed mentions anywhere in a request; a text without any is an error."""
    if isinstance(body, list):
        for each in body:
            yield from _allowed(each)
    if not isinstance(body, dict):
        return
    if "content" in body or "embeds" in body:
        assert "allowed_mentions" in body, json.dumps(body)[:200]
        assert not body["allowed_mentions"].get("replied_user")
        yield body["allowed_mentions"]
    for key in ("message", "data"):
        yield from _allowed(body.get(key))


async def test_the_header_tells_the_role_once(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        said = await subscribe(house, role)
        assert f"notifies <@&{role.id}>" in said
        await house.delivered()
    header = house.messages(house.text)[0]
    assert house.sandbox.pings() == [header]
    assert header.pinged == [house.member.user.id]
    assert header.content == f"<@&{role.id}>"  # still there after the edit that links the posts
    assert pinging(house) == [{"parse": [], "roles": [str(role.id)]}]


async def test_a_forums_first_post_tells_the_role(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role, channel="#forum")
        await house.sandbox.wait_for(lambda: len(house.threads(house.forum)) == 2)
        await settled(house)
    first, _ = house.threads(house.forum)
    assert house.sandbox.pings() == [house.messages(first)[0]]
    assert house.messages(first)[0].content == f"<@&{role.id}>"


async def test_a_forums_one_post_tells_the_role(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role, channel="#forum", threads="digest")
        await house.sandbox.wait_for(lambda: house.threads(house.forum))
        await settled(house)
    (post,) = house.threads(house.forum)
    assert house.sandbox.pings() == [house.messages(post)[0]]


async def test_each_digest_tells_its_role(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None):
        await subscribe(house, role)
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
    assert len(house.sandbox.pings()) == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.REFUSE])
async def test_a_header_of_unknown_fate_tells_it_once(house: House, trouble: Trouble) -> None:
    role = add_role(house)
    house.sandbox.faults.add(Fault(trouble=trouble, template=MESSAGES, method="POST", times=1))
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role)
        await house.delivered()
    assert len(house.sandbox.pings()) == 1


async def test_what_changes_or_is_mended_later_tells_nobody_again(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role)
        await house.delivered()
        (header,) = house.sandbox.pings()
        await revise(house, house.folder / "seeds", paper("First"), paper("Second"), paper("New"))
        await house.sandbox.wait_for(lambda: "New" in house.titles(house.text))
        await settled(house)
        moderation.delete(house.sandbox.world, header)
        await house.manager.run(house.text, "verify", {"repair": "True"})
        await settled(house)
        await house.manager.run(house.text, "post", {"date": "2026-10-01", "again": "True"})
        await settled(house)
    assert len(pinging(house)) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_forum_is_told_once_though_the_paper_that_told_it_is_gone(house: House) -> None:
    role = add_role(house)
    create = "/channels/{channel_id}/threads"
    broken = Fault(trouble=Trouble.REFUSE, template=create, skip=1, status=503)
    house.sandbox.faults.add(broken)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role, channel="#forum")
        await house.sandbox.wait_for(lambda: broken.hits)
        await revise(house, house.folder / "seeds", paper("Second"))
        tried = broken.hits
        # Four tries make one run of the delivery: the next begins with the digest as it is now.
        await house.sandbox.wait_for(lambda: broken.hits > tried + 8)
        house.sandbox.faults.clear()
        await house.sandbox.wait_for(lambda: len(house.threads(house.forum)) == 2)
        await settled(house)
    assert len(house.sandbox.pings()) == 1


async def test_a_role_can_be_taken_back(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house, role, at="23:00")
        assert f"<@&{role.id}>" in await subscribe(house, at="22:00")  # what is not said stays
        assert f"<@&{role.id}>" not in await subscribe(house, no_role=True)
        refused = await subscribe(house, role, no_role=True)
        assert "not both" in refused
        house.clock.advance(timedelta(hours=14))
        await house.delivered()
    assert house.sandbox.pings() == []


async def test_everyone_is_never_told(house: House) -> None:
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        everyone = house.guild.roles[house.guild.id]
        assert "never notify everyone" in await subscribe(house, everyone)
        listed = await house.manager.run(house.text, "subscriptions")
        assert f"<#{house.text.id}>" not in text_of(listed.message)


async def test_a_role_that_cannot_be_notified_is_said_to_be_so(house: House) -> None:
    role = add_role(house, mentionable=False)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        said = await subscribe(house, role)
        assert "make the role mentionable" in said
        assert "All Roles" in said
        await house.delivered()
        assert house.sandbox.pings() == []
        status = await english_manager(house).run(house.text, "status")
        assert "make the role mentionable" in text_of(status.message)
        rights = Permission.MENTION_EVERYONE
        house.sandbox.world.set_overwrite(
            house.text, house.sandbox.world.bot_id, allow=rights, deny=Permission(0)
        )
        assert "mentionable" not in await subscribe(house)


async def test_a_role_that_was_deleted_is_harmless(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None):
        await subscribe(house, role)
        await house.delivered()
        delete_role(house, role)
        status = await english_manager(house).run(house.text, "status")
        assert "no longer exists" in text_of(status.message)
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2)
    headers = [each for each in house.messages(house.text) if each.edited_at]
    assert [bool(each.content) for each in headers] == [True, False]


async def test_nothing_that_a_reader_does_pings(house: House) -> None:
    """Every text that was sent says whom it may notify, and that is nobody."""
    async with house.bot():
        await house.delivered()
        for name, options in (
            ("paper", {"title": "s1"}),
            ("tag", {"name": "rl"}),
            ("search", {"query": "<@&1> @everyone"}),
            ("ask", {"question": "What is s1?"}),
            ("help", {}),
            ("forget-me", {}),
        ):
            await house.member.run(house.text, name, options)
        await house.manager.run(house.text, "status")
        post = house.messages(house.text)[1]
        for button in buttons_of(post):
            await house.member.click(post, custom_id=button["custom_id"])
        house.member.send(house.text, f"<@{house.sandbox.world.bot_id}> What is s1?")
        await settled(house)
    assert pinging(house) == []
    assert house.sandbox.pings() == []
    assert len(house.sandbox.requests) > 30


async def test_a_recap_and_a_role_are_listed(house: House) -> None:
    role = add_role(house)
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        said = await subscribe(house, role, recap=True)
        listed = await english_manager(house).run(house.text, "subscriptions")
        status = await english_manager(house).run(house.text, "status")
    for text in (said, text_of(listed.message), text_of(status.message)):
        assert f"notifies <@&{role.id}> · weekly recap" in text
