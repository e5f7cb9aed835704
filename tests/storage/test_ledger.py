"""The ledger: a digest is opened once, a step is claimed once, whoever asks and however often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.base import ClosedError
from storage.models import (
    Claim,
    Delivery,
    Language,
    Near,
    Start,
    Step,
    StepState,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore, open_store
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest

GUILD, CHANNEL = 10, 100
LEASE = timedelta(minutes=5)
ONE_DAY = timedelta(days=1)
DEFAULTS = SubscriptionOptions(
    at=NOW.time(),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


async def subscribe(
    store: SqliteStore,
    channel_id: int = CHANNEL,
    *,
    guild_id: int | None = GUILD,
    options: SubscriptionOptions | None = None,
) -> Subscription:
    return await store.set_subscription(
        channel_id,
        options or SubscriptionOptions(),
        defaults=DEFAULTS,
        guild_id=guild_id,
        since=None,
        by=1,
        now=NOW,
    )


async def open_day(
    store: SqliteStore,
    subscription: Subscription,
    *dates: date,
    day: date = TODAY,
    scheduled: bool = True,
) -> tuple[Delivery, ...]:
    return await store.open_deliveries(
        subscription, dates or (DAY,), day=day, anchor=7, now=NOW, scheduled=scheduled
    )


async def claim(
    store: SqliteStore,
    delivery: Delivery,
    name: str = "paper",
    *,
    entry_id: int = 1,
    owner: str = "host:1:a",
    after: timedelta = timedelta(0),
    settle: timedelta = timedelta(0),
    revision: str | None = None,
) -> Claim:
    return await store.claim_step(
        delivery.id,
        entry_id,
        name,
        owner=owner,
        lease=LEASE,
        settle=settle,
        now=NOW + after,
        revision=revision,
    )


@pytest.fixture
async def other(path: Path, store: SqliteStore) -> AsyncIterator[SqliteStore]:
    """Another process's store on the same file."""
    assert store
    async with open_store(path) as opened:
        yield opened


@pytest.fixture
async def subscription(store: SqliteStore) -> Subscription:
    return await subscribe(store)


@pytest.fixture
async def delivery(store: SqliteStore, subscription: Subscription) -> Delivery:
    (opened,) = await open_day(store, subscription)
    return opened


# --- what is unposted ------------------------------------------------------------------------


async def test_unposted_digests_come_oldest_first_with_their_folded_tags(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("One", tags=("RL", "추론")), entry("Two", tags=("rl", "LLM"))),
        digest(entry("Three", tags=()), day=DAY - ONE_DAY, source="b.txt"),
    )
    assert await store.list_unposted(subscription.id, until=TODAY) == (
        (DAY - ONE_DAY, frozenset()),
        (DAY, frozenset({"rl", "추론", "llm"})),
    )


async def test_a_digest_dated_later_than_until_is_not_listed(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest())
    assert await store.list_unposted(subscription.id, until=DAY - ONE_DAY) == ()
    assert len(await store.list_unposted(subscription.id, until=DAY)) == 1


async def test_a_digest_is_unposted_for_each_channel_on_its_own(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest())
    second = await subscribe(store, CHANNEL + 1)
    await open_day(store, subscription)
    assert await store.list_unposted(subscription.id, until=TODAY) == ()
    assert len(await store.list_unposted(second.id, until=TODAY)) == 1


# --- opening ---------------------------------------------------------------------------------


async def test_a_delivery_keeps_what_the_subscription_said_when_it_began(
    store: SqliteStore,
) -> None:
    options = SubscriptionOptions(threads=Threads.DIGEST, language=Language.KO, tags=("추론",))
    subscription = await subscribe(store, options=options)
    (opened,) = await open_day(store, subscription)
    await subscribe(
        store,
        options=SubscriptionOptions(threads=Threads.NONE, language=Language.EN, tags=()),
    )
    (kept,) = await store.list_unfinished(subscription.id)
    assert kept == opened
    assert (kept.threads, kept.language, kept.tags) == (Threads.DIGEST, Language.KO, ("추론",))
    assert (kept.digest_date, kept.run, kept.day, kept.anchor) == (DAY, 0, TODAY, 7)
    assert (kept.created_at, kept.finished_at) == (NOW, None)


