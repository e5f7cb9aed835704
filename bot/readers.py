"""The language that each reader chose with /language.

Kept in memory, so that no answer waits for it: a few bytes a reader. Only `run` writes it, and no
second copy of that runs on a database, so what is in memory is what is stored.
"""

from __future__ import annotations

from storage.base import ReaderStore


class Readers:
    """What readers chose; `load` comes before the first question."""

    def __init__(self, store: ReaderStore) -> None:
        self._store = store
        self._languages: dict[int, str] = {}

    async def load(self) -> None:
        """Read what is stored."""
        self._languages = dict(await self._store.list_languages())

    def language(self, user_id: int) -> str | None:
        """Return `ko` or `en`, None for who follows Discord's own setting."""
        return self._languages.get(user_id)

    async def choose(self, user_id: int, language: str | None) -> bool:
        """Remember a choice, None takes it back; return whether there was one before."""
        had_one = await self._store.set_language(user_id, language)
        if language is None:
            self._languages.pop(user_id, None)
        else:
            self._languages[user_id] = language
        return had_one
