"""A digest file that is corrected after it was posted: its posts are edited where they stand."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot import attempts, histories, layouts, steps
from sandbox import messages as moderation
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, Message
from sandbox.requests import LoggedRequest
from tests.e2e.house import House, text_of, title_of
from tests.e2e.posts import (
    DAY,
    find,
    marks,
    marks_of,
    opened,
    openings,
    paper,
    revise,
    settled,
    write_papers,
)

pytestmark = pytest.mark.usefixtures("impatient")

ONE_DAY = timedelta(days=1)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A digest of two papers."""
    return write_papers(tmp_path / "seeds", paper("Small Models"), paper("Large Models"))


def ids(house: House, channel: Channel) -> list[int]:
    """Return the messages of a channel and its threads by id."""
    places = (channel, *house.threads(channel))
    return [message.id for place in places for message in house.messages(place)]


def edits(house: House, channel: Channel) -> list[str]:
    """Return the paths of the edits in a channel and its threads."""
    places = {str(each.id) for each in (channel, *house.threads(channel))}
    return [
        each.path
        for each in house.sandbox.writes()
        if each.method == "PATCH" and each.path.split("/")[2] in places
    ]


async def shows(house: House, message: Message, text: str) -> None:
    await house.sandbox.wait_for(lambda: text in text_of(message))