async def test_a_role_is_told_of_a_digest_in_its_first_run_only(store: SqliteStore) -> None:
    subscription = await subscribe(store, options=SubscriptionOptions(role_id=7, crosspost=True))
    (opened,) = await open_day(store, subscription)
    again = await store.open_again(subscription, DAY, day=TODAY, anchor=9, now=NOW)
    assert (opened.role_id, opened.crosspost) == (7, True)
    assert (again.role_id, again.crosspost) == (None, True)


async def test_a_day_is_opened_once(store: SqliteStore, subscription: Subscription) -> None:
    first = await open_day(store, subscription, DAY, DAY + ONE_DAY)
    assert [opened.digest_date for opened in first] == [DAY, DAY + ONE_DAY]
    assert await open_day(store, subscription, DAY + 2 * ONE_DAY) == ()
    assert await store.list_delivered_days(since=TODAY) == {(subscription.id, TODAY)}
    assert await store.list_delivered_days(since=TODAY + ONE_DAY) == frozenset()


async def test_the_next_day_opens_what_is_left_and_nothing_twice(
    store: SqliteStore, subscription: Subscription
) -> None:
    await open_day(store, subscription, DAY)
    (opened,) = await open_day(store, subscription, DAY, DAY + ONE_DAY, day=TODAY + ONE_DAY)
    assert opened.digest_date == DAY + ONE_DAY


async def test_a_day_is_opened_once_by_two_processes_at_the_same_time(
    store: SqliteStore, other: SqliteStore, subscription: Subscription
) -> None:
    attempts = [open_day(each, subscription, DAY) for each in (store, other) * 8]
    opened = [delivery for result in await asyncio.gather(*attempts) for delivery in result]
    assert len(opened) == 1
    assert await other.list_deliveries(subscription.id, DAY) == tuple(opened)


async def test_post_counts_as_the_days_delivery(
    store: SqliteStore, subscription: Subscription
) -> None:
    await open_day(store, subscription, DAY, scheduled=False)
    assert await open_day(store, subscription, DAY + ONE_DAY) == ()


async def test_post_is_not_kept_back_by_the_days_delivery(
    store: SqliteStore, subscription: Subscription
) -> None:
    await open_day(store, subscription, DAY)
    (opened,) = await open_day(store, subscription, DAY + ONE_DAY, scheduled=False)
    assert opened.digest_date == DAY + ONE_DAY


async def test_a_post_of_what_the_channel_has_does_not_use_up_the_day(
    store: SqliteStore, subscription: Subscription
) -> None:
    await open_day(store, subscription, DAY)
    tomorrow = TODAY + ONE_DAY
    assert await open_day(store, subscription, DAY, day=tomorrow, scheduled=False) == ()
    (opened,) = await open_day(store, subscription, DAY + ONE_DAY, day=tomorrow)
    assert opened.digest_date == DAY + ONE_DAY


async def test_each_again_is_a_run_of_its_own_and_counts_for_the_day(
    store: SqliteStore, subscription: Subscription
) -> None:
    await open_day(store, subscription)
    for run in (1, 2):
        again = await store.open_again(
            subscription, DAY, day=TODAY + run * ONE_DAY, anchor=9, now=NOW
        )
        assert (again.run, again.digest_date, again.anchor) == (run, DAY, 9)
    runs = await store.list_deliveries(subscription.id, DAY)
    assert [delivery.run for delivery in runs] == [0, 1, 2]
    assert await open_day(store, subscription, DAY + ONE_DAY, day=TODAY + 2 * ONE_DAY) == ()


async def test_the_first_again_of_a_digest_is_its_first_run(
    store: SqliteStore, subscription: Subscription
) -> None:
    first = await store.open_again(subscription, DAY, day=TODAY, anchor=9, now=NOW)
    assert first.run == 0


async def test_runs_that_begin_at_once_have_different_numbers(
    store: SqliteStore, other: SqliteStore, subscription: Subscription
) -> None:
    runs = await asyncio.gather(
        *(
            each.open_again(subscription, DAY, day=TODAY, anchor=9, now=NOW)
            for each in (store, other) * 4
        )
    )
    assert sorted(delivery.run for delivery in runs) == list(range(8))


# --- finishing -------------------------------------------------------------------------------


