"""An older version's file: copied before it is brought up to date, whole whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.base import StorageError
from storage.sqlite import open_store
from storage.sqlite.database import open_database
from storage.sqlite.inspection import check_fully
from storage.sqlite.schema import Migration
from tests.storage.builders import DAY, NOW, digest, entry

FIRST = Migration(number=1, name="0001_a.sql", sql="CREATE TABLE a (x);\nINSERT INTO a VALUES (1);")
SECOND = Migration(number=2, name="0002_b.sql", sql="CREATE TABLE b (x);")
THIRD = Migration(number=3, name="0003_c.sql", sql="DROP TABLE a;\nCREATE TABLE c (x);")

# Hangs in the middle of a migration, after it has changed something.
MIGRATE = """
import asyncio, pathlib, sys, time
from storage.sqlite import database
from storage.sqlite.schema import Migration

def hang():
    print("hanging", flush=True)
    time.sleep(60)

def open_hanging(path):
    connection = open_writer(path)
    connection.create_function("hang", 0, hang)
    return connection

open_writer, database._open_writer = database._open_writer, open_hanging
first = Migration(number=1, name="0001_a.sql", sql="CREATE TABLE a (x);")
second = Migration(number=2, name="0002_b.sql", sql="DROP TABLE a;\\nSELECT hang();")

async def main():
    async with database.open_database(pathlib.Path(sys.argv[1]), migrations=(first, second)):
        pass

asyncio.run(main())
"""

# Hangs after a copy's first page.
BACK_UP = """
import asyncio, pathlib, sys, time
from storage.sqlite import copying, open_store

def hang(_):
    print("hanging", flush=True)
    while True:
        time.sleep_(60)

time.sleep_, time.sleep = time.sleep, hang
copying._STEP_PAGES = 1

async def main():
    async with open_store(pathlib.Path(sys.argv[1])) as store:
        await store.backup(pathlib.Path(sys.argv[2]))

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def hanging(script: str, *arguments: Path) -> AsyncIterator[None]:
    """Run a script until it hangs, and kill it as `kill -9` does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"hanging\n"
    yield
    process.kill()
    await process.communicate()


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {row[0] for row in rows}


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def test_a_file_is_kept_as_it_was_under_the_name_of_its_schema(path: Path) -> None:
    async with open_database(path, migrations=(FIRST,)):
        pass
    async with open_database(path, migrations=(FIRST, SECOND, THIRD)):
        pass
    assert names(path.parent) == {path.name, "digests-schema-1.sqlite3"}
    saved = path.with_name("digests-schema-1.sqlite3")
    check_fully(saved)
    assert tables(saved) == {"migrations", "a"}
    assert tables(path) == {"migrations", "b", "c"}


async def test_nothing_is_kept_of_a_new_file_nor_of_one_that_lacks_nothing(path: Path) -> None:
    for _ in range(2):
        async with open_database(path, migrations=(FIRST, SECOND)):
            pass
    assert names(path.parent) == {path.name}


async def test_an_upgrade_that_fails_in_the_middle_leaves_the_old_schema_whole(path: Path) -> None:
    async with open_database(path, migrations=(FIRST,)):
        pass
    broken = Migration(
        number=3, name="0003_c.sql", sql="DROP TABLE a;\nINSERT INTO nowhere DEFAULT VALUES;"
    )
    with pytest.raises(StorageError):
        async with open_database(path, migrations=(FIRST, SECOND, broken)):
            pass
    assert tables(path) == {"migrations", "a"}


async def test_without_a_copy_there_is_no_upgrade(path: Path) -> None:
    async with open_database(path, migrations=(FIRST,)):
        pass
    in_the_way = path.with_name("digests-schema-1.sqlite3")
    in_the_way.mkdir()
    with pytest.raises(StorageError) as caught:
        async with open_database(path, migrations=(FIRST, SECOND)):
            pass
    assert caught.value.key == "storage.not_saved"
    assert caught.value.params["target"] == str(in_the_way)
    assert tables(path) == {"migrations", "a"}


async def test_killed_in_the_middle_of_a_migration_the_file_is_as_it_was(path: Path) -> None:
    async with open_database(path, migrations=(FIRST,)):
        pass
    async with hanging(MIGRATE, path):
        pass
    check_fully(path)
    assert tables(path) == tables(path.with_name("digests-schema-1.sqlite3")) == {"migrations", "a"}
    async with open_database(path, migrations=(FIRST, SECOND)):
        pass
    assert tables(path) == {"migrations", "a", "b"}


async def test_killed_in_the_middle_of_a_copy_nothing_takes_its_name(
    path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copies" / "today.sqlite3"
    async with open_store(path) as store:
        await store.add_digests([(digest(entry("Kept")), "f")], now=NOW)
    async with hanging(BACK_UP, path, target):
        assert names(target.parent) == {"today.sqlite3.part"}
    assert not target.exists()
    check_fully(path)
    async with open_store(path) as store:
        assert await store.get_digest(DAY) is not None
        await store.backup(target)
    assert names(target.parent) == {"today.sqlite3"}
    check_fully(target)
