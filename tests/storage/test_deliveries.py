"""Deliveries: a digest is opened once, whoever asks, and again when it has changed."""

from __future__ import annotations

import asyncio

import pytest

from storage.base import ClosedError
from storage.models import (
    Delivery,
    Language,
    StepState,
    Subscription,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest
from tests.storage.ledgers import (
    CHANNEL,
    LEASE,
    ONE_DAY,
    claim,
    open_day,
    post,
    subscribe,
)


async def test_unposted_digests_come_oldest_first(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("One"), entry("Two")),
        digest(entry("Three"), day=DAY - ONE_DAY, source="b.txt"),
    )
    assert await store.list_unposted(subscription.id, until=TODAY) == (DAY - ONE_DAY, DAY)


async def test_a_filter_leaves_the_digests_with_a_paper_that_has_one_of_its_folded_tags(
    store: SqliteStore, subscription: Subscription, ingest: Ingest
) -> None:
    await ingest(
        digest(entry("One", tags=("RL", "추론")), entry("Two", tags=("rl", "LLM"))),
        digest(entry("Three", tags=()), day=DAY - ONE_DAY, source="b.txt"),
    )
    for tags, expected in ((["rl"], (DAY,)), (["추론", "other"], (DAY,)), (["other"], ())):
        assert await store.list_unposted(subscription.id, until=TODAY, tags=tags) == expected


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
    assert await store.list_unposted(subscription.id, until=TODAY) == (DAY - ONE_DAY,)
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
    assert await store.list_unposted(subscription.id, until=TODAY) == (later,)
    assert await store.get_digests_version() > before
    await store.reopen_changed()
    (second,) = await open_day(store, subscription, later, day=TODAY + ONE_DAY)
    await store.finish_delivery(second, now=NOW)
    await store.give_back(begun)
    assert await store.reopen_changed() == 1


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
