"""Following: one direct message a local day with what is new, for its reader alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import following
from sandbox.faults import Fault, Trouble
from sandbox.interactions import Interaction
from sandbox.models import Message
from sandbox.permissions import Permission
from sandbox.users import Person
from storage.models import FollowKind
from tests.e2e.house import House, buttons_of, open_house, text_of, title_of
from tests.e2e.posts import beside, paper, revise, write_papers
from tests.e2e.quiet import Quiet, wait_for_quiet
from tests.e2e.test_restore import restore

pytestmark = pytest.mark.usefixtures("impatient")

TODAY = date(2026, 11, 20)  # in Seoul, at the house's start: 09:05
ONE_DAY = timedelta(days=1)
SENDING = "/channels/{channel_id}/messages"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """An old digest, so that readers have somebody to follow."""
    return write_papers(tmp_path / "seeds", paper("An Old Paper", tags="#old"))


def mails(house: House, person: Person) -> list[Message]:
    return house.messages(person.dm_channel())


async def mailed(house: House, person: Person, *, count: int = 1) -> list[Message]:
    await house.sandbox.wait_for(lambda: len(mails(house, person)) >= count, timeout=20)
    return mails(house, person)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Quiet:
    """Let the bot begin and end a tick, and what came of it."""
    return wait_for_quiet(monkeypatch)


def answer(done: Interaction) -> str:
    assert done.error is None
    assert done.messages
    assert done.messages[0].ephemeral_for is not None
    return text_of(done.messages[0])


async def follow(house: House, person: Person, **options: str) -> str:
    return answer(await person.run(house.text, "follow", options))


async def publish(house: House, seeds: Path, *papers: str, day: date = TODAY) -> None:
    await revise(house, seeds, *papers, day=day, name=f"{day}.txt")


def titles(mail: Message) -> list[str]:
    return re.findall(r"\*\*\[(.*?)\]\(", text_of(mail))


def links(mail: Message) -> list[str]:
    return re.findall(r"\(<?(https://discord\.com/channels/[\d/]+)", text_of(mail))


def seoul(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo("Asia/Seoul"))


async def test_one_message_tells_every_reason_and_whose_paper_it_is(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, author="ada lovelace")
        await follow(house, house.member, tag="#Reasoning", keyword="small models")
        await publish(
            house,
            seeds,
            paper("Small Model, Big Plans", tags="#reasoning #rl"),
            paper("Of No Note", tags="#rl"),
        )
        await mailed(house, house.member)
        await quiet(house)
        (mail,) = mails(house, house.member)
    assert titles(mail) == ["Small Model, Big Plans", "Of No Note"]
    first, second = text_of(mail).split("Of No Note")
    for reason in ("Ada Lovelace", "`#Reasoning`", "“small models”"):
        assert reason in first
        assert (reason in second) is (reason == "Ada Lovelace")
    (button,) = buttons_of(mail)
    assert button["custom_id"] == f"mail:follow:{house.member.user.id}:20261120"
    assert not house.sandbox.pings()


async def test_titles_link_to_posts_and_threads_that_the_reader_may_see(
    house: House, seeds: Path
) -> None:
    """The digest and the message are due at the same hour: the message waits for the posts."""
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await follow(house, house.member, tag="rl")
        house.clock.set(seoul(TODAY + ONE_DAY, 8, 59))
        await publish(house, seeds, paper("Linked"), day=TODAY + ONE_DAY)
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        (mail,) = await mailed(house, house.member)
    (post,) = [each for each in house.messages(house.text) if title_of(each) == "Linked"]
    guild = house.guild.id
    assert links(mail) == [
        f"https://discord.com/channels/{guild}/{house.text.id}/{post.id}",
        f"https://discord.com/channels/{guild}/{post.id}",
    ]


@pytest.mark.parametrize("reason", ["hidden", "history", "left"])
async def test_nothing_links_to_what_the_reader_may_not_see(
    house: House, seeds: Path, reason: str
) -> None:
    other = house.sandbox.world.add_guild("Elsewhere")
    house.sandbox.world.add_member(other, house.member.user)
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl", at="10:00")
        await house.delivered()
        await publish(house, seeds, paper("Unlinked"))
        house.clock.set(seoul(TODAY + ONE_DAY, 9, 1))
        await house.delivered(headers=2)
        everyone = house.guild.id
        if reason == "hidden":
            house.sandbox.world.set_overwrite(house.text, everyone, deny=Permission.VIEW_CHANNEL)
        elif reason == "history":
            house.sandbox.world.set_overwrite(
                house.text, everyone, deny=Permission.READ_MESSAGE_HISTORY
            )
        else:
            del house.guild.members[house.member.user.id]
        house.clock.set(seoul(TODAY + ONE_DAY, 10))
        (mail,) = await mailed(house, house.member)
    assert titles(mail) == ["Unlinked"]
    assert not links(mail)
    assert "arxiv.org" in text_of(mail)


async def test_what_comes_later_that_day_is_told_the_next_and_nothing_twice(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("First"))
        await mailed(house, house.member)
        await publish(house, seeds, paper("First"), paper("Second"))
        await quiet(house)
        assert len(mails(house, house.member)) == 1
        house.clock.set(seoul(TODAY + ONE_DAY, 8, 59))
        await quiet(house)
        assert len(mails(house, house.member)) == 1
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        _, second = await mailed(house, house.member, count=2)
        house.clock.set(seoul(TODAY + 2 * ONE_DAY, 9))
        await quiet(house)
    assert titles(second) == ["Second"]
    assert len(mails(house, house.member)) == 2


async def test_only_digests_of_this_week_since_the_follow_and_not_of_the_future_are_told(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await publish(house, seeds, paper("Before the Follow"), day=TODAY - ONE_DAY)
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("Of Tomorrow"), day=TODAY + ONE_DAY)
        await quiet(house)
        assert not mails(house, house.member)
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        (mail,) = await mailed(house, house.member)
        assert titles(mail) == ["Of Tomorrow"]
        house.clock.set(seoul(TODAY + 10 * ONE_DAY, 9))
        await publish(house, seeds, paper("Too Late"), day=TODAY + 3 * ONE_DAY)
        await publish(house, seeds, paper("Just in Time"), day=TODAY + 4 * ONE_DAY)
        _, last = await mailed(house, house.member, count=2)
        assert titles(last) == ["Just in Time"]


async def test_an_old_digest_that_a_server_gets_is_news_to_its_readers_that_day(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    write_papers(seeds, paper("Older Still", tags="#old"), day=date(2025, 2, 1), name="older.txt")
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await follow(house, house.member, tag="old")
        await quiet(house)
        assert not mails(house, house.member)
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        (mail,) = await mailed(house, house.member)
        house.clock.set(seoul(TODAY + 2 * ONE_DAY, 9))
        await quiet(house)
    assert titles(mail) == ["An Old Paper"]
    assert links(mail)
    assert len(mails(house, house.member)) == 1


async def test_each_reader_is_told_at_their_own_hour_across_a_change_of_clocks(
    tmp_path: Path, seeds: Path, quiet: Quiet
) -> None:
    """New York's clocks go back at 02:00 on 1 November 2026: 01:30 comes twice, the mail once."""
    start = datetime(2026, 10, 31, tzinfo=UTC)
    async with open_house(tmp_path, start=start) as house, house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl", at="01:30", timezone="america/new_york")
        await follow(house, house.manager, tag="rl", at="18:00", timezone="서울")
        for day in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)):
            await publish(house, seeds, paper(f"Of {day}"), day=day)
        for hour in (5, 5.5, 6, 8.5, 9, 20, 29, 29.5, 30, 30.5, 31, 32.5, 33, 35):
            house.clock.set(start + timedelta(hours=hour))
            await quiet(house)
        american = mails(house, house.member)
        korean = mails(house, house.manager)
    assert [mail.created_at.strftime("%d %H:%M") for mail in american] == ["31 05:30", "01 05:30"]
    assert [mail.created_at.strftime("%d %H:%M") for mail in korean] == ["31 09:00", "01 09:00"]
    assert [titles(mail) for mail in american] == [["Of 2026-10-31"], ["Of 2026-11-01"]]