async def test_a_corrected_paper_is_edited_in_its_post_and_in_its_thread(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        before = ids(house, house.text)
        small = paper("Small Models", abstract="A better abstract.", en="A better comment.")
        await revise(house, seeds, small, paper("Large Models"))
        await shows(house, find(house, house.text, "Small Models"), "A better comment.")
        await settled(house)
    first, second = house.threads(house.text)
    assert "A better abstract." in openings(house, first)[0]
    assert "The abstract of Large Models." in openings(house, second)[0]
    assert ids(house, house.text) == before


async def test_a_corrected_title_renames_post_thread_and_its_line_in_the_header(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        before = ids(house, house.text)
        await revise(house, seeds, paper("Smaller Models"), paper("Large Models"))
        header = house.messages(house.text)[0]
        await shows(house, header, "Smaller Models")
    assert house.titles(house.text)[1:] == ["Smaller Models", "Large Models"]
    assert [thread.name for thread in house.threads(house.text)] == [
        "Smaller Models",
        "Large Models",
    ]
    assert ids(house, house.text) == before


async def test_a_forum_post_is_edited_renamed_and_tagged_anew(house: House, seeds: Path) -> None:
    forum = house.sandbox.world.add_channel(house.guild, "tagged", "forum", tags=["rl", "llm"])
    async with house.bot(seeds_dir=seeds, digest_channel_id=forum.id):
        await opened(house, forum, threads=2)
        before = ids(house, forum)
        small = paper("Smaller Models", en="A better comment.", tags="#llm")
        await revise(house, seeds, small, paper("Large Models"))
        post = house.threads(forum)[0]
        await house.sandbox.wait_for(lambda: post.name == "Smaller Models")
        await settled(house)
    assert post.thread
    assert post.thread.applied_tags == [forum.tags[1].id]
    assert "A better comment." in text_of(house.messages(post)[0])
    assert ids(house, forum) == before
    assert house.threads(forum)[1].name == "Large Models"


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_an_archived_thread_is_edited_and_archived_again(
    house: House, seeds: Path, kind: str
) -> None:
    channel = house.text if kind == "text" else house.forum
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await opened(house, channel, threads=2)
        await settled(house)
        house.clock.advance(timedelta(days=8))
        small, large = house.threads(channel)
        assert small.thread
        assert small.thread.archived
        await revise(
            house, seeds, paper("Smaller Models", abstract="A better one."), paper("Large Models")
        )
        await house.sandbox.wait_for(lambda: "A better one." in openings(house, small)[0])
        await settled(house)
    assert small.name == "Smaller Models"
    assert small.thread.archived
    assert large.thread
    assert large.thread.archived


async def test_a_locked_thread_is_left_and_its_post_edited(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        thread = house.threads(house.text)[0]
        assert thread.thread
        thread.thread.archived = thread.thread.locked = True
        await revise(
            house, seeds, paper("Small Models", abstract="A better one."), paper("Large Models")
        )
        await shows(house, find(house, house.text, "Small Models"), "A better one.")
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert "The abstract of Small Models." in openings(house, thread)[0]
    assert "⚠️" not in status.message.content


async def test_a_new_paper_is_appended_with_its_thread_and_its_line_in_the_header(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        before = ids(house, house.text)
        await revise(
            house, seeds, paper("Small Models"), paper("Large Models"), paper("Huge Models")
        )
        await shows(house, house.messages(house.text)[0], "Huge Models")
        await opened(house, house.text, threads=3)
    assert house.titles(house.text)[1:] == ["Small Models", "Large Models", "Huge Models"]
    assert set(before) < set(ids(house, house.text))
    post = find(house, house.text, "Huge Models")
    assert f"/{house.text.id}/{post.id}" in text_of(house.messages(house.text)[0])


async def test_a_removed_paper_is_left_and_noted(
    house: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.carrying")
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        before, edited = ids(house, house.text), edits(house, house.text)
        await revise(house, seeds, paper("Small Models"))
        while "is left" not in caplog.text:
            await house.manager.run(house.text, "status")
        await settled(house)
    assert str(find(house, house.text, "Large Models").id) in caplog.text
    assert ids(house, house.text) == before
    assert edits(house, house.text) == edited
    assert "Large Models" in text_of(house.messages(house.text)[0])


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_paper_that_is_put_back_is_not_posted_again(
    house: House, seeds: Path, kind: str
) -> None:
    channel = house.text if kind == "text" else house.forum
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await opened(house, channel, threads=2)
        await settled(house)
        before = ids(house, channel)
        await revise(house, seeds, paper("Small Models"))
        await settled(house)
        await revise(house, seeds, paper("Small Models"), paper("Large Models", en="Better."))
        thread = house.threads(channel)[1]
        post = house.messages(thread)[0] if kind == "forum" else house.messages(channel)[2]
        await shows(house, post, "Better.")
        await settled(house)
    assert ids(house, channel) == before


async def test_a_new_layout_edits_only_what_has_a_new_source(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
    edited = len(edits(house, house.text))
    monkeypatch.setattr(layouts, "thread_name", lambda title: f"Paper: {title}")
    async with house.bot(seeds_dir=seeds):
        await revise(house, seeds, paper("Small Models"), paper("Large Models", en="Better."))
        large = find(house, house.text, "Large Models")
        await shows(house, large, "Better.")
        await settled(house)
    thread = house.threads(house.text)[1]
    header = house.messages(house.text)[0]
    assert {path.split("/")[-1] for path in edits(house, house.text)[edited:]} == {
        str(large.id),
        str(header.id),
        *(str(message.id) for message in house.messages(thread)[1:]),
    }
    assert [each.name for each in house.threads(house.text)] == ["Small Models", "Large Models"]


async def test_a_paper_under_another_date_is_not_posted_twice(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        before = house.titles(house.text)
        await revise(
            house,
            seeds,
            paper("Small Models"),
            paper("Large Models"),
            paper("Huge Models"),
            day=DAY + ONE_DAY,
        )
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=2)
    assert house.titles(house.text)[: len(before)] == before
    header, post = house.titles(house.text)[len(before) :]
    assert "10월 2일" in header
    assert post == "Huge Models"


async def test_papers_whose_copies_get_another_date_in_turn_are_not_posted_twice(
    house: House, seeds: Path
) -> None:
    papers = (paper("Small Models"), paper("Large Models"))
    write_papers(seeds, *papers, name="copy.txt")
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        before = marks(house, house.text)
        for name in ("a.txt", "copy.txt"):
            await revise(house, seeds, *papers, paper("Huge Models"), day=DAY + ONE_DAY, name=name)
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=2)
        await settled(house)
    assert house.titles(house.text)[4:] == ["Huge Models"]
    assert before.items() <= marks(house, house.text).items()


async def test_refused_edits_keep_nobody_waiting_and_are_made_up_for(
    house: House, seeds: Path
) -> None:
    write_papers(seeds, paper("Tomorrow's"), day=DAY + ONE_DAY, name="b.txt")
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        old = find(house, house.text, "Small Models")
        refused = house.sandbox.faults.add(
            Fault(
                trouble=Trouble.REFUSE,
                method="PATCH",
                status=400,
                where=lambda logged: logged.path.endswith(f"/{old.id}"),
            )
        )
        await revise(house, seeds, paper("Small Models", en="Better."), paper("Large Models"))
        await house.sandbox.wait_for(lambda: refused.hits)
        house.clock.advance(ONE_DAY)
        await house.delivered(headers=2)
        assert title_of(house.messages(house.text)[-1]) == "Tomorrow's"
        house.sandbox.faults.clear()
        await shows(house, old, "Better.")


async def test_what_a_moderator_deleted_is_not_posted_anew(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        world = house.sandbox.world
        moderation.delete(world, find(house, house.text, "Small Models"))
        world.delete_channel(house.threads(house.text)[1])
        await revise(
            house,
            seeds,
            paper("Smaller Models", abstract="Better."),
            paper("Larger Models", abstract="Better."),
        )
        await shows(house, find(house, house.text, "Large Models"), "Better.")
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert house.titles(house.text)[1:] == ["Larger Models"]
    (thread,) = house.threads(house.text)
    assert thread.name == "Smaller Models"
    assert "Better." in openings(house, thread)[0]
    assert "⚠️" not in status.message.content


async def test_a_deleted_forum_post_is_left_alone(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await opened(house, house.forum, threads=2)
        await settled(house)
        house.sandbox.world.delete_channel(house.threads(house.forum)[0])
        await revise(
            house, seeds, paper("Small Models", en="Better."), paper("Large Models", en="Better.")
        )
        (post,) = house.threads(house.forum)
        await shows(house, house.messages(post)[0], "Better.")
        await settled(house)
        status = await house.manager.run(house.text, "status")
    assert [each.name for each in house.threads(house.forum)] == ["Large Models"]
    assert "⚠️" not in status.message.content


async def test_an_opening_takes_as_many_messages_as_its_text_needs(
    house: House, seeds: Path
) -> None:
    def parts() -> int:
        return len(openings(house, house.threads(house.text)[0]))

    long = " ".join(["A sentence of the long abstract."] * 200)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        assert parts() == 1
        for abstract, count in ((long, 4), ("A short one.", 1), (long, 4)):
            await revise(
                house, seeds, paper("Small Models", abstract=abstract), paper("Large Models")
            )
            await house.sandbox.wait_for(lambda: parts() == count)  # noqa: B023 - in this turn
            await settled(house)
    assert set(marks(house, house.text).values()) == {1}


async def test_a_change_while_the_digest_is_being_posted_is_not_lost(
    house: House, seeds: Path
) -> None:
    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.STALL,
            seconds=0.5,
            where=lambda logged: "Large Models" in str(logged.body) and logged.method == "POST",
            skip=1,  # the header
            times=1,
        )
    )
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: house.threads(house.text))
        await revise(house, seeds, paper("Small Models", en="Better."), paper("Large Models"))
        assert len(house.messages(house.text)) == 2
        await shows(house, find(house, house.text, "Small Models"), "Better.")
        await settled(house)
    assert len(house.messages(house.text)) == 3


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_change_between_a_lost_answer_and_the_next_start_is_shown(
    house: House, seeds: Path, kind: str
) -> None:
    channel = house.text if kind == "text" else house.forum
    faults = house.sandbox.faults
    lost = faults.add(Fault(trouble=Trouble.LOSE, where=_is_post, times=1))
    outage = faults.add(Fault(trouble=Trouble.REFUSE, status=503, where=lambda _: lost.hits > 0))
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: outage.hits)
    write_papers(seeds, paper("Small Models", en="Better."), paper("Large Models"))
    faults.clear()
    house.clock.advance(timedelta(minutes=6))  # the first bot's claim has run out
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await opened(house, channel, threads=2)
        await settled(house)
    place = channel if kind == "text" else house.threads(channel)[0]
    assert "Better." in text_of(find(house, place, "Small Models"))
    assert set(marks(house, channel).values()) == {1}


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.REFUSE])
@pytest.mark.parametrize(("kind", "threads"), [("text", "none"), ("text", "digest"), ("forum", "")])
async def test_a_paper_that_was_being_posted_when_its_date_was_corrected_is_posted_once(
    house: House, seeds: Path, kind: str, threads: str, trouble: Trouble
) -> None:
    channel = house.text if kind == "text" else house.forum
    settings = {"digest_channel_id": channel.id, "digest_threads": threads or "paper"}
    faults = house.sandbox.faults
    begun = faults.add(Fault(trouble=trouble, status=503, where=_is_post, times=1))
    outage = faults.add(Fault(trouble=Trouble.REFUSE, status=503, where=lambda _: begun.hits > 0))
    async with house.bot(seeds_dir=seeds, **settings):
        await house.sandbox.wait_for(lambda: outage.hits)
    write_papers(seeds, paper("Small Models"), paper("Large Models"), day=DAY + ONE_DAY)
    faults.clear()
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds, **settings):
        await house.sandbox.wait_for(lambda: len(_papers(house, channel)) == 2, timeout=20)
        await settled(house)
    assert sorted(_papers(house, channel)) == ["Large Models", "Small Models"]


