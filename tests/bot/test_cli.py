"""The command line: results on stdout, everything else on stderr, and the exit code."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import filelock
import pytest

from bot.__main__ import main
from bot.cli import MANY_FILES
from bot.settings import Settings, load_settings
from storage.models import Start, SubscriptionOptions
from storage.sqlite import SqliteStore, open_store

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
NOW = datetime(2025, 7, 10, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
COMMANDS = ("run", "ingest", "check", "search", "ask", "status", "backup", "restore", "doctor")


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Standard output, a JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty folder, no settings, a known time, and the process's log as it was."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.__main__.system_clock", lambda: NOW)
    loggers = [logging.getLogger(name) for name in (None, "bot", "cogs", "storage", "discord")]
    levels, handlers = [logger.level for logger in loggers], list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run_command(*arguments: str) -> Result:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as error:
            code = int(error.code or 0)
        return Result(code, *capsys.readouterr())

    return run_command


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start `python -m bot` with nothing set in the environment."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    options["env"] = environment | options.pop("env", {})
    return subprocess.Popen([sys.executable, "-m", "bot", *arguments], **options)  # noqa: S603 - ours


def write_seed(
    name: str,
    title: str,
    *,
    day: str = "2025년 4월 25일",
    tags: str = "#rl",
) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"{day}\n{title}\n(Jane Doe)\nNothing but an abstract.\n{tags}\n", encoding="utf-8"
    )
    return path


def in_store(work: Callable[[SqliteStore], Awaitable[T]]) -> T:
    """Do something with the store that the commands use."""

    async def run_work() -> T:
        async with open_store(load_settings().database_path) as store:
            return await work(store)

    return asyncio.run(run_work())


# --- usage -----------------------------------------------------------------------------------


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert (result.code, result.err) == (0, "")
    for command in COMMANDS:
        assert f"\n    {command} " in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert "--json" in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("search",),
        ("backup",),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--limit", "ten"),
        ("search", "x", "--limit", str(2**63)),
        ("status", "extra"),
    ],
)
def test_wrong_usage_is_explained_with_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "usage: python -m bot" in result.err


def test_a_bad_setting_stops_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_PORT", "http")
    for command in (("check",), ("ingest",), ("status",), ("search", "x"), ("run",), ()):
        result = run(*command)
        assert (result.code, result.out) == (2, "")
        (line,) = result.err.splitlines()
        assert line.startswith("HEALTH_PORT ")


def test_ctrl_c_ends_a_command_without_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.status", interrupt)
    assert run("status") == Result(130, "", "")


# --- check -----------------------------------------------------------------------------------


def test_check_says_of_each_file_what_it_holds_and_stores_nothing(run: Run) -> None:
    write_seed("seeds/a.txt", "One")
    write_seed("seeds/b.txt", "Two", day="2025년 4월 26일")
    result = run("check")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "seeds/a.txt: 2025-04-25, 1 paper",
        "seeds/b.txt: 2025-04-26, 1 paper",
    ]
    assert [path.name for path in Path().iterdir()] == ["seeds"]


def test_check_json_is_one_line_a_file_in_the_contracts_shape(run: Run) -> None:
    write_seed("seeds/a.txt", "추론 One", tags="#rl #inference-time-scaling")
    result = run("check", "--json")
    assert (result.code, result.err) == (0, "")
    assert result.json == [
        {
            "date": "2025-04-25",
            "source": "seeds/a.txt",
            "papers": [
                {
                    "title": "추론 One",
                    "authors": ["Jane Doe"],
                    "abstract": "Nothing but an abstract.",
                    "commentary": {"ko": [], "en": []},
                    "tags": ["rl", "inference-time-scaling"],
                    "url": None,
                    "links": [],
                }
            ],
        }
    ]
    assert "추론" in result.out  # not \u escapes


def test_check_names_a_bad_file_with_line_and_reason_and_shows_the_others(run: Run) -> None:
    write_seed("seeds/a.txt", "One")
    Path("seeds/b.txt").write_text("2025년 4월 25일\nA Title\nno authors here\n", encoding="utf-8")
    write_seed("seeds/c.txt", "Three")
    for arguments in (("check",), ("check", "--json"), ("check", "seeds"), ("ingest",)):
        result = run(*arguments)
        assert result.code == 1
        assert len(result.err.splitlines()) == 1
        assert "b.txt:2: no authors in parentheses follow this title" in result.err
        assert "b.txt" not in result.out
    assert [line["source"] for line in run("check", "--json").json] == [
        "seeds/a.txt",
        "seeds/c.txt",
    ]


def test_check_remarks_on_a_paper_that_two_files_of_a_date_have_in_other_words(run: Run) -> None:
    write_seed("seeds/a.txt", "One")
    write_seed("seeds/copy.txt", "One")
    write_seed("seeds/later.txt", "One", day="2025년 4월 26일", tags="#llm")
    write_seed("seeds/other.txt", "One", tags="#llm")
    for arguments in (("check",), ("check", "--json")):
        result = run(*arguments)
        assert result.code == 0
        assert result.err == (
            "seeds/other.txt:2: this paper is in seeds/a.txt, of the same date, in other words: "
            "both are posted\n"
        )


def test_check_remarks_on_a_paper_that_one_file_has_twice_in_other_words(run: Run) -> None:
    paper = "One\n(Ann Lee)\n한글.\n#rl\n"
    other = paper.replace("한글", "둘째")
    Path("seeds").mkdir()
    Path("seeds/a.txt").write_text(f"2025년 4월 25일\n{paper * 2}{other}", encoding="utf-8")
    result = run("check")
    assert result.code == 0
    assert result.err == (
        "seeds/a.txt:10: this paper is in line 2 as well, in other words: both are posted\n"
    )


def test_check_remarks_on_a_line_that_may_mean_something_else(run: Run) -> None:
    text = "2025년 4월 25일\n1. One\n(Ann Lee)\n한글.\nTags: rl\n"
    Path("seeds").mkdir()
    Path("seeds/a.txt").write_text(text, encoding="utf-8")
    for arguments in (("check",), ("check", "--json")):
        result = run(*arguments)
        assert result.code == 0
        assert result.err == (
            "seeds/a.txt:2: this title is posted with its “1.”: leave out what is no part of it\n"
            "seeds/a.txt:5: this is read as text: tags stand on a line of their own, "
            "such as #rl #llm\n"
        )


def test_check_reads_the_paths_it_is_given_and_not_the_seeds(run: Run) -> None:
    write_seed("seeds/a.txt", "One")
    write_seed("drafts/b.txt", "Two")
    write_seed("c.txt", "Three")
    result = run("check", "--json", "drafts", "c.txt")
    assert [line["source"] for line in result.json] == ["drafts/b.txt", "c.txt"]


@pytest.mark.parametrize("command", ["check", "ingest"])
def test_a_path_that_does_not_exist_is_named(run: Run, command: str) -> None:
    result = run(command, "nowhere.txt")
    assert result.code == 1
    assert "nowhere.txt:1: there is no such file or folder" in result.err


@pytest.mark.parametrize("command", ["check", "ingest"])
def test_a_seeds_folder_that_does_not_exist_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SEEDS_DIR", "nowhere")
    result = run(command)
    assert (result.code, result.err) == (1, "nowhere:1: there is no such file or folder\n")


@pytest.mark.parametrize("arguments", [("check",), ("check", "--json")])
def test_check_says_where_it_found_no_file(run: Run, arguments: tuple[str, ...]) -> None:
    Path("seeds").mkdir()
    Path("seeds/notes.pdf").touch()
    assert run(*arguments) == Result(0, "", "There are no digest files (.txt, .md) in seeds.\n")


def test_check_looks_where_seeds_dir_says(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_seed("elsewhere/a.txt", "One")
    monkeypatch.setenv("SEEDS_DIR", "elsewhere")
    assert run("check").out.startswith("elsewhere/a.txt: ")


# --- ingest ----------------------------------------------------------------------------------


def test_ingest_counts_what_it_did(run: Run) -> None:
    write_seed("seeds/a.txt", "One")
    write_seed("seeds/b.txt", "Two")
    first = run("ingest")
    assert first == Result(
        0,
        "2 files (0 unchanged, 0 refused); papers: 2 added, 0 changed, 0 removed\n",
        "",
    )
    Path("seeds/c.txt").write_text("nothing\n")
    result = run("ingest", "--json")
    assert result.code == 1
    assert result.json == [
        {"files": 3, "unchanged": 2, "added": 0, "changed": 0, "removed": 0, "errors": 1}
    ]


def test_ingest_makes_the_database_where_it_should_be(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PATH", "deep/down/d.sqlite3")
    write_seed("seeds/a.txt", "One")
    assert run("ingest").code == 0
    assert Path("deep/down/d.sqlite3").exists()


def test_a_file_that_is_no_database_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("d.sqlite3").write_bytes(b"something else entirely" * 100)
    monkeypatch.setenv("DATABASE_PATH", "d.sqlite3")
    for arguments in (("ingest",), ("search", "x"), ("status",), ("backup", "copy")):
        result = run(*arguments)
        assert (result.code, result.out) == (1, "")
        (line,) = result.err.splitlines()
        assert "d.sqlite3" in line


# --- search ----------------------------------------------------------------------------------


@pytest.fixture
def ingested(run: Run) -> None:
    write_seed("seeds/a.txt", "Scaling Laws", tags="#rl #scaling")
    write_seed("seeds/b.txt", "Scaling Data", day="2025년 7월 10일")
    write_seed("seeds/c.txt", "Scaling Tomorrow", day="2025년 7월 11일")
    assert run("ingest").code == 0


@pytest.mark.usefixtures("ingested")
def test_search_json_has_the_contracts_shape(run: Run) -> None:
    result = run("search", "--json", "laws")
    assert (result.code, result.err) == (0, "")
    (answer,) = result.json
    (found,) = answer["results"]
    assert answer["query"] == "laws"
    assert isinstance(found.pop("score"), float)
    assert found == {"title": "Scaling Laws", "date": "2025-04-25", "tags": ["rl", "scaling"]}


@pytest.mark.usefixtures("ingested")
def test_search_finds_nothing_dated_after_today(run: Run) -> None:
    (answer,) = run("search", "--json", "scaling").json
    assert {found["title"] for found in answer["results"]} == {"Scaling Laws", "Scaling Data"}
    scores = [found["score"] for found in answer["results"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.usefixtures("ingested")
def test_search_gives_at_most_the_limit(run: Run) -> None:
    (answer,) = run("search", "--json", "scaling", "--limit", "1").json
    assert len(answer["results"]) == 1


def test_search_gives_ten_by_default(run: Run) -> None:
    for number in range(12):
        write_seed(f"seeds/{number}.txt", f"Scaling {number}")
    run("ingest")
    assert len(run("search", "scaling").out.splitlines()) == 10


@pytest.mark.usefixtures("ingested")
def test_search_prints_a_line_a_paper(run: Run) -> None:
    result = run("search", "laws")
    assert result == Result(0, "2025-04-25  Scaling Laws  #rl #scaling\n", "")


@pytest.mark.usefixtures("ingested")
def test_search_says_which_date_has_no_digest(run: Run) -> None:
    result = run("search", "scaling laws in 2023")
    assert result.out.startswith("2025-04-25  Scaling Laws  #rl #scaling\n")
    assert result.err == "There is no digest of that date.\n"
    (answer,) = run("search", "--json", "scaling laws in 2023").json
    assert answer["unmet"] == ["date"]


@pytest.mark.usefixtures("ingested")
def test_search_for_nothing_asks_what_to_look_for(run: Run) -> None:
    assert run("search", "  ") == Result(0, "", "Please type what to look for.\n")


@pytest.mark.usefixtures("ingested")
def test_search_says_when_nothing_is_found(run: Run) -> None:
    result = run("search", "unheard")
    assert (result.code, result.out) == (0, "")
    assert "unheard" in result.err
    assert run("search", "--json", "unheard").json == [{"query": "unheard", "results": []}]


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("query", ['"', "NEAR(", "a* OR -b:c", "", "👩‍👩‍👧", "x" * 5000, "\udcff"])
def test_any_query_is_safe(run: Run, query: str) -> None:
    assert run("search", query).code == 0
    result = run("search", "--json", query)
    assert (result.code, result.err) == (0, "")
    assert result.json[0]["query"] == query


@pytest.mark.parametrize(
    "arguments",
    [("search", "x"), ("search", "x", "--json"), ("ask", "x"), ("ask", "x", "--json")],
)
def test_an_empty_store_says_so(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (1, "")
    assert "There are no digests yet" in result.err


# --- ask, and batches ------------------------------------------------------------------------

QUESTION = "How does s1 use budget forcing to control test-time compute?"
BREAD = "What is the best recipe for sourdough bread?"


@pytest.fixture
def real(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The four real digests."""
    monkeypatch.setenv("SEEDS_DIR", str(SEEDS))
    assert run("ingest").code == 0


