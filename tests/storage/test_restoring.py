"""A copy in the database's place: checked first, whole at every moment, and marked as restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.models import (
    FoundDelivery,
    FoundMark,
    FoundStep,
    Language,
    Restored,
    Start,
    StepState,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore, open_store
from storage.sqlite.restoring import finish_restoring, lay_beside
from tests.storage.builders import DAY, NOW, digest, entry

MOMENT = "20261120-091500"
CHANNEL = 900
HEADER, LATER = 7000, 8000
AT = datetime(2025, 4, 26, 0, 5, tzinfo=UTC)
OPTIONS = SubscriptionOptions(
    at=time(9),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


async def subscribe(store: SqliteStore) -> Subscription:
    return await store.follow_environment(CHANNEL, OPTIONS, since=None, now=NOW)


async def post_header(store: SqliteStore) -> None:
    """Open the digest's delivery and record its header as message 7000."""
    (delivery,) = await store.open_deliveries(
        await subscribe(store), [DAY], day=DAY, anchor=5000, now=NOW, scheduled=True
    )
    lease = timedelta(minutes=5)
    claim = await store.claim_step(delivery.id, 0, "header", owner="a", lease=lease, now=NOW)
    await store.mark_done(claim.step, channel_id=CHANNEL, message_id=HEADER, revision="r")


@pytest.fixture
async def copy(path: Path, tmp_path: Path) -> Path:
    """A copy of a store with one digest, of which one message was sent; then more happened."""
    target = tmp_path / "copy.sqlite3"
    async with open_store(path) as store:
        await store.add_digests([(digest(entry("Sent")), "f")], now=NOW)
        await post_header(store)
        await store.backup(target)
        await store.set_note("later", "known to the old one")
    return target


def restore(copy: Path, path: Path, moment: str = MOMENT) -> Path | None:
    lay_beside(copy, path, moment=moment)
    return finish_restoring(path)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_the_copy_itself_stays_as_it_is(copy: Path, path: Path) -> None:
    before = copy.read_bytes()
    restore(copy, path)
    assert copy.read_bytes() == before


async def test_the_copy_takes_the_databases_place_and_the_old_one_is_kept(
    copy: Path, path: Path
) -> None:
    aside = restore(copy, path)
    assert aside == path.with_name("digests.sqlite3.aside-20261120-091500")
    assert names(path.parent) == {path.name, aside.name}
    async with open_store(path) as restored:
        assert await restored.get_note("later") is None
        assert (await restored.get_digest(DAY)) is not None
    async with open_store(aside) as old:
        assert await old.get_note("later") == "known to the old one"


async def test_a_restored_store_knows_how_far_its_ledger_reaches(copy: Path, path: Path) -> None:
    async with open_store(path) as store:
        assert await store.get_restored() is None
    restore(copy, path)
    async with open_store(path) as store:
        assert await store.get_restored() == Restored(after=HEADER, entries=1, waiting={})


async def test_an_id_that_may_have_been_seen_is_never_given_again(copy: Path, path: Path) -> None:
    restore(copy, path)
    async with open_store(path) as store:
        await store.add_digests([(digest(entry("New"), source="b.txt"), "g")], now=NOW)
        found = await store.get_digest(DAY)
        assert found is not None
        (new,) = [each.id for each in found.entries if each.paper.title == "New"]
        assert new > 1_000_000