async def test_a_finished_delivery_is_no_longer_unfinished(
    store: SqliteStore, subscription: Subscription
) -> None:
    first, second = await open_day(store, subscription, DAY, DAY + ONE_DAY)
    assert await store.list_unfinished() == (first, second)
    await store.finish_delivery(first, now=NOW + LEASE)
    await store.finish_delivery(first, now=NOW + 2 * LEASE)
    assert await store.list_unfinished() == (second,)
    (finished,) = await store.list_deliveries(subscription.id, DAY)
    assert finished.finished_at == NOW + LEASE


async def test_a_parked_channel_keeps_its_unfinished_deliveries_for_later(
    store: SqliteStore, subscription: Subscription, delivery: Delivery
) -> None:
    await store.park(subscription.id, "error.channel_gone", now=NOW)
    assert await store.list_unfinished() == ()
    await store.unpark(subscription.id)
    assert await store.list_unfinished() == (delivery,)


async def test_what_is_being_delivered_ends_with_its_subscription(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(), digest(day=DAY - ONE_DAY, source="b.txt"))
    unbegun, begun = await open_day(store, subscription, DAY - ONE_DAY, DAY)
    under_way = await claim(store, begun)
    await store.end_subscription(CHANNEL, now=NOW)
    for delivery, name in ((begun, "paper"), (begun, "header"), (unbegun, "header")):
        with pytest.raises(ClosedError):
            await claim(store, delivery, name)
    assert await store.list_unfinished() == ()
    assert [day for day, _ in await store.list_unposted(subscription.id, until=TODAY)] == [
        DAY - ONE_DAY
    ]
    await store.mark_done(under_way.step, channel_id=CHANNEL, message_id=5, revision="r")
    (step,) = await store.list_steps(begun.id)
    assert (step.state, step.message_id) == (StepState.DONE, 5)


async def test_a_day_is_not_opened_for_a_subscription_that_has_just_ended(
    store: SqliteStore, subscription: Subscription
) -> None:
    await store.end_subscription(CHANNEL, now=NOW)
    assert await open_day(store, subscription) == ()
    assert await open_day(store, subscription, scheduled=False)  # by /post


async def test_after_the_end_of_a_subscription_its_posts_are_edited_and_get_no_company(
    store: SqliteStore, subscription: Subscription, delivery: Delivery
) -> None:
    await store.finish_delivery(delivery, now=NOW)
    await store.reopen_deliveries([delivery.id])
    await store.end_subscription(CHANNEL, now=NOW)
    assert (await claim(store, delivery, "details1")).fresh
    with pytest.raises(ClosedError):
        await claim(store, delivery, "paper", entry_id=2)


# --- digests that change after they were posted ----------------------------------------------


async def test_a_changed_digest_opens_its_deliveries_again_once(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry(en=("Before.",))), digest(day=DAY + ONE_DAY, source="b.txt"))
    for delivery in await open_day(store, subscription, DAY, DAY + ONE_DAY):
        await store.finish_delivery(delivery, now=NOW)
    assert await store.reopen_changed() == 0
    await ingest(digest(entry(en=("After.",))))
    assert await store.reopen_changed() == 1
    assert await store.reopen_changed() == 0
    (reopened,) = await store.list_unfinished()
    assert (reopened.digest_date, reopened.reopened) == (DAY, True)


async def test_a_new_paper_opens_its_digests_delivery_again(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest())
    (delivery,) = await open_day(store, subscription)
    await store.finish_delivery(delivery, now=NOW)
    await ingest(digest(entry("Dense Frontier"), source="b.txt"))
    assert await store.reopen_changed() == 1


async def test_a_digest_that_nobody_was_sent_opens_nothing(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    assert subscription.active
    await ingest(digest(entry(en=("Before.",))))
    await ingest(digest(entry(en=("After.",))))
    assert await store.reopen_changed() == 0
    assert await store.list_unfinished() == ()


async def test_a_paper_that_moves_to_another_date_was_posted_already(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry("One"), entry("Two")))
    (delivery,) = await open_day(store, subscription)
    found = await store.get_digest(DAY)
    assert found
    moved, kept = (each.id for each in found.entries)
    await post(store, delivery, message_id=50, entry_id=moved)
    later = DAY + ONE_DAY
    (second,) = await open_day(store, subscription, later, day=TODAY + ONE_DAY)
    assert await store.list_posted_elsewhere(second, [moved, kept]) == {moved}
    assert await store.list_posted_elsewhere(delivery, [moved, kept]) == frozenset()
    elsewhere = await subscribe(store, CHANNEL + 1)
    (third,) = await open_day(store, elsewhere, later)
    assert await store.list_posted_elsewhere(third, [moved, kept]) == frozenset()


