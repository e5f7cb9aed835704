"""Related papers: /related, the card's button, and what a thread begins with."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import layouts
from bot.discovery import related
from bot.retrieval import relating
from sandbox.models import Channel
from tests.e2e.house import House, buttons_of, nearest_of, text_of, title_of, titles_of
from tests.e2e.posts import find, marks, opened, openings, paper, revise, settled, write_papers

ONE_DAY = timedelta(days=1)
LINK = re.compile(r"\]\(https://discord\.com/channels/(\d+)/(\d+)\)")


def linked_threads(house: House, thread: Channel) -> list[int]:
    """Return the threads of this server that a thread's opening links to."""
    found = LINK.findall("\n".join(openings(house, thread)))
    assert {int(guild) for guild, _ in found} <= {house.guild.id}
    return [int(channel) for _, channel in found]


def thread_of(house: House, title: str) -> Channel:
    (thread,) = [each for each in house.threads(house.text) if each.name.startswith(title)]
    return thread


@pytest.mark.usefixtures("impatient")
async def test_threads_begin_with_links_to_earlier_threads_of_this_server(house: House) -> None:
    async with house.bot():
        for count in range(1, 5):
            await house.delivered(headers=count)
            house.clock.advance(ONE_DAY)
        await opened(house, house.text, threads=23)
    s1, sets = thread_of(house, "s1:"), thread_of(house, "SETS")
    assert linked_threads(house, sets) == [s1.id]
    assert "`#inference-time-scaling`" in openings(house, sets)[-1]
    assert linked_threads(house, s1) == []
    assert "관련" not in "".join(openings(house, s1))
    assert house.sandbox.pings() == []


async def test_related_lists_papers_with_reasons_for_the_asker_alone(house: House) -> None:
    async with house.bot():
        await house.delivered()
        shown = await house.member.run(house.text, "related", {"title": "OctoThinker"})
        korean = await house.manager.run(house.text, "related", {"title": "OctoThinker"})
    assert shown.ephemeral
    assert titles_of(shown.message)[0].startswith("LIMR")
    assert title_of(shown.message).startswith("Related to “OctoThinker")
    assert "Xuefeng Li, Pengfei Liu · `#rl` `#reasoning`" in text_of(shown.message)
    assert "관련 논문" in title_of(korean.message)


async def test_the_cards_button_and_a_number_lead_to_the_same_list(house: House) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each).startswith("s1:"))
        more = await house.member.click(post, label="더보기·More")
        button = next(each for each in buttons_of(more.message) if "related" in each["custom_id"])
        pressed = await house.member.click(more.message, custom_id=button["custom_id"])
        asked = await house.member.run(house.text, "related", {"title": "s1: Simple test-time"})
    assert pressed.ephemeral
    assert titles_of(pressed.message) == titles_of(asked.message)
    assert titles_of(pressed.message)[0].startswith("SETS")


async def test_a_name_of_several_papers_lists_them_and_an_unknown_one_offers_the_nearest(
    house: House,
) -> None:
    async with house.bot():
        await house.delivered()
        several = await house.member.run(house.text, "related", {"title": "sparse"})
        unknown = await house.member.run(house.text, "related", {"title": "OctoTinker"})
        offered = await house.member.complete(house.text, "related", "title", "Octo")
    assert several.ephemeral
    assert len(titles_of(several.message)) == 2
    assert unknown.ephemeral
    assert nearest_of(unknown.message)[0].startswith("OctoThinker")
    assert [choice["name"][:11] for choice in offered.choices or []] == ["OctoThinker"]


async def test_a_paper_with_nothing_near_it_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relating, "LEAST", 9.0)
    async with house.bot():
        await house.delivered()
        shown = await house.member.run(house.text, "related", {"title": "OctoThinker"})
    assert shown.ephemeral
    assert shown.message.content.startswith("No other paper is close to “OctoThinker")


