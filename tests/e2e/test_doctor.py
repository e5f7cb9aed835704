"""`python -m bot doctor` with the sandbox as Discord: a set-up that is well, and broken ones."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox.faults import Fault, Trouble
from sandbox.models import Channel
from sandbox.permissions import Permission
from tests.e2e.house import SEEDS, House
from tests.e2e.posts import beside


class Line(NamedTuple):
    """A finding."""

    level: str
    name: str
    text: str


async def doctor(house: House, **settings: str) -> tuple[int, list[Line], str]:
    """Run it in a process of its own; return exit code, findings and stderr."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SEEDS.parent),
        "DISCORD_TOKEN": house.sandbox.token,
        "DISCORD_API_URL": house.sandbox.api_url,
        "DATABASE_PATH": str(house.folder / "digests.sqlite3"),
        "SEEDS_DIR": str(SEEDS),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--json"),
        cwd=house.folder,
        env=environment | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert house.sandbox.token not in out.decode() + err.decode()
    found = json.loads(out)
    assert found["ok"] is (process.returncode == 0)
    return process.returncode or 0, [Line(**each) for each in found["checks"]], err.decode()


def failures(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.name, line.text) for line in lines if line.level == "fail"]


async def test_a_set_up_that_is_well_beside_its_running_bot(house: House) -> None:
    async with house.bot(digest_channel_id=house.text.id):
        await house.delivered()
        logins, posts = house.sandbox.gateway.identifies, len(house.messages(house.text))
        code, lines, err = await doctor(house)
        assert house.sandbox.gateway.identifies == logins
        assert len(house.messages(house.text)) == posts
    assert (code, err) == (0, "")
    assert {line.level for line in lines} == {"ok"}
    said = {line.name: line.text for line in lines}
    assert said["running"] == "a bot runs on this database"
    assert "23 papers" in said["seeds"]
    assert said["servers"] == "1: Lab"
    assert said["channel"].startswith("#papers (Lab)")
    assert f"client_id={house.sandbox.world.bot_id}" in said["invite"]
    assert "holds 1" in said["backups"]


async def test_a_wrong_token(house: House) -> None:
    code, lines, err = await doctor(house, DISCORD_TOKEN="not-the-token")  # noqa: S106 - opens nothing
    ((name, text),) = failures(lines)
    assert (code, name, err) == (1, "token", "")
    assert "DISCORD_TOKEN" in text
    assert "not-the-token" not in text


def forbid(house: House, channel: Channel, permission: Permission) -> None:
    """Deny everybody something in a channel, as its settings do."""
    house.sandbox.world.set_overwrite(channel, house.guild.id, deny=permission)


async def test_a_channel_without_a_permission(house: House) -> None:
    forbid(house, house.text, Permission.SEND_MESSAGES)
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(house.text.id))
    ((name, text),) = failures(lines)
    assert (code, name) == (1, "channel")
    assert "#papers" in text
    assert "Send Messages" in text


async def test_all_that_a_channel_lacks_is_named_at_once(house: House) -> None:
    forbid(house, house.text, Permission.SEND_MESSAGES | Permission.CREATE_PUBLIC_THREADS)
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(house.text.id))
    first, second = [line for line in lines if line.name == "channel"]
    assert (code, first.level, second.level) == (1, "fail", "warn")
    assert "Send Messages" in first.text
    assert "Create Public Threads" in second.text
    assert "Send Messages" not in second.text


async def test_of_a_channel_that_cannot_be_seen_no_more_is_said(house: House) -> None:
    forbid(house, house.text, Permission.VIEW_CHANNEL)
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(house.text.id))
    (line,) = [line for line in lines if line.name == "channel"]
    assert (code, line.level) == (1, "fail")
    assert "View Channel" in line.text


async def test_a_channel_where_posts_would_be_plainer(house: House) -> None:
    forbid(house, house.text, Permission.READ_MESSAGE_HISTORY | Permission.EMBED_LINKS)
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(house.text.id))
    (line,) = [line for line in lines if line.name == "channel"]
    assert (code, line.level) == (0, "warn")
    assert "Embed Links to post papers as cards" in line.text
    assert "Read Message History to see what it has posted already" in line.text