async def test_ids_are_skipped_in_a_copy_of_an_empty_store_too(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    async with open_store(path) as store:
        await store.backup(target)
    restore(target, path)
    async with open_store(path) as store:
        await store.add_digests([(digest(entry("New")), "g")], now=NOW)
        found = await store.get_digest(DAY)
        assert found is not None
        assert found.entries[0].id > 1_000_000
        assert (await subscribe(store)).id > 1_000_000


async def test_restoring_a_copy_of_a_restored_store_forgets_nothing_of_the_first(
    copy: Path, path: Path, tmp_path: Path
) -> None:
    restore(copy, path)
    second = tmp_path / "second.sqlite3"
    async with open_store(path) as store:
        subscription = await subscribe(store)
        await store.add_found(subscription, [found(FIRST)], waiting=[], anchor=HEADER)
        await store.backup(second)
    restore(second, path, "20261121-091500")
    async with open_store(path) as store:
        assert await store.get_restored() == Restored(after=HEADER, entries=1, waiting={})


@pytest.mark.parametrize("renames", range(3))
def test_whatever_moment_it_is_killed_at_the_next_start_finishes_it(
    copy: Path, path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    """The old database is open meanwhile, so that it has its log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO meta VALUES ('only', 'in the log')")
        connection.commit()
        log = path.with_name(path.name + "-wal").read_bytes()
        lay_beside(copy, path, moment=MOMENT)
        left = [renames]

        def die(source: Path, target: Path) -> Path:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return replace(source, target)

        replace = Path.replace
        monkeypatch.setattr(Path, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            finish_restoring(path)
        monkeypatch.setattr(Path, "rename", replace)
        aside = finish_restoring(path)
        assert aside is not None
        assert aside.with_name(aside.name + "-wal").read_bytes() == log
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'only'").fetchone() is None
    assert finish_restoring(path) is None


def test_what_a_killed_restoring_left_does_not_fill_the_disk(copy: Path, path: Path) -> None:
    others = ("digests.sqlite3.restored-mine", "other.sqlite3.restored-20261120-091500.unmarked")
    for name in (
        f"digests.sqlite3.restored-{MOMENT}.unmarked",
        f"digests.sqlite3.restored-{MOMENT}.unmarked.part",
        f"digests.sqlite3.restored-{MOMENT}.unmarked.part-wal",
        *others,
    ):
        path.with_name(name).write_bytes(b"half")
    assert finish_restoring(path) is None
    assert names(path.parent) == {path.name, *others}
    restore(copy, path)


def test_a_copy_that_was_not_laid_down_whole_is_not_taken(
    copy: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.sqlite.restoring._mark", die)
    with pytest.raises(KeyboardInterrupt):
        lay_beside(copy, path, moment=MOMENT)
    assert finish_restoring(path) is None
    assert path.read_bytes() == before


def damage(file: Path) -> None:
    """Overwrite the middle of a file's pages."""
    data = bytearray(file.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start + 100 : start + 2000] = b"\xa5" * 1900
    file.write_bytes(data)


def test_a_damaged_copy_is_refused_and_nothing_changes(copy: Path, path: Path) -> None:
    before = path.read_bytes()
    damage(copy)
    with pytest.raises(StorageError) as caught:
        lay_beside(copy, path, moment=MOMENT)
    assert caught.value.key == "storage.corrupt"
    assert caught.value.params["path"] == str(copy)
    assert path.read_bytes() == before
    assert names(path.parent) == {path.name}


def test_a_damaged_database_is_set_aside_as_it_is(copy: Path, path: Path) -> None:
    damage(path)
    damaged = path.read_bytes()
    aside = restore(copy, path)
    assert aside is not None
    assert aside.read_bytes() == damaged


def test_where_there_is_no_database_the_copy_becomes_it(copy: Path, path: Path) -> None:
    path.unlink()
    assert restore(copy, path) is None
    assert names(path.parent) == {path.name}


def test_a_file_that_is_not_ours_is_refused(path: Path, tmp_path: Path) -> None:
    foreign, empty = tmp_path / "foreign.sqlite3", tmp_path / "empty"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    empty.touch()
    for file, key in (
        (foreign, "storage.foreign"),
        (empty, "storage.foreign"),
        (tmp_path / "nothing", "storage.unusable"),
        (tmp_path, "storage.unusable"),
    ):
        with pytest.raises(StorageError) as caught:
            lay_beside(file, path, moment=MOMENT)
        assert caught.value.key == key


def test_a_newer_versions_copy_is_refused(copy: Path, path: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'of tomorrow')")
        connection.commit()
    with pytest.raises(StorageError) as caught:
        lay_beside(copy, path, moment=MOMENT)
    assert caught.value.key == "storage.newer"


# --- what is found in the channels -----------------------------------------------------------

FIRST = FoundStep(entry_id=1, name="paper", channel_id=CHANNEL, message_id=LATER, revision="")


def found(*steps: FoundStep, day: int = 0) -> FoundDelivery:
    return FoundDelivery(
        digest_date=DAY + timedelta(days=day),
        run=0,
        day=AT.date(),
        at=AT,
        threads=Threads.DIGEST,
        steps=steps,
    )


@pytest.fixture
async def restored(copy: Path, path: Path) -> Path:
    restore(copy, path)
    return path


async def test_what_was_found_is_recorded_once_and_counts_for_its_day(restored: Path) -> None:
    async with open_store(restored) as store:
        subscription = await subscribe(store)
        for _ in range(2):
            await store.add_found(subscription, [found(FIRST, day=1)], waiting=[], anchor=HEADER)
        (delivery,) = await store.list_deliveries(subscription.id, DAY + timedelta(days=1))
        (step,) = await store.list_steps(delivery.id)
        assert (step.state, step.entry_id, step.message_id) == (StepState.DONE, 1, LATER)
        assert (delivery.anchor, delivery.threads, delivery.reopened) == (
            HEADER,
            Threads.DIGEST,
            True,
        )
        assert delivery.finished_at is None
        assert (subscription.id, AT.date()) in await store.list_delivered_days(since=DAY)
        noted = await store.get_restored()
        assert noted is not None
        assert noted.waiting == {subscription.id: ()}


async def test_what_waits_for_its_paper_is_kept_until_it_is_said_again(restored: Path) -> None:
    mark = FoundMark(
        day=DAY,
        run=0,
        entry=99,
        name="paper",
        channel_id=CHANNEL,
        message_id=LATER,
        thread_id=None,
        heading="논문 A",
    )
    async with open_store(restored) as store:
        subscription = await subscribe(store)
        for waiting in ([mark], []):
            await store.add_found(subscription, [], waiting=waiting, anchor=HEADER)
            noted = await store.get_restored()
            assert noted is not None
            assert noted.waiting == {subscription.id: tuple(waiting)}


async def test_a_delivery_that_is_known_gets_its_unknown_steps_only(restored: Path) -> None:
    header = FoundStep(entry_id=0, name="header", channel_id=CHANNEL, message_id=LATER, revision="")
    async with open_store(restored) as store:
        subscription = await subscribe(store)
        (delivery,) = await store.list_deliveries(subscription.id, DAY)
        await store.finish_delivery(delivery, now=NOW)
        await store.add_found(subscription, [found(header, FIRST)], waiting=[], anchor=HEADER)
        (delivery,) = await store.list_deliveries(subscription.id, DAY)
        assert delivery.reopened
        steps = await store.list_steps(delivery.id)
        assert [(step.name, step.message_id) for step in steps] == [
            ("header", HEADER),
            ("paper", LATER),
        ]


async def test_a_delivery_without_news_stays_finished(restored: Path) -> None:
    header = FoundStep(
        entry_id=0, name="header", channel_id=CHANNEL, message_id=HEADER, revision=""
    )
    async with open_store(restored) as store:
        subscription = await subscribe(store)
        (delivery,) = await store.list_deliveries(subscription.id, DAY)
        await store.finish_delivery(delivery, now=NOW)
        await store.add_found(subscription, [found(header)], waiting=[], anchor=HEADER)
        assert await store.list_unfinished() == ()
