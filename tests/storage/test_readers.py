"""What readers chose for themselves."""

from __future__ import annotations

from storage.sqlite import SqliteStore

READER, OTHER = 7, 8


async def test_a_language_is_remembered_until_it_is_taken_back(store: SqliteStore) -> None:
    assert not await store.set_language(READER, "ko")
    assert not await store.set_language(OTHER, "en")
    assert await store.set_language(READER, "en")
    assert await store.list_languages() == {READER: "en", OTHER: "en"}
    assert await store.set_language(READER, None)
    assert not await store.set_language(READER, None)
    assert await store.list_languages() == {OTHER: "en"}