async def test_a_forum_that_wants_a_tag_and_has_none(house: House) -> None:
    forum = house.sandbox.world.add_channel(house.guild, "tagged", "forum", require_tag=True)
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(forum.id))
    ((name, text),) = failures(lines)
    assert (code, name) == (1, "channel")
    assert "#tagged" in text
    assert "tag" in text


@pytest.mark.parametrize(
    ("tags", "says"),
    [([f"t{n}" for n in range(20)], "20 tags, the most"), (["rl"], "Add a tag named “paper”")],
)
async def test_a_forum_with_tags_of_its_own(house: House, tags: list[str], says: str) -> None:
    forum = house.sandbox.world.add_channel(
        house.guild, "tagged", "forum", tags=tags, require_tag=True
    )
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(forum.id))
    (line,) = [line for line in lines if line.name == "channel"]
    assert (code, line.level) == (0, "warn")
    assert says in line.text


async def test_a_damaged_database(house: House) -> None:
    async with house.bot():
        await house.delivered()
    database = house.folder / "digests.sqlite3"
    await asyncio.to_thread(_damage, database)
    code, lines, _ = await doctor(house)
    ((name, text),) = failures(lines)
    assert (code, name) == (1, "database")
    assert str(database) in text
    assert "restore" in text


def _damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start + 100 : start + 2000] = b"\xa5" * 1900
    path.write_bytes(data)


async def test_a_broken_seed_and_a_time_zone_that_is_none(house: House) -> None:
    seeds = house.folder / "seeds"
    seeds.mkdir()
    (seeds / "bad.txt").write_text("2025년 5월 2일\n\nA title\nno authors\n", encoding="utf-8")
    code, lines, _ = await doctor(house, SEEDS_DIR=str(seeds), DIGEST_TIMEZONE="Asia/Soul")
    found = dict(failures(lines))
    assert (code, set(found)) == (1, {"settings", "seeds"})
    assert "Asia/Soul" in found["settings"]
    assert "bad.txt:" in found["seeds"]


async def test_a_channel_that_is_gone_and_one_that_is_parked(house: House) -> None:
    async with house.bot(digest_channel_id=house.text.id):
        await house.delivered()
    async with beside(house) as store:
        (subscription,) = await store.list_subscriptions()
        await store.park(subscription.id, "error.posting_refused", now=house.clock.now())
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID="123456789012345678")
    gone, parked = [line for line in lines if line.name == "channel"]
    assert (code, gone.level, parked.level) == (1, "fail", "warn")
    assert "123456789012345678 no longer exists" in gone.text
    assert "does not let me post in #papers (Lab)" in parked.text
    assert "parked since 2026-11-20" in parked.text


async def test_a_channel_whose_missing_permissions_are_mended_names_none(house: House) -> None:
    async with house.bot(digest_channel_id=house.text.id):
        await house.delivered()
    async with beside(house) as store:
        (subscription,) = await store.list_subscriptions()
        await store.park(subscription.id, "error.permissions_missing", now=house.clock.now())
    _, lines, _ = await doctor(house)
    (parked,) = [line for line in lines if line.name == "channel"]
    assert "does not let me post in #papers (Lab)" in parked.text
    assert "That seems mended" in parked.text


async def test_a_bot_that_is_in_no_server_and_a_channel_of_another_kind(house: House) -> None:
    category = house.sandbox.world.add_channel(house.guild, "all", "category")
    code, lines, _ = await doctor(house, DIGEST_CHANNEL_ID=str(category.id))
    ((_, text),) = failures(lines)
    assert "text, announcement or forum channel" in text
    house.sandbox.world.remove_bot(house.guild)
    code, lines, _ = await doctor(house)
    (line,) = [line for line in lines if line.name == "servers"]
    assert (code, line.level) == (0, "warn")


async def test_a_discord_that_does_not_answer(house: House) -> None:
    house.sandbox.faults.add(
        Fault(trouble=Trouble.DROP_BEFORE, method="GET", template="/users/@me", times=20)
    )
    code, lines, _ = await doctor(house)
    ((name, text),) = failures(lines)
    assert (code, name) == (1, "token")
    assert house.sandbox.api_url in text