@pytest.mark.parametrize("trouble", [Trouble.LOSE, Trouble.REFUSE, Trouble.DROP_AFTER])
@pytest.mark.parametrize("nonce", [300, 0], ids=["nonce remembered", "nonce forgotten"])
async def test_a_message_whose_answer_is_lost_comes_once(
    house: House, seeds: Path, quiet: Quiet, trouble: Trouble, nonce: int
) -> None:
    house.sandbox.options.nonce_window = timedelta(seconds=nonce)
    fault = Fault(
        trouble=trouble,
        method="POST",
        template=SENDING,
        where=lambda request: "mail:follow" in str(request.body),
        times=2,
    )
    house.sandbox.faults.add(fault)
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("Once"))
        await mailed(house, house.member)
        await quiet(house)
    assert fault.hits
    assert [titles(mail) for mail in mails(house, house.member)] == [["Once"]]


async def test_a_reader_who_takes_no_messages_is_parked_until_they_come_back(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    house.member.close_dms()
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("Closed"))

        def tries() -> int:
            return sum("mail:follow" in str(each.body) for each in house.sandbox.requests)

        await house.sandbox.wait_for(tries)
        await quiet(house)
        assert tries() == 1
        house.member.close_dms(closed=False)
        await quiet(house)
        assert tries() == 1
        shown = answer(await house.member.run(house.text, "following"))
        assert "did not let me write to you" in shown
        (mail,) = await mailed(house, house.member)
        assert titles(mail) == ["Closed"]
        shown = answer(await house.member.run(house.text, "following"))
        assert "did not let me write to you" not in shown


