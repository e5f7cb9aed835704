"""Who gets digests: a member's word goes before the environment's."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.models import Language, Start, Subscription, SubscriptionOptions, Threads
from storage.sqlite import SqliteStore, open_store
from tests.storage.builders import NOW

GUILD, CHANNEL, MEMBER = 10, 100, 1000
LATER = NOW + timedelta(days=3)
OLD, NEW = date(2025, 4, 25), date(2025, 7, 10)
ENVIRONMENT = SubscriptionOptions(
    at=time(9, 0),
    timezone="Asia/Seoul",
    language=Language.BOTH,
    threads=Threads.PAPER,
    tags=(),
    start=Start.BACKLOG,
)
# Another value for every option than the environment's.
CHANGES: dict[str, Any] = {
    "at": time(18, 30),
    "timezone": "Europe/Paris",
    "language": Language.KO,
    "threads": Threads.NONE,
    "tags": ("rl", "추론"),
    "start": Start.LATEST,
}


async def set_options(
    store: SqliteStore,
    options: SubscriptionOptions | None = None,
    *,
    channel_id: int = CHANNEL,
    guild_id: int = GUILD,
    since: date | None = OLD,
) -> Subscription:
    return await store.set_subscription(
        channel_id,
        options or SubscriptionOptions(),
        defaults=ENVIRONMENT,
        guild_id=guild_id,
        since=since,
        by=MEMBER,
        now=NOW,
    )


async def follow(
    store: SqliteStore,
    options: SubscriptionOptions = ENVIRONMENT,
    *,
    since: date | None = OLD,
) -> Subscription:
    return await store.follow_environment(CHANNEL, options, since=since, now=LATER)


async def add_target(store: SqliteStore) -> Subscription:
    return await store.add_target(CHANNEL, ENVIRONMENT, guild_id=GUILD, by=MEMBER, now=NOW)


def options_of(subscription: Subscription) -> dict[str, Any]:
    return {name: getattr(subscription, name) for name in CHANGES}


DEFAULTS = {name: getattr(ENVIRONMENT, name) for name in CHANGES}


# --- on a member's word ----------------------------------------------------------------------


async def test_a_new_subscription_takes_the_defaults_for_what_is_not_said(
    store: SqliteStore,
) -> None:
    made = await set_options(store, SubscriptionOptions(at=time(7, 5), tags=("추론",)))
    assert options_of(made) == DEFAULTS | {"at": time(7, 5), "tags": ("추론",)}
    assert (made.channel_id, made.guild_id, made.created_by) == (CHANNEL, GUILD, MEMBER)
    assert (made.active, made.parked, made.since, made.created_at) == (True, None, OLD, NOW)


async def test_a_second_word_changes_only_what_it_says(store: SqliteStore) -> None:
    first = await set_options(store, SubscriptionOptions(**CHANGES))
    second = await set_options(store, SubscriptionOptions(language=Language.EN))
    assert second.id == first.id
    assert options_of(second) == CHANGES | {"language": Language.EN}


async def test_an_empty_filter_is_said_and_no_filter_is_not(store: SqliteStore) -> None:
    await set_options(store, SubscriptionOptions(tags=("rl",)))
    assert (await set_options(store)).tags == ("rl",)
    assert (await set_options(store, SubscriptionOptions(tags=()))).tags == ()


async def test_latest_counts_from_the_newest_digest_of_its_beginning(store: SqliteStore) -> None:
    latest = SubscriptionOptions(start=Start.LATEST)
    assert (await set_options(store, latest, since=OLD)).since == OLD
    assert (await set_options(store, since=NEW)).since == OLD  # not said again
    assert (await set_options(store, latest, since=NEW)).since == NEW  # said again


async def test_a_subscription_that_resumes_counts_from_then(store: SqliteStore) -> None:
    await set_options(store, SubscriptionOptions(start=Start.LATEST), since=OLD)
    assert await store.end_subscription(CHANNEL, now=NOW)
    resumed = await set_options(store, since=NEW)
    assert (resumed.active, resumed.start, resumed.since) == (True, Start.LATEST, NEW)


async def test_a_channel_without_digests_begins_with_none(store: SqliteStore) -> None:
    assert (await set_options(store, since=None)).since is None


async def test_a_members_word_takes_a_channel_up_again_that_was_parked(
    store: SqliteStore,
) -> None:
    made = await set_options(store)
    await store.park(made.id, "error.channel_hidden", now=LATER)
    parked = await store.get_subscription(CHANNEL)
    assert parked
    assert (parked.parked, parked.parked_at) == ("error.channel_hidden", LATER)
    resumed = await set_options(store)
    assert (resumed.parked, resumed.parked_at) == (None, None)


async def test_a_channel_is_parked_once_for_its_first_reason_until_it_is_unparked(
    store: SqliteStore,
) -> None:
    made = await set_options(store)
    assert await store.park(made.id, "error.channel_hidden", now=NOW)
    assert not await store.park(made.id, "error.channel_gone", now=LATER)
    parked = await store.get_subscription(CHANNEL)
    assert parked
    assert (parked.parked, parked.parked_at) == ("error.channel_hidden", NOW)
    await store.unpark(made.id)
    assert await store.get_subscription(CHANNEL) == made


async def test_parking_again_is_no_news_until_something_was_posted_or_a_member_spoke(
    store: SqliteStore,
) -> None:
    made = await set_options(store)
    assert await store.park(made.id, "error.channel_hidden", now=NOW)
    await store.unpark(made.id)
    assert not await store.park(made.id, "error.channel_hidden", now=LATER)
    parked = await store.get_subscription(CHANNEL)
    assert parked
    assert parked.parked == "error.channel_hidden"
    await set_options(store)
    assert await store.park(made.id, "error.channel_hidden", now=LATER)


# --- who is told -----------------------------------------------------------------------------


async def test_a_role_a_recap_and_publishing_are_a_members_word_only(store: SqliteStore) -> None:
    made = await set_options(store)
    assert (made.role_id, made.recap, made.crosspost) == (None, False, False)
    told = await set_options(store, SubscriptionOptions(role_id=7, recap=True, crosspost=True))
    assert (told.role_id, told.recap, told.crosspost) == (7, True, True)
    assert await set_options(store) == told
    assert await follow(store) == told
    silent = await set_options(store, SubscriptionOptions(role_id=0, recap=False))
    assert (silent.role_id, silent.recap, silent.crosspost) == (None, False, True)


async def test_a_new_subscription_takes_its_role_at_once(store: SqliteStore) -> None:
    assert (await set_options(store, SubscriptionOptions(role_id=7))).role_id == 7


async def test_who_subscribed_can_be_forgotten(store: SqliteStore) -> None:
    await set_options(store)
    await set_options(store, channel_id=CHANNEL + 1)
    assert await store.forget_subscriber(MEMBER + 1) == 0
    assert await store.forget_subscriber(MEMBER) == 2
    kept = await store.get_subscription(CHANNEL)
    assert kept
    assert (kept.created_by, kept.active) == (None, True)


# --- ending ----------------------------------------------------------------------------------


async def test_an_ended_subscription_is_kept_and_not_active(store: SqliteStore) -> None:
    made = await set_options(store, SubscriptionOptions(**CHANGES))
    assert await store.end_subscription(CHANNEL, now=NOW)
    ended = await store.get_subscription(CHANNEL)
    assert ended
    assert (ended.id, ended.active) == (made.id, False)
    assert options_of(ended) == CHANGES


async def test_only_an_active_subscription_can_be_ended(store: SqliteStore) -> None:
    assert not await store.end_subscription(CHANNEL, now=NOW)
    await add_target(store)
    assert not await store.end_subscription(CHANNEL, now=NOW)
    await set_options(store)
    assert await store.end_subscription(CHANNEL, now=NOW)
    assert not await store.end_subscription(CHANNEL, now=NOW)


# --- the environment's word ------------------------------------------------------------------


async def test_the_environment_begins_a_subscription(store: SqliteStore) -> None:
    made = await follow(store)
    assert options_of(made) == DEFAULTS
    assert (made.active, made.since, made.created_by, made.guild_id) == (True, OLD, None, None)


@pytest.mark.parametrize("name", CHANGES)
async def test_each_option_follows_the_environment_until_a_member_sets_it(
    store: SqliteStore, name: str
) -> None:
    await follow(store)
    changed = SubscriptionOptions(**CHANGES)
    assert options_of(await follow(store, changed)) == CHANGES
    await set_options(store, SubscriptionOptions(**{name: CHANGES[name]}))
    followed = await follow(store, ENVIRONMENT)
    assert options_of(followed) == DEFAULTS | {name: CHANGES[name]}


async def test_what_a_member_sets_to_the_environments_own_value_is_set_too(
    store: SqliteStore,
) -> None:
    await follow(store)
    await set_options(store, SubscriptionOptions(at=ENVIRONMENT.at))
    assert (await follow(store, SubscriptionOptions(**CHANGES))).at == ENVIRONMENT.at


async def test_what_two_commands_set_one_after_the_other_is_both_remembered(
    store: SqliteStore,
) -> None:
    await follow(store)
    await set_options(store, SubscriptionOptions(at=CHANGES["at"]))
    await set_options(store, SubscriptionOptions(timezone=CHANGES["timezone"]))
    followed = await follow(store)
    assert (followed.at, followed.timezone) == (CHANGES["at"], CHANGES["timezone"])


async def test_unsubscribe_is_remembered_whatever_the_environment_says(
    store: SqliteStore, path: Path
) -> None:
    await follow(store)
    await store.end_subscription(CHANNEL, now=NOW)
    async with open_store(path) as restarted:
        assert not (await follow(restarted)).active
        assert not (await follow(restarted, SubscriptionOptions(**CHANGES))).active


async def test_following_again_changes_nothing(store: SqliteStore) -> None:
    latest = SubscriptionOptions(**(DEFAULTS | {"start": Start.LATEST}))
    made = await follow(store, latest, since=OLD)
    assert await follow(store, latest, since=NEW) == made


async def test_a_new_start_in_the_environment_counts_from_then(store: SqliteStore) -> None:
    await follow(store, since=OLD)
    latest = SubscriptionOptions(**(DEFAULTS | {"start": Start.LATEST}))
    assert (await follow(store, latest, since=NEW)).since == NEW


async def test_the_environment_does_not_resume_what_is_parked(store: SqliteStore) -> None:
    made = await follow(store)
    await store.park(made.id, "error.channel_gone", now=NOW)
    assert (await follow(store)).parked == "error.channel_gone"


# --- channels that only saw /post ------------------------------------------------------------


async def test_post_makes_a_target_that_gets_nothing_by_itself(store: SqliteStore) -> None:
    target = await add_target(store)
    assert options_of(target) == DEFAULTS
    assert (target.active, target.since, target.guild_id) == (False, None, GUILD)


async def test_post_leaves_a_subscription_as_it_is(store: SqliteStore) -> None:
    made = await set_options(store, SubscriptionOptions(**CHANGES))
    assert await add_target(store) == made


async def test_a_target_becomes_a_subscription_on_a_members_word(store: SqliteStore) -> None:
    target = await add_target(store)
    made = await set_options(store, SubscriptionOptions(start=Start.LATEST), since=NEW)
    assert (made.id, made.active, made.since) == (target.id, True, NEW)


async def test_a_target_becomes_a_subscription_on_the_environments_word(
    store: SqliteStore,
) -> None:
    target = await add_target(store)
    made = await follow(store, SubscriptionOptions(**CHANGES), since=NEW)
    assert (made.id, made.active, made.since) == (target.id, True, NEW)
    assert options_of(made) == CHANGES


# --- finding ---------------------------------------------------------------------------------


async def test_subscriptions_are_listed_for_all_servers_or_one(store: SqliteStore) -> None:
    first = await set_options(store)
    second = await set_options(store, channel_id=CHANNEL + 1, guild_id=GUILD + 1)
    assert await store.list_subscriptions() == (first, second)
    assert await store.list_subscriptions(guild_id=GUILD + 1) == (second,)
    assert await store.list_subscriptions(guild_id=GUILD + 2) == ()


async def test_a_subscription_is_found_by_channel_and_by_id(store: SqliteStore) -> None:
    made = await set_options(store)
    assert await store.get_subscription(CHANNEL) == made
    assert await store.get_subscription_by_id(made.id) == made
    assert await store.get_subscription(CHANNEL + 1) is None
    assert await store.get_subscription_by_id(made.id + 1) is None


async def test_a_channels_server_is_recorded_once_it_is_known(store: SqliteStore) -> None:
    made = await follow(store)
    await store.set_guild(made.id, GUILD)
    assert [found.id for found in await store.list_subscriptions(guild_id=GUILD)] == [made.id]
    assert (await follow(store)).guild_id == GUILD


async def test_the_largest_snowflake_fits(store: SqliteStore) -> None:
    made = await set_options(store, channel_id=2**63 - 1, guild_id=2**63 - 1)
    assert await store.get_subscription(2**63 - 1) == made
