"""Only a database that is whole is run on, and none is made in the place of one that is gone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.safety.backups import backup_path
from bot.safety.soundness import open_beside, open_sound_store
from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {"database_path": tmp_path / "digests.sqlite3", "_env_file": None}
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
async def copy(settings: Settings) -> Path:
    """A database that was closed in order, and the copy that was made of it."""
    path = backup_path(settings, date(2026, 11, 20))
    async with open_sound_store(settings) as store:
        await store.backup(path)
    return path


async def test_what_is_no_database_is_named_with_the_copy_to_any_command(
    settings: Settings, copy: Path
) -> None:
    settings.database_path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(StartupError) as caught:
        async with open_beside(settings):
            pass
    assert caught.value.key == "startup.database_damaged"
    assert caught.value.params["copy"] == str(copy)


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_nothing_makes_a_database_where_there_are_copies_of_one(
    settings: Settings, copy: Path, is_emptied: bool
) -> None:
    """A command that made an empty one had the next start post every digest again."""
    path = settings.database_path
    path.unlink()
    if is_emptied:
        path.touch()
    for opening in (open_beside(settings), open_sound_store(settings)):
        with pytest.raises(StartupError) as caught:
            async with opening:
                pass
        assert caught.value.key == "startup.database_gone"
        assert caught.value.params["copy"] == str(copy)
    assert path.exists() is is_emptied
    assert not is_emptied or not path.stat().st_size


@pytest.mark.usefixtures("copy")
async def test_a_database_that_is_all_in_its_log_is_there(settings: Settings) -> None:
    path = settings.database_path
    path.unlink()
    path.touch()
    path.with_name(f"{path.name}-wal").write_bytes(b"x")
    async with open_beside(settings):
        pass
