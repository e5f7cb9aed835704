"""/import and /reload: digest files through Discord, for the application's owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from sandbox import cdn
from sandbox.faults import Fault, Trouble
from sandbox.filling import ClientRefusal, Given, PickedFile
from sandbox.permissions import Permission
from sandbox.users import Person
from tests.e2e.house import House
from tests.e2e.posts import DAY, paper, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

NEW = DAY.replace(day=7)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"))


@pytest.fixture
def owner(house: House) -> Person:
    world = house.sandbox.world
    user = world.users[world.application.owner_id]
    world.add_member(house.guild, user, permissions=Permission.ADMINISTRATOR)
    return house.sandbox.person(user)


@pytest.fixture
def stranger(house: House) -> Person:
    """Somebody who may do everything in the server, and does not own the application."""
    user = house.sandbox.world.add_user("admin")
    house.sandbox.world.add_member(house.guild, user, permissions=Permission.ADMINISTRATOR)
    return house.sandbox.person(user)


def digest(*papers: str, day: date = NEW) -> bytes:
    text = "\n".join((f"{day.year}년 {day.month}월 {day.day}일", *papers, ""))
    return text.encode()


async def send(
    house: House, person: Person, name: str, data: bytes, *, replace: bool = False
) -> str:
    """Run /import and return what it says, which is for the sender alone."""
    options: Given = {"file": PickedFile(name, data), "replace": replace}
    answered = await person.run(house.text, "import", options)
    assert answered.error is None
    assert answered.ephemeral
    return str(answered.message.content)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_an_imported_digest_is_found_at_once(
    house: House, seeds: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        said = await send(house, owner, "new.txt", digest(paper("Two"), paper("Three")))
        found = await house.member.run(house.text, "digest", {"date": NEW.isoformat()})
    assert "“new.txt” is in: the digest of 7 October 2026. Papers: 2 new" in said
    assert not found.ephemeral
    assert (seeds / "new.txt").read_bytes() == digest(paper("Two"), paper("Three"))


async def test_what_a_killed_import_has_left_is_gone_after_the_next_start(
    house: House, seeds: Path
) -> None:
    """What is being written, by another bot, stays."""
    now = house.clock.now().timestamp()
    for name, age in ((".import-left", 10), (".import-growing", 0), (".other", 10)):
        (seeds / name).write_bytes(b"half a di")
        os.utime(seeds / name, (now - age, now - age))
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        pass
    assert names_in(seeds) == [".import-growing", ".other", "a.txt"]


async def test_a_name_in_hangul_stays(house: House, seeds: Path, owner: Person) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        said = await send(house, owner, "요약.txt", digest(paper("Two")))
    assert "요약.txt" in said
    assert (seeds / "요약.txt").is_file()


async def test_an_edit_that_is_imported_reaches_the_posts(
    house: House, seeds: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        edited = digest(paper("One, corrected"), day=DAY)
        refused = await send(house, owner, "a.txt", edited)
        assert "already" in refused
        assert "replace: True" in refused
        assert "1 changed" in await send(house, owner, "a.txt", edited, replace=True)
        await house.sandbox.wait_for(lambda: "One, corrected" in house.titles(house.text))
        assert "word for word" in await send(house, owner, "a.txt", edited)


async def test_what_is_wrong_with_a_file_is_said_with_its_line(
    house: House, seeds: Path, owner: Person
) -> None:
    broken = digest("Title without authors", "A comment.")
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        english = await send(house, owner, "new.txt", broken)
        owner.user.locale = "ko"
        korean = await send(house, owner, "new.txt", "2026년 10월 7일".encode("utf-16"))
    assert "`new.txt:2` no authors in parentheses follow this title" in english
    assert "`new.txt:1`" in korean
    assert "UTF-8" in korean
    assert "저장하지 않았어요" in korean
    assert not (seeds / "new.txt").exists()


async def test_what_may_not_be_meant_as_it_was_read_is_said_with_its_line(
    house: House, seeds: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        said = await send(house, owner, "new.txt", digest(paper("1. Two")))
    assert "“new.txt” is in" in said
    assert "`new.txt:2` this title is posted with its “1.”" in said


async def test_everybody_but_the_owner_is_refused(
    house: House, seeds: Path, owner: Person, stranger: Person
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        said = await send(house, stranger, "new.txt", digest(paper("Two")))
        reloaded = await stranger.run(house.text, "reload")
        for person in (house.manager, house.member):
            for name in ("import", "reload"):
                with pytest.raises(ClientRefusal):
                    await person.run(house.text, name)
        with pytest.raises(ClientRefusal):
            await owner.run(owner.dm_channel(), "reload")
    assert "Only the owner of this bot" in said
    assert reloaded.ephemeral
    assert "Only the owner of this bot" in reloaded.message.content
    assert not (seeds / "new.txt").exists()
    downloads = [each for each in house.sandbox.requests if each.template == cdn.PRIVATE_PATH]
    assert downloads == []


async def test_a_file_that_is_too_big_is_not_even_fetched(
    house: House, seeds: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        said = await send(house, owner, "new.txt", b"a" * (8 * 1024 * 1024 + 1))
    assert said == "The file is over 8 MiB."
    downloads = [each for each in house.sandbox.requests if each.template == cdn.PRIVATE_PATH]
    assert downloads == []


async def test_a_file_that_discord_does_not_hand_over_is_said(
    house: House, seeds: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        house.sandbox.faults.add(
            Fault(trouble=Trouble.REFUSE, method="GET", template=cdn.PRIVATE_PATH, status=404)
        )
        said = await send(house, owner, "new.txt", digest(paper("Two")))
    assert "did not hand the file over" in said


async def test_without_a_folder_the_owner_is_told_what_to_do(
    house: House, tmp_path: Path, owner: Person
) -> None:
    async with house.bot(seeds_dir=tmp_path / "missing", digest_channel_id=None):
        said = await send(house, owner, "new.txt", digest(paper("Two")))
        status = await owner.run(house.text, "status")
    assert "SEEDS_DIR" in said
    assert "`SEEDS_DIR:1` this is not a folder" in status.message.content
    assert str(tmp_path) not in status.message.content


@contextmanager
def unwatched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have nothing taken by itself meanwhile."""
    with monkeypatch.context() as patch:
        patch.setattr("bot.seeds.QUIET", 3600.0)
        yield


async def test_reload_reads_everything_and_names_what_is_broken(
    house: House, seeds: Path, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unwatched(monkeypatch):
        async with house.bot(seeds_dir=seeds, digest_channel_id=None):
            write_papers(seeds, paper("Two"), day=NEW, name="b.txt")
            for number in range(12):
                (seeds / f"broken_{number}.txt").write_text("no date\n", encoding="utf-8")
            answered = await owner.run(house.text, "reload")
            status = await house.manager.run(house.text, "status")
    assert answered.ephemeral
    said = answered.message.content
    assert "Read 14 files. Papers: 1 new, 0 changed, 0 removed." in said
    assert "Digest files that cannot be read: 12" in said
    assert "`broken_0.txt:1` the first line is not a date" in said
    assert "and 2 more" in said
    assert "읽을 수 없는 다이제스트 파일: 12개" in status.message.content
