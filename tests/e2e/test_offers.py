"""What can be pressed where something was not found, and where a name may mean several papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.e2e.house import (
    House,
    buttons_of,
    nearest_of,
    options_of,
    title_of,
    titles_of,
    write_digest,
)

S1 = "s1: Simple test-time scaling"


@pytest.mark.parametrize(
    ("command", "option", "typed", "label", "heading"),
    [
        ("tag", "name", "resoning", "reasoning", "#reasoning · "),
        ("author", "name", "Candes", "Emmanuel Candès", "Emmanuel Candès · 1 paper"),
        ("digest", "date", "2025-04-26", "25 April 2025", "Digest of 25 April 2025"),
        ("digest", "date", "March 2025", "18 February 2025", "Digest of 18 February 2025"),
    ],
)
async def test_a_name_that_is_offered_can_be_pressed_even_after_a_restart(
    house: House, command: str, option: str, typed: str, label: str, heading: str
) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, command, {option: typed})
        assert answered.ephemeral
        assert [button["label"] for button in buttons_of(answered.message)] == nearest_of(
            answered.message
        )
    async with house.bot(digest_channel_id=None):
        pressed = await house.member.click(answered.message, label=label)
        assert title_of(pressed.message).startswith(heading)
        assert nearest_of(pressed.message) == []


async def test_a_paper_that_is_offered_can_be_chosen_even_after_a_restart(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "simpel test scalling"})
        assert answered.ephemeral
        assert list(options_of(answered.message)) == nearest_of(answered.message)
    async with house.bot(digest_channel_id=None):
        value = options_of(answered.message)[S1]
        shown = await house.member.choose(answered.message, value)
        assert title_of(shown.message) == S1


async def test_what_is_chosen_for_cite_and_related_is_cited_and_related(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        for command, found in (("cite", "@misc{muennighoff2025s1,"), ("related", "Related to “s1")):
            asked = await house.member.run(house.text, command, {"title": "simpel test scalling"})
            value = options_of(asked.message)[S1]
            shown = await house.member.choose(asked.message, value)
            assert shown.ephemeral
            assert found in shown.message.content + title_of(shown.message)


async def test_an_address_of_no_paper_lists_who_mentions_it(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "mention"
    comment = "It builds on https://arxiv.org/abs/2406.04093."
    write_digest(folder, date(2025, 5, 1), ["Sparse Experts"], comment=comment)
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        for command in ("paper", "cite", "related"):
            answered = await house.member.run(house.text, command, {"title": "2406.04093"})
            assert title_of(answered.message) == "Papers that mention 2406.04093 · 1"
            assert titles_of(answered.message) == ["Sparse Experts"]
        asked = await house.member.run(house.text, "cite", {"title": "arXiv:2406.04093"})
        cited = await house.member.choose(
            asked.message, options_of(asked.message)["Sparse Experts"]
        )
        assert "@misc{lovelace2025sparse," in cited.message.content
        unknown = await house.member.run(house.text, "paper", {"title": "2404.19756v4"})
        assert unknown.ephemeral
        assert nearest_of(unknown.message) == []
        assert buttons_of(unknown.message) == []
