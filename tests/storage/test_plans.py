"""What runs at every command goes by an index, however large the store."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from storage.sqlite import (
    discovery,
    engagement,
    entries,
    index,
    ingest,
    names,
    naming,
    papers,
    records,
    saved,
    search,
    view_state,
)
from storage.sqlite.schema import load_migrations, migrate

# These read whole tables on purpose: one or two letters anywhere, every tag, every date. Of what is
# alike, short texts are looked for among all that are as short.
WHOLE = {
    "FIND_BY_LETTERS", "FIND_WORD_BY_LETTERS", "LIST_TAGS", "LIST_DATES", "COUNT_PAPERS",
    "LIST_FINGERPRINTS", "LIST_ALIKE", "LIST_ALIKE_AUTHORS",
}  # fmt: skip
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
VIRTUAL = (
    "json_each", "entry_index", "title_parts", "name_parts", "CONSTANT", "found", "ranked",
    "(subquery",
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "x.sqlite3"
    opened = sqlite3.connect(path, isolation_level=None)
    opened.row_factory = sqlite3.Row
    migrate(opened, load_migrations())
    yield opened
    opened.close()


def statements() -> list[tuple[str, str]]:
    modules: tuple[ModuleType, ...] = (
        discovery, engagement, entries, index, ingest, names, naming, papers, records, saved,
        search, view_state,
    )  # fmt: skip
    return [
        (f"{module.__name__.rpartition('.')[2]}.{name}", value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, str) and value.split()[0] in VERBS and name not in WHOLE
    ]


@pytest.mark.parametrize(("name", "sql"), statements())
def test_a_statement_goes_by_an_index(connection: sqlite3.Connection, name: str, sql: str) -> None:
    params = dict.fromkeys(re.findall(r":(\w+)", sql), "x")
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    scans = [row["detail"] for row in plan if row["detail"].startswith("SCAN")]
    assert [scan for scan in scans if not any(table in scan for table in VIRTUAL)] == []
