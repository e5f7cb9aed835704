"""Reading lists: saved from buttons and menus, paged, filtered, exported, seen by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.filling import ClientRefusal
from sandbox.interactions import Interaction
from sandbox.models import Message
from sandbox.users import Person
from tests.bot.references.builders import read_ris
from tests.e2e.house import (
    House,
    buttons_of,
    disabled_of,
    names_of,
    text_of,
    title_of,
    titles_of,
    write_digest,
)

TITLES = [f"Paper number {number:02}" for number in range(12)]
S1 = "s1: Simple test-time scaling"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of seeds with twelve papers of one digest and one of another."""
    folder = tmp_path / "many"
    write_digest(folder, date(2025, 5, 1), TITLES, tags="#rl")
    write_digest(folder, date(2025, 5, 2), ["Sparse Frontier"], tags="#moe #rl")
    return folder


@pytest.fixture
async def shelf(house: House, many: Path) -> AsyncIterator[House]:
    """A house whose bot knows these papers."""
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        yield house


async def save(house: House, person: Person, *titles: str) -> Interaction:
    """Look papers up, save each with the button under it, return the last answer."""
    for title in titles:
        found = await person.run(house.text, "paper", {"title": title})
        label = "저장" if person is house.manager else "Save"
        saved = await person.click(found.message, label=label)
        assert saved.ephemeral
    return saved


async def saved(house: House, person: Person, **options: str) -> Interaction:
    """Open the reading list."""
    answered = await person.run(house.text, "saved", options)
    assert answered.ephemeral
    return answered


def menu_of(message: Message) -> dict[str, Any]:
    """Return a message's only menu."""
    (menu,) = (
        item for row in message.components for item in row["components"] if "options" in item
    )
    return dict(menu)


def file_of(house: House, message: Message) -> tuple[str, str]:
    """Return the name and the text of a message's only file."""
    (attachment,) = message.attachments
    return attachment["filename"], house.sandbox.world.files.read(attachment).decode()


async def test_an_empty_list_says_how_to_save(shelf: House) -> None:
    answered = await saved(shelf, shelf.member)
    assert "empty" in text_of(answered.message)
    assert "Save paper" in text_of(answered.message)
    assert buttons_of(answered.message) == []
    korean = await saved(shelf, shelf.manager, export="bibtex")
    assert "아직 저장한 논문이 없어요" in text_of(korean.message)


async def test_a_paper_is_saved_once(shelf: House) -> None:
    first = await save(shelf, shelf.member, TITLES[0])
    assert f"Saved “{TITLES[0]}”. Your reading list has 1 paper." in text_of(first.message)
    again = await save(shelf, shelf.member, TITLES[0])
    assert "already" in text_of(again.message)
    assert titles_of((await saved(shelf, shelf.member)).message) == TITLES[:1]


async def test_saving_can_be_taken_back_and_done_again(shelf: House) -> None:
    done = await save(shelf, shelf.member, TITLES[0])
    removed = await shelf.member.click(done.message, label="Remove")
    assert removed.message.id == done.message.id
    assert f"Removed “{TITLES[0]}”" in text_of(removed.message)
    assert "empty" in text_of((await saved(shelf, shelf.member)).message)
    undone = await shelf.member.click(done.message, label="Save again")
    assert "Your reading list has 1 paper." in text_of(undone.message)
    listed = await shelf.member.click(done.message, label="Reading list")
    assert titles_of(listed.message) == TITLES[:1]


async def test_each_reader_has_a_list_that_nobody_else_sees(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0])
    await save(shelf, shelf.manager, TITLES[1])
    own = await saved(shelf, shelf.member)
    assert titles_of(own.message) == TITLES[:1]
    assert own.message.ephemeral_for == shelf.member.user.id
    with pytest.raises(ClientRefusal):
        await shelf.manager.choose(own.message, menu_of(own.message)["options"][0]["value"])
    korean = await saved(shelf, shelf.manager)
    assert titles_of(korean.message) == TITLES[1:2]
    assert title_of(korean.message) == "저장한 논문 1편"
    private = [each for each in shelf.messages(shelf.text) if "reading list" in text_of(each)]
    assert private == []


