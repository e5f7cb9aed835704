"""`doctor` without Discord: what it finds on this machine, and that it changes nothing."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import filelock
import pytest

from bot.__main__ import main
from bot.invite import PERMISSIONS, invite_url
from bot.messages import say
from bot.settings import Settings
from tests.tiny_disk import fill, protect, tiny_disk

NOW = datetime(2025, 7, 10, 3, 0, tzinfo=UTC)
SEED = "2025년 4월 25일\n\nA title\n(Ada Lovelace)\n설명.\n#rl\n"


class Line(NamedTuple):
    """A finding as it was printed."""

    level: str
    name: str
    text: str


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.__main__.system_clock", lambda: NOW)
    Path("seeds").mkdir()
    Path("seeds/a.txt").write_text(SEED, encoding="utf-8")
    loggers = [logging.getLogger(name) for name in (None, "bot", "cogs", "storage", "discord")]
    levels, handlers = [logger.level for logger in loggers], list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def examine(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Line]]:
    capsys.readouterr()
    code = main(["doctor", "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["ok"] is (code == 0)
    return code, [Line(**check) for check in found["checks"]]


def about(capsys: pytest.CaptureFixture[str], name: str) -> Line:
    """Return the one finding of that name."""
    (line,) = [line for line in examine(capsys)[1] if line.name == name]
    return line


def files() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_without_a_token_one_line_says_so_and_the_rest_is_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, lines = examine(capsys)
    assert code == 1
    assert [line.name for line in lines if line.level == "fail"] == ["token"]
    assert [line.name for line in lines] == [
        "settings",
        "time zones",
        "seeds",
        "database",
        "backups",
        "disk",
        "running",
        "model server",
        "token",
    ]


def test_each_finding_is_one_line_with_its_level_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert {line.split()[0] for line in lines} == {"ok", "warn", "fail"}


def test_a_folder_that_takes_no_copy_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    main(["ingest"])
    monkeypatch.setenv("BACKUP_DIR", "disk/copies")
    with (
        closing(sqlite3.connect("data/digests.sqlite3")) as running,
        tiny_disk(tmp_path / "disk", kilobytes=1024) as disk,
    ):
        running.execute("INSERT INTO meta VALUES ('large', printf('%2000000s', 'x'))")
        running.commit()  # to the log, as a bot that runs does
        line = about(capsys, "backups")
        assert line.level == "fail"
        assert line.text.startswith("1 MiB free for disk/copies, and a copy takes 2.")
        protect(disk)
        line = about(capsys, "backups")
        assert line.level == "fail"
        assert line.text.startswith("disk may not be written to, so no copy is made")


def test_a_database_that_is_gone_though_there_are_copies_is_to_be_restored(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["ingest"])
    main(["backup", "data/backups/digests-2025-07-09.sqlite3"])
    Path("data/digests.sqlite3").unlink()
    line = about(capsys, "database")
    assert line.level == "fail"
    assert "python -m bot restore data/backups/digests-2025-07-09.sqlite3" in line.text


def test_nothing_is_made_or_changed(capsys: pytest.CaptureFixture[str]) -> None:
    before = files()
    examine(capsys)
    assert files() == before
    main(["ingest"])
    before = files()
    examine(capsys)
    assert files() == before


def test_wrong_settings_are_named_and_the_rest_is_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_TIMEZONE", "Asia/Soul")
    monkeypatch.setenv("DIGEST_POST_AT", "25:00")
    code, lines = examine(capsys)
    assert code == 1
    wrong = [line.text for line in lines if line.name == "settings"]
    assert len(wrong) == 2
    assert "DIGEST_POST_AT" in wrong[0]
    assert "Asia/Soul" in wrong[1]
    assert "seeds" in [line.name for line in lines]


def test_a_token_is_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/v10")
    for arguments in (["doctor"], ["doctor", "--json"]):
        assert main(arguments) == 1
        shown = capsys.readouterr()
        assert "127.0.0.1:9" in shown.out
        assert "secret-token" not in shown.out + shown.err


def test_a_broken_seed_is_named_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seeds/b.txt").write_text("2025년 4월 26일\n\nA title\nno authors\n", encoding="utf-8")
    line = about(capsys, "seeds")
    assert line.level == "fail"
    assert "seeds/b.txt:" in line.text
    assert say("en", "seed.no_authors") in line.text


def test_many_broken_seeds_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        Path(f"seeds/b{number}.txt").write_text("no date", encoding="utf-8")
    lines = [line.text for line in examine(capsys)[1] if line.name == "seeds"]
    assert len(lines) == 4
    assert lines[-1].startswith("2 more files")


def test_a_missing_seeds_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree("seeds")
    assert about(capsys, "seeds").level == "fail"


def test_a_database_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest"])
    line = about(capsys, "database")
    assert line.level == "ok"
    assert "newest digest 2025-04-25" in line.text
    assert "WAL" in line.text


def test_a_damaged_database_is_told_and_how_to_mend_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["ingest"])
    path = Path("data/digests.sqlite3")
    data = bytearray(path.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start + 100 : start + 2000] = b"\xa5" * 1900
    path.write_bytes(data)
    line = about(capsys, "database")
    assert line.level == "fail"
    assert "damaged" in line.text
    assert "restore" in line.text


def test_an_older_versions_database_is_left_to_the_next_start(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["ingest"])
    with closing(sqlite3.connect("data/digests.sqlite3")) as connection:
        connection.execute("DELETE FROM migrations WHERE number > 2")
        connection.commit()
    line = about(capsys, "database")
    assert line.level == "warn"
    assert "schema 2" in line.text


def test_a_folder_that_cannot_be_written_to_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "disk", kilobytes=256) as disk:
        protect(disk)
        monkeypatch.setenv("DATABASE_PATH", str(disk / "data" / "digests.sqlite3"))
        line = about(capsys, "database")
    assert line.level == "fail"
    assert str(disk) in line.text


def test_copies_are_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["ingest"])
    copy = Path("data/backups/digests-2025-07-09.sqlite3")
    main(["backup", str(copy)])
    os.utime(copy, (NOW.timestamp(), NOW.timestamp()))
    assert about(capsys, "backups").level == "ok"
    os.utime(copy, (NOW.timestamp() - 3 * 86_400,) * 2)
    assert "3 days old" in about(capsys, "backups").text
    copy.write_bytes(b"x" * 5000)
    assert about(capsys, "backups").level == "fail"
    monkeypatch.setenv("BACKUP_KEEP", "0")
    assert about(capsys, "backups").level == "warn"


def test_a_full_disk_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "disk", kilobytes=256) as disk:
        fill(disk)
        monkeypatch.setenv("DATABASE_PATH", str(disk / "digests.sqlite3"))
        assert about(capsys, "disk").level == "fail"


def test_a_running_bot_is_seen_and_not_disturbed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest"])
    assert about(capsys, "running").text == "no bot runs on this database"
    with filelock.FileLock("data/digests.sqlite3.lock"):
        line = about(capsys, "running")
        assert (line.level, line.text) == ("ok", "a bot runs on this database")


def test_the_invitation_asks_for_exactly_what_is_used() -> None:
    url = invite_url(42)
    # View Channel, Send Messages, Embed Links, Attach Files, Read Message History (bits 10, 11, 14,
    # 15, 16), Create Public Threads, Send Messages in Threads (35, 38); docs: Permissions.
    bits = sum(1 << bit for bit in (10, 11, 14, 15, 16, 35, 38))
    assert f"permissions={bits}" in url
    assert "client_id=42" in url
    assert "scope=bot+applications.commands" in url
    assert all(say("en", f"permission.{name}") for name in PERMISSIONS)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_what_others_on_the_machine_can_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ingest"])
    main(["backup", "data/backups/digests-2025-07-10.sqlite3"])
    env = Path(".env")
    env.write_text("LOG_LEVEL=INFO\n", encoding="utf-8")
    env.chmod(0o600)
    assert "privacy" not in {line.name for line in examine(capsys)[1]}
    env.chmod(0o644)
    for path in Path("data").rglob("*.sqlite3"):
        path.chmod(0o644)
    found = [line for line in examine(capsys)[1] if line.name == "privacy"]
    assert [line.text.split()[0] for line in found] == [
        ".env",
        "data/digests.sqlite3",
        "data/backups/digests-2025-07-10.sqlite3",
    ]
    assert all(line.level == "warn" and "chmod o= " in line.text for line in found)