async def test_what_was_given_up_unsent_is_not_posted_under_another_date(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    """But what somebody deleted is."""
    await ingest(digest(entry("One"), entry("Two"), entry("Three")))
    (delivery,) = await open_day(store, subscription)
    unsent, deleted, begun = 1, 2, 3
    refused = (await claim(store, delivery, entry_id=unsent)).step
    await store.mark_skipped(refused, owner="host:1:a", refused=None)
    await post(store, delivery, message_id=50, entry_id=deleted)
    gone = (await claim(store, delivery, entry_id=deleted)).step
    await store.mark_skipped(gone, owner="host:1:a", refused=None)
    await claim(store, delivery, entry_id=begun)
    later = DAY + ONE_DAY
    await ingest(digest(entry("One"), entry("Two"), entry("Three"), day=later))
    (second,) = await open_day(store, subscription, later, day=TODAY + ONE_DAY)
    assert await store.list_posted_elsewhere(second, [1, 2, 3]) == {deleted, begun}


async def test_a_claim_that_led_to_nothing_makes_its_paper_unposted_where_it_is_now(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry("One")))
    (delivery,) = await open_day(store, subscription)
    begun = (await claim(store, delivery)).step
    later = DAY + ONE_DAY
    await ingest(digest(entry("One"), day=later))
    assert await store.list_unposted(subscription.id, until=TODAY) == ()
    before = await store.get_digests_version()
    await store.give_back(begun)
    assert [day for day, _ in await store.list_unposted(subscription.id, until=TODAY)] == [later]
    assert await store.get_digests_version() > before
    await store.reopen_changed()
    (second,) = await open_day(store, subscription, later, day=TODAY + ONE_DAY)
    await store.finish_delivery(second, now=NOW)
    await store.give_back(begun)
    assert await store.reopen_changed() == 1


# --- claims ----------------------------------------------------------------------------------


async def test_a_first_claim_is_fresh(store: SqliteStore, delivery: Delivery) -> None:
    found = await claim(store, delivery)
    assert (found.granted, found.fresh) == (True, True)
    assert found.step == Step(
        delivery_id=delivery.id,
        entry_id=1,
        name="paper",
        state=StepState.CLAIMED,
        channel_id=None,
        message_id=None,
        revision=None,
    )


async def test_of_many_claims_at_once_exactly_one_is_granted_and_fresh(
    store: SqliteStore, other: SqliteStore, delivery: Delivery
) -> None:
    claims = await asyncio.gather(
        *(
            claim(each, delivery, owner=f"host:{number}:x")
            for number, each in enumerate((store, other) * 10)
        )
    )
    assert sum(found.granted for found in claims) == 1
    assert [found.fresh for found in claims if found.granted] == [True]


async def test_a_claim_is_anothers_until_its_lease_ends(
    store: SqliteStore, other: SqliteStore, delivery: Delivery
) -> None:
    await claim(store, delivery)
    almost = await claim(other, delivery, owner="b:1:b", after=LEASE - timedelta(seconds=1))
    assert not almost.granted
    late = await claim(other, delivery, owner="b:1:b", after=LEASE)
    assert (late.granted, late.fresh) == (True, False)
    back = await claim(store, delivery, after=LEASE)
    assert not back.granted


async def test_a_lease_is_compared_to_the_microsecond(
    store: SqliteStore, delivery: Delivery
) -> None:
    """ISO 8601 leaves microseconds of zero out; the order must hold all the same."""
    await claim(store, delivery, after=timedelta(microseconds=500))
    assert not (await claim(store, delivery, owner="b:1:b", after=LEASE)).granted
    after = LEASE + timedelta(microseconds=500)
    assert (await claim(store, delivery, owner="b:1:b", after=after)).granted


async def test_ones_own_second_claim_is_granted_but_not_fresh(
    store: SqliteStore, delivery: Delivery
) -> None:
    await claim(store, delivery)
    again = await claim(store, delivery)
    assert (again.granted, again.fresh) == (True, False)


async def test_a_second_claim_renews_the_lease(store: SqliteStore, delivery: Delivery) -> None:
    await claim(store, delivery)
    await claim(store, delivery, after=LEASE / 2)
    assert not (await claim(store, delivery, owner="b:1:b", after=LEASE)).granted


