"""A week's recap: what the server liked, talked of, and which tags rose; with the picture."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.client import DigestBot
from bot.discovery import charts, engagement
from bot.discovery.recap import compose_recap
from bot.render.message import Message
from storage.models import Language, Subscription
from tests.bot.render.discord_rules import check_payload, show
from tests.e2e.house import House
from tests.e2e.posts import DAY, beside, find, opened, paper, settled, write_papers

MONDAY = DAY - timedelta(days=DAY.weekday())


@pytest.fixture
def bots(monkeypatch: pytest.MonkeyPatch) -> list[DigestBot]:
    """Collect the bots that are started."""
    started: list[DigestBot] = []
    original = DigestBot.setup_hook

    async def collect(bot: DigestBot) -> None:
        started.append(bot)
        await original(bot)

    monkeypatch.setattr(DigestBot, "setup_hook", collect)
    monkeypatch.setattr(engagement, "FLUSH_SECONDS", 0.02)
    return started


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = write_papers(
        tmp_path / "seeds",
        paper("One", tags="#moe"),
        paper("Two", tags="#moe #rl"),
        paper("Three", tags="#moe"),
    )
    return write_papers(
        folder,
        *(paper(f"Old {n}", tags="#rl") for n in range(4)),
        day=DAY - timedelta(days=9),
        name="old.txt",
    )


async def subscription_of(house: House) -> Subscription:
    async with beside(house) as store:
        (subscription,) = await store.list_subscriptions()
    return subscription


async def recap(
    house: House, bots: list[DigestBot], week: date = MONDAY, **changes: object
) -> Message | None:
    subscription = await subscription_of(house)
    values = {name: getattr(subscription, name) for name in Subscription.__slots__}
    message = await compose_recap(bots[0], Subscription(**(values | changes)), week)
    if message is not None:
        check_payload(message.to_payload())
    return message


def text_of(message: Message | None) -> str:
    assert message is not None
    return show(message.embeds[0].description or "").text


async def test_a_recap_has_top_papers_busy_threads_tags_and_the_picture(
    house: House, bots: list[DigestBot], seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        await opened(house, house.text, threads=7)
        await settled(house)
        (thread,) = [each for each in house.threads(house.text) if each.name == "Three"]
        for _ in range(3):
            house.member.send(thread, "Is that so?")
        # Unheard of until the recap looks.
        two = find(house, house.text, "Two")
        house.manager.react(two, "👍")
        await house.sandbox.wait_for(lambda: two.reactions)
        message = await recap(house, bots, language=Language.EN)
    assert message is not None
    text = text_of(message)
    papers = re.findall(r"^(\d)\. (\w+)", text, re.MULTILINE)
    assert papers == [("1", "Three"), ("2", "Two"), ("3", "One")]
    assert "3 papers in 1 digest" in text
    assert re.search(r"Busiest threads\n- Three\n3 messages", text)
    assert "`#moe` 3 this week, 0 in the 4 weeks before" in text
    urls = show(message.embeds[0].description or "").urls
    assert f"https://discord.com/channels/{house.guild.id}/{thread.id}" in urls
    (file,) = message.attachments
    assert file.content.startswith(b"\x89PNG")
    assert message.embeds[0].image.url == f"attachment://{file.name}"


async def test_a_recap_links_to_its_own_channel_and_counts_the_others_too(
    house: House, bots: list[DigestBot], seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        house.clock.advance(timedelta(days=1))
        await opened(house, house.text, threads=7)
        await settled(house)
        subscription = await subscription_of(house)
        options = {"channel": str(house.news.id), "start": "latest"}
        await house.manager.run(house.text, "subscribe", options)
        await opened(house, house.news, threads=3)
        await settled(house)
        two = find(house, house.news, "Two")
        house.manager.react(two, "👍")
        await house.sandbox.wait_for(lambda: two.reactions)
        message = await compose_recap(bots[0], subscription, MONDAY)
    assert message is not None
    shown = show(message.embeds[0].description or "")
    assert re.search(r"1\. Two\n.*1 reaction", shown.text)
    ours = {str(thread.id) for thread in house.threads(house.text)}
    assert {url.rpartition("/")[2] for url in shown.urls} <= ours


async def test_a_week_without_a_digest_has_no_recap(
    house: House, bots: list[DigestBot], seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        assert await recap(house, bots, MONDAY + timedelta(weeks=1)) is None
        assert await recap(house, bots, tags=("vq",)) is None


async def test_a_week_lasts_from_monday_to_sunday(
    house: House, bots: list[DigestBot], tmp_path: Path
) -> None:
    folder = tmp_path / "seeds"
    for back, title in ((1, "Before"), (0, "Monday"), (-6, "Sunday"), (-7, "After")):
        day = MONDAY - timedelta(days=back)
        write_papers(folder, paper(title), day=day, name=f"{title}.txt")
    async with house.bot(seeds_dir=folder):
        text = text_of(await recap(house, bots, language=Language.KO))
    assert "Monday" in text
    assert "Sunday" in text
    assert "Before" not in text
    assert "After" not in text
    assert "논문 2편 · 다이제스트 2개" in text


async def test_a_channel_with_a_filter_is_told_of_its_papers_only(
    house: House, bots: list[DigestBot], seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        text = text_of(await recap(house, bots, tags=("rl",), language=Language.EN))
    assert "Two" in text
    assert "One" not in text
    assert "1 paper in 1 digest" in text


async def test_a_picture_that_cannot_be_drawn_leaves_the_words(
    house: House,
    bots: list[DigestBot],
    seeds: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(charts, "_SECONDS", 0.0)
    async with house.bot(seeds_dir=seeds):
        message = await recap(house, bots)
    assert message is not None
    assert message.attachments == ()
    assert message.embeds[0].image.url is None
    assert "One" in text_of(message)
    assert "could not be drawn" in caplog.text
