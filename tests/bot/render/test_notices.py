"""Short replies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from bot.errors import NotFoundError, UserError
from bot.render.message import Message
from bot.render.notices import (
    render_already_posted,
    render_error,
    render_incident,
    render_notice,
    render_posted,
)
from storage.base import StorageError
from tests.bot.render.builders import DAY, long_texts, make_entry
from tests.bot.render.discord_rules import check_payload, show


@settings(max_examples=60, deadline=None)
@given(long_texts(3000))
def test_a_question_in_a_reply_can_neither_ping_nor_format(text: str) -> None:
    error = NotFoundError("error.title_not_found", name=text, nearest=[text] * 9)
    for language in ("en", "ko"):
        message = render_error(error, language=language)
        check_payload(message.to_payload())
        assert set(show(message.content).effects) <= {"list"}


def test_nearest_names_are_offered() -> None:
    error = NotFoundError("error.tag_not_found", name="reasonin", nearest=("reasoning", "rl"))
    assert render_error(error, language="en").content == (
        "I know no tag called “reasonin”.\nDid you mean:\n- reasoning\n- rl"
    )


def test_nearest_dates_are_written_out() -> None:
    error = NotFoundError("error.digest_not_found", name=DAY, nearest=[date(2025, 2, 3)])
    content = render_error(error, language="ko").content
    assert "2025년 4월 25일" in content
    assert "- 2025년 2월 3일" in content


def test_a_channel_and_missing_permissions_are_named() -> None:
    error = UserError(
        "error.permissions_missing", channel=5, permissions=("embed_links", "new_permission")
    )
    assert "<#5>" in render_error(error, language="en").content
    assert "Embed Links, `new_permission`" in render_error(error, language="en").content
    assert "링크 첨부" in render_error(error, language="ko").content


def test_storage_errors_and_incidents_are_sentences() -> None:
    assert "disk is full" in render_error(StorageError("storage.full"), language="en").content
    assert "ab12" in render_incident("ab12", language="ko").content
    assert render_notice("error.guild_only", language="en").content


@pytest.mark.parametrize("count", [1, 5, 50, 200])
def test_what_was_posted_is_listed_with_links(count: int) -> None:
    papers = [make_entry(n, title=f"{n} " + "long title " * 36) for n in range(1, count + 1)]
    links = {n: f"https://discord.com/channels/1/2/{n}" for n in range(1, count + 1)}

    def check(message: Message) -> None:
        check_payload(message.to_payload())
        assert "(https://discord.com/channels/1/2/1)" in message.content

    for language in ("en", "ko"):
        check(render_posted(papers, language=language, date=DAY, channel_id=2, links=links))
        check(render_already_posted(papers, language=language, date=DAY, channel_id=2, links=links))
