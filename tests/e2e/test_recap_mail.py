"""The weekly recap: once a week, behind the day's digest, from Monday's hour to Wednesday."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, Message
from sandbox.permissions import BOT, Permission
from storage.base import StorageError
from storage.sqlite.mailings import Mailings
from tests.e2e.house import House, buttons_of, text_of
from tests.e2e.posts import paper, revise, write_papers
from tests.e2e.quiet import Quiet, wait_for_quiet

pytestmark = pytest.mark.usefixtures("impatient")

WEEK = date(2026, 11, 16)  # the house starts on its Friday
MONDAY = date(2026, 11, 23)
ONE_DAY = timedelta(days=1)
MARK = "mail:recap:1:20261116"


def seoul(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    papers = (paper("Talk of the Week"), paper("Also There"))
    return write_papers(tmp_path / "seeds", *papers, day=WEEK + 2 * ONE_DAY)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """Let the bot begin and end a tick, and what came of it."""
    return wait_for_quiet(monkeypatch)


def recaps(house: House, channel: Channel) -> list[Message]:
    places = [channel, *house.threads(channel)]
    return [
        message
        for place in places
        for message in house.messages(place)
        if any(button.get("custom_id") == MARK for button in buttons_of(message))
    ]


async def want_recap(house: House) -> None:
    done = await house.manager.run(
        house.text, "subscribe", {"recap": True, "channel": str(house.text.id)}
    )
    assert done.error is None


async def test_the_recap_comes_on_monday_once_and_behind_the_days_digest(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
        await revise(house, seeds, paper("Of Monday"), day=MONDAY, name="monday.txt")
        house.clock.set(seoul(MONDAY, 8, 59))
        await quiet(house)
        assert not recaps(house, house.text)
        house.clock.set(seoul(MONDAY, 9))
        await house.sandbox.wait_for(lambda: recaps(house, house.text), timeout=20)
        await quiet(house)
        house.clock.set(seoul(MONDAY + ONE_DAY, 9))
        await quiet(house)
    async with house.bot(seeds_dir=seeds):
        await quiet(house)
    (recap,) = recaps(house, house.text)
    assert "Talk of the Week" in text_of(recap)
    assert house.messages(house.text)[-1].id == recap.id
    assert "Of Monday" in text_of(house.messages(house.text)[-2])
    assert [each["filename"].endswith(".png") for each in recap.attachments] == [True]
    assert not house.sandbox.pings()


async def test_its_button_answers_the_reader_alone(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
        house.clock.set(seoul(MONDAY, 9))
        await house.sandbox.wait_for(lambda: recaps(house, house.text), timeout=20)
    async with house.bot(seeds_dir=seeds):
        (recap,) = recaps(house, house.text)
        pressed = await house.member.click(recap, custom_id=MARK)
        assert pressed.error is None
        assert [each.ephemeral_for for each in pressed.messages] == [house.member.user.id]


async def test_after_wednesday_it_is_too_late(house: House, seeds: Path, quiet: Quiet) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
    house.clock.set(seoul(MONDAY + 3 * ONE_DAY, 0))
    async with house.bot(seeds_dir=seeds):
        await quiet(house)
        assert not recaps(house, house.text)
        house.clock.set(seoul(MONDAY + 2 * ONE_DAY, 23, 50))  # there was still time
        await house.sandbox.wait_for(lambda: recaps(house, house.text), timeout=20)


async def test_a_week_without_digests_has_none(house: House, tmp_path: Path, quiet: Quiet) -> None:
    seeds = write_papers(tmp_path / "seeds", paper("Long Ago"), day=WEEK - ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
        house.clock.set(seoul(MONDAY, 9))
        await quiet(house)
    assert not recaps(house, house.text)


async def test_channels_that_did_not_ask_get_none(house: House, seeds: Path, quiet: Quiet) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        house.clock.set(seoul(MONDAY, 9))
        await quiet(house)
    assert not recaps(house, house.text)


@pytest.mark.parametrize("kind", ["news", "forum"])
@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.DROP_AFTER, Trouble.REFUSE])
async def test_a_recap_whose_answer_is_lost_comes_once(
    house: House, seeds: Path, quiet: Quiet, kind: str, trouble: Trouble
) -> None:
    channel = house.news if kind == "news" else house.forum
    house.sandbox.options.nonce_window = timedelta(0)
    fault = Fault(
        trouble=trouble,
        method="POST",
        where=lambda request: MARK in str(request.body),
        times=2,
    )
    house.sandbox.faults.add(fault)
    async with house.bot(seeds_dir=seeds, digest_channel_id=channel.id):
        await house.sandbox.wait_for(lambda: house.threads(channel), timeout=20)
        done = await house.manager.run(
            house.text, "subscribe", {"recap": True, "channel": str(channel.id)}
        )
        assert done.error is None
        house.clock.set(seoul(MONDAY, 9))
        await house.sandbox.wait_for(lambda: recaps(house, channel), timeout=20)
        await quiet(house)
    assert fault.hits
    (recap,) = recaps(house, channel)
    assert recap.attachments
    if kind == "forum":
        assert house.threads(channel)[-1].name.startswith("한 주의 논문, 2026년 11월 16일")


async def test_a_recap_waits_for_a_database_that_cannot_be_written(
    house: House,
    seeds: Path,
    quiet: Quiet,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    claim, full = Mailings.claim_mailing, [StorageError("storage.full", path="x")]

    async def refuse(store: Mailings, *args: Any, **options: Any) -> Any:
        if full:
            raise full.pop()
        return await claim(store, *args, **options)

    monkeypatch.setattr(Mailings, "claim_mailing", refuse)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
        house.clock.set(seoul(MONDAY, 9))
        await house.sandbox.wait_for(lambda: recaps(house, house.text), timeout=20)
        await quiet(house)
    assert len(recaps(house, house.text)) == 1
    (said,) = [each for each in caplog.records if "The disk is full" in each.getMessage()]
    assert not said.exc_info


async def test_without_the_right_to_attach_it_has_no_picture(house: House, seeds: Path) -> None:
    world = house.sandbox.world
    world.set_bot_permissions(house.guild, BOT & ~Permission.ATTACH_FILES)
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await want_recap(house)
        house.clock.set(seoul(MONDAY, 9))
        await house.sandbox.wait_for(lambda: recaps(house, house.text), timeout=20)
    (recap,) = recaps(house, house.text)
    assert not recap.attachments
    assert "image" not in recap.embeds[0]
    assert "Talk of the Week" in text_of(recap)