def _papers(house: House, channel: Channel) -> list[str]:
    """Return the titles of the posted papers."""
    return [
        title_of(message)
        for place in (channel, *house.threads(channel))
        for message in house.messages(place)
        if any(":paper:" in mark for mark in marks_of(message))
    ]


def _is_post(logged: LoggedRequest) -> bool:
    """Tell whether a request posts the first paper."""
    return ":paper:" in str(logged.body) and "Small Models" in str(logged.body)


def _lose_slowly(house: House, text: str, *, looks: str) -> None:
    """Lose a paper's first post on its way, and have each look for it take its time."""
    house.sandbox.faults.add(
        Fault(trouble=Trouble.STALL, method="GET", template=looks, seconds=0.1)
    )
    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.DROP_BEFORE,
            method="POST",
            where=lambda logged: text in str(logged.body) and ":paper:" in str(logged.body),
            times=1,
        )
    )


async def test_a_paper_added_to_an_old_digest_is_posted_however_much_was_written_since(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its outcome is unknown, and to look for it takes longer than a claim is good for sending."""
    monkeypatch.setattr(attempts, "SEND_WITHIN", timedelta(seconds=0.4))
    monkeypatch.setattr(histories, "PAGE", 2)
    seeds = write_papers(tmp_path / "seeds", paper("One"))
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        for _ in range(10):
            house.clock.advance(timedelta(minutes=2))
            house.member.send(house.text, "Nice.")
        _lose_slowly(house, "Two", looks="/channels/{channel_id}/messages")
        await revise(house, seeds, paper("One"), paper("Two"))
        await house.sandbox.wait_for(lambda: "Two" in house.titles(house.text), timeout=20)


async def test_a_paper_added_to_an_old_digest_of_a_forum_is_posted_however_many_came_since(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above: each of the bot's own posts since is read."""
    monkeypatch.setattr(attempts, "SEND_WITHIN", timedelta(seconds=0.4))
    monkeypatch.setattr(steps, "SLACK", 0)  # they come within a minute here
    seeds = write_papers(tmp_path / "seeds", paper("One"))
    later = (paper(f"Later {number}") for number in range(8))
    write_papers(seeds, *later, day=DAY + ONE_DAY, name="b.txt")
    async with house.bot(seeds_dir=seeds, digest_channel_id=house.forum.id):
        await opened(house, house.forum, threads=1)
        house.clock.advance(ONE_DAY)
        await opened(house, house.forum, threads=9)
        await settled(house)
        _lose_slowly(house, "Two", looks="/channels/{channel_id}/messages/{message_id}")
        house.clock.advance(timedelta(minutes=5))
        await revise(house, seeds, paper("One"), paper("Two"))
        await house.sandbox.wait_for(
            lambda: "Two" in [each.name for each in house.threads(house.forum)], timeout=20
        )
    assert [each.name for each in house.threads(house.forum)].count("Two") == 1
