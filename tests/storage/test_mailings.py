"""Mailings: one a kind, subject and day, claimed once, and nothing of them kept for long."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.base import ClosedError
from storage.models import Mailing, MailingClaim, MailingDraft, MailingState
from storage.sqlite import SqliteStore
from tests.storage.builders import NOW, TODAY

LEASE = timedelta(minutes=5)
ONE_DAY = timedelta(days=1)


def draft(subject_id: int = 7, *, kind: str = "recap", day: date = TODAY) -> MailingDraft:
    return MailingDraft(
        kind=kind,
        subject_id=subject_id,
        day=day,
        contents={"papers": [{"paper": 1, "entry": 2, "why": [["tag", "추론"]]}]},
        expires_at=NOW + ONE_DAY,
    )


async def opened(store: SqliteStore, wanted: MailingDraft | None = None) -> Mailing:
    await store.open_mailings([wanted or draft()], now=NOW)
    return (await store.list_open_mailings())[-1]


async def claim(
    store: SqliteStore,
    mailing: Mailing,
    *,
    owner: str = "host:1:a",
    after: timedelta = timedelta(0),
    anchor: int = 5,
    settle: timedelta = timedelta(0),
) -> MailingClaim:
    return await store.claim_mailing(
        mailing.id,
        channel_id=100,
        anchor=anchor,
        owner=owner,
        lease=LEASE,
        settle=settle,
        now=NOW + after,
    )


async def test_a_subjects_day_is_opened_once(store: SqliteStore) -> None:
    others = [draft(8), draft(kind="follow"), draft(day=TODAY - ONE_DAY)]
    assert await store.open_mailings([draft(), *others], now=NOW) == 4
    assert await store.open_mailings([draft(), *others], now=NOW) == 0
    assert await store.list_mailing_days("recap", since=TODAY) == {(7, TODAY), (8, TODAY)}
    assert len(await store.list_open_mailings()) == 4


async def test_the_first_claim_settles_where_it_goes_and_is_fresh(store: SqliteStore) -> None:
    mailing = await opened(store)
    first = await claim(store, mailing)
    again = await claim(store, mailing, anchor=9)
    assert (first.granted, first.fresh) == (True, True)
    assert (again.granted, again.fresh) == (True, False)
    assert (again.mailing.channel_id, again.mailing.anchor) == (100, 5)
    assert again.mailing.contents == draft().contents


async def test_nobody_else_has_it_until_the_lease_ends(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    assert not (await claim(store, mailing, owner="host:2:b")).granted
    late = await claim(store, mailing, owner="host:2:b", after=LEASE)
    assert (late.granted, late.fresh) == (True, False)


async def test_a_dead_process_holds_nothing(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    assert await store.list_owners() == ("host:1:a",)
    await store.release_owner("host:1:a")
    assert await store.list_owners() == ()
    taken = await claim(store, mailing, owner="host:2:b")
    assert (taken.granted, taken.fresh) == (True, False)


async def test_what_a_dead_process_sent_may_settle_before_it_is_looked_for(
    store: SqliteStore,
) -> None:
    mailing, settle = await opened(store), timedelta(seconds=30)
    await claim(store, mailing)
    await store.release_owner("host:1:a")
    early = await claim(store, mailing, owner="host:2:b", after=settle / 3, settle=settle)
    assert (early.granted, early.settles_in) == (False, settle * 2 / 3)
    late = await claim(store, mailing, owner="host:2:b", after=settle, settle=settle)
    assert (late.granted, late.fresh) == (True, False)


async def test_what_was_given_back_need_not_settle(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    await store.release_mailing(mailing.id, owner="host:1:a")
    assert (await claim(store, mailing, owner="host:2:b", settle=LEASE)).fresh


async def test_what_is_given_back_is_fresh_again(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    await store.release_mailing(mailing.id, owner="host:2:b")
    assert not (await claim(store, mailing)).fresh
    await store.release_mailing(mailing.id, owner="host:1:a")
    assert (await claim(store, mailing, owner="host:2:b")).fresh


async def test_what_is_done_stays_so(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    await store.finish_mailing(mailing.id, message_id=55)
    await store.skip_mailing(mailing.id, owner="host:1:a")
    await store.release_mailing(mailing.id, owner="host:1:a")
    await store.remove_mailing(mailing.id)
    done = await claim(store, mailing, owner="host:2:b")
    assert (done.mailing.state, done.mailing.message_id) == (MailingState.DONE, 55)
    assert await store.list_open_mailings() == ()
    assert await store.open_mailings([draft()], now=NOW) == 0


async def test_only_its_owner_gives_it_up(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    await store.skip_mailing(mailing.id, owner="host:2:b")
    assert await store.list_open_mailings()
    await store.skip_mailing(mailing.id, owner="host:1:a")
    assert not await store.list_open_mailings()


async def test_only_what_nobody_can_have_sent_is_begun_anew(store: SqliteStore) -> None:
    mailing = await opened(store)
    await claim(store, mailing)
    await store.remove_mailing(mailing.id)
    assert await store.list_open_mailings()
    await store.release_mailing(mailing.id, owner="host:1:a")
    await store.remove_mailing(mailing.id)
    assert await store.open_mailings([draft()], now=NOW) == 1


async def test_what_was_forgotten_cannot_be_claimed(store: SqliteStore) -> None:
    with pytest.raises(ClosedError):
        await store.claim_mailing(1, channel_id=1, anchor=0, owner="host:1:a", lease=LEASE, now=NOW)


async def test_after_two_months_nothing_is_kept(store: SqliteStore) -> None:
    await opened(store)
    await store.open_mailings([draft(day=TODAY + 61 * ONE_DAY)], now=NOW + 61 * ONE_DAY)
    days = await store.list_mailing_days("recap", since=TODAY)
    assert days == {(7, TODAY + 61 * ONE_DAY)}
