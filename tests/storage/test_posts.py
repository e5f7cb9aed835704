"""Where papers stand."""

from __future__ import annotations

from storage.models import (
    Delivery,
    Near,
    StepState,
    Subscription,
)
from storage.sqlite import SqliteStore
from tests.storage.builders import DAY, NOW, TODAY, digest, entry
from tests.storage.conftest import Ingest
from tests.storage.ledgers import (
    CHANNEL,
    GUILD,
    claim,
    open_day,
    post,
    subscribe,
)


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
