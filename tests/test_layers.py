"""The house's rules: which way imports point, what is pure, where SQL stands."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "cogs", "storage", "sandbox")
PURE = (
    "bot/render",
    "bot/parsers",
    "bot/references",
    "bot/schedule.py",
    "storage/text.py",
    "storage/words.py",
)
ONLY_PLACE_OF_APSCHEDULER = Path("bot/scheduler.py")
CLOCK = Path("bot/clock.py")

_SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\w+\s+SET\b"
    r"|\bDELETE\s+FROM\b|\b(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW)\b|^\s*PRAGMA\s+\w+",
    re.DOTALL,
)


def python_files(*places: str) -> list[Path]:
    found = [
        path.relative_to(ROOT)
        for place in places
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    assert found
    return sorted(found)


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def strings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_point_downward() -> None:
    """The contracts are in pyproject.toml; the tool exits with 1 and names what breaks one."""
    tool = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(  # noqa: S603 - installed beside this interpreter
        [tool, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", python_files(*PURE), ids=str)
def test_what_is_pure_neither_waits_nor_reads_anything(path: Path) -> None:
    tree = parse(path)
    waits = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, waits)]
    outside = {"asyncio", "aiohttp", "aiosqlite", "os", "pathlib", "socket", "sqlite3", "time"}
    assert not outside & {name.partition(".")[0] for name in imported(tree)}


@pytest.mark.parametrize("path", python_files("bot", "cogs", "sandbox"), ids=str)
def test_sql_is_spoken_in_storage_only(path: Path) -> None:
    tree = parse(path)
    assert not [text for text in strings(tree) if _SQL.search(text)]
    assert not {"sqlite3", "aiosqlite"} & set(imported(tree))


def test_storage_speaks_sql() -> None:
    """Otherwise the pattern above would find nothing anywhere."""
    texts = [text for path in python_files("storage") for text in strings(parse(path))]
    assert sum(bool(_SQL.search(text)) for text in texts) > 50


@pytest.mark.parametrize("path", python_files(*PACKAGES), ids=str)
def test_apscheduler_and_the_clock_have_one_place_each(path: Path) -> None:
    tree = parse(path)
    if path != ONLY_PLACE_OF_APSCHEDULER:
        assert not [name for name in imported(tree) if name.startswith("apscheduler")]
    if path.parts[0] != "sandbox" and path != CLOCK:
        reads = {"now", "utcnow", "today"}
        assert not [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in reads
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        ]


def test_no_module_builds_settings_when_it_is_imported() -> None:
    """With a bad environment every module can still be imported."""
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in python_files("bot", "cogs", "storage")
    ]
    code = f"import importlib\nfor name in {modules!r}: importlib.import_module(name)"
    bad = {name.upper(): "x y" for name in Settings.model_fields}
    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **bad},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


# --- .env.example ----------------------------------------------------------------------------

_LINE = re.compile(r"(?P<off># )?(?P<name>[A-Z_]+)=(?P<value>.*)")


def example() -> dict[str, tuple[re.Match[str], str]]:
    """Return each setting's line in .env.example with the line before it."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {
        match["name"]: (match, before)
        for before, line in zip(["", *lines], lines, strict=False)
        if (match := _LINE.fullmatch(line))
    }


def test_the_example_has_every_setting_and_no_other() -> None:
    assert list(example()) == [name.upper() for name in Settings.model_fields]


def test_the_example_explains_each_setting_in_the_line_before() -> None:
    for name, (_, comment) in example().items():
        assert re.fullmatch(r"# \S.{10,}", comment), name
        assert not _LINE.fullmatch(comment), name


def test_the_example_sets_nothing_but_asks_for_the_token() -> None:
    switched_on = [name for name, (match, _) in example().items() if not match["off"]]
    assert switched_on == ["DISCORD_TOKEN"]
    assert example()["DISCORD_TOKEN"][0]["value"] == ""


def test_the_examples_values_are_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both as it stands and with every line switched on."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    path = tmp_path / "all.env"
    path.write_text("".join(f"{name}={match['value']}\n" for name, (match, _) in example().items()))
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert load_settings(path).model_dump() == defaults
    assert load_settings(ROOT / ".env.example").model_dump() == defaults
    given = {name.lower() for name, (match, _) in example().items() if match["value"]}
    assert given == {name for name, default in defaults.items() if default is not None}


def test_what_must_not_be_printed_is_a_secret() -> None:
    for name, field in Settings.model_fields.items():
        if name.endswith(("token", "key")):
            assert field.annotation == SecretStr | None, name