async def test_a_done_step_stays_done_for_everybody(
    store: SqliteStore, other: SqliteStore, delivery: Delivery
) -> None:
    claimed = (await claim(store, delivery)).step
    done = await store.mark_done(claimed, channel_id=5, message_id=6, revision="r")
    assert (done.state, done.channel_id, done.message_id) == (StepState.DONE, 5, 6)
    later = await claim(other, delivery, owner="b:1:b", after=2 * LEASE)
    assert later == Claim(step=done, granted=True, fresh=False)
    assert await store.list_steps(delivery.id) == (done,)


async def test_a_done_step_cannot_be_released(store: SqliteStore, delivery: Delivery) -> None:
    claimed = (await claim(store, delivery)).step
    done = await store.mark_done(claimed, channel_id=5, message_id=6, revision="r")
    await store.release_step(claimed, owner="host:1:a")
    assert await store.list_steps(delivery.id) == (done,)


async def test_a_skipped_step_stays_skipped(store: SqliteStore, delivery: Delivery) -> None:
    skipped = await store.mark_skipped(
        (await claim(store, delivery)).step, owner="host:1:a", refused=None
    )
    later = await claim(store, delivery, owner="b:1:b", after=2 * LEASE)
    assert later == Claim(step=skipped, granted=True, fresh=False)
    assert skipped.state is StepState.SKIPPED


async def test_a_claim_tells_what_the_claims_before_were_to_show(
    store: SqliteStore, delivery: Delivery
) -> None:
    await claim(store, delivery, revision="old")
    assert (await claim(store, delivery, revision="old")).step.revision == "old"
    assert (await claim(store, delivery, revision="new")).step.revision == "old"
    # By now either may be there.
    assert (await claim(store, delivery, revision="new")).step.revision == ""


async def test_a_released_step_is_fresh_again(store: SqliteStore, delivery: Delivery) -> None:
    await store.release_step((await claim(store, delivery)).step, owner="host:1:a")
    found = await claim(store, delivery, owner="b:1:b")
    assert (found.granted, found.fresh) == (True, True)


async def test_steps_come_in_the_order_of_their_first_claim(
    store: SqliteStore, delivery: Delivery
) -> None:
    for name in ("header", "paper", "thread"):
        await claim(store, delivery, name)
    await store.release_step((await claim(store, delivery, "header")).step, owner="host:1:a")
    await claim(store, delivery, "details")
    await claim(store, delivery, "all")
    steps = await store.list_steps(delivery.id)
    assert [step.name for step in steps] == ["paper", "thread", "details", "all"]


async def test_steps_of_two_entries_and_two_deliveries_are_apart(
    store: SqliteStore, subscription: Subscription
) -> None:
    first, second = await open_day(store, subscription, DAY, DAY + ONE_DAY)
    for delivery in (first, second):
        for entry_id in (1, 2):
            assert (await claim(store, delivery, entry_id=entry_id)).fresh


# --- dead processes --------------------------------------------------------------------------


async def test_a_dead_process_holds_nothing_once_it_is_released(
    store: SqliteStore, other: SqliteStore, delivery: Delivery
) -> None:
    await claim(store, delivery, "paper", owner="host:1:a")
    await claim(store, delivery, "thread", owner="host:2:b")
    assert set(await other.list_owners()) == {"host:1:a", "host:2:b"}
    await other.release_owner("host:1:a")
    assert await other.list_owners() == ("host:2:b",)
    taken = await claim(other, delivery, "paper", owner="host:3:c")
    assert (taken.granted, taken.fresh) == (True, False)
    assert not (await claim(other, delivery, "thread", owner="host:3:c")).granted


@pytest.mark.parametrize("ahead", [timedelta(0), 2 * ONE_DAY])
async def test_what_a_dead_process_began_may_settle_before_it_is_looked_for(
    store: SqliteStore, delivery: Delivery, ahead: timedelta
) -> None:
    """As long as it was told to, even where its clock was ahead."""
    await claim(store, delivery, owner="host:1:a", after=ahead)
    await store.release_owner("host:1:a")
    settle = timedelta(seconds=30)
    early = await claim(store, delivery, owner="host:2:b", after=settle / 3, settle=settle)
    assert not early.granted
    assert early.settles_in == (settle if ahead else settle * 2 / 3)
    late = await claim(store, delivery, owner="host:2:b", after=ahead + settle, settle=settle)
    assert late.granted
    assert not late.fresh