async def test_the_list_turns_its_pages_newest_first(shelf: House) -> None:
    await save(shelf, shelf.member, *TITLES)
    opened = await saved(shelf, shelf.member)
    assert titles_of(opened.message) == TITLES[:3:-1]
    assert "Page 1 of 2 · 12 papers" in text_of(opened.message)
    assert disabled_of(opened.message)[-2:] == [True, False]
    turned = await shelf.member.click(opened.message, label="Next")
    assert turned.message.id == opened.message.id
    assert titles_of(turned.message) == TITLES[3::-1]
    await shelf.member.click(opened.message, label="Previous")
    assert titles_of(opened.message) == TITLES[:3:-1]


async def test_pages_turn_and_papers_go_after_a_restart(house: House, many: Path) -> None:
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        await save(house, house.member, *TITLES[:9])
        opened = await saved(house, house.member)
        done = await save(house, house.member, TITLES[9])
    async with house.bot(seeds_dir=many, digest_channel_id=None):
        await house.member.click(opened.message, label="Next")
        assert titles_of(opened.message) == [TITLES[1], TITLES[0]]
        values = [option["value"] for option in menu_of(opened.message)["options"]]
        await house.member.choose(opened.message, *values)
        # The page that was open is empty: the one before it is shown.
        assert titles_of(opened.message) == TITLES[9:1:-1]
        assert "8 papers" in text_of(opened.message)
        await house.member.click(done.message, label="Remove")
        assert titles_of((await saved(house, house.member)).message) == TITLES[8:1:-1]


async def test_a_paper_is_chosen_for_removal_by_its_title(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0], TITLES[1])
    opened = await saved(shelf, shelf.member)
    options = menu_of(opened.message)["options"]
    assert [option["label"] for option in options] == [f"1. {TITLES[1]}", f"2. {TITLES[0]}"]
    await shelf.member.choose(opened.message, options[0]["value"])
    assert titles_of(opened.message) == [TITLES[0]]
    await shelf.member.choose(opened.message, options[1]["value"])
    assert "empty" in text_of(opened.message)
    assert opened.message.components == []


async def test_the_list_is_filtered_by_the_readers_own_tags(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0], "Sparse Frontier")
    offered = await shelf.member.complete(shelf.text, "saved", "tag", "")
    assert names_of(offered) == ["rl", "moe"]
    assert names_of(await shelf.member.complete(shelf.text, "saved", "tag", "#MO")) == ["moe"]
    assert names_of(await shelf.manager.complete(shelf.text, "saved", "tag", "")) == []
    filtered = await saved(shelf, shelf.member, tag="#MoE")
    assert titles_of(filtered.message) == ["Sparse Frontier"]
    assert title_of(filtered.message) == "Your reading list · #MoE · 1 paper"
    none = await saved(shelf, shelf.member, tag="ssm")
    assert "None of your saved papers has the tag #ssm" in text_of(none.message)


async def test_the_longest_tag_fits_on_the_buttons(house: House, tmp_path: Path) -> None:
    folder, tag = tmp_path / "long", "가" * 80
    write_digest(folder, date(2025, 5, 1), TITLES, tags=f"#{tag}")
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        await save(house, house.member, *TITLES)
        opened = await saved(house, house.member, tag=tag)
        await house.member.click(opened.message, label="Next")
        assert titles_of(opened.message) == TITLES[3::-1]


async def test_the_list_works_in_direct_messages(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0])
    answered = await shelf.member.run(shelf.member.dm_channel(), "saved")
    assert titles_of(answered.message) == TITLES[:1]


async def test_a_listed_paper_links_to_its_post_and_thread_here(house: House) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each) == S1)
        await house.member.click(post, label="저장·Save")
        listed = text_of((await saved(house, house.member)).message)
        thread = next(each for each in house.threads(house.text) if each.name == S1)
        assert f"/{house.text.id}/{post.id})" in listed
        assert f"/channels/{house.guild.id}/{thread.id})" in listed


@pytest.mark.parametrize("place", ["post", "thread", "look-up"])
async def test_save_paper_saves_what_a_message_is_about(house: House, place: str) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each) == S1)
        thread = next(each for each in house.threads(house.text) if each.name == S1)
        looked_up = await house.member.run(house.text, "paper", {"title": "s1"})
        opening = house.messages(thread)[0]
        message = {"post": post, "thread": opening, "look-up": looked_up.message}[place]
        done = await house.member.use_on_message(message, "Save paper")
        assert done.ephemeral
        assert f"Saved “{S1}”" in text_of(done.message)