@pytest.mark.usefixtures("real")
def test_ask_json_has_the_contracts_shape_and_quotes_word_for_word(run: Run) -> None:
    result = run("ask", "--json", QUESTION)
    assert (result.code, result.err) == (0, "")
    (answer,) = result.json
    assert list(answer) == ["question", "abstained", "answer", "citations", "ranked"]
    assert (answer["question"], answer["abstained"]) == (QUESTION, False)
    assert answer["ranked"][0] == "s1: Simple test-time scaling"
    assert len(answer["ranked"]) <= 10
    stored = "".join(path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt"))
    assert answer["citations"]
    for citation in answer["citations"]:
        assert list(citation) == ["title", "date", "language", "quote"]
        assert citation["quote"] in stored
        assert citation["quote"] in answer["answer"]
        assert citation["language"] in ("ko", "en")


@pytest.mark.usefixtures("real")
def test_ask_prints_the_answer(run: Run) -> None:
    result = run("ask", QUESTION)
    assert result.code == 0
    assert "s1: Simple test-time scaling (2025-02-03)" in result.out
    assert "budget forcing" in result.out


@pytest.mark.usefixtures("real")
def test_ask_abstains_with_an_exit_code_of_0(run: Run) -> None:
    assert "The digests don't say." in run("ask", BREAD).out
    (answer,) = run("ask", "--json", BREAD).json
    assert answer["abstained"]
    assert answer["citations"] == []


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("question", ['"', "NEAR(", "", "👩‍👩‍👧", "x" * 5000, "\udcff", "date:"])
def test_any_question_is_safe(run: Run, question: str) -> None:
    result = run("ask", "--json", question)
    assert (result.code, result.err) == (0, "")
    assert result.json[0]["question"] == question


@pytest.mark.usefixtures("real")
def test_a_batch_answers_line_by_line_with_the_ids_it_was_given(run: Run) -> None:
    lines: list[dict[str, Any]] = [
        {"id": 7, "question": QUESTION},
        {"id": "빵", "question": BREAD, "more": True},
        {"id": None, "question": "추론"},
    ]
    Path("q.jsonl").write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    asked = run("ask", "--batch", "q.jsonl")
    assert (asked.code, asked.err) == (0, "")
    assert [line["id"] for line in asked.json] == [7, "빵", None]
    assert [line["abstained"] for line in asked.json][:2] == [False, True]
    assert {**asked.json[0]} == {"id": 7, **run("ask", "--json", QUESTION).json[0]}
    found = run("search", "--batch", "q.jsonl", "--limit", "2")
    assert [line["query"] for line in found.json] == [line["question"] for line in lines]
    assert [line["id"] for line in found.json] == [7, "빵", None]
    assert len(found.json[0]["results"]) == 2


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_bad_line_of_a_batch_is_named_and_the_others_are_answered(run: Run, command: str) -> None:
    bad = ["{", "[]", '{"id": 1}', '{"question": "x"}', '{"id": 1, "question": 2}', "[" * 9999]
    Path("q.jsonl").write_bytes(
        "\n".join(['\ufeff{"id": 0, "question": "laws"}', *bad]).encode() + b'\n{"id": "\xff"}\n'
    )
    result = run(command, "--batch", "q.jsonl")
    assert result.code == 1
    assert [line["id"] for line in result.json] == [0]
    complaints = result.err.splitlines()
    assert len(complaints) == len(bad) + 1
    for number, complaint in enumerate(complaints, start=2):
        assert complaint.startswith(f"q.jsonl:{number}: ")


@pytest.mark.usefixtures("ingested")
def test_a_batch_that_cannot_be_read_is_one_sentence(run: Run) -> None:
    for path in ("nowhere.jsonl", "seeds"):
        result = run("ask", "--batch", path)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith(f"{path} cannot be read: ")
        assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("ask",), ("search",), ("ask", "x", "--batch", "q.jsonl")])
