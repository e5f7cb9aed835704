"""Steps: each is claimed once, whoever asks and however often."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.models import (
    Claim,
    Delivery,
    Step,
    StepState,
    Subscription,
)
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY
from tests.storage.ledgers import (
    LEASE,
    ONE_DAY,
    claim,
    open_day,
)


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
