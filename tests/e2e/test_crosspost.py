"""The `crosspost` option: an announcement channel's header is published, and never a paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.actions import REFUSALS
from sandbox.errors import missing_permissions
from sandbox.faults import Fault, Trouble
from sandbox.models import Message, MessageFlag
from tests.e2e.house import House, text_of
from tests.e2e.posts import paper, revise, settled, write_papers
from tests.e2e.test_subscriptions import english_manager

PUBLISH = "/channels/{channel_id}/messages/{message_id}/crosspost"


def seeds(house: House) -> str:
    return str(write_papers(house.folder / "seeds", paper("First"), paper("Second")))


async def subscribe(house: House, **options: str) -> str:
    given = {"channel": "#news", "crosspost": "True", **options}
    answered = await english_manager(house).run(house.text, "subscribe", given)
    return text_of(answered.message)


def published(house: House) -> list[Message]:
    return [each for each in house.messages(house.news) if each.flags & MessageFlag.CROSSPOSTED]


def attempts(house: House) -> int:
    return sum(request.template == PUBLISH for request in house.sandbox.requests)


async def finished(house: House) -> None:
    """Wait until the delivery has recorded its last step."""
    await house.sandbox.wait_for(lambda: attempts(house))
    await settled(house)


@pytest.mark.parametrize("threads", ["paper", "digest", "none"])
async def test_the_header_is_published_after_its_last_edit(house: House, threads: str) -> None:
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        assert "published to followers" in await subscribe(house, threads=threads)
        await finished(house)
    header = house.messages(house.news)[0]
    assert published(house) == [header]
    assert attempts(house) == 1
    touched = [each for each in house.sandbox.requests if str(header.id) in each.path]
    assert touched[-1].template == PUBLISH


async def test_without_the_option_nothing_is_published(house: House) -> None:
    async with house.bot(digest_channel_id=house.news.id, seeds_dir=seeds(house)):
        await house.delivered(channel=house.news)
        await settled(house)
    assert attempts(house) == 0


async def test_only_an_announcement_channel_can_publish(house: House) -> None:
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        for name, channel in (("#papers", house.text), ("#forum", house.forum)):
            said = await subscribe(house, channel=name)
            assert f"<#{channel.id}> is not an announcement channel" in said
        listed = await english_manager(house).run(house.text, "subscriptions")
        assert "No channel" in text_of(listed.message)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.REFUSE])
async def test_asking_again_is_safe(house: House, trouble: Trouble) -> None:
    house.sandbox.faults.add(Fault(trouble=trouble, template=PUBLISH, times=1))
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house)
        await finished(house)
        status = await english_manager(house).run(house.text, "status")
    assert published(house) == [house.messages(house.news)[0]]
    assert attempts(house) == 2
    assert "could not be published" not in text_of(status.message)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("trouble", "status"), [(Trouble.PAGE, 403), (Trouble.PAGE, 429), (Trouble.REFUSE, 400)]
)
async def test_a_refusal_that_says_nothing_is_waited_out(
    house: House, trouble: Trouble, status: int
) -> None:
    house.sandbox.faults.add(Fault(trouble=trouble, template=PUBLISH, status=status, times=2))
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house)
        await finished(house)
    assert published(house) == [house.messages(house.news)[0]]
    assert attempts(house) == 3


@pytest.mark.usefixtures("impatient")
async def test_a_refusal_that_says_what_is_wrong_is_taken_at_its_word(house: House) -> None:
    def refuse(number: int) -> None:
        (logged,) = (each for each in house.sandbox.requests if each.number == number)
        if logged.template == PUBLISH:
            raise missing_permissions()

    house.sandbox.faults.before = refuse
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house)
        await finished(house)
    assert attempts(house) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("status", "tries"), [(403, REFUSALS), (500, 4)])
async def test_a_refusal_stops_nothing_and_is_told(house: House, status: int, tries: int) -> None:
    house.sandbox.faults.add(Fault(trouble=Trouble.REFUSE, template=PUBLISH, status=status))
    async with house.bot(digest_channel_id=None):
        await subscribe(house)
        await finished(house)
        told = await english_manager(house).run(house.text, "status")
        assert "could not be published" in text_of(told.message)
        house.clock.advance(timedelta(days=1))
        await house.delivered(headers=2, channel=house.news)
        await settled(house)
    assert published(house) == []
    assert attempts(house) == 2 * tries  # given up each time, once


async def test_a_limit_is_not_waited_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sender.PUBLISH_SECONDS", 0.2)
    held = house.sandbox.faults.add(Fault(trouble=Trouble.LIMIT, template=PUBLISH, seconds=3000))
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house)
        await finished(house)
        told = await english_manager(house).run(house.text, "status")
        assert "could not be published" in text_of(told.message)
    assert held.hits == 1


async def test_what_changes_later_is_edited_and_not_published_again(house: House) -> None:
    async with house.bot(digest_channel_id=None, seeds_dir=seeds(house)):
        await subscribe(house)
        await finished(house)
        await revise(house, house.folder / "seeds", paper("First"), paper("Second"), paper("New"))
        await house.sandbox.wait_for(lambda: "New" in house.titles(house.news))
        await settled(house)
    assert attempts(house) == 1