def test_one_question_or_a_batch_is_needed(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


# --- status ----------------------------------------------------------------------------------


def test_status_of_an_empty_store(run: Run) -> None:
    assert run("status") == Result(0, "0 papers in 0 digests, latest none\n", "")


@pytest.mark.usefixtures("ingested")
def test_status_counts_up_to_today_and_says_what_is_next(run: Run) -> None:
    options = load_settings().subscription_options()
    in_store(lambda store: store.follow_environment(100, options, since=None, now=NOW))
    (found,) = run("status", "--json").json
    assert (found["papers"], found["digests"], found["latest"]) == (2, 2, "2025-07-10")
    assert found["channels"] == [
        {
            "channel": 100,
            "active": True,
            "parked": None,
            "today": "2025-07-10",
            "next": NOW.isoformat(),
            "digests": ["2025-07-10"],
        }
    ]
    assert "channel 100: 2025-07-10 at 2025-07-10 12:00 (Asia/Seoul)\n" in run("status").out


@pytest.mark.usefixtures("ingested")
def test_status_promises_nothing_to_a_channel_that_is_off(run: Run) -> None:
    options = load_settings().subscription_options()

    async def make(store: SqliteStore) -> None:
        await store.add_target(100, options, guild_id=1, by=1, now=NOW)
        parked = await store.set_subscription(
            101,
            SubscriptionOptions(start=Start.LATEST),
            defaults=options,
            guild_id=1,
            since=None,
            by=1,
            now=NOW,
        )
        await store.park(parked.id, "error.channel_gone", now=NOW)

    in_store(make)
    (found,) = run("status", "--json").json
    assert [(each["active"], each["parked"], each["next"]) for each in found["channels"]] == [
        (False, None, None),
        (True, "error.channel_gone", None),
    ]
    assert run("status").out.splitlines()[1:] == [
        "channel 100: ended by /unsubscribe",
        "channel 101: parked. The channel 101 no longer exists. "
        "/subscriptions can end its subscription.",
    ]


@pytest.mark.usefixtures("ingested")
def test_status_says_in_a_sentence_that_permissions_were_missing(run: Run) -> None:
    options = load_settings().subscription_options()

    async def make(store: SqliteStore) -> None:
        await store.follow_environment(100, options, since=None, now=NOW)
        (subscription,) = await store.list_subscriptions()
        await store.park(subscription.id, "error.permissions_missing", now=NOW)

    in_store(make)
    assert "channel 100: parked. Discord does not let me post in 100. " in run("status").out


# --- backup ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("ingested")
def test_backup_writes_a_copy_that_can_be_searched(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", "copies/today.sqlite3") == Result(0, "Saved to copies/today.sqlite3\n", "")
    monkeypatch.setenv("DATABASE_PATH", "copies/today.sqlite3")
    assert "Scaling Laws" in run("search", "laws").out
    assert run("backup", "--json", "b.sqlite3").json == [{"file": "b.sqlite3"}]


@pytest.mark.usefixtures("ingested")
def test_backup_says_what_is_in_the_way(run: Run) -> None:
    for target in ("seeds", "seeds/a.txt/copy", "data/digests.sqlite3"):
        result = run("backup", target)
        assert (result.code, result.out) == (1, "")
        assert len(result.err.splitlines()) == 1
    assert run("backup", "seeds").err.startswith("seeds: No copy of the database can be written")
    assert "Scaling Laws" in run("search", "laws").out


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("target", ["", ".", "..", "/", "notes.txt", "pipe"])
def test_a_copy_takes_the_place_of_nothing_but_a_copy(run: Run, target: str) -> None:
    """A device such as /dev/null is no file, as little as a pipe is."""
    Path("notes.txt").write_text("mine")
    os.mkfifo("pipe")
    result = run("backup", target)
    assert (result.code, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1
    assert "No copy of the database can be written there" in result.err
    assert Path("notes.txt").read_text() == "mine"
    assert Path("pipe").is_fifo()
    Path("empty").touch()
    for _ in range(2):
        assert run("backup", "empty").code == 0


def test_no_copy_is_made_of_nothing(run: Run) -> None:
    result = run("backup", "copy.sqlite3")
    sentence = "data/digests.sqlite3: There is no database. Check DATABASE_PATH.\n"
    assert result == Result(1, "", sentence)
    assert not list(Path().rglob("*.sqlite3"))


@pytest.mark.usefixtures("ingested")
def test_no_command_makes_a_database_where_there_are_copies_of_one(run: Run) -> None:
    copy = "data/backups/digests-2025-07-09.sqlite3"
    assert run("backup", copy).code == 0
    Path("data/digests.sqlite3").unlink()
    for arguments in (
        ("status",),
        ("search", "laws"),
        ("ask", "laws?"),
        ("ingest",),
        ("backup", "another.sqlite3"),
    ):
        result = run(*arguments)
        assert (result.code, result.out) == (1, ""), arguments
        assert f"python -m bot restore {copy}" in result.err
        assert not Path("data/digests.sqlite3").exists()
    assert run("restore", copy).code == 0
    assert "Scaling Laws" in run("search", "laws").out


# --- restore ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("ingested")
def test_a_copy_that_is_not_restored_is_named_with_the_reason(run: Run) -> None:
    Path("torn.sqlite3").write_bytes(b"something else entirely" * 100)
    before = Path("data/digests.sqlite3").read_bytes()
    for copy, reason in (
        ("torn.sqlite3", "This copy is damaged and was not restored. Please try an older one."),
        ("missing.sqlite3", "The database cannot be used: No such file or directory"),
    ):
        assert run("restore", copy) == Result(1, "", f"{copy}: {reason}\n")
    assert Path("data/digests.sqlite3").read_bytes() == before


# --- beside a running bot --------------------------------------------------------------------


@pytest.mark.usefixtures("ingested")
def test_every_command_but_run_works_while_the_bot_runs(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "x")
    monkeypatch.setattr("bot.app.LOCK_SECONDS", 0.05)
    write_seed("seeds/d.txt", "Scaling Fourth")
    with filelock.FileLock("data/digests.sqlite3.lock"):
        for arguments in (
            ("ingest",),
            ("check",),
            ("search", "fourth"),
            ("status",),
            ("backup", "copy.sqlite3"),
        ):
            assert run(*arguments).code == 0, arguments
        result = run("run")
    assert (result.code, result.out) == (1, "")
    (line,) = result.err.splitlines()
    assert "already running" in line


# --- terminals and pipes ---------------------------------------------------------------------


def ingest_on_a_terminal(files: int) -> bytes:
    """Return what `ingest` shows on a terminal for so many files."""
    for number in range(files):
        write_seed(f"seeds/{number}.txt", f"Paper {number}")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    try:
        process = start("ingest", stdout=subprocess.PIPE, stderr=theirs)
        output, _ = process.communicate(timeout=30)
        os.set_blocking(ours, False)
        try:
            shown = os.read(ours, 1 << 16)
        except BlockingIOError:
            shown = b""
    finally:
        os.close(theirs)
        os.close(ours)
    assert process.returncode == 0, shown
    assert output.startswith(f"{files} files ".encode())
    return shown


def test_many_files_on_a_terminal_show_a_progress_bar() -> None:
    shown = ingest_on_a_terminal(MANY_FILES + 1)
    assert b"100%" in shown
    assert b"51/51" in shown


def test_few_files_on_a_terminal_show_no_progress_bar() -> None:
    assert ingest_on_a_terminal(MANY_FILES) == b""


def test_many_files_elsewhere_show_no_progress_bar(run: Run) -> None:
    for number in range(MANY_FILES + 1):
        write_seed(f"seeds/{number}.txt", f"Paper {number}")
    assert run("ingest").err == ""


@pytest.mark.parametrize("arguments", [("check",), ("check", "--json")])
def test_a_reader_that_goes_away_is_no_error_message(arguments: tuple[str, ...]) -> None:
    """As with `| head`: a little output, written at the end, and more than a pipe's buffer."""
    process = start(*arguments, str(SEEDS), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    with process.stderr as stream:
        complaints = stream.read()
    assert (process.wait(timeout=30), complaints) == (1, b"")


def test_output_is_utf_8_in_any_locale() -> None:
    process = start(
        "check",
        "--json",
        str(SEEDS),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONIOENCODING": "ascii:strict"},
    )
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert sum(len(json.loads(line)["papers"]) for line in out.decode().splitlines()) == 23


def test_the_namespace_of_run_needs_no_arguments(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m bot` is `run`."""
    seen: list[argparse.Namespace] = []

    async def remember(options: argparse.Namespace, *_: object) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr("bot.cli.run", remember)
    assert run().code == 0
    assert run("run").code == 0
    assert [options.json for options in seen] == [False, False]