async def test_a_restart_tells_nothing_again(house: House, seeds: Path, quiet: Quiet) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("Once"))
        await mailed(house, house.member)
    async with house.bot(seeds_dir=seeds):
        await quiet(house)
    assert len(mails(house, house.member)) == 1


async def test_the_message_is_in_the_readers_language(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.manager, tag="rl")  # whose Discord is in Korean
        await publish(house, seeds, paper("Translated"))
        (mail,) = await mailed(house, house.manager)
    assert "팔로우에 맞는 새 논문 1편" in text_of(mail)


async def test_the_button_under_the_message_lists_what_is_followed_and_the_menu_ends_it(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl", keyword="강화 학습", author="Grace Hopper")
        await publish(house, seeds, paper("Listed"))
        (mail,) = await mailed(house, house.member)
    async with house.bot(seeds_dir=seeds):
        (button,) = buttons_of(mail)
        shown = await house.member.click(mail, custom_id=button["custom_id"])
        listed = answer(shown)
        for name in ("Grace Hopper", "`#rl`", "“강화 학습”"):
            assert name in listed
        (row,) = [row for row in shown.messages[0].components if row["components"][0]["type"] == 3]
        values = [option["value"] for option in row["components"][0]["options"]]
        await house.member.choose(shown.messages[0], values[0], values[2])
        left = text_of(shown.messages[0])
        assert "You no longer follow: Author Grace Hopper, Keyword “강화 학습”" in left
        assert "You follow 1 thing\n" in left
        await publish(house, seeds, paper("Listed"), paper("About 강화 학습", tags="#x"))
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        await quiet(house)
    assert len(mails(house, house.member)) == 1


async def test_nobody_can_end_what_another_follows(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await follow(house, house.manager, tag="rl")
        shown = await house.manager.run(house.text, "following")
        async with beside(house) as store:
            (theirs,) = (await store.get_interests(house.member.user.id)).follows
            (menu,) = [
                row["components"][0]
                for row in shown.messages[0].components
                if row["components"][0]["type"] == 3
            ]
            menu["options"][0]["value"] = str(theirs.id)
            await house.manager.choose(shown.messages[0], str(theirs.id))
            assert (await store.get_interests(house.member.user.id)).follows == (theirs,)


async def test_a_long_list_has_pages(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, keyword="word 0")
        async with beside(house) as store:
            for number in range(1, 20):
                await store.add_follow(
                    house.member.user.id,
                    FollowKind.KEYWORD,
                    key=f"w{number}",
                    name=f"word {number}",
                    most=50,
                    now=house.clock.now(),
                )
        shown = await house.member.run(house.text, "following")
        message = shown.messages[0]
        assert "15. " in text_of(message)
        assert "16. " not in text_of(message)
        await house.member.click(message, label="Next")
        assert "20. " in text_of(message)
        assert "15. " not in text_of(message)


async def test_running_follow_again_with_only_a_time_changes_only_that(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        text = await follow(house, house.member, tag="rl")
        assert "09:00 (Asia/Seoul)" in text
        assert "07:30 (Asia/Seoul)" in await follow(house, house.member, at="7:30")
        assert "07:30 (Europe/Paris)" in await follow(house, house.member, timezone="파리")
        assert "follow this already" in await follow(house, house.member, tag="#RL")


async def test_what_is_wrong_or_too_much_is_said(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST", 2)
    async with house.bot(seeds_dir=seeds):
        assert "name an author" in await follow(house, house.member)
        assert "holds no word" in await follow(house, house.member, keyword="?!")
        assert "is not a time" in await follow(house, house.member, tag="rl", at="noonish")
        assert "You follow nothing yet" in answer(await house.member.run(house.text, "following"))
        new = await follow(house, house.member, author="Ada Lovelaze")
        assert "No digest has named this author" in new
        assert "- Ada Lovelace" in new
        await follow(house, house.member, tag="rl")
        assert "You follow 2 things already" in await follow(house, house.member, tag="reasoning")


async def test_a_part_of_a_name_follows_the_one_author_whom_it_fits(
    house: House, tmp_path: Path
) -> None:
    papers = (paper("One", authors="Yann LeCun, Damai Dai"), paper("Two", authors="Zihang Dai"))
    async with house.bot(seeds_dir=write_papers(tmp_path / "seeds", *papers)):
        assert "Yann LeCun" in await follow(house, house.member, author="lecun")
        several = await follow(house, house.member, author="Dai")
        assert "give the whole name" in several
        assert "- Damai Dai" in several
        assert "- Zihang Dai" in several
        followed = answer(await house.member.run(house.text, "following"))
    assert "Yann LeCun" in followed
    assert "Dai" not in followed


async def test_all_that_is_stored_of_a_reader_can_be_forgotten(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl", keyword="x")
        await publish(house, seeds, paper("Told"))
        await mailed(house, house.member)
        async with beside(house) as store:
            assert await store.forget_follows(house.member.user.id) == 2
            assert await store.get_follower(house.member.user.id) is None
        house.clock.set(seoul(TODAY + ONE_DAY, 9))
        await publish(house, seeds, paper("Not Told"), day=TODAY + ONE_DAY)
        await quiet(house)
    assert len(mails(house, house.member)) == 1


async def test_what_was_told_after_a_copy_was_made_is_found_after_its_restore(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    house.sandbox.options.nonce_window = timedelta(0)
    copy = house.folder / "copy.sqlite3"
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        async with beside(house) as store:
            await store.backup(copy)
        await publish(house, seeds, paper("Once"))
        await mailed(house, house.member)
        await quiet(house)
    restore(house, copy)
    async with house.bot(seeds_dir=seeds):
        await quiet(house)
        async with beside(house) as store:
            assert (await store.get_interests(house.member.user.id)).told_papers
    assert len(mails(house, house.member)) == 1


async def test_a_message_that_waited_too_long_makes_room_for_the_next(
    house: House, seeds: Path, quiet: Quiet
) -> None:
    """Two days without Discord: what the first day's message was to tell, the third day's does."""
    fault = Fault(
        trouble=Trouble.REFUSE,
        method="POST",
        where=lambda request: "mail:follow" in str(request.body),
        status=500,
    )
    house.sandbox.faults.add(fault)
    async with house.bot(seeds_dir=seeds):
        await follow(house, house.member, tag="rl")
        await publish(house, seeds, paper("Delayed"))
        await house.sandbox.wait_for(lambda: fault.hits, timeout=20)
        house.clock.set(seoul(TODAY + 2 * ONE_DAY, 9))
        house.sandbox.faults.clear()
        (mail,) = await mailed(house, house.member)
        await quiet(house)
    assert titles(mail) == ["Delayed"]
    assert len(mails(house, house.member)) == 1
    assert buttons_of(mail)[0]["custom_id"].endswith(":20261122")
