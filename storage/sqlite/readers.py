"""What readers chose for themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from storage.sqlite.database import Domain

LIST_LANGUAGES = "SELECT user_id, language FROM readers"
FORGET_LANGUAGE = "DELETE FROM readers WHERE user_id = :user_id"
SET_LANGUAGE = "INSERT INTO readers (user_id, language) VALUES (:user_id, :language)"


class Readers(Domain):
    """Readers, as `storage.base.ReaderStore` says."""

    async def list_languages(self) -> Mapping[int, str]:
        """Return what each reader chose, by user id."""
        return await self._database.read(_list_languages)

    async def set_language(self, user_id: int, language: str | None) -> bool:
        """Remember or forget a reader's language; return whether there was one."""
        return await self._database.write(_set_language, user_id, language)


def _list_languages(connection: sqlite3.Connection) -> dict[int, str]:
    return {row["user_id"]: row["language"] for row in connection.execute(LIST_LANGUAGES)}


def _set_language(connection: sqlite3.Connection, user_id: int, language: str | None) -> bool:
    values = {"user_id": user_id, "language": language}
    had_one = connection.execute(FORGET_LANGUAGE, values).rowcount > 0
    if language is not None:
        connection.execute(SET_LANGUAGE, values)
    return had_one
