"""/language, /help and /forget-me."""

from __future__ import annotations

import contextlib
import re
import sqlite3

from sandbox.models import Channel
from sandbox.users import Person
from tests.e2e.house import House, buttons_of, text_of
from tests.e2e.posts import beside
from tests.stored import holders

HANGUL = re.compile("[가-힣]")


async def choose(house: House, language: str) -> str:
    answered = await house.member.run(house.text, "language", {"language": language})
    assert answered.ephemeral
    return text_of(answered.message)


async def speaks(house: House, place: Channel | None = None) -> str:
    """Return the language that a member is answered in who says nothing themselves."""
    answered = await house.member.run(place or house.text, "digest", {"date": "1999-01-01"})
    return "ko" if HANGUL.search(text_of(answered.message)) else "en"


async def test_a_reader_is_answered_in_the_language_they_chose(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        assert await speaks(house) == "en"
        assert "한국어로" in await choose(house, "ko")
        assert await speaks(house) == "ko"
        assert await speaks(house, house.member.dm_channel()) == "ko"
        assert HANGUL.search(text_of((await house.manager.run(house.text, "help")).message))
    async with house.bot(digest_channel_id=None):  # remembered over a restart
        assert await speaks(house) == "ko"
        assert "the language of your Discord" in await choose(house, "discord")
        assert await speaks(house) == "en"


async def test_the_script_of_a_question_still_comes_first(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await choose(house, "ko")
        answered = await house.member.run(house.text, "search", {"query": "zzzz"})
        assert not HANGUL.search(text_of(answered.message))
        named = await house.member.run(house.text, "tag", {"name": "zzzz"})
        assert HANGUL.search(text_of(named.message))


async def helped(person: Person, place: Channel) -> str:
    """Return what /help shows once Discord has told the commands' ids."""
    while True:
        shown = await person.run(place, "help")
        assert shown.ephemeral
        (message,) = shown.messages
        if ":" in text_of(message).partition("</")[2]:
            return text_of(message)


async def test_help_shows_every_command_to_be_clicked(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        text = await helped(house.manager, house.text)
        commands = [
            command
            for command in house.sandbox.world.commands.values()
            if command.body.get("type", 1) == 1
            and command.body["default_member_permissions"] != "0"
        ]
    assert len(commands) > 20
    assert dict(re.findall(r"</([^:>]+):(\d+)>", text)) == {
        command.body["name_localizations"]["ko"]: str(command.id) for command in commands
    }
    assert "**이것에 대해 묻기**" in text


async def test_help_is_in_the_readers_language_and_for_their_rights(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        for place in (house.text, house.member.dm_channel()):
            text = await helped(house.member, place)
            assert "</paper:" in text
            assert "</forget-me:" in text
            assert "</subscribe:" not in text
            assert "</import:" not in text
            assert not HANGUL.search(text)
            assert "**Ask about this**" in text
            assert ("</top:" in text) is (place is house.text)  # of a server, so not in messages


async def test_forget_me_asks_first(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await choose(house, "ko")
        asked = await house.member.run(house.text, "forget-me")
        assert asked.ephemeral
        assert await speaks(house) == "ko"
        (button,) = buttons_of(asked.message)
        await house.member.click(asked.message, custom_id=button["custom_id"])
        assert "- 고른 언어" in text_of(asked.message)
        assert buttons_of(asked.message) == []
        assert await speaks(house) == "en"


async def test_forget_me_says_what_it_removed(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await choose(house, "en")
        await house.member.run(house.text, "ask", {"question": "What is s1?"})
        looked_up = await house.member.run(house.text, "paper", {"title": "s1"})
        await house.member.click(looked_up.message, label="Save")
        await house.member.run(house.text, "follow", {"tag": "rl"})
        await house.manager.run(house.text, "subscribe", {"at": "23:00"})
        answered = await house.member.run(house.text, "ask", {"question": "What is Step-Audio?"})
        await house.member.click(answered.message, label="Helped")
        assert len(remembered(house, house.member.user.id)) >= 6
        asked = await house.member.run(house.text, "forget-me")
        await house.member.click(asked.message, label="Remove everything")
        text = text_of(asked.message)
        for line in (
            "1 saved paper",
            "1 follow and",
            "2 questions, with their answers",
            "1 opinion on answers",
            "the language you chose",
        ):
            assert f"- {line}" in text
        assert "channel" not in text
        again = await house.member.run(house.text, "forget-me")
        await house.member.click(again.message, label="Remove everything")
        assert text_of(again.message) == "I had nothing stored about you."
        assert remembered(house, house.member.user.id) == []


async def test_who_subscribed_a_channel_is_forgotten_and_its_posts_go_on(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        await house.manager.run(house.text, "subscribe", {"at": "23:00"})
        asked = await house.manager.run(house.text, "forget-me")
        await house.manager.click(asked.message, label="모두 지우기")
        assert "채널 1개" in text_of(asked.message)
        assert remembered(house, house.manager.user.id) == []
        async with beside(house) as store:
            (subscription,) = await store.list_subscriptions()
    assert subscription.active


def remembered(house: House, user_id: int) -> list[str]:
    """Return what in the database is, or names, the user."""
    with contextlib.closing(sqlite3.connect(house.folder / "digests.sqlite3")) as connection:
        return holders(connection, user_id)
