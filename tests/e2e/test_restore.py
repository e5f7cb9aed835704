"""After a restore nothing is posted twice: what came after the copy is learnt from the channel."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import delivery
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel
from sandbox.permissions import Permission
from storage.sqlite.restoring import finish_restoring, lay_beside
from tests.e2e.house import House, text_of
from tests.e2e.posts import beside, find, marks, marks_of, paper, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

# One day after another, as the house's first morning is on 2026-11-20.
OLD, FIRST, SECOND, THIRD = (date(2026, 11, day) for day in (1, 20, 21, 22))
ONE_DAY = timedelta(days=1)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("Alpha"), paper("Beta"), day=FIRST)


async def back_up(house: House) -> Path:
    copy = house.folder / "copy.sqlite3"
    async with beside(house) as store:
        await store.backup(copy)
    return copy


def restore(house: House, copy: Path) -> None:
    database = house.folder / "digests.sqlite3"
    lay_beside(copy, database, moment=f"{house.clock.now():%Y%m%d-%H%M%S}")
    finish_restoring(database)


def posts(house: House, channel: Channel) -> list[tuple[int, int]]:
    """Return what was posted to a channel and its threads: places and message ids."""
    places = (channel, *house.threads(channel))
    return [
        (place.id, message.id)
        for place in places
        for message in house.messages(place)
        if marks_of(message)
    ]


async def at_rest(house: House, *, deliveries: int, channel: Channel | None = None) -> None:
    """Wait until so many deliveries of the channel are complete and nothing is under way."""
    place = channel or house.text
    async with beside(house) as store:

        async def complete() -> int:
            subscription = await store.get_subscription(place.id)
            if subscription is None:
                return 0
            # First how many there are: one that begins in between is unfinished, then.
            begun = await store.list_recent_deliveries(subscription.id, limit=100)
            return 0 if await store.list_unfinished(subscription.id) else len(begun)

        async with asyncio.timeout(20):
            while await complete() < deliveries:
                await house.manager.run(house.text, "status")


@pytest.mark.parametrize("threads", ["paper", "digest", "none"])
async def test_what_was_posted_after_the_copy_is_not_posted_again(
    house: House, seeds: Path, threads: str
) -> None:
    settings = {"seeds_dir": seeds, "digest_threads": threads}
    async with house.bot(**settings):
        await at_rest(house, deliveries=1)
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma"), paper("Delta"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(**settings):
        await at_rest(house, deliveries=2)
    before = posts(house, house.text)
    restore(house, copy)
    async with house.bot(**settings):
        await at_rest(house, deliveries=2)
        assert posts(house, house.text) == before
        write_papers(seeds, paper("Epsilon"), day=THIRD, name="c.txt")
        house.clock.advance(ONE_DAY)
    async with house.bot(**settings):
        await at_rest(house, deliveries=3)
    assert set(marks(house, house.text).values()) == {1}
    assert set(before) < set(posts(house, house.text))


@pytest.mark.parametrize("threads", ["paper", "digest"])
async def test_a_forums_posts_are_found_too(house: House, seeds: Path, threads: str) -> None:
    settings = {
        "seeds_dir": seeds,
        "digest_threads": threads,
        "digest_channel_id": house.forum.id,
    }
    async with house.bot(**settings):
        await at_rest(house, deliveries=1, channel=house.forum)
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma"), paper("Delta"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(**settings):
        await at_rest(house, deliveries=2, channel=house.forum)
    before = posts(house, house.forum)
    restore(house, copy)
    async with house.bot(**settings):
        await at_rest(house, deliveries=2, channel=house.forum)
    assert posts(house, house.forum) == before


async def test_papers_that_have_other_ids_now_are_known_by_their_titles(
    house: House, seeds: Path
) -> None:
    """After the copy two digests came, the later one first: read again, they come in order."""
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    copy = await back_up(house)
    write_papers(seeds, paper("Late one"), paper("Late two"), day=SECOND, name="z.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
        old_mark = text_of(find(house, house.text, "Late one"))
    # The file is corrected and another paper put before the others while nothing is known.
    restore(house, copy)
    write_papers(
        seeds,
        paper("Put before"),
        paper("Late one", en="A better comment."),
        paper("Late two"),
        day=SECOND,
        name="z.txt",
    )
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
        await house.sandbox.wait_for(
            lambda: find(house, house.text, "Late two").edited_at, timeout=20
        )
        # The buttons under the old posts mean the right paper again.
        post = find(house, house.text, "Late two")
        answered = await house.member.click(post, custom_id=marks_of(post)[0])
        assert "Late two" in text_of(answered.message)
    titles = house.titles(house.text)
    assert [titles.count(each) for each in ("Late one", "Late two", "Put before")] == [1, 1, 1]
    assert "A better comment." not in old_mark
    assert "A better comment." in text_of(find(house, house.text, "Late one"))


async def test_a_digest_whose_file_comes_back_later_is_not_posted_again(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma"), paper("Delta"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
    before = posts(house, house.text)
    restore(house, copy)
    text = (seeds / "b.txt").read_text(encoding="utf-8")
    (seeds / "b.txt").unlink()
    write_papers(seeds, paper("Epsilon"), day=THIRD, name="c.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=3)
    after = posts(house, house.text)
    (seeds / "b.txt").write_text(text.replace("Gamma", "Gamma!"), encoding="utf-8")
    async with house.bot(seeds_dir=seeds):
        await house.sandbox.wait_for(lambda: "Gamma!" in house.titles(house.text), timeout=20)
        await at_rest(house, deliveries=3)
    assert set(before) < set(after)
    assert posts(house, house.text) == after


@pytest.mark.parametrize("corrected", [FIRST, THIRD])
async def test_a_digest_whose_date_was_corrected_after_the_copy_is_not_posted_again(
    house: House, seeds: Path, corrected: date
) -> None:
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma"), paper("Delta"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
    before = posts(house, house.text)
    write_papers(seeds, paper("Gamma"), paper("Delta"), day=corrected, name="b.txt")
    restore(house, copy)
    write_papers(seeds, paper("Epsilon"), day=THIRD, name="c.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=3)
        house.clock.advance(ONE_DAY)
        write_papers(seeds, paper("Zeta"), day=THIRD + ONE_DAY, name="d.txt")
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=4)
    after = posts(house, house.text)
    assert set(before) < set(after)
    titles = house.titles(house.text)
    assert [titles.count(each) for each in ("Gamma", "Delta", "Epsilon", "Zeta")] == [1, 1, 1, 1]


async def test_a_delivery_that_was_under_way_goes_on_where_the_channel_ends(
    house: House, seeds: Path
) -> None:
    """The copy was made when nothing but the subscription was known."""
    async with house.bot(seeds_dir=house.folder / "nowhere"):
        pass
    copy = await back_up(house)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    before = posts(house, house.text)
    restore(house, copy)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    assert posts(house, house.text) == before


async def test_a_channel_that_takes_long_to_read_is_read_once_and_no_paper_taken_for_another(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was under way goes on, and the day is opened: both have to know the channel first."""
    monkeypatch.setattr(delivery, "OPEN_WITHIN", 0.01)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    async with beside(house) as store:
        await store.reopen_deliveries([1])
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma, the first part"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
    restore(house, copy)
    parts = [paper("Gamma, the first part"), paper("Gamma, the other part")]
    write_papers(seeds, *parts, day=SECOND, name="b.txt")
    house.sandbox.faults.add(
        Fault(
            trouble=Trouble.STALL,
            method="GET",
            template="/channels/{channel_id}/messages",
            seconds=0.2,
        )
    )
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
    titles = house.titles(house.text)
    assert titles.count("Gamma, the first part") == 1
    assert titles.count("Gamma, the other part") == 1