async def test_ones_own_claim_need_not_settle(store: SqliteStore, delivery: Delivery) -> None:
    await claim(store, delivery)
    assert (await claim(store, delivery, settle=LEASE)).granted


async def test_nobody_owns_a_step_that_is_done_or_skipped(
    store: SqliteStore, delivery: Delivery
) -> None:
    done = await claim(store, delivery, "paper")
    await store.mark_done(done.step, channel_id=5, message_id=6, revision="r")
    await store.mark_skipped(
        (await claim(store, delivery, "thread")).step, owner="host:1:a", refused=None
    )
    assert await store.list_owners() == ()


# --- where papers stand ----------------------------------------------------------------------


async def post(
    store: SqliteStore,
    delivery: Delivery,
    *,
    message_id: int,
    entry_id: int = 1,
    thread: bool = True,
) -> None:
    paper = await claim(store, delivery, "paper", entry_id=entry_id)
    await store.mark_done(paper.step, channel_id=CHANNEL, message_id=message_id, revision="r")
    if thread:
        started = await claim(store, delivery, "thread", entry_id=entry_id)
        await store.mark_done(started.step, channel_id=CHANNEL, message_id=message_id, revision="t")


async def test_a_paper_stands_where_it_was_posted_last(
    store: SqliteStore, subscription: Subscription, delivery: Delivery
) -> None:
    await post(store, delivery, message_id=50)
    again = await store.open_again(subscription, DAY, day=TODAY, anchor=9, now=NOW)
    await post(store, again, message_id=60, thread=False)
    (found,) = (await store.list_posts([1, 2], near=Near(guild_id=GUILD))).values()
    assert (found.entry_id, found.guild_id, found.channel_id) == (1, GUILD, CHANNEL)
    assert (found.message_id, found.thread_id) == (60, None)


async def test_a_post_names_its_thread(store: SqliteStore, delivery: Delivery) -> None:
    await post(store, delivery, message_id=50)
    assert (await store.list_posts([1], near=Near(guild_id=GUILD)))[1].thread_id == 50


async def test_a_post_in_a_thread_names_the_channel_around_it(
    store: SqliteStore, delivery: Delivery
) -> None:
    paper = await claim(store, delivery)
    await store.mark_done(paper.step, channel_id=77, message_id=78, revision="r")
    found = await store.get_post(78, guild_id=GUILD)
    assert found
    assert (found.entry_id, found.channel_id, found.parent_id) == (1, 77, CHANNEL)
    await post(store, delivery, message_id=50, entry_id=2)
    assert (await store.list_posts([2], near=Near(guild_id=GUILD)))[2].parent_id is None


async def test_only_a_papers_post_in_its_server_is_found_by_its_message(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery, message_id=50)
    assert await store.get_post(50, guild_id=GUILD + 1) is None
    assert await store.get_post(51, guild_id=GUILD) is None


async def test_a_thread_that_was_started_later_is_the_posts(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery, message_id=50, thread=False)
    for _ in range(2):  # whoever comes second finds it recorded
        await store.record_thread(50, thread_id=50, title="A paper")
    assert (await store.list_posts([1], near=Near(guild_id=GUILD)))[1].thread_id == 50
    later = await claim(store, delivery, "thread")
    assert (later.step.state, later.step.revision) == (StepState.DONE, "A paper")
    await store.record_thread(404, thread_id=404, title="Nothing")
    assert len(await store.list_steps(delivery.id)) == 2


async def test_a_thread_that_a_delivery_was_about_to_start_is_recorded_all_the_same(
    store: SqliteStore, delivery: Delivery
) -> None:
    await post(store, delivery, message_id=50, thread=False)
    claimed = await claim(store, delivery, "thread")
    await store.record_thread(50, thread_id=50, title="A paper")
    done = await store.mark_done(claimed.step, channel_id=CHANNEL, message_id=50, revision="t")
    assert done.state is StepState.DONE
    assert (await store.list_posts([1], near=Near(guild_id=GUILD)))[1].thread_id == 50


