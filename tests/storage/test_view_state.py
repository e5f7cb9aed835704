"""Button state under a key."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.sqlite import SqliteStore
from storage.sqlite.view_state import LIFETIME
from tests.storage.builders import NOW

SECOND = timedelta(seconds=1)


async def test_state_comes_back_under_a_short_key(store: SqliteStore) -> None:
    state = {"kind": "search", "query": "추론 " * 500, "offset": 10, "none": None}
    key = await store.add_view_state(state, now=NOW)
    assert len(key) <= 22
    assert key.isascii()
    assert await store.get_view_state(key, now=NOW) == state


async def test_an_unknown_key_has_no_state(store: SqliteStore) -> None:
    assert await store.get_view_state("nothing", now=NOW) is None


async def test_state_expires_after_thirty_days_and_is_dropped(store: SqliteStore) -> None:
    key = await store.add_view_state({"a": 1}, now=NOW)
    assert await store.get_view_state(key, now=NOW + LIFETIME) == {"a": 1}
    assert await store.get_view_state(key, now=NOW + LIFETIME + SECOND) is None
    await store.add_view_state({"b": 1}, now=NOW + LIFETIME + SECOND)
    assert await store.get_view_state(key, now=NOW) is None


async def test_the_same_state_has_one_key_and_lives_on(store: SqliteStore) -> None:
    key = await store.add_view_state({"a": 1, "b": 2}, now=NOW)
    later = NOW + LIFETIME
    assert await store.add_view_state({"b": 2, "a": 1}, now=later) == key
    assert await store.get_view_state(key, now=later + LIFETIME) == {"a": 1, "b": 2}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=3))
async def test_any_state_comes_back(store: SqliteStore, state: dict[str, object]) -> None:
    key = await store.add_view_state(state, now=NOW)
    assert await store.get_view_state(key, now=NOW) == state
