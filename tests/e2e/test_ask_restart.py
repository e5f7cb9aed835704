"""Buttons and forms of answers after a restart, and answers where the bot may do little."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.ingest import ingest
from sandbox.permissions import Permission
from storage.sqlite import open_store
from tests.e2e.house import House, buttons_of, text_of, write_digest

QUESTION = "How does s1 use budget forcing to control test-time compute?"
FOLLOW_UP = "그럼 데이터는 얼마나 썼대?"


async def test_buttons_and_an_open_form_work_after_a_restart(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, "ask", {"question": QUESTION})
        opened = await house.member.click(answered.message, label="Follow up")
    async with house.bot(digest_channel_id=None):
        followed = await house.member.submit(opened, {"question": FOLLOW_UP})
        assert "1K 샘플" in text_of(followed.message)
        more = await house.manager.click(answered.message, label="More evidence")
        assert more.ephemeral
        await house.member.click(answered.message, label="한국어로 보기")
        assert "2025년 2월 3일" in text_of(answered.message)
        thanked = await house.member.click(answered.message, label="도움 됐어요")
        assert thanked.ephemeral
        await house.member.click(answered.message, label="삭제")
        await house.sandbox.wait_for(lambda: not answered.messages)


async def test_what_is_ingested_while_the_bot_runs_is_found(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "growing"
    write_digest(folder, date(2025, 5, 1), ["Zebra Networks"], comment="Stripes help zebras.")
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        first = await house.member.run(house.text, "ask", {"question": "what helps zebras?"})
        assert "Stripes help zebras" in text_of(first.message)
        write_digest(folder, date(2025, 5, 1), ["Zebra Networks"], comment="Spots help zebras.")
        await reread(house, folder)
        second = await house.member.run(house.text, "ask", {"question": "what helps zebras?"})
        assert "Spots help zebras" in text_of(second.message)
        assert "Stripes" not in text_of(second.message)


async def reread(house: House, folder: Path) -> None:
    async with open_store(house.folder / "digests.sqlite3") as store:
        await ingest([folder], store, root=folder, now=house.clock.now())


def deny(house: House, permission: Permission) -> None:
    """Take a permission from everyone in the text channel."""
    world = house.sandbox.world
    world.set_overwrite(house.text, house.guild.id, allow=Permission(0), deny=permission)


async def test_a_mention_is_answered_in_plain_text_where_the_bot_may_not_embed(
    house: House,
) -> None:
    world = house.sandbox.world
    world.set_overwrite(
        house.text, house.guild.id, allow=Permission(0), deny=Permission.EMBED_LINKS
    )
    async with house.bot(digest_channel_id=None):
        asked = house.member.send(house.text, f"<@{world.application.id}> {QUESTION}")
        await house.sandbox.wait_for(lambda: len(house.messages(house.text)) > 1)
        (reply,) = [each for each in house.messages(house.text) if each.id != asked.id]
        assert "budget forcing" in reply.content
        assert reply.embeds == []
        assert buttons_of(reply)


async def test_a_mention_where_the_bot_may_not_write_is_left(house: House) -> None:
    world = house.sandbox.world
    world.set_overwrite(
        house.text, house.guild.id, allow=Permission(0), deny=Permission.SEND_MESSAGES
    )
    world.add_member(house.guild, house.member.user, permissions=Permission.ADMINISTRATOR)
    async with house.bot(digest_channel_id=None):
        house.member.send(house.text, f"<@{world.application.id}> {QUESTION}")
        answered = await house.member.run(house.text, "ask", {"question": QUESTION})
        assert "budget forcing" in text_of(answered.message)
        assert len(house.messages(house.text)) == 2