async def test_save_paper_asks_which_of_several_papers(shelf: House) -> None:
    listed = await shelf.member.run(shelf.text, "digest", {"date": "2025-05-01"})
    assert titles_of(listed.message) == TITLES[:8]
    asked = await shelf.member.use_on_message(listed.message, "Save paper")
    assert asked.ephemeral
    options = menu_of(asked.message)["options"]
    assert [option["label"] for option in options] == [
        f"{number}. {title}" for number, title in enumerate(TITLES[:8], start=1)
    ]
    done = await shelf.member.choose(asked.message, options[2]["value"], options[0]["value"])
    assert "Saved 2 papers. Your reading list has 2 papers." in text_of(done.message)
    assert done.message.components[0]["components"][0]["label"] == "Reading list"
    opened = await saved(shelf, shelf.member)
    assert sorted(titles_of(opened.message)) == [TITLES[0], TITLES[2]]


async def test_save_paper_on_a_header_or_an_answer_offers_its_papers(house: House) -> None:
    async with house.bot():
        await house.delivered()
        header = house.messages(house.text)[0]
        asked = await house.member.use_on_message(header, "Save paper")
        assert len(menu_of(asked.message)["options"]) == 7
        answered = await house.member.run(
            house.text, "ask", {"question": "How does s1 use budget forcing?"}
        )
        done = await house.manager.use_on_message(answered.message, "논문 저장")
        named = text_of(done.message) + str(done.message.components)
        assert S1 in named


async def test_save_paper_on_anything_else_says_so(shelf: House) -> None:
    theirs = shelf.manager.send(shelf.text, f"[{TITLES[0]}](https://example.org)")
    done = await shelf.member.use_on_message(theirs, "Save paper")
    assert done.ephemeral
    assert "no paper in this message" in text_of(done.message)
    nothing = await shelf.manager.use_on_message(theirs, "논문 저장")
    assert "논문을 찾지 못했어요" in text_of(nothing.message)


async def test_the_list_is_exported_as_bibtex(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0], TITLES[1])
    answered = await saved(shelf, shelf.member, export="bibtex")
    name, text = file_of(shelf, answered.message)
    assert name == "saved-papers.bib"
    assert "Here are your 2 saved papers." in text_of(answered.message)
    assert text.count("@misc{") == 2
    assert "@misc{lovelace2025paper,\n  title = {Paper number 01}" in text
    assert "@misc{lovelace2025paperb,\n  title = {Paper number 00}" in text


async def test_the_list_is_exported_as_ris_and_by_tag(shelf: House) -> None:
    await save(shelf, shelf.member, TITLES[0], "Sparse Frontier")
    answered = await saved(shelf, shelf.member, export="ris", tag="moe")
    name, text = file_of(shelf, answered.message)
    assert name == "saved-papers.ris"
    record = read_ris(text)
    assert (record["title"], record["authors"]) == ("Sparse Frontier", ["Lovelace, Ada"])


async def test_the_list_is_exported_as_markdown_in_the_readers_language(shelf: House) -> None:
    for person in (shelf.member, shelf.manager):
        await save(shelf, person, TITLES[0])
    name, text = file_of(shelf, (await saved(shelf, shelf.member, export="markdown")).message)
    assert name == "saved-papers.md"
    assert text.startswith(
        "# Your reading list · 1 paper\n\n- [Paper number 00](https://arxiv.org/search/"
    )
    assert "Digest of 1 May 2025 · #rl" in text
    _, korean = file_of(shelf, (await saved(shelf, shelf.manager, export="markdown")).message)
    assert korean.startswith("# 저장한 논문 1편\n")
    assert "2025년 5월 1일 다이제스트" in korean


async def test_a_saved_paper_stays_when_its_title_is_corrected(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "few"
    write_digest(folder, date(2025, 5, 1), ["Sparse Frontire", "Another one"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        await save(house, house.member, "Sparse Frontire")
    write_digest(folder, date(2025, 5, 1), ["Sparse Frontier", "Another one"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        assert titles_of((await saved(house, house.member)).message) == ["Sparse Frontier"]


async def test_what_left_the_digests_says_so(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "few"
    write_digest(folder, date(2025, 5, 1), ["Paper that stays", "Thesis that goes"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        done = await save(house, house.member, "Thesis that goes")
    write_digest(folder, date(2025, 5, 1), ["Paper that stays"])
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        late = await house.member.click(done.message, label="Remove")
        assert late.ephemeral
        assert "no longer in the collection" in text_of(late.messages[-1])
