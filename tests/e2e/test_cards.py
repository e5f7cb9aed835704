"""The buttons under a paper: comment, save, more; in the reader's language, after a restart too."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.interactions import Interaction
from sandbox.models import Message
from sandbox.users import Person
from tests.e2e.house import House, buttons_of, text_of, title_of
from tests.e2e.posts import beside, find, paper, write_papers

KO, EN = "작은 모델에 대한 이야기.", "About small models."


async def press(person: Person, message: Message, action: str) -> Interaction:
    """Press the button of a card that does this; it answers the presser alone."""
    custom_id = next(
        button["custom_id"]
        for button in buttons_of(message)
        if button["custom_id"].startswith(f"card:{action}:")
    )
    shown = await person.click(message, custom_id=custom_id)
    assert shown.error is None
    return shown


def seeds(house: House) -> Path:
    """Write a digest: a paper with both comments, one without a Korean one."""
    return write_papers(
        house.folder / "seeds",
        paper("Both", ko=KO, en=EN),
        "Only English\n(Ada Lovelace)\nAbout small models.\n#rl",
    )


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_second_button_shows_the_comment_that_the_channel_lacks(
    house: House, language: str
) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_language=language):
        await house.delivered()
        post = find(house, house.text, "Both")
        shown = await press(house.member, post, "en" if language == "ko" else "ko")
    assert shown.ephemeral
    assert (EN in text_of(shown.message)) == (language == "ko")
    assert (KO in text_of(shown.message)) == (language == "en")


async def test_in_a_channel_of_both_languages_it_follows_the_reader_and_turns(
    house: House,
) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
        post = find(house, house.text, "Both")
        for person, first, other in ((house.manager, KO, EN), (house.member, EN, KO)):
            shown = await press(person, post, "both")
            assert first in text_of(shown.message)
            assert other not in text_of(shown.message)
            await press(person, shown.message, "toen" if other == EN else "toko")
            assert other in text_of(shown.message)
            assert first not in text_of(shown.message)


async def test_a_long_comment_is_read_over_several_messages(house: House) -> None:
    long = " ".join(f"Sentence number {number}." for number in range(600))
    folder = write_papers(house.folder / "seeds", paper("Long", ko=KO, en=long))
    async with house.bot(seeds_dir=folder):
        await house.delivered()
        shown = await press(house.manager, find(house, house.text, "Long"), "both")
        turned = await press(house.manager, shown.message, "toen")
    text = "".join(text_of(message) for message in turned.messages)
    assert len(turned.messages) > 1
    assert all(f"number {number}." in text for number in range(600))
    assert KO in text_of(shown.message)  # left as it was: the other does not fit in its place


async def test_a_reader_is_told_that_a_comment_was_never_written(house: House) -> None:
    folder = write_papers(
        house.folder / "seeds", "Korean\n(Ada Lovelace)\nAn abstract.\n한국어 설명.\n#rl"
    )
    async with house.bot(seeds_dir=folder, digest_language="ko"):
        await house.delivered()
        shown = await press(house.member, find(house, house.text, "Korean"), "en")
    assert "no English comment" in shown.message.content
    assert "한국어 설명." in text_of(shown.message)
    assert buttons_of(shown.message) == []


async def test_every_button_of_a_post_answers_after_a_restart(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
    async with house.bot(seeds_dir=seeds(house)):
        post = find(house, house.text, "Both")
        for button in buttons_of(post):
            shown = await house.member.click(post, custom_id=button["custom_id"])
            assert shown.ephemeral, button
            assert shown.error is None, button
            assert "went wrong" not in text_of(shown.message), button


async def test_more_offers_what_else_there_is_to_do(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
        menu = await press(house.manager, find(house, house.text, "Both"), "more")
        assert menu.ephemeral
        assert title_of(menu.message) == "Both"
        assert [button["label"] for button in buttons_of(menu.message)] == ["관련 논문", "인용"]
        cited = await press(house.manager, menu.message, "cite")
        assert cited.ephemeral
        assert "Lovelace" in text_of(cited.message)
        related = await press(house.manager, menu.message, "related")
        assert related.ephemeral


async def test_save_puts_the_paper_on_the_pressers_own_list(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house)):
        await house.delivered()
        saved = await press(house.member, find(house, house.text, "Both"), "save")
        assert saved.ephemeral
        async with beside(house) as store:
            today = house.clock.now().date()
            assert await store.count_saved(house.member.user.id, until=today) == 1
            assert await store.count_saved(house.manager.user.id, until=today) == 0


async def test_a_looked_up_paper_has_the_same_buttons(house: House) -> None:
    async with house.bot(seeds_dir=seeds(house), digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "Both"})
        labels = [button["label"] for button in buttons_of(answered.message)]
        assert labels == ["Abstract", "한국어", "Save", "Discuss", "More"]
        shown = await press(house.member, answered.message, "ko")
    assert KO in text_of(shown.message)


async def test_a_card_of_a_paper_that_was_removed_says_so(house: House) -> None:
    folder = seeds(house)
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "paper", {"title": "Both"})
    write_papers(folder, "Only English\n(Ada Lovelace)\nAbout small models.\n#rl")
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        for button in buttons_of(answered.message):
            shown = await house.member.click(answered.message, custom_id=button["custom_id"])
            assert shown.ephemeral
            assert "no longer in the collection" in shown.message.content, button