async def test_a_subscription_that_the_copy_lacks_finds_its_posts_all_the_same(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        pass
    copy = await back_up(house)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    before = posts(house, house.text)
    restore(house, copy)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    assert posts(house, house.text) == before


async def test_a_channel_whose_history_cannot_be_read_is_parked_until_it_can(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=1)
    copy = await back_up(house)
    write_papers(seeds, paper("Gamma"), day=SECOND, name="b.txt")
    house.clock.advance(ONE_DAY)
    async with house.bot(seeds_dir=seeds):
        await at_rest(house, deliveries=2)
    before = posts(house, house.text)
    restore(house, copy)
    everyone = house.guild.roles[house.guild.id]
    allowed = Permission(everyone.permissions)
    bot_role = house.guild.roles[house.guild.members[house.sandbox.world.bot_id].roles[0]]
    bot_allowed = Permission(bot_role.permissions)
    for role in (everyone, bot_role):
        house.sandbox.world.set_role_permissions(
            house.guild, role.id, Permission(role.permissions) & ~Permission.READ_MESSAGE_HISTORY
        )

    async def parked() -> str | None:
        async with beside(house) as store:
            (subscription,) = await store.list_subscriptions()
            return subscription.parked

    async with house.bot(seeds_dir=seeds):
        async with asyncio.timeout(20):
            while await parked() != "error.history_needed":
                await house.manager.run(house.text, "status")
        assert posts(house, house.text) == before
        house.sandbox.world.set_role_permissions(house.guild, everyone.id, allowed)
        house.sandbox.world.set_role_permissions(house.guild, bot_role.id, bot_allowed)
        await at_rest(house, deliveries=2)
    assert posts(house, house.text) == before
