"""Lists of many papers, page by page, also after a restart and a long time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from sandbox.filling import ClientRefusal
from sandbox.interactions import Interaction
from sandbox.models import Message
from tests.e2e.house import (
    House,
    buttons_of,
    disabled_of,
    text_of,
    title_of,
    titles_of,
    write_digest,
)

TITLES = [f"Paper number {number:02}" for number in range(30)]
PAGES = [TITLES[start : start + 8] for start in range(0, 30, 8)]
# Over what a button's custom_id can hold, in Korean and in English.
LONG_QUERIES = ["paper number " * 12, "논문 코멘트 " * 20]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of seeds with 30 papers of one tag."""
    folder = tmp_path / "many"
    write_digest(folder, date(2025, 5, 1), TITLES, tags="#rl", comment="논문 코멘트입니다.")
    return folder


@pytest.fixture
async def shelf(house: House, many: Path) -> AsyncIterator[House]:
    """A house whose bot knows these 30 papers."""
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        yield house


async def test_the_next_page_takes_the_place_of_the_first(shelf: House) -> None:
    answered = await shelf.member.run(shelf.text, "tag", {"name": "rl"})
    for number, titles in enumerate(PAGES, start=1):
        assert titles_of(answered.message) == titles
        assert f"Page {number} of 4 · 30 papers" in text_of(answered.message)
        assert disabled_of(answered.message) == [number == 1, number == 4]
        if number < 4:
            turned = await shelf.member.click(answered.message, label="Next")
            assert turned.message.id == answered.message.id
    assert len(shelf.messages(shelf.text)) == 1


async def test_the_previous_page_comes_back(shelf: House) -> None:
    answered = await shelf.member.run(shelf.text, "tag", {"name": "rl"})
    await shelf.member.click(answered.message, label="Next")
    await shelf.member.click(answered.message, label="Previous")
    assert titles_of(answered.message) == PAGES[0]
    with pytest.raises(ClientRefusal, match="disabled"):
        await shelf.member.click(answered.message, label="Previous")


@pytest.mark.parametrize(
    ("command", "option", "value", "found"),
    [
        ("tag", "name", "RL", 30),
        ("author", "name", "ada lovelace", 30),
        ("search", "query", "paper", 30),
        ("search", "query", "코멘트를", 30),
        ("digest", "date", "2025-05-01", 30),
        ("paper", "title", "paper number", 25),  # more would help nobody
    ],
)
async def test_every_kind_of_list_has_pages(
    shelf: House, command: str, option: str, value: str, found: int
) -> None:
    answered = await shelf.member.run(shelf.text, command, {option: value})
    heading = title_of(answered.message)
    titles = titles_of(answered.message)
    while not disabled_of(answered.message)[-1]:
        await shelf.member.click(answered.message, custom_id=next_id(answered.message))
        assert title_of(answered.message) == heading
        titles += titles_of(answered.message)
    assert len(titles) == len(set(titles)) == found


def next_id(message: Message) -> str:
    return str(buttons_of(message)[-1]["custom_id"])


async def test_a_single_page_has_no_buttons(shelf: House) -> None:
    answered = await shelf.member.run(shelf.text, "search", {"query": "29"})
    assert titles_of(answered.message) == [TITLES[29]]
    assert buttons_of(answered.message) == []


async def test_another_reader_turns_the_page_for_themselves_alone(shelf: House) -> None:
    answered = await shelf.member.run(shelf.text, "tag", {"name": "rl"})
    copied = await shelf.manager.click(answered.message, label="Next")
    assert titles_of(answered.message) == PAGES[0]
    assert copied.ephemeral
    assert copied.message.ephemeral_for == shelf.manager.user.id
    assert titles_of(copied.message) == PAGES[1]
    again = await shelf.manager.click(copied.message, label="Next")
    assert again.message.id == copied.message.id
    assert titles_of(copied.message) == PAGES[2]


@pytest.mark.parametrize("query", ["paper", *LONG_QUERIES])
async def test_pages_turn_after_a_restart(house: House, many: Path, query: str) -> None:
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        answered = await house.member.run(house.text, "search", {"query": query})
        first = titles_of(answered.message)
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        await house.member.click(answered.message, custom_id=next_id(answered.message))
        second = titles_of(answered.message)
    assert len(first) == len(second) == 8
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("query", "said"), [(LONG_QUERIES[0], "30 days"), (LONG_QUERIES[1], "30일")]
)
async def test_a_long_querys_button_says_when_it_is_too_old(
    shelf: House, query: str, said: str
) -> None:
    answered = await shelf.member.run(shelf.text, "search", {"query": query})
    shelf.clock.advance(timedelta(days=29))
    await shelf.member.click(answered.message, custom_id=next_id(answered.message))
    kept = titles_of(answered.message)
    shelf.clock.advance(timedelta(days=31))
    late = await shelf.member.click(answered.message, custom_id=next_id(answered.message))
    assert late.ephemeral
    assert said in late.message.content
    assert titles_of(answered.message) == kept


async def test_a_short_querys_button_never_grows_old(shelf: House) -> None:
    answered = await shelf.member.run(shelf.text, "tag", {"name": "rl"})
    shelf.clock.advance(timedelta(days=400))
    await shelf.member.click(answered.message, label="Next")
    assert titles_of(answered.message) == PAGES[1]


async def test_a_page_that_no_longer_exists_says_so(house: House, many: Path) -> None:
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        answered = await house.member.run(house.text, "tag", {"name": "rl"})
        for _ in range(2):
            await house.member.click(answered.message, label="Next")
    write_digest(many, date(2025, 5, 1), TITLES[:4])
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        late = await house.member.click(answered.message, label="Next")
        assert late.ephemeral
        assert "no longer exists" in late.message.content


async def test_a_digest_of_tomorrow_is_found_tomorrow(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "dated"
    write_digest(folder, date(2026, 11, 20), ["Paper of today"])
    write_digest(folder, date(2026, 11, 21), ["Paper of tomorrow"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        for command, given in (
            ("paper", {"title": "Paper of tomorrow"}),
            ("search", {"query": "tomorrow"}),
            ("digest", {"date": "2026-11-21"}),
        ):
            answered = await house.member.run(house.text, command, given)
            assert answered.ephemeral
            assert "- Paper of tomorrow" not in answered.message.content
        assert titles_of((await listed(house)).message) == ["Paper of today"]
        house.clock.advance(timedelta(days=1))
        assert titles_of((await listed(house)).message) == ["Paper of tomorrow", "Paper of today"]


async def listed(house: House) -> Interaction:
    return await house.member.run(house.text, "tag", {"name": "rl"})
