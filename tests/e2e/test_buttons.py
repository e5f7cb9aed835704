"""The buttons under posts and under looked-up papers: what was cut, for the reader alone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.ingest import check
from sandbox.models import Message
from storage.models import DigestDraft, EntryDraft
from tests.e2e.house import SEEDS, House, buttons_of, text_of, title_of, titles_of, write_digest

CUT = "Constitutional Classifiers"


def paper(title: str) -> EntryDraft:
    """Return the first paper of the seeds whose title begins so."""
    return next(
        entry
        for draft in check([SEEDS])
        if isinstance(draft, DigestDraft)
        for entry in draft.entries
        if entry.title.startswith(title)
    )


def button(message: Message) -> str:
    """Return the custom_id of a message's first button."""
    return str(buttons_of(message)[0]["custom_id"])


def assert_in_full(pages: list[Message], entry: EntryDraft, *, languages: str = "") -> None:
    """Check that a paper's authors and abstract can be read, and which comments."""
    text = re.sub(r"[\\<>]", "", "\n".join(text_of(page) for page in pages))  # without markup
    assert all(author in text for author in entry.authors)
    assert entry.abstract
    assert entry.abstract[-60:] in text
    assert (entry.ko[-1] in text) == ("ko" in languages)
    assert (entry.en[-1] in text) == ("en" in languages)


async def test_a_post_shows_its_abstract_in_full_in_the_readers_language(house: House) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each).startswith(CUT))
        for person, heading in ((house.member, "Abstract"), (house.manager, "초록")):
            shown = await person.click(post, custom_id=button(post))
            assert shown.ephemeral
            assert title_of(shown.message) == paper(CUT).title
            assert f"**{heading}**" in text_of(shown.message)
            assert_in_full(shown.messages, paper(CUT))


async def test_a_post_from_before_it_had_more_buttons_shows_everything(house: House) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each).startswith(CUT))
        post.components = [{**post.components[0], "components": buttons_of(post)[:1]}]
        for person, language in ((house.member, "en"), (house.manager, "ko")):
            shown = await person.click(post, custom_id=button(post))
            assert_in_full(shown.messages, paper(CUT), languages=language)


async def test_a_posts_button_works_after_a_restart(house: House) -> None:
    async with house.bot():
        await house.delivered()
    async with house.bot():
        post = next(each for each in house.messages(house.text) if title_of(each).startswith(CUT))
        shown = await house.member.click(post, custom_id=button(post))
        assert_in_full(shown.messages, paper(CUT))


async def test_a_headers_button_lists_the_digest_with_links(house: House) -> None:
    async with house.bot():
        await house.delivered()
        header, first, *_ = house.messages(house.text)
        shown = await house.member.click(header, custom_id=button(header))
        assert shown.ephemeral
        assert len(titles_of(shown.message)) == 7
        assert f"/{house.text.id}/{first.id})" in text_of(shown.message)


@pytest.mark.parametrize(("language", "other"), [("ko", "en"), ("en", "ko")])
async def test_a_threads_button_opens_the_language_that_the_channel_lacks(
    house: House, language: str, other: str
) -> None:
    async with house.bot(digest_language=language):
        await house.delivered()
        opening = house.messages(house.threads(house.text)[0])[-1]
        shown = await house.member.click(opening, custom_id=button(opening))
        assert shown.ephemeral
        assert_in_full(shown.messages, paper("s1"), languages=other)


async def test_a_looked_up_papers_abstract_opens_in_full(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "Step-Audio"})
        shown = await house.member.click(answered.message, label="Abstract")
        assert shown.ephemeral
        assert_in_full(shown.messages, paper("Step-Audio"))


async def test_no_reader_sees_what_another_opened(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "s1"})
        shown = await house.manager.click(answered.message, label="Abstract")
        assert {page.ephemeral_for for page in shown.messages} == {house.manager.user.id}


async def test_the_button_of_a_paper_that_was_removed_says_so(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "few"
    write_digest(folder, date(2025, 5, 1), ["Paper that stays", "Paper that goes"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "Paper that goes"})
    write_digest(folder, date(2025, 5, 1), ["Paper that stays"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        shown = await house.member.click(answered.message, custom_id=button(answered.message))
        assert shown.ephemeral
        assert "no longer in the collection" in shown.message.content