async def test_posts_of_other_servers_are_not_shown(store: SqliteStore, delivery: Delivery) -> None:
    await post(store, delivery, message_id=50)
    assert await store.list_posts([1], near=Near(guild_id=GUILD + 1)) == {}
    elsewhere = await subscribe(store, CHANNEL + 1, guild_id=GUILD + 1)
    (second,) = await open_day(store, elsewhere)
    await post(store, second, message_id=70)
    assert (await store.list_posts([1], near=Near(guild_id=GUILD)))[1].message_id == 50
    assert (await store.list_posts([1], near=Near(guild_id=GUILD + 1)))[1].message_id == 70


async def test_a_post_in_the_channel_goes_before_newer_ones_elsewhere(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry("Paper A", tags=("rl",))))
    (delivery,) = await open_day(store, subscription)
    await post(store, delivery, message_id=50)
    (second,) = await open_day(store, await subscribe(store, CHANNEL + 1, guild_id=GUILD))
    await post(store, second, message_id=70)
    for channel_id, message_id in ((None, 70), (CHANNEL, 50), (CHANNEL + 1, 70), (404, 70)):
        near = Near(guild_id=GUILD, channel_id=channel_id)
        found = await store.list_posts([1], near=near)
        assert found[1].message_id == message_id
        assert (await store.find_entries("Paper A", until=TODAY, near=near)).posts == found
        listed = await store.list_by_tag("rl", until=TODAY, offset=0, limit=8, near=near)
        assert listed.posts == found
    assert (await store.find_entries("Paper A", until=TODAY)).posts == {}


async def test_a_post_that_is_only_claimed_is_not_shown(
    store: SqliteStore, delivery: Delivery
) -> None:
    await claim(store, delivery)
    assert await store.list_posts([1], near=Near(guild_id=GUILD)) == {}


async def test_posts_of_many_entries_are_found_at_once(
    store: SqliteStore, delivery: Delivery
) -> None:
    for entry_id in range(1, 1500, 500):
        paper = await claim(store, delivery, entry_id=entry_id)
        await store.mark_done(paper.step, channel_id=CHANNEL, message_id=entry_id, revision="r")
    found = await store.list_posts(range(5000), near=Near(guild_id=GUILD))
    assert sorted(found) == [1, 501, 1001]


# --- changes while a delivery is under way ---------------------------------------------------


async def test_a_delivery_is_not_finished_with_a_text_that_has_changed_meanwhile(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry(en=("Before.",))))
    (delivery,) = await open_day(store, subscription)
    await ingest(digest(entry(en=("After.",))))
    await store.reopen_changed()
    await store.finish_delivery(delivery, now=NOW)
    (unfinished,) = await store.list_unfinished()
    assert (unfinished.changes, unfinished.reopened) == (1, False)
    await store.finish_delivery(unfinished, now=NOW)
    assert await store.list_unfinished() == ()


async def test_a_removed_paper_opens_its_digests_delivery_again(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(digest(entry("One"), entry("Two")))
    (delivery,) = await open_day(store, subscription)
    await store.finish_delivery(delivery, now=NOW)
    await ingest(digest(entry("One")))
    assert await store.reopen_changed() == 1


async def test_the_digests_version_grows_with_every_change_and_with_nothing_else(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    versions = [await store.get_digests_version()]
    for drafts in ((entry("One"), entry("Two")), (entry("One", en=("New.",)),)):
        await ingest(digest(*drafts))
        versions.append(await store.get_digests_version())
    await ingest(digest(entry("One", en=("New.",))))
    await open_day(store, subscription)
    assert versions == sorted(set(versions))
    assert await store.get_digests_version() == versions[-1]


# --- claims of somebody else -----------------------------------------------------------------


async def test_who_lost_a_claim_can_neither_release_nor_skip_it(
    store: SqliteStore, delivery: Delivery
) -> None:
    old = (await claim(store, delivery, owner="host:1:a")).step
    await claim(store, delivery, owner="host:2:b", after=2 * LEASE)
    await store.release_step(old, owner="host:1:a")
    await store.mark_skipped(old, owner="host:1:a", refused=None)
    assert await store.list_steps(delivery.id) == (old,)
    assert await store.list_owners() == ("host:2:b",)


async def test_a_forgotten_step_can_be_sent_again(store: SqliteStore, delivery: Delivery) -> None:
    claimed = (await claim(store, delivery)).step
    done = await store.mark_done(claimed, channel_id=5, message_id=6, revision="r")
    await store.forget_step(done)
    assert (await claim(store, delivery)).fresh
