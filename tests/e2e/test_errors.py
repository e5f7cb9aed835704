"""What goes wrong while somebody waits for an answer, and what they read of it."""

from __future__ import annotations

import asyncio
import copy
import logging
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot.questions import outlets
from sandbox.faults import Fault, Trouble
from sandbox.options import Options
from tests.e2e.house import House, open_house, text_of, titles_of

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
PROMISED = "/webhooks/{webhook_id}/{token}/messages/@original"
MESSAGES = "/channels/{channel_id}/messages"
TOO_LATE = 401  # Discord's status for Invalid Webhook Token


def explode(*_args: object, **_options: object) -> NoReturn:
    raise RuntimeError("the secret detail")


def incident_in(text: str) -> str:
    """Return the incident's id that a reply names."""
    found = re.search(r"\b[0-9a-f]{8}\b", text)
    assert found, text
    return found[0]


async def test_an_unexpected_error_shows_only_the_id_it_is_logged_under(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.listing.render_list", explode)
    async with house.bot(digest_channel_id=None):
        english = await house.member.run(house.text, "tag", {"name": "rl"})
        korean = await house.manager.run(house.text, "tag", {"name": "rl"})
    for answered, said in ((english, "Something went wrong"), (korean, "문제가 생겼어요")):
        assert answered.ephemeral
        assert said in answered.message.content
        assert "secret" not in answered.message.content
        incident = incident_in(answered.message.content)
        (logged,) = [each for each in caplog.records if incident in each.getMessage()]
        assert logged.levelno == logging.ERROR
        assert logged.exc_info
        assert isinstance(logged.exc_info[1], RuntimeError)


async def test_a_button_that_fails_says_so_in_the_same_way(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.bot(digest_channel_id=None):
        listed = await house.member.run(house.text, "search", {"query": "reasoning"})
        shown = titles_of(listed.message)
        monkeypatch.setattr("bot.listing.render_list", explode)
        answered = await house.member.click(listed.message, label="Next")
        assert answered.ephemeral
        assert incident_in(answered.message.content)
        assert titles_of(listed.message) == shown
        monkeypatch.undo()
        await house.member.click(listed.message, label="Next")
        assert titles_of(listed.message) != shown


async def test_after_an_error_the_next_command_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.bot(digest_channel_id=None):
        with monkeypatch.context() as patch:
            patch.setattr("bot.listing.render_list", explode)
            await house.member.run(house.text, "tag", {"name": "rl"})
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
        assert len(titles_of(answered.message)) == 4


async def test_a_locked_database_is_said_and_look_ups_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.database._BUSY_TIMEOUT_SECONDS", 0.1)
    async with house.bot(digest_channel_id=None):
        path = house.folder / "digests.sqlite3"
        with closing(sqlite3.connect(path, check_same_thread=False)) as other:
            # In a thread: the bot, in this one, may have to end a transaction first.
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            refused = await house.manager.run(house.text, "subscribe")
            found = await house.member.run(house.text, "tag", {"name": "rl"})
        accepted = await house.manager.run(house.text, "subscribe")
    assert refused.deferred  # a writer may have to wait longer than Discord does
    assert refused.ephemeral
    assert "다른 프로그램이 데이터베이스를 쓰고 있어요" in refused.message.content
    assert len(titles_of(found.message)) == 4
    assert f"<#{house.text.id}>에 매일" in accepted.message.content


async def test_a_command_that_is_gone_says_to_type_it_again(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        commands = house.sandbox.world.commands
        old = copy.deepcopy(next(each for each in commands.values() if each.body["name"] == "tag"))
        old.id += 1
        old.body |= {"name": "label", "name_localizations": {}}
        commands[old.id] = old
        answered = await house.member.run(house.text, "label", {"name": "rl"})
        assert answered.ephemeral
        assert "has just changed" in answered.message.content


async def test_autocomplete_of_a_command_that_is_gone_offers_nothing(tmp_path: Path) -> None:
    options = Options(limits_on=False, interaction_seconds=0.3)
    async with open_house(tmp_path, options=options) as house, house.bot(digest_channel_id=None):
        commands = house.sandbox.world.commands
        old = copy.deepcopy(next(each for each in commands.values() if each.body["name"] == "tag"))
        old.id += 1
        old.body |= {"name": "label", "name_localizations": {}}
        commands[old.id] = old
        offered = await house.member.complete(house.text, "label", "name", "r")
        assert not offered.choices
        assert [each for each in house.sandbox.requests if each.status >= 400] == []


@pytest.mark.parametrize(("name", "tries"), [("rl", 2), ("nothing of that name", 1)])
async def test_an_answer_that_discord_does_not_take_hurts_nobody_else(
    house: House, caplog: pytest.LogCaptureFixture, name: str, tries: int
) -> None:
    async with house.bot(digest_channel_id=None):
        trouble = house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, method="POST", template=CALLBACK, status=403)
        )
        lost = house.member.begin_run(house.text, "tag", {"name": name})
        await house.sandbox.wait_for(lambda: trouble.hits == tries)
        assert not lost.acknowledged
        house.sandbox.faults.clear()
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
        assert len(titles_of(answered.message)) == 4
    assert "Nobody could be told of an error" in caplog.text
    assert "never retrieved" not in caplog.text


async def test_a_connection_that_fails_is_no_incident(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.bot(digest_channel_id=None):
        house.sandbox.faults.add(
            Fault(trouble=Trouble.DROP_BEFORE, method="POST", template=CALLBACK, times=1)
        )
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
    assert answered.ephemeral
    assert answered.message.content == "My connection to Discord failed. Please try again."
    assert "Incident" not in caplog.text


async def test_an_answer_that_comes_too_late_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = Options(limits_on=False, interaction_seconds=0.2)
    async with open_house(tmp_path, options=options) as house, house.bot(digest_channel_id=None):
        house.sandbox.faults.add(
            Fault(trouble=Trouble.STALL, method="POST", template=CALLBACK, seconds=0.4)
        )
        late = await house.member.run(house.text, "tag", {"name": "rl"})
        assert late.error
        await house.sandbox.wait_for(lambda: refused_callbacks(house))
        house.sandbox.faults.clear()
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
        assert len(titles_of(answered.message)) == 4
    assert "answered too late" in caplog.text
    assert "Incident" not in caplog.text


async def test_an_answer_after_discords_fifteen_minutes_is_only_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def leap(_number: int) -> None:
        if house.sandbox.requests[-1].template == PROMISED:
            house.clock.advance(timedelta(minutes=16))

    async with house.bot(digest_channel_id=None):
        house.sandbox.faults.before = leap
        await house.manager.run(house.text, "subscribe", {"at": "23:59"}, settle=False)
        await house.sandbox.wait_for(
            lambda: any(each.status == TOO_LATE for each in house.sandbox.requests)
        )
        house.sandbox.faults.clear()
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
        assert len(titles_of(answered.message)) == 4
    assert "answered too late" in caplog.text
    assert "Incident" not in caplog.text


def refused_callbacks(house: House) -> list[int]:
    """Return the statuses of the answers that came to nothing."""
    requests = [each for each in house.sandbox.requests if each.template == CALLBACK]
    return [each.status for each in requests if each.status >= 400]


async def test_who_is_held_off_before_discord_reads_of_the_connection(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.bot(digest_channel_id=None):
        house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, template=CALLBACK, status=429, times=1)
        )  # without a time to wait for, as Cloudflare does it
        answered = await house.member.run(house.text, "tags")
    assert "My connection to Discord failed" in text_of(answered.message)
    assert "Incident" not in caplog.text


async def test_a_mention_is_answered_once_nothing_before_discord_holds_the_answer_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says how long to wait, or does not."""
    monkeypatch.setattr(outlets, "HELD_OFF", 0.01)
    async with house.bot(digest_channel_id=None):
        for seconds in (1.0, 0.0):
            house.sandbox.faults.add(
                Fault(trouble=Trouble.PAGE, template=MESSAGES, status=429, seconds=seconds, times=2)
            )
        question = house.member.send(
            house.text, f"<@{house.sandbox.world.application.id}> What is budget forcing?"
        )
        await house.sandbox.wait_for(lambda: len(house.messages(house.text)) == 2, timeout=10)
    _, answer = house.messages(house.text)
    assert (answer.reference or {})["message_id"] == str(question.id)
    assert "budget forcing" in text_of(answer)
    held = [each.at for each in house.sandbox.requests if each.template == MESSAGES]
    assert len(held) == 5
    assert min(held[1] - held[0], held[2] - held[1]) >= 1


async def test_a_mention_that_is_held_off_for_too_long_is_left(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outlets, "HELD_OFF_MOST", 1.0)
    caplog.set_level("INFO", "bot.tree")
    async with house.bot(digest_channel_id=None):
        held = house.sandbox.faults.add(
            Fault(trouble=Trouble.PAGE, template=MESSAGES, status=429, seconds=3600)
        )
        house.member.send(house.text, f"<@{house.sandbox.world.application.id}> What is RL?")
        async with asyncio.timeout(10):
            while "could not be answered where it was asked" not in caplog.text:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
    assert held.hits == 1


async def test_a_post_that_discord_refuses_is_said(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, method="POST", template=MESSAGES, status=400)
        )
        answered = await house.manager.run(house.text, "post")
        assert answered.ephemeral
        assert "Discord가 요청을 거부했어요" in answered.message.content


async def test_an_empty_store_says_so(house: House, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with house.bot(seeds_dir=tmp_path / "empty", digest_channel_id=None):
        for command, options, said in (
            ("digest", {}, "no digests yet"),
            ("paper", {"title": "s1"}, "no paper called"),
            ("tag", {"name": "rl"}, "no tag called"),
            ("author", {"name": "Ada"}, "no author called"),
            ("search", {"query": "rl"}, "Nothing found"),
        ):
            answered = await house.member.run(house.text, command, options)
            assert answered.ephemeral
            assert said in text_of(answered.message)
        offered = await house.member.complete(house.text, "paper", "title", "")
        assert offered.choices == []
        posted = await house.manager.run(house.text, "post")
        assert "올릴 논문이 없어요" in posted.message.content