async def test_a_long_list_pages_and_its_buttons_survive_a_restart(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relating, "LEAST", 0.0)
    async with house.bot():
        await house.delivered()
        shown = await house.member.run(house.text, "related", {"title": "OctoThinker"})
        first = titles_of(shown.message)
    async with house.bot():
        await house.member.click(shown.message, label="Next")
    second = titles_of(shown.message)
    assert len(first) == 8
    assert second
    assert not set(first) & set(second)


@pytest.fixture
def kin(house: House, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two digests whose papers all have to do with each other."""
    monkeypatch.setattr(relating, "LEAST", 0.0)
    monkeypatch.setattr(related, "CLOSE", 0.0)
    folder = house.folder / "seeds"
    write_papers(folder, paper("One"), paper("Two"))
    return folder


@pytest.mark.usefixtures("impatient")
async def test_a_correction_renews_its_own_opening_and_no_other(house: House, kin: Path) -> None:
    async with house.bot(seeds_dir=kin):
        await opened(house, house.text, threads=2)
        await settled(house)
        one, two = thread_of(house, "One"), thread_of(house, "Two")
        assert linked_threads(house, two) == [one.id]
        before = [each.id for thread in (one, two) for each in house.messages(thread)]
        await revise(house, kin, paper("One", abstract="Corrected."), paper("Two"))
        await house.sandbox.wait_for(lambda: "Corrected." in openings(house, one)[0])
        await settled(house)
    edited = {
        each.path.split("/")[2]
        for each in house.sandbox.writes()
        if each.method == "PATCH" and "/messages/" in each.path
    }
    assert str(two.id) not in edited
    assert linked_threads(house, two) == [one.id]
    assert [each.id for thread in (one, two) for each in house.messages(thread)] == before
    assert set(marks(house, house.text).values()) == {1}


@pytest.mark.usefixtures("impatient")
async def test_links_that_got_a_message_of_their_own_stay_when_another_paper_is_corrected(
    house: House, kin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then the search may find nothing near: the message is not deleted for that."""
    long = paper("Two", abstract=("word " * 400)[:1860])
    write_papers(kin, paper("One"), long)
    async with house.bot(seeds_dir=kin):
        await opened(house, house.text, threads=2)
        await settled(house)
        two = thread_of(house, "Two")
        assert len(openings(house, two)) == 2
        monkeypatch.setattr(related, "CLOSE", 9.0)
        await revise(house, kin, paper("One", en="Corrected."), long)
        await house.sandbox.wait_for(
            lambda: "Corrected." in text_of(find(house, house.text, "One"))
        )
        await settled(house)
    assert len(openings(house, two)) == 2
    assert linked_threads(house, two) != []


@pytest.mark.usefixtures("impatient")
async def test_an_opening_that_was_cut_short_by_a_crash_is_completed(
    house: House, kin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is near may have changed by the restart: no text is lost or sent twice for that."""
    long = paper("Two", abstract=("Sentence of an abstract. " * 160))
    write_papers(kin, paper("One"), long)
    original = layouts._render_details

    def fail_after_first(*arguments: object) -> object:
        messages = original(*arguments)  # type: ignore[arg-type]
        return messages[:1]

    monkeypatch.setattr(layouts, "_render_details", fail_after_first)
    async with house.bot(seeds_dir=kin):
        await opened(house, house.text, threads=2)
        await settled(house)
    two = thread_of(house, "Two")
    monkeypatch.setattr(layouts, "_render_details", original)
    monkeypatch.setattr(related, "CLOSE", 9.0)
    async with house.bot(seeds_dir=kin):
        await revise(house, kin, paper("One", en="Corrected."), long)
        await house.sandbox.wait_for(lambda: len(openings(house, two)) >= 3)
        await settled(house)
    text = " ".join(openings(house, two))
    assert text.count("Sentence of an abstract.") == 160
    assert set(marks(house, house.text).values()) == {1}
