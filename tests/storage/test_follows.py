"""Follows: each user's own, with how they want to be told, and what they were told of."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from storage.models import (
    Follower,
    FollowKind,
    FollowOutcome,
    Language,
    MailingDraft,
    Start,
    SubscriptionOptions,
    Threads,
)
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest

ADA, BEN = 1, 2
DEFAULTS = SubscriptionOptions(
    at=time(9),
    timezone="UTC",
    language=Language.EN,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)


async def set_follower(store: SqliteStore, user_id: int = ADA, **changes: Any) -> Follower:
    values: dict[str, Any] = {
        "at": None,
        "timezone": None,
        "default_at": time(9, 0),
        "default_timezone": "Asia/Seoul",
        "guild_id": 10,
        "language": "ko",
    }
    return await store.set_follower(user_id, **(values | changes))


async def add(
    store: SqliteStore, name: str, *, user_id: int = ADA, kind: str = "tag", most: int = 50
) -> FollowOutcome:
    return await store.add_follow(
        user_id, FollowKind(kind), key=name.casefold(), name=name, most=most, now=NOW
    )


async def tell(store: SqliteStore, *papers: tuple[int, int], user_id: int = ADA) -> None:
    contents = {"papers": [{"paper": paper, "entry": each, "why": []} for paper, each in papers]}
    mailing = MailingDraft(
        kind="follow",
        subject_id=user_id,
        day=TODAY,
        contents=contents,
        expires_at=NOW + timedelta(days=1),
    )
    await store.open_mailings([mailing], now=NOW)


async def test_what_is_not_said_stays_and_at_first_is_the_default(store: SqliteStore) -> None:
    first = await set_follower(store)
    assert (first.at, first.timezone, first.guild_id) == (time(9), "Asia/Seoul", 10)
    later = await set_follower(store, at=time(7, 30), guild_id=None, language="en")
    assert (later.at, later.timezone) == (time(7, 30), "Asia/Seoul")
    assert (later.guild_id, later.language) == (10, "en")
    assert (await set_follower(store, timezone="UTC", default_at=time(1))).at == time(7, 30)
    assert await store.get_follower(BEN) is None


async def test_only_who_follows_something_is_listed(store: SqliteStore) -> None:
    await set_follower(store)
    await set_follower(store, BEN)
    await add(store, "rl")
    (follower,) = await store.list_followers()
    assert (follower.user_id, follower.follows) == (ADA, 1)


async def test_a_thing_is_followed_once_and_no_more_than_so_many(store: SqliteStore) -> None:
    await set_follower(store)
    await set_follower(store, BEN)
    assert await add(store, "RL", most=2) is FollowOutcome.ADDED
    assert await add(store, "rl", most=2) is FollowOutcome.KNOWN
    assert await add(store, "rl", most=2, kind="keyword") is FollowOutcome.ADDED
    assert await add(store, "x", most=2) is FollowOutcome.FULL
    assert await add(store, "rl", most=2) is FollowOutcome.KNOWN
    assert await add(store, "rl", most=2, user_id=BEN) is FollowOutcome.ADDED


async def test_every_change_of_what_is_due_is_counted(store: SqliteStore) -> None:
    counts = [(await set_follower(store)).changes]

    async def count() -> None:
        follower = await store.get_follower(ADA)
        assert follower is not None
        counts.append(follower.changes)

    await add(store, "rl")
    await count()
    (follow,) = (await store.get_interests(ADA)).follows
    await store.remove_follows(ADA, [follow.id])
    await count()
    await store.park_follower(ADA, "following.closed")
    await store.unpark_follower(ADA)
    await count()
    await set_follower(store, at=time(8))
    await count()
    assert sorted(set(counts)) == counts


async def test_pages_go_through_all_in_order(store: SqliteStore) -> None:
    await set_follower(store)
    for name, kind in (("z", "keyword"), ("b", "tag"), ("C", "author"), ("a", "tag")):
        await add(store, name, kind=kind)
    first = await store.list_follows(ADA, offset=0, limit=3)
    rest = await store.list_follows(ADA, offset=3, limit=3)
    assert [each.name for each in (*first.items, *rest.items)] == ["C", "a", "b", "z"]
    assert (first.total, rest.offset) == (4, 3)


async def test_only_ones_own_follows_can_be_ended(store: SqliteStore) -> None:
    for user_id in (ADA, BEN):
        await set_follower(store, user_id)
        await add(store, "rl", user_id=user_id)
    (theirs,) = (await store.get_interests(BEN)).follows
    assert await store.remove_follows(ADA, [theirs.id, 999]) == ()
    assert (await store.get_interests(BEN)).follows == (theirs,)
    assert await store.remove_follows(BEN, [theirs.id]) == (theirs,)


async def test_a_parked_reader_is_so_until_they_come_back(store: SqliteStore) -> None:
    await set_follower(store)
    await add(store, "rl")
    await store.park_follower(ADA, "following.closed")
    (parked,) = await store.list_followers()
    assert parked.parked == "following.closed"
    assert (await set_follower(store)).parked == "following.closed"
    await store.unpark_follower(ADA)
    (back,) = await store.list_followers()
    assert back.parked is None


async def test_what_is_told_or_on_its_way_counts_and_what_was_given_up_does_not(
    store: SqliteStore,
) -> None:
    await set_follower(store)
    await tell(store, (11, 21), (12, 22))
    told = await store.get_interests(ADA)
    assert told.told_papers == {11, 12}
    assert told.told_entries == {21, 22}
    assert not (await store.get_interests(BEN)).told_papers
    (mailing,) = await store.list_open_mailings()
    before = await store.get_follower(ADA)
    await store.skip_mailing(mailing.id, owner="host:1:a")
    assert not (await store.get_interests(ADA)).told_papers
    after = await store.get_follower(ADA)
    assert before != after  # what is due to them is asked anew


async def test_what_was_told_stays_told_when_its_message_is_forgotten(store: SqliteStore) -> None:
    await set_follower(store)
    await tell(store, (11, 21))
    (mailing,) = await store.list_open_mailings()
    await store.claim_mailing(
        mailing.id, channel_id=5, anchor=1, owner="host:1:a", lease=timedelta(minutes=1), now=NOW
    )
    await store.finish_mailing(mailing.id, message_id=6)
    later = NOW + timedelta(days=200)
    await store.open_mailings([], now=later)
    assert not await store.list_mailing_days("follow", since=TODAY)
    told = await store.get_interests(ADA)
    assert told.told_papers == {11}
    assert told.told_entries == {21}
    await store.forget_follows(ADA)
    assert not (await store.get_interests(ADA)).told_papers


async def test_forgetting_leaves_nothing_of_the_user_and_all_of_the_others(
    store: SqliteStore,
) -> None:
    for user_id in (ADA, BEN):
        await set_follower(store, user_id)
        await add(store, "rl", user_id=user_id)
        await tell(store, (11, 21), user_id=user_id)
    await add(store, "x")
    assert await store.forget_follows(ADA) == 2
    assert await store.forget_follows(ADA) == 0
    assert await store.get_follower(ADA) is None
    forgotten = await store.get_interests(ADA)
    assert (forgotten.follows, forgotten.told_papers) == ((), frozenset())
    assert [each.subject_id for each in await store.list_open_mailings()] == [BEN]
    assert (await store.get_interests(BEN)).told_papers == {11}


async def test_posts_are_found_in_every_server_newest_first(
    store: SqliteStore, ingest: Ingest
) -> None:
    await ingest(digest(entry()))
    for channel_id, guild_id, message_id in ((100, 10, 500), (200, 20, 600), (300, None, 700)):
        subscription = await store.set_subscription(
            channel_id,
            SubscriptionOptions(),
            defaults=DEFAULTS,
            guild_id=guild_id,
            since=None,
            by=None,
            now=NOW,
        )
        (delivery,) = await store.open_deliveries(
            subscription, [DAY], day=TODAY, anchor=1, now=NOW, scheduled=True
        )
        for name, where in (("paper", channel_id), ("thread", channel_id)):
            claim = await store.claim_step(
                delivery.id, 1, name, owner="o:1:a", lease=timedelta(minutes=5), now=NOW
            )
            await store.mark_done(claim.step, channel_id=where, message_id=message_id, revision="r")
    found = await store.list_placed_posts([1], limit=10)
    assert [(each.post.guild_id, each.channel_id) for each in found] == [(20, 200), (10, 100)]
    assert [each.post.thread_id for each in found] == [600, 500]
    assert len(await store.list_placed_posts([1], limit=1)) == 1
